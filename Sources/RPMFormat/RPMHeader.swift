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
        var index: [UInt8] = []
        var data: [UInt8] = []
        for (tag, value) in values.sorted(by: { $0.key < $1.key }) {
            let alignment = RPMValue.alignment(ofType: value.type)
            while data.count % alignment != 0 { data.append(0) }
            Self.append(to: &index, tag, value.type, Int32(clamping: data.count), value.count)
            value.append(to: &data)
        }
        let count = values.count + 1
        let start = Int32(clamping: data.count)
        let binary: UInt32 = 7
        Self.append(to: &data, region, binary, -Int32(clamping: count * Self.entrySize), Self.trailerSize)

        var bytes = Self.magic
        bytes.append(bigEndian: UInt32(clamping: count))
        bytes.append(bigEndian: UInt32(clamping: data.count))
        Self.append(to: &bytes, region, binary, start, Self.trailerSize)
        return bytes + index + data
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
