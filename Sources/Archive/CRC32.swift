/// The CRC-32 of gzip (RFC 1952, section 8), eight bytes at a time.
struct CRC32 {
    /// Table `n` at `n * 256`: the sum of a byte that `n` zero bytes follow.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for index in 0..<256 {
            var sum = UInt32(index)
            for _ in 0..<8 { sum = sum & 1 == 0 ? sum >> 1 : sum >> 1 ^ 0xedb8_8320 }
            tables[index] = sum
        }
        for index in 256..<tables.count {
            let shorter = tables[index - 256]
            tables[index] = shorter >> 8 ^ tables[Int(shorter & 0xff)]
        }
        return tables
    }()

    private var state: UInt32 = .max

    var value: UInt32 { ~state }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var sum = state
        unsafe Self.tables.withUnsafeBufferPointer { tables in
            var offset = 0
            while bytes.count - offset >= 8 {
                let word = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
                let mixed = word ^ UInt64(sum)
                sum = 0
                for byte in 0..<8 {
                    let index = (7 - byte) * 256 + Int(truncatingIfNeeded: mixed >> UInt64(8 * byte) & 0xff)
                    unsafe sum ^= tables[index]
                }
                offset += 8
            }
            while offset < bytes.count {
                unsafe sum = sum >> 8 ^ tables[Int(UInt8(truncatingIfNeeded: sum) ^ bytes[offset])]
                offset += 1
            }
        }
        state = sum
    }
}
