/// The value of one tag of an .rpm header, in the types that headers have (rpm's docs, "RPM V4 Package format").
package enum RPMValue: Hashable, Sendable {
    case int8([UInt8])
    case int16([UInt16])
    case int32([UInt32])
    case int64([UInt64])
    case string(String)
    case strings([String])
    /// One string for each locale of the header's table; ours has just "C".
    case localized([String])
    case binary([UInt8])

    /// The type's number in an index entry.
    var type: UInt32 {
        switch self {
        case .int8: 2
        case .int16: 3
        case .int32: 4
        case .int64: 5
        case .string: 6
        case .binary: 7
        case .strings: 8
        case .localized: 9
        }
    }

    var count: Int {
        switch self {
        case .int8(let values), .binary(let values): values.count
        case .int16(let values): values.count
        case .int32(let values): values.count
        case .int64(let values): values.count
        case .string: 1
        case .strings(let values), .localized(let values): values.count
        }
    }

    /// Bytes in the data section, without those of the alignment; a NUL in a text makes them fewer.
    var size: Int {
        switch self {
        case .int8(let values), .binary(let values): values.count
        case .int16(let values): values.count * 2
        case .int32(let values): values.count * 4
        case .int64(let values): values.count * 8
        case .string(let text): text.utf8.count + 1
        case .strings(let texts), .localized(let texts): texts.reduce(0) { $0 + $1.utf8.count + 1 }
        }
    }

    /// What positions in the data section are a multiple of.
    static func alignment(ofType type: UInt32) -> Int {
        switch type {
        case 3: 2
        case 4: 4
        case 5: 8
        default: 1
        }
    }

    /// Appends the value as the data section has it.
    func append(to data: inout [UInt8]) {
        switch self {
        case .int8(let values), .binary(let values): data.append(contentsOf: values)
        case .int16(let values): for value in values { data.append(bigEndian: value) }
        case .int32(let values): for value in values { data.append(bigEndian: value) }
        case .int64(let values): for value in values { data.append(bigEndian: value) }
        case .string(let text): data.append(text)
        case .strings(let texts), .localized(let texts): for text in texts { data.append(text) }
        }
    }

    package var text: String? {
        switch self {
        case .string(let text): text
        case .strings(let texts), .localized(let texts): texts.first
        default: nil
        }
    }

    package var texts: [String] {
        switch self {
        case .string(let text): [text]
        case .strings(let texts), .localized(let texts): texts
        default: []
        }
    }

    /// Numbers of any width.
    package var numbers: [UInt64] {
        switch self {
        case .int8(let values): values.map(UInt64.init)
        case .int16(let values): values.map(UInt64.init)
        case .int32(let values): values.map(UInt64.init)
        case .int64(let values): values
        default: []
        }
    }
}

extension [UInt8] {
    mutating func append(bigEndian value: some FixedWidthInteger) {
        for shift in stride(from: value.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    /// A string ends at its NUL, so one inside would cut it.
    fileprivate mutating func append(_ text: String) {
        append(contentsOf: text.utf8.lazy.filter { $0 != 0 })
        append(0)
    }
}
