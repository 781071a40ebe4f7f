import Diagnostics

extension ElfFile {
    struct Symbol {
        let name: ArraySlice<UInt8>
        let value: UInt64
        /// The section it is in; 0 for an undefined symbol, 0xFFF1 for an absolute value.
        let sectionIndex: Int
    }

    /// All named symbols, in the order of the symbol table; none where `strip` has taken the table away.
    func symbols() throws(Diagnostic) -> [Symbol] {
        // SHT_SYMTAB
        guard let table = sections.first(where: { $0.type == 2 }) else { return [] }
        let size = is64 ? 24 : 16
        guard table.entrySize == size, sections.indices.contains(table.link) else {
            throw .corruptModule("its symbol table is malformed")
        }
        let names = sections[table.link].range
        var symbols: [Symbol] = []
        for start in stride(from: table.range.lowerBound, to: table.range.upperBound, by: size) {
            guard start + size <= table.range.upperBound else {
                throw .corruptModule("its symbol table is cut off")
            }
            let name = try stringBytes(at: try offset(start, 4), in: names)
            if name.isEmpty { continue }
            symbols.append(
                Symbol(
                    name: name, value: try number(start + (is64 ? 8 : 4), is64 ? 8 : 4),
                    sectionIndex: try offset(start + (is64 ? 6 : 14), 2)))
        }
        return symbols
    }
}
