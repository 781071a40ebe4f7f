/// One 512-byte header block of a GNU tar archive.
struct TarHeader {
    static let blockSize = 512
    static let nameLimit = 100
    static let file = UInt8(ascii: "0")
    static let link = UInt8(ascii: "2")
    static let folder = UInt8(ascii: "5")
    static let longTarget = UInt8(ascii: "K")
    static let longName = UInt8(ascii: "L")

    private(set) var bytes = [UInt8](repeating: 0, count: TarHeader.blockSize)

    /// Names and targets longer than 100 bytes are cut; their whole text goes into an entry before this one.
    init(name: String, type: UInt8, mode: UInt16, size: Int64, modified: Int64, target: String = "") {
        put(name.utf8.prefix(Self.nameLimit), at: 0)
        putNumber(Int64(mode), at: 100, width: 8)
        putNumber(0, at: 108, width: 8)
        putNumber(0, at: 116, width: 8)
        putNumber(size, at: 124, width: 12)
        putNumber(modified, at: 136, width: 12)
        bytes[156] = type
        put(target.utf8.prefix(Self.nameLimit), at: 157)
        put("ustar  ".utf8, at: 257)
        put("root".utf8, at: 265)
        put("root".utf8, at: 297)
        // The sum is taken with its own field full of blanks.
        for index in 148..<156 { bytes[index] = UInt8(ascii: " ") }
        let sum = bytes.reduce(Int64(0)) { $0 + Int64($1) }
        putNumber(sum, at: 148, width: 7)
        bytes[154] = 0
    }

    private mutating func put(_ text: some Sequence<UInt8>, at offset: Int) {
        for (index, byte) in text.enumerated() { bytes[offset + index] = byte }
    }

    /// Octal digits and a NUL; what doesn't fit or is negative big-endian with the top bit set, as GNU tar does.
    private mutating func putNumber(_ value: Int64, at offset: Int, width: Int) {
        let digits = width - 1
        if value < 0 || (digits * 3 < 63 && value >> Int64(digits * 3) != 0) {
            var rest = value
            for index in stride(from: width - 1, through: 0, by: -1) {
                bytes[offset + index] = UInt8(truncatingIfNeeded: rest)
                rest >>= 8
            }
            bytes[offset] = value < 0 ? 0xff : 0x80
            return
        }
        var rest = value
        for index in stride(from: digits - 1, through: 0, by: -1) {
            bytes[offset + index] = UInt8(ascii: "0") + UInt8(rest & 7)
            rest >>= 3
        }
    }
}
