extension RPMHeader {
    /// Why a header cannot be read.
    struct Fault: Error {
        let reason: String

        init(_ reason: String) { self.reason = reason }
    }

    /// The sizes that a header's first 16 bytes announce.
    struct Intro {
        /// More than any package has; keeps a damaged size from asking for the memory.
        private static let dataLimit = 64 << 20
        private static let entryLimit = 4096

        let entries: Int
        let data: Int

        /// Bytes behind the intro.
        var bodySize: Int { entries * RPMHeader.entrySize + data }

        init(_ bytes: ArraySlice<UInt8>) throws(Fault) {
            guard bytes.count == RPMHeader.introSize, bytes.starts(with: RPMHeader.magic) else {
                throw Fault("a header doesn't start as headers do")
            }
            entries = Int(UInt32(bigEndian: bytes, at: 8))
            data = Int(UInt32(bigEndian: bytes, at: 12))
            guard entries > 0, entries <= Self.entryLimit, data <= Self.dataLimit else {
                throw Fault("a header announces an impossible size")
            }
        }
    }

    /// Reads what follows the intro; every position and length is checked, overlaps are refused.
    init(_ intro: Intro, _ body: [UInt8]) throws(Fault) {
        guard body.count == intro.bodySize else { throw Fault("a header is cut off") }
        var values: [RPMTag: RPMValue] = [:]
        let data = body[(intro.entries * Self.entrySize)...]
        var taken: [Range<Int>] = []
        for number in 0..<intro.entries {
            let entry = body[(number * Self.entrySize)...].prefix(Self.entrySize)
            let tag = RPMTag(UInt32(bigEndian: entry, at: 0))
            let (value, range) = try Self.value(
                type: UInt32(bigEndian: entry, at: 4), offset: UInt32(bigEndian: entry, at: 8),
                count: UInt32(bigEndian: entry, at: 12), data)
            taken.append(range)
            if number == 0, tag == .headerSignatures || tag == .headerImmutable { continue }
            guard values.updateValue(value, forKey: tag) == nil else {
                throw Fault("the tag \(tag.number) is there twice")
            }
        }
        taken.sort { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
        for (left, right) in zip(taken, taken.dropFirst()) where left.upperBound > right.lowerBound {
            throw Fault("values of a header overlap")
        }
        self.init(values)
    }

    private static func value(
        type: UInt32, offset: UInt32, count: UInt32, _ data: ArraySlice<UInt8>
    ) throws(Fault) -> (RPMValue, Range<Int>) {
        let offset = Int(offset)
        let count = Int(count)
        guard offset % RPMValue.alignment(ofType: type) == 0, offset <= data.count, count > 0,
            count <= data.count
        else { throw Fault("a value lies outside of its header") }
        let rest = data[(data.startIndex + offset)...]
        switch type {
        case 1, 2, 7:
            let bytes = try Array(fixed(rest, count, 1))
            return (type == 7 ? .binary(bytes) : .int8(bytes), offset..<offset + count)
        case 3:
            let bytes = try fixed(rest, count, 2)
            let numbers = (0..<count).map { UInt16(bigEndian: bytes, at: $0 * 2) }
            return (.int16(numbers), offset..<offset + bytes.count)
        case 4:
            let bytes = try fixed(rest, count, 4)
            let numbers = (0..<count).map { UInt32(bigEndian: bytes, at: $0 * 4) }
            return (.int32(numbers), offset..<offset + bytes.count)
        case 5:
            let bytes = try fixed(rest, count, 8)
            let numbers = (0..<count).map { UInt64(bigEndian: bytes, at: $0 * 8) }
            return (.int64(numbers), offset..<offset + bytes.count)
        case 6, 8, 9:
            let (texts, size) = try strings(rest, type == 6 ? 1 : count)
            let range = offset..<offset + size
            if type == 6 { return (.string(texts.first ?? ""), range) }
            return (type == 8 ? .strings(texts) : .localized(texts), range)
        default: throw Fault("a value has the unknown type \(type)")
        }
    }

    private static func fixed(
        _ data: ArraySlice<UInt8>, _ count: Int, _ width: Int
    ) throws(Fault) -> ArraySlice<UInt8> {
        guard count <= data.count / width else { throw Fault("a value lies outside of its header") }
        return data.prefix(count * width)
    }

    private static func strings(_ data: ArraySlice<UInt8>, _ count: Int) throws(Fault) -> ([String], Int) {
        var texts: [String] = []
        var rest = data
        for _ in 0..<count {
            guard let end = rest.firstIndex(of: 0) else { throw Fault("a text lies outside of its header") }
            texts.append(String(decoding: rest[..<end], as: UTF8.self))
            rest = rest[(end + 1)...]
        }
        return (texts, data.count - rest.count)
    }
}

extension FixedWidthInteger where Self: UnsignedInteger {
    /// Reads the integer at `offset` of a slice; bytes past its end count as zero.
    init(bigEndian bytes: ArraySlice<UInt8>, at offset: Int) {
        let start = bytes.startIndex + offset
        let slice = bytes[Swift.min(start, bytes.endIndex)...].prefix(Self.bitWidth / 8)
        self = slice.reduce(0) { $0 << 8 | Self(truncatingIfNeeded: $1) }
    }
}
