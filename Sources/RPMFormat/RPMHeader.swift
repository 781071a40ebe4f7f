/// The header structure of .rpm files: tags with values, in the order of the tags' numbers.
package struct RPMHeader: Hashable, Sendable {
    static let magic: [UInt8] = [0x8e, 0xad, 0xe8, 0x01, 0, 0, 0, 0]
    static let introSize = 16
    static let entrySize = 16
    /// Of the entry that stands at the end of the data of a region.
    static let trailerSize = 16

    package private(set) var values: [RPMTag: RPMValue] = [:]

    package init() {}

    init(_ values: [RPMTag: RPMValue]) { self.values = values }

    /// A value without elements has no form in a header, so it removes the tag.
    package subscript(tag: RPMTag) -> RPMValue? {
        get { values[tag] }
        set { values[tag] = newValue.flatMap { $0.count == 0 ? nil : $0 } }
    }

    /// The bytes, with all tags inside the region `region`.
    func encoded(region: RPMTag) -> [UInt8] {
        let values = values.sorted { $0.key < $1.key }
        let count = values.count + 1
        var index: [UInt8] = []
        // The data goes where it stays, in memory taken once: a header of many files is the largest thing in the process.
        let start = Self.introSize + count * Self.entrySize
        var bytes = [UInt8](repeating: 0, count: start)
        bytes.reserveCapacity(start + values.reduce(Self.trailerSize) { $0 + $1.value.size + 8 })
        for (tag, value) in values {
            let alignment = RPMValue.alignment(ofType: value.type)
            while (bytes.count - start) % alignment != 0 { bytes.append(0) }
            Self.append(to: &index, tag, value.type, Int32(clamping: bytes.count - start), value.count)
            value.append(to: &bytes)
        }
        let trailer = Int32(clamping: bytes.count - start)
        let binary: UInt32 = 7
        Self.append(to: &bytes, region, binary, -Int32(clamping: count * Self.entrySize), Self.trailerSize)

        var front = Self.magic
        front.append(bigEndian: UInt32(clamping: count))
        front.append(bigEndian: UInt32(clamping: bytes.count - start))
        Self.append(to: &front, region, binary, trailer, Self.trailerSize)
        bytes.replaceSubrange(..<start, with: front + index)
        return bytes
    }

    private static func append(
        to bytes: inout [UInt8], _ tag: RPMTag, _ type: UInt32, _ offset: Int32, _ count: Int
    ) {
        bytes.append(bigEndian: tag.number)
        bytes.append(bigEndian: type)
        bytes.append(bigEndian: offset)
        bytes.append(bigEndian: UInt32(clamping: count))
    }
}
