/// A version of a Debian package in dpkg's order (deb-version(7)).
///
/// Runs of other characters and of digits compare in turn: letters before everything else, `~` before the end.
package struct DebianVersion: Comparable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }

    package static func == (left: DebianVersion, right: DebianVersion) -> Bool {
        !(left < right) && !(right < left)
    }

    package static func < (left: DebianVersion, right: DebianVersion) -> Bool {
        let (a, b) = (left.parts, right.parts)
        if let isLess = isLess(a.epoch, b.epoch) { return isLess }
        if let isLess = isLess(a.upstream, b.upstream) { return isLess }
        return isLess(a.revision ?? [], b.revision ?? []) ?? false
    }

    /// Without epoch and revision.
    package var upstream: String { String(decoding: parts.upstream, as: UTF8.self) }

    /// Nil where it has none, as that of a native package.
    package var revision: String? { parts.revision.map { String(decoding: $0, as: UTF8.self) } }

    /// Without epoch.
    package var withoutEpoch: String { revision.map { "\(upstream)-\($0)" } ?? upstream }

    private typealias Bytes = ArraySlice<UInt8>

    private var parts: (epoch: Bytes, upstream: Bytes, revision: Bytes?) {
        var upstream = Array(text.utf8)[...]
        var epoch: Bytes = []
        var revision: Bytes?
        if let colon = upstream.firstIndex(of: UInt8(ascii: ":")) {
            epoch = upstream[..<colon]
            upstream = upstream[(colon + 1)...]
        }
        if let hyphen = upstream.lastIndex(of: UInt8(ascii: "-")) {
            revision = upstream[(hyphen + 1)...]
            upstream = upstream[..<hyphen]
        }
        return (epoch, upstream, revision)
    }

    /// Nil where they are equal.
    private static func isLess(_ left: Bytes, _ right: Bytes) -> Bool? {
        var (a, b) = (left, right)
        while !a.isEmpty || !b.isEmpty {
            while let ranks = ranks(a.first, b.first) {
                if ranks.0 != ranks.1 { return ranks.0 < ranks.1 }
                a = a.dropFirst()
                b = b.dropFirst()
            }
            let (number, other) = (takeNumber(&a), takeNumber(&b))
            if number.count != other.count { return number.count < other.count }
            if !number.elementsEqual(other) { return number.lexicographicallyPrecedes(other) }
        }
        return nil
    }

    /// The places of two characters in the order; nil where both runs of other characters have ended.
    private static func ranks(_ left: UInt8?, _ right: UInt8?) -> (Int, Int)? {
        func isEnd(_ byte: UInt8?) -> Bool { byte.map(isDigit) ?? true }
        if isEnd(left), isEnd(right) { return nil }
        return (rank(left), rank(right))
    }

    private static func rank(_ byte: UInt8?) -> Int {
        guard let byte, !isDigit(byte) else { return 0 }
        if byte == UInt8(ascii: "~") { return -1 }
        let lower = byte | 0x20
        let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lower)
        return isLetter ? Int(byte) : Int(byte) + 256
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    /// Takes the digits off the front, without leading zeros, so that no number is too long.
    private static func takeNumber(_ bytes: inout Bytes) -> Bytes {
        let digits = bytes.prefix(while: isDigit)
        bytes = bytes.dropFirst(digits.count)
        return digits.drop { $0 == 48 }
    }
}
