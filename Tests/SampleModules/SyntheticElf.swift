/// A small ELF file of any class and byte order with named sections, as no compiler here makes it.
package struct SyntheticElf {
    package var is64: Bool
    package var isLittleEndian: Bool
    package var machine: UInt16
    package var sections: [(name: String, bytes: [UInt8])]

    package init(
        is64: Bool, isLittleEndian: Bool, machine: UInt16, sections: [(name: String, bytes: [UInt8])]
    ) {
        self.is64 = is64
        self.isLittleEndian = isLittleEndian
        self.machine = machine
        self.sections = sections
    }

    /// A module for x86_64 with nothing but these `key=value` lines in its `.modinfo`.
    package init(moduleInfo lines: [String]) {
        let text = lines.map { "\($0)\0" }.joined()
        self.init(
            is64: true, isLittleEndian: true, machine: 62, sections: [(".modinfo", Array(text.utf8))])
    }

    package func number(_ value: Int, _ size: Int) -> [UInt8] {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        return isLittleEndian ? bytes : bytes.reversed()
    }

    /// The whole file: header, contents, section table.
    package var bytes: [UInt8] {
        let word = is64 ? 8 : 4
        let headerSize = is64 ? 64 : 52
        var names: [UInt8] = [0]
        var content: [UInt8] = []
        var table = [UInt8](repeating: 0, count: is64 ? 64 : 40)
        func add(_ name: String, _ type: Int, _ bytes: [UInt8]) {
            table += number(names.count, 4) + number(type, 4) + number(0, word) + number(0, word)
            table += number(headerSize + content.count, word) + number(bytes.count, word)
            table += number(0, 4) + number(0, 4) + number(1, word) + number(0, word)
            content += bytes
            names += Array(name.utf8) + [0]
        }
        for section in sections { add(section.name, 1, section.bytes) }
        add(".shstrtab", 3, names + Array(".shstrtab".utf8) + [0])
        var header: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, is64 ? 2 : 1, isLittleEndian ? 1 : 2, 1]
        header += [UInt8](repeating: 0, count: 9)
        header += number(1, 2) + number(Int(machine), 2) + number(1, 4) + number(0, word) + number(0, word)
        header += number(headerSize + content.count, word) + number(0, 4) + number(headerSize, 2)
        header += number(0, 2) + number(0, 2) + number(is64 ? 64 : 40, 2) + number(sections.count + 2, 2)
        header += number(sections.count + 1, 2)
        return header + content + table
    }
}
