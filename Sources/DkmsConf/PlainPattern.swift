/// A pattern as `case` and `${NAME%…}` have it: `*`, `?`, `[…]`, and a backslash before what means itself.
///
/// Bytes are compared, as in the C locale that bash gets.
struct PlainPattern {
    private enum Piece {
        case byte(UInt8)
        case any
        case one
        /// The ranges of a bracket expression.
        case set([ClosedRange<UInt8>], isNegated: Bool)

        func fits(_ byte: UInt8) -> Bool {
            switch self {
            case .byte(let own): own == byte
            case .any, .one: true
            case .set(let ranges, let isNegated): ranges.contains { $0.contains(byte) } != isNegated
            }
        }
    }

    private var pieces: [Piece] = []

    /// Nil where the pattern is more than that, such as a class of characters.
    init?(_ text: [UInt8]) {
        var at = 0
        while at < text.count {
            switch text[at] {
            case UInt8(ascii: "*"): pieces.append(.any)
            case UInt8(ascii: "?"): pieces.append(.one)
            case UInt8(ascii: "["):
                guard let end = text[at...].firstIndex(of: UInt8(ascii: "]")),
                    let set = Self.set(text[at + 1..<end])
                else { return nil }
                pieces.append(set)
                at = end
            case UInt8(ascii: "\\"):
                at += 1
                guard at < text.count else { return nil }
                pieces.append(.byte(text[at]))
            default: pieces.append(.byte(text[at]))
            }
            at += 1
        }
    }

    /// Letters, digits and what has no meaning of its own between brackets.
    private static func set(_ text: ArraySlice<UInt8>) -> Piece? {
        var rest = text
        let isNegated = rest.first == UInt8(ascii: "!") || rest.first == UInt8(ascii: "^")
        if isNegated { rest.removeFirst() }
        guard !rest.isEmpty else { return nil }
        var ranges: [ClosedRange<UInt8>] = []
        while let low = rest.popFirst() {
            guard isOrdinary(low) else { return nil }
            guard rest.first == UInt8(ascii: "-") else {
                ranges.append(low...low)
                continue
            }
            rest.removeFirst()
            guard let high = rest.popFirst(), isOrdinary(high), low <= high else { return nil }
            ranges.append(low...high)
        }
        return .set(ranges, isNegated: isNegated)
    }

    private static func isOrdinary(_ byte: UInt8) -> Bool {
        PlainConf.beginsName(byte) || PlainConf.isDigit(byte) || byte == UInt8(ascii: ".")
    }

    /// Whether the whole of the text fits.
    func matches(_ text: ArraySlice<UInt8>) -> Bool {
        var (piece, at) = (0, text.startIndex)
        // Where to go on when the text after the last `*` doesn't fit: one byte further on.
        var retry: (piece: Int, at: Int)?
        while true {
            if piece < pieces.count, case .any = pieces[piece] {
                piece += 1
                retry = (piece, at)
            } else if piece < pieces.count, at < text.endIndex, pieces[piece].fits(text[at]) {
                piece += 1
                at += 1
            } else if piece == pieces.count, at == text.endIndex {
                return true
            } else if let (next, from) = retry, from < text.endIndex {
                (piece, at) = (next, from + 1)
                retry = (next, from + 1)
            } else {
                return false
            }
        }
    }
}
