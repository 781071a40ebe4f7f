/// A version or release of an .rpm in rpm's order (rpmvercmp of rpm's lib/rpmvercmp).
///
/// Runs of letters and of digits compare in turn, and what is neither only divides them: digits after letters, `~` before the end,
/// `^` behind it and before everything else.
package struct RPMVersion: Comparable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }

    package static func == (left: RPMVersion, right: RPMVersion) -> Bool { left.order(right) == 0 }

    package static func < (left: RPMVersion, right: RPMVersion) -> Bool { left.order(right) < 0 }

    /// Below zero where this is the older one.
    private func order(_ other: RPMVersion) -> Int {
        var (a, b) = (Array(text.utf8)[...], Array(other.text.utf8)[...])
        while true {
            a = a.drop { !Self.counts($0) }
            b = b.drop { !Self.counts($0) }
            for (mark, sign) in [(UInt8(ascii: "~"), -1), (UInt8(ascii: "^"), 1)] {
                let (isLeft, isRight) = (a.first == mark, b.first == mark)
                guard isLeft || isRight else { continue }
                guard isLeft, isRight else {
                    // A caret is behind the end of the other one, but before any more of it.
                    let isEnd = isLeft ? b.isEmpty : a.isEmpty
                    return (isLeft ? 1 : -1) * (mark == UInt8(ascii: "~") || isEnd ? sign : -sign)
                }
                return RPMVersion(Self.string(a.dropFirst())).order(RPMVersion(Self.string(b.dropFirst())))
            }
            guard let first = a.first, let second = b.first else {
                return (a.isEmpty ? 0 : 1) - (b.isEmpty ? 0 : 1)
            }
            guard Self.isDigit(first) == Self.isDigit(second) else { return Self.isDigit(first) ? 1 : -1 }
            let isOne = Self.isDigit(first) ? Self.isDigit : Self.isLetter
            let (left, right) = (a.prefix(while: isOne), b.prefix(while: isOne))
            a = a.dropFirst(left.count)
            b = b.dropFirst(right.count)
            let order = Self.order(left, right, areNumbers: Self.isDigit(first))
            if order != 0 { return order }
        }
    }

    private static func order(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>, areNumbers: Bool) -> Int
    {
        let (a, b) = areNumbers ? (left.drop { $0 == 48 }, right.drop { $0 == 48 }) : (left, right)
        if areNumbers, a.count != b.count { return a.count - b.count }
        if a.elementsEqual(b) { return 0 }
        return a.lexicographicallyPrecedes(b) ? -1 : 1
    }

    private static func string(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }

    private static func counts(_ byte: UInt8) -> Bool {
        isDigit(byte) || isLetter(byte) || byte == UInt8(ascii: "~") || byte == UInt8(ascii: "^")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
