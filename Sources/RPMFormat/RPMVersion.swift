/// A version or a release of an .rpm in rpm's order (rpm-version(7)).
///
/// Runs of digits and of letters compare in turn, numbers come after words, and what separates them counts for nothing. `~`
/// comes before the end, `^` directly after it.
package struct RPMVersion: Comparable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }

    package static func == (left: RPMVersion, right: RPMVersion) -> Bool {
        !(left < right) && !(right < left)
    }

    package static func < (left: RPMVersion, right: RPMVersion) -> Bool {
        var (a, b) = (Parts(left.text), Parts(right.text))
        while true {
            let (part, other) = (a.next(), b.next())
            if part != other { return part < other }
            if part == .end { return false }
        }
    }

    /// What a version consists of, in the order of the parts.
    private enum Part: Comparable {
        case tilde, end, caret
        case word([UInt8])
        case number([UInt8])

        static func < (left: Part, right: Part) -> Bool {
            switch (left, right) {
            case (.word(let a), .word(let b)): a.lexicographicallyPrecedes(b)
            case (.number(let a), .number(let b)):
                a.count == b.count ? a.lexicographicallyPrecedes(b) : a.count < b.count
            default: left.rank < right.rank
            }
        }

        private var rank: Int {
            switch self {
            case .tilde: 0
            case .end: 1
            case .caret: 2
            case .word: 3
            case .number: 4
            }
        }
    }

    /// Takes a version to pieces, from its start.
    private struct Parts {
        private var rest: ArraySlice<UInt8>

        init(_ text: String) { rest = Array(text.utf8)[...] }

        mutating func next() -> Part {
            rest = rest.drop { !Self.isDigit($0) && !Self.isLetter($0) && !Self.marks.contains($0) }
            guard let first = rest.first else { return .end }
            if Self.marks.contains(first) {
                rest = rest.dropFirst()
                return first == UInt8(ascii: "~") ? .tilde : .caret
            }
            let run = rest.prefix(while: Self.isDigit(first) ? Self.isDigit : Self.isLetter)
            rest = rest.dropFirst(run.count)
            // Without leading zeros, so that no number is too long.
            return Self.isDigit(first) ? .number(Array(run.drop { $0 == 48 })) : .word(Array(run))
        }

        private static let marks: [UInt8] = [UInt8(ascii: "~"), UInt8(ascii: "^")]
        private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
        private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 0x20) }
    }
}
