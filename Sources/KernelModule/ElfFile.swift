import Diagnostics

/// The sections of an ELF relocatable file, 32 or 64 bits, of either byte order; every access is bounds-checked.
///
/// Field offsets are those of the System V ABI, chapters "ELF header", "Sections" and "Symbol table".
struct ElfFile {
    struct Section {
        let name: String
        let type: UInt32
        /// Where its bytes lie in the file; empty for a section without any.
        let range: Range<Int>
        let link: Int
        let entrySize: Int
    }

    let bytes: [UInt8]
    /// Where the ELF part ends; a module's signature follows it.
    let end: Int
    let is64: Bool
    let isLittleEndian: Bool
    /// `e_machine`.
    private(set) var machine: UInt16 = 0
    private(set) var sections: [Section] = []

    /// Reads the header and the section table of the first `end` bytes.
    ///
    /// - Throws: `not-a-module`, `corrupt-module`.
    init(_ bytes: [UInt8], end: Int) throws(Diagnostic) {
        self.bytes = bytes
        self.end = min(max(end, 0), bytes.count)
        guard self.end >= 20, bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]), 1...2 ~= bytes[4],
            1...2 ~= bytes[5]
        else {
            throw .error(
                "not-a-module", "this is no ELF file",
                hint: "give a kernel module, a .ko file, compressed or not")
        }
        is64 = bytes[4] == 2
        isLittleEndian = bytes[5] == 1
        machine = UInt16(truncatingIfNeeded: try number(18, 2))
        sections = try readSections()
    }

    private func readSections() throws(Diagnostic) -> [Section] {
        let table = try offset(is64 ? 40 : 32, is64 ? 8 : 4)
        let entrySize = try offset(is64 ? 58 : 46, 2)
        var count = try offset(is64 ? 60 : 48, 2)
        var namesIndex = try offset(is64 ? 62 : 50, 2)
        guard table != 0 else { return [] }
        guard entrySize >= (is64 ? 64 : 40) else { throw .corruptModule("its section headers are too short") }
        // More than 65279 sections: the numbers are in the first header.
        if count == 0 { count = try rawSection(table, 0, entrySize).size }
        if namesIndex == 0xFFFF { namesIndex = try rawSection(table, 0, entrySize).link }
        guard count <= (end - min(table, end)) / entrySize else {
            throw .corruptModule("its section table is cut off")
        }
        var raw: [RawSection] = []
        raw.reserveCapacity(count)
        for index in 0..<count { raw.append(try rawSection(table, index, entrySize)) }
        guard namesIndex < count else { throw .corruptModule("it has no table of section names") }
        let names = try range(of: raw[namesIndex])
        var sections: [Section] = []
        sections.reserveCapacity(count)
        for section in raw {
            sections.append(
                Section(
                    name: try string(at: section.name, in: names), type: section.type,
                    range: try range(of: section), link: section.link, entrySize: section.entrySize))
        }
        return sections
    }

    private struct RawSection {
        var name, offset, size, link, entrySize: Int
        var type: UInt32
    }

    private func rawSection(_ table: Int, _ index: Int, _ entrySize: Int) throws(Diagnostic) -> RawSection {
        let (distance, overflow) = index.multipliedReportingOverflow(by: entrySize)
        let (start, overflow2) = table.addingReportingOverflow(distance)
        guard !overflow, !overflow2, start <= end else {
            throw .corruptModule("its section table is cut off")
        }
        let word = is64 ? 8 : 4
        return RawSection(
            name: try offset(start, 4), offset: try offset(start + (is64 ? 24 : 16), word),
            size: try offset(start + (is64 ? 32 : 20), word), link: try offset(start + (is64 ? 40 : 24), 4),
            entrySize: try offset(start + (is64 ? 56 : 36), word),
            type: UInt32(truncatingIfNeeded: try number(start + 4, 4)))
    }

    /// Where a section's bytes are: nowhere for SHT_NULL (0) and SHT_NOBITS (8).
    private func range(of section: RawSection) throws(Diagnostic) -> Range<Int> {
        guard section.type != 0, section.type != 8 else { return 0..<0 }
        guard section.offset <= end, section.size <= end - section.offset else {
            throw .corruptModule("a section lies past its end")
        }
        return section.offset..<section.offset + section.size
    }
}

extension ElfFile {
    /// The first section of that name.
    func section(_ name: String) -> Section? { sections.first { $0.name == name } }

    /// An unsigned number of 1 to 8 bytes in the file's byte order.
    func number(_ position: Int, _ size: Int) throws(Diagnostic) -> UInt64 {
        guard position >= 0, size <= end, position <= end - size else {
            throw .corruptModule("it is cut off")
        }
        var value: UInt64 = 0
        for index in 0..<size {
            value = value << 8 | UInt64(bytes[position + (isLittleEndian ? size - 1 - index : index)])
        }
        return value
    }

    /// A number that counts bytes or entries.
    func offset(_ position: Int, _ size: Int) throws(Diagnostic) -> Int {
        guard let value = Int(exactly: try number(position, size)) else {
            throw .corruptModule("a size in it is beyond all bounds")
        }
        return value
    }

    /// The bytes of the zero-terminated string `offset` bytes into `table`.
    func stringBytes(at offset: Int, in table: Range<Int>) throws(Diagnostic) -> ArraySlice<UInt8> {
        // The longest names that compilers make have a few thousand bytes.
        let longest = 64 * 1024
        guard offset >= 0, offset < table.count else {
            if offset == 0 { return [] }
            throw .corruptModule("a name lies outside of its table")
        }
        let start = table.lowerBound + offset
        let window = bytes[start..<min(table.upperBound, start + longest)]
        guard let stop = window.firstIndex(of: 0) else { throw .corruptModule("a name has no end") }
        return bytes[start..<stop]
    }

    func string(at offset: Int, in table: Range<Int>) throws(Diagnostic) -> String {
        String(decoding: try stringBytes(at: offset, in: table), as: UTF8.self)
    }
}

extension Diagnostic {
    static func corruptModule(_ detail: String) -> Diagnostic {
        .error("corrupt-module", "the module is damaged: \(detail)", hint: "fetch or build the file again")
    }
}
