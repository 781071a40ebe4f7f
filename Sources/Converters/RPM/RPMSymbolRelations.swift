import Diagnostics
import KernelModule
import Kernels
import RPMFormat

/// What the dependency generators of Red Hat's and SUSE's rpm say of a package with modules, made from the modules
/// themselves (kernel-srpm-macros, rpm-config-SUSE).
struct RPMSymbolRelations {
    private let unit: PreparedUnit
    private let symbols: SymbolDependencies

    /// - Throws: `no-symbol-versions` for modules of a kernel that keeps none: nobody could check what the package says.
    init(_ unit: PreparedUnit) throws(Diagnostic) {
        self.unit = unit
        let facts = unit.modules.compactMap(\.facts)
        symbols = SymbolDependencies(facts)
        guard symbols.areVersioned else {
            throw .error(
                "no-symbol-versions",
                "kernel \(unit.kernel.release) keeps no versions of symbols (CONFIG_MODVERSIONS), so a package cannot say which other kernels its modules fit",
                hint: "package the modules for this kernel alone: --kind kmod")
        }
    }

    /// Firmware comes from packages of which not all say so: it is wished for, never required.
    var recommends: [RPMDependency] {
        unit.facts.flatMap(\.firmware).filter { $0.allSatisfy { $0.isASCII && !" ()\n".contains($0) } }
            .map { RPMDependency("firmware(\($0))") }
    }

    /// `kmod()`, `ksym()` and `modalias()` as Red Hat's find-provides has them.
    var redHatProvides: [RPMDependency] {
        let modules = unit.modules.map { RPMDependency("kmod(\($0.name).ko)") }
        let exports = symbols.exports.map { symbol in
            symbol.crc.map { RPMDependency("ksym(\(symbol.name))", .equal, Self.crc($0)) }
                ?? RPMDependency("ksym(\(symbol.name))")
        }
        let aliases = unit.facts.flatMap { module in
            let version = Self.mapped(module.version ?? "", others: "._")
            return module.aliases.map { alias in
                let name = "modalias(\(Self.mapped(alias, others: "._:*?/-")))"
                return version.isEmpty ? RPMDependency(name) : RPMDependency(name, .equal, version)
            }
        }
        return modules + exports + aliases
    }

    /// `kernel()` for what the kernel exports, `ksym()` for what comes from other packages.
    ///
    /// - Parameter foreign: the latter; nil where it is not known which they are. Then only that symbol is required of
    ///   which it is certain: every kernel has it, and its version stands for all of the kernel's types of modules.
    func redHatRequires(foreign: [String]?) -> [RPMDependency] {
        let foreign = foreign.map { Set($0) }
        return symbols.imports.compactMap { symbol in
            if foreign == nil, symbol.name != "module_layout" { return nil }
            let kind = foreign?.contains(symbol.name) == true ? "ksym" : "kernel"
            return RPMDependency("\(kind)(\(symbol.name))", .equal, Self.crc(symbol.crc))
        }
    }

    func suseProvides(_ flavour: String) -> [RPMDependency] {
        unit.modules.map { RPMDependency("kmod(\(ModuleFile.name(ofFile: $0.name)).ko)") }
            + symbols.exports.map { symbol in
                let name = "ksym(\(flavour):\(symbol.name))"
                return symbol.crc.map { RPMDependency(name, .equal, Self.shortCRC($0)) }
                    ?? RPMDependency(name)
            }
    }

    /// SUSE's kernels provide each of their symbols under this name, as packages do theirs.
    ///
    /// Sets of symbols, `kernel(FLAVOUR:SYMSET)`, need an archive that the kernels of the known targets no longer ship.
    func suseRequires(_ flavour: String) -> [RPMDependency] {
        symbols.imports.map {
            RPMDependency("ksym(\(flavour):\($0.name))", .equal, Self.shortCRC($0.crc))
        }
    }

    /// The devices that make zypper offer the package.
    func suseSupplements(_ flavour: String) -> [RPMDependency] {
        unit.facts.flatMap(\.aliases).map {
            RPMDependency("modalias(kernel-\(flavour):\(Self.escaped($0)))")
        }
    }
}

extension RPMSymbolRelations {
    /// As Module.symvers has it.
    private static func crc(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return "0x" + String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }

    private static func shortCRC(_ value: UInt32) -> String { String(value, radix: 16) }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }

    /// With `_` for every byte but letters, digits and `others`.
    private static func mapped(_ text: String, others: String) -> String {
        String(
            decoding: text.utf8.map { isPlain($0) || others.utf8.contains($0) ? $0 : UInt8(ascii: "_") },
            as: UTF8.self)
    }

    /// With `%XX` for every byte but letters, digits, `*` and `:`.
    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            if isPlain(byte) || "*:".utf8.contains(byte) { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.utf8.count < 2 ? "0" : "") + digits
        }.joined()
    }
}
