package import Compression
package import Diagnostics
import Streams
package import SystemPackage

/// The facts that a .ko file carries, as modinfo and the kernel's loader see them.
package struct ModuleFile: Hashable, Sendable {
    /// One `key=value` of the `.modinfo` section.
    package struct Info: Hashable, Sendable {
        package let key: String
        package let value: String
    }

    /// How the file itself is compressed.
    package let compression: CompressionFormat
    /// The name that lsmod shows: `-` of the file name is `_` here.
    package let name: String
    /// The kernel architecture by `uname -m`, such as `x86_64`.
    package let architecture: String
    /// Everything in `.modinfo`, in its order; keys such as `alias` and `parm` may occur often.
    package let info: [Info]
    /// Bytes of `.gnu.linkonce.this_module`, which is the `struct module` of the kernel it was built for; nil where the
    /// section is missing.
    package let structModuleSize: Int?
    /// The kernel symbols that it was built against; empty without CONFIG_MODVERSIONS.
    package let symbolVersions: [SymbolVersion]
    /// What it needs from the kernel and other modules, sorted.
    package let undefinedSymbols: [String]
    /// What it offers to other modules, sorted.
    package let exportedSymbols: [ExportedSymbol]
    /// Whether it holds no debugging information.
    package let isStripped: Bool
    /// The signature at the file's end.
    package let signature: ModuleSignature?

    /// Reads a .ko, .ko.gz, .ko.xz or .ko.zst file.
    package init(contentsOf path: FilePath) throws(Diagnostic) {
        let bytes = try Files.read(path)
        do throws(Diagnostic) {
            try self.init(bytes, fileName: path.lastComponent?.string ?? path.string)
        } catch {
            throw error.during(path.string)
        }
    }

    /// Reads the bytes of such a file.
    ///
    /// - Throws: `not-a-module`, `corrupt-module`, `bad-signature`, and what decompression throws.
    package init(_ bytes: [UInt8], fileName: String = "module.ko") throws(Diagnostic) {
        compression = CompressionFormat(magicOf: bytes) ?? .none
        let content = try ModuleCompression.decompress(bytes)
        let parts = try ModuleSignature.split(content)
        signature = parts.signature
        let elf = try ElfFile(content, end: parts.end)
        info = elf.moduleInfo()
        architecture = elf.architecture
        structModuleSize = elf.section(".gnu.linkonce.this_module")?.range.count
        guard structModuleSize != nil || !info.isEmpty else {
            throw .error(
                "not-a-module",
                "this ELF file is no kernel module: it has neither .modinfo nor a struct module",
                hint: "give the .ko file, not one of the .o files that it is made of")
        }
        let recorded = info.first { $0.key == "name" }?.value
        name = recorded ?? elf.nameInStructModule() ?? Self.name(ofFile: fileName)
        symbolVersions = try elf.symbolVersions()
        let symbols = try elf.symbols()
        let undefined = symbols.filter { $0.sectionIndex == 0 }
        undefinedSymbols = undefined.map { String(decoding: $0.name, as: UTF8.self) }.sorted {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
        exportedSymbols = try elf.exportedSymbols(symbols)
        isStripped = !elf.sections.contains { $0.name.hasPrefix(".debug_") || $0.name.hasPrefix(".zdebug_") }
    }

    /// The module's name as the kernel makes it from the file's: up to `.ko`, with `_` for `-`.
    package static func name(ofFile fileName: String) -> String {
        let base = fileName.split(separator: ".", omittingEmptySubsequences: false).first.map(String.init)
        return String((base ?? fileName).map { $0 == "-" ? "_" : $0 })
    }
}

extension ModuleFile {
    /// The first value of a key.
    package func value(_ key: String) -> String? { info.first { $0.key == key }?.value }

    /// All values of a key, in order.
    package func values(_ key: String) -> [String] { info.filter { $0.key == key }.map(\.value) }

    package var vermagic: String? { value("vermagic") }

    /// The kernel release in ``vermagic``: its first word.
    package var vermagicRelease: String? {
        vermagic?.split(separator: " ", maxSplits: 1).first.map(String.init)
    }

    package var version: String? { value("version") }
    package var srcversion: String? { value("srcversion") }
    package var license: String? { value("license") }
    package var description: String? { value("description") }
    package var authors: [String] { values("author") }
    package var aliases: [String] { values("alias") }
    package var firmware: [String] { values("firmware") }
    package var importedNamespaces: [String] { values("import_ns") }

    /// The modules that have to be loaded before it, by the names of their files: `-` stays `-`.
    package var depends: [String] {
        (value("depends") ?? "").split(separator: ",").map(String.init)
    }

    /// The check sum of the kernel's `module_layout`, which tells kernels of one release apart.
    package var moduleLayoutCRC: UInt32? { symbolVersions.first { $0.name == "module_layout" }?.crc }
}

extension ElfFile {
    /// The zero-terminated `key=value` strings of `.modinfo`; what has no `=` is skipped, as modinfo does.
    fileprivate func moduleInfo() -> [ModuleFile.Info] {
        guard let section = section(".modinfo") else { return [] }
        return bytes[section.range].split(separator: 0).compactMap { line in
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            return ModuleFile.Info(
                key: String(decoding: line[..<equals], as: UTF8.self),
                value: String(decoding: line[(equals + 1)...], as: UTF8.self))
        }
    }

    /// `name` of struct module (include/linux/module.h): after an enum and a list_head.
    fileprivate func nameInStructModule() -> String? {
        guard let section = section(".gnu.linkonce.this_module") else { return nil }
        let start = is64 ? 24 : 12
        let word = is64 ? 8 : 4
        guard section.range.count >= start + 64 - word else { return nil }
        let field = bytes[section.range].dropFirst(start).prefix(64 - word).prefix { $0 != 0 }
        return field.isEmpty ? nil : String(decoding: field, as: UTF8.self)
    }

    /// `e_machine` as `uname -m` calls it.
    var architecture: String {
        switch machine {
        case 3: "i386"
        case 62: "x86_64"
        case 183: "aarch64"
        case 40: "armv7l"
        case 243: is64 ? "riscv64" : "riscv32"
        case 21: isLittleEndian ? "ppc64le" : "ppc64"
        case 20: "ppc"
        case 22: is64 ? "s390x" : "s390"
        case 258: is64 ? "loongarch64" : "loongarch32"
        case 8: (is64 ? "mips64" : "mips") + (isLittleEndian ? "el" : "")
        case 2, 43: is64 ? "sparc64" : "sparc"
        case 15: "parisc"
        case 4: "m68k"
        default: "machine-\(machine)"
        }
    }
}
