import Diagnostics

/// A kernel symbol that a module was built against.
package struct SymbolVersion: Hashable, Sendable {
    package let name: String
    /// The check sum of its type, as in Module.symvers.
    package let crc: UInt32
}

/// A symbol that a module offers to other modules.
package struct ExportedSymbol: Hashable, Sendable {
    package let name: String
    package let isGPLOnly: Bool
    /// Nil where the module was built without CONFIG_MODVERSIONS.
    package let crc: UInt32?
}

extension ElfFile {
    /// What `__versions` records (struct modversion_info, include/linux/module.h), or since 6.14
    /// `__version_ext_crcs` with `__version_ext_names`, in the file's order.
    func symbolVersions() throws(Diagnostic) -> [SymbolVersion] {
        if let crcs = section("__version_ext_crcs"), let names = section("__version_ext_names") {
            return try extendedVersions(crcs.range, names.range)
        }
        guard let section = section("__versions") else { return [] }
        let word = is64 ? 8 : 4
        var versions: [SymbolVersion] = []
        for start in stride(from: section.range.lowerBound, to: section.range.upperBound, by: 64) {
            let stop = start + 64
            guard stop <= section.range.upperBound else { throw .corruptModule("__versions is cut off") }
            let crc = UInt32(truncatingIfNeeded: try number(start, word))
            let name = bytes[start + word..<stop].prefix { $0 != 0 }
            versions.append(SymbolVersion(name: String(decoding: name, as: UTF8.self), crc: crc))
        }
        return versions
    }

    private func extendedVersions(_ crcs: Range<Int>, _ names: Range<Int>) throws(Diagnostic)
        -> [SymbolVersion]
    {
        var versions: [SymbolVersion] = []
        var nameOffset = 0
        for start in stride(from: crcs.lowerBound, to: crcs.upperBound, by: 4) {
            guard start + 4 <= crcs.upperBound else { throw .corruptModule("__version_ext_crcs is cut off") }
            let name = try stringBytes(at: nameOffset, in: names)
            nameOffset += name.count + 1
            versions.append(
                SymbolVersion(
                    name: String(decoding: name, as: UTF8.self),
                    crc: UInt32(truncatingIfNeeded: try number(start, 4))))
        }
        return versions
    }

    /// What EXPORT_SYMBOL left in the symbol table: `__ksymtab_X` in a `__ksymtab` or `__ksymtab_gpl` section, and
    /// `__crc_X` with the value in `__kcrctab` (since 5.19) or as an absolute symbol (before); sorted by name.
    func exportedSymbols(_ symbols: [Symbol]) throws(Diagnostic) -> [ExportedSymbol] {
        let tablePrefix = Array("__ksymtab_".utf8)
        let crcPrefix = Array("__crc_".utf8)
        var crcs: [ArraySlice<UInt8>: UInt32] = [:]
        for symbol in symbols where symbol.name.starts(with: crcPrefix) {
            crcs[symbol.name.dropFirst(crcPrefix.count)] = try crc(symbol)
        }
        var exports: [ExportedSymbol] = []
        for symbol in symbols where symbol.name.starts(with: tablePrefix) {
            guard sections.indices.contains(symbol.sectionIndex) else { continue }
            let section = sections[symbol.sectionIndex].name
            guard section.hasPrefix("__ksymtab"), section != "__ksymtab_strings" else { continue }
            let name = symbol.name.dropFirst(tablePrefix.count)
            exports.append(
                ExportedSymbol(
                    name: String(decoding: name, as: UTF8.self),
                    isGPLOnly: section.hasPrefix("__ksymtab_gpl"),
                    crc: crcs[name]))
        }
        return exports.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    private func crc(_ symbol: Symbol) throws(Diagnostic) -> UInt32? {
        // SHN_ABS
        if symbol.sectionIndex == 0xFFF1 { return UInt32(truncatingIfNeeded: symbol.value) }
        guard symbol.sectionIndex != 0, sections.indices.contains(symbol.sectionIndex) else { return nil }
        let section = sections[symbol.sectionIndex]
        guard section.name.hasPrefix("__kcrctab"), let offset = Int(exactly: symbol.value),
            section.range.count >= 4, offset <= section.range.count - 4
        else { return nil }
        return UInt32(truncatingIfNeeded: try number(section.range.lowerBound + offset, 4))
    }
}
