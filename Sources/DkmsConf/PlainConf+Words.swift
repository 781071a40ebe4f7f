/// Words: quotes, backslashes, continued lines. The value goes to the end of the variables' buffer.
extension PlainConf {
    /// What a word is part of, which decides what bash does to it.
    enum Place {
        /// The value of an assignment: no splitting, no patterns, no braces.
        case assignment
        /// That of `export` and its like, or a word in `[[ … ]]`: braces may mean something there.
        case declaration
        /// A pattern: what is quoted gets backslashes, so that it means itself.
        case pattern
        /// An element of `(…)`, where all of them happen, and so may not occur.
        case element
    }

    /// Reads up to what ends a word, which stays.
    mutating func word(_ place: Place) throws(ShellNeed) {
        if byte == UInt8(ascii: "#"), Self.endsWord(text[at - 1]) { throw need("a comment") }
        while true {
            let start = at
            while Self.isPlain(byte) { at += 1 }
            if at > start { variables.bytes.append(contentsOf: text[start..<at]) }
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: ";"),
                UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "("),
                UInt8(ascii: ")"):
                return
            case 0 where isAtEnd: return
            case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "\\"):
                let quoted = variables.bytes.count
                switch byte {
                case UInt8(ascii: "'"): try singleQuoted()
                case UInt8(ascii: "\""): try doubleQuoted()
                default: try escaped()
                }
                if place == .pattern { escapePattern(from: quoted) }
            case UInt8(ascii: "$"):
                let value = variables.bytes.count
                let isExpanded = try dollar(inQuotes: false)
                if isExpanded {
                    try checkExpansion(from: value, at: start, in: place)
                } else if place == .pattern {
                    escapePattern(from: value)
                }
            case UInt8(ascii: "~"):
                // bash looks at the text, not at the value, for where a home folder may begin.
                guard !Self.mayPrecedeHome(text[at - 1]) else { throw need("`~`") }
                keep()
            case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["):
                guard place != .element else { throw need("a pattern") }
                keep()
            case UInt8(ascii: "{"):
                guard place == .assignment else { throw need("braces") }
                keep()
            case UInt8(ascii: "`"): throw need("`` `…` ``")
            default: throw need("a control character")
            }
        }
    }

    private mutating func keep() {
        variables.bytes.append(byte)
        at += 1
    }

    /// Copies a value to the end of the buffer.
    mutating func append(_ value: Range<Int>) {
        for index in value { variables.bytes.append(variables.bytes[index]) }
    }

    /// An unquoted value among the elements of an array has to stay one word as it is; in a pattern it is part of it.
    private func checkExpansion(from start: Int, at offset: Int, in place: Place) throws(ShellNeed) {
        let value = variables.bytes[start...]
        switch place {
        case .assignment, .declaration: return
        case .element:
            guard !value.isEmpty, value.allSatisfy({ Self.isPlain($0) }) else {
                throw need("an unquoted variable that may be several words", at: offset)
            }
        case .pattern:
            guard !value.contains(UInt8(ascii: "\\")), !value.contains(UInt8(ascii: "(")) else {
                throw need("a pattern that is not plain", at: offset)
            }
        }
    }

    private mutating func escapePattern(from start: Int) {
        let quoted = variables.bytes[start...]
        var escaped = ContiguousArray<UInt8>()
        for byte in quoted {
            escaped.append(UInt8(ascii: "\\"))
            escaped.append(byte)
        }
        variables.bytes.replaceSubrange(start..., with: escaped)
    }

    private mutating func singleQuoted() throws(ShellNeed) {
        let quote = at
        at += 1
        while byte != UInt8(ascii: "'") {
            if byte == 0 || byte == 1 || byte == 0x7F { throw need("a quote without its end", at: quote) }
            at += 1
        }
        variables.bytes.append(contentsOf: text[quote + 1..<at])
        at += 1
    }

    private mutating func doubleQuoted() throws(ShellNeed) {
        let quote = at
        at += 1
        while true {
            let start = at
            while Self.isPlainInQuotes(byte) { at += 1 }
            if at > start { variables.bytes.append(contentsOf: text[start..<at]) }
            switch byte {
            case UInt8(ascii: "\""):
                at += 1
                return
            case UInt8(ascii: "\\"):
                switch text[at + 1] {
                case UInt8(ascii: "\n"): at += 2
                case UInt8(ascii: "$"), UInt8(ascii: "`"), UInt8(ascii: "\""), UInt8(ascii: "\\"):
                    at += 1
                    keep()
                default: keep()
                }
            case UInt8(ascii: "$"): _ = try dollar(inQuotes: true)
            case UInt8(ascii: "`"): throw need("`` `…` ``")
            default: throw need("a quote without its end", at: quote)
            }
        }
    }

    private mutating func escaped() throws(ShellNeed) {
        at += 1
        switch byte {
        case UInt8(ascii: "\n"): at += 1
        case 0, 1, 0x7F: throw need("a backslash before nothing")
        default: keep()
        }
    }

    /// `$'…'`, the usual escapes.
    mutating func ansiQuoted() throws(ShellNeed) {
        while byte != UInt8(ascii: "'") {
            guard byte != 0, byte != 1, byte != 0x7F else { throw need("a quote without its end") }
            guard byte == UInt8(ascii: "\\") else {
                keep()
                continue
            }
            at += 1
            let meant: UInt8 =
                switch byte {
                case UInt8(ascii: "n"): 0x0A
                case UInt8(ascii: "r"): 0x0D
                case UInt8(ascii: "t"): 0x09
                case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): byte
                default: throw need("an escape in $'…'")
                }
            variables.bytes.append(meant)
            at += 1
        }
        at += 1
    }

    // Sets of bytes below 64 and below 128, a bit each. Everything above ASCII is plain, since bash runs in the
    // C locale; NUL, ^A and DEL never are: bash marks quoted characters with the last two inside.

    /// All but blanks, newlines and `"$&'()*;<>?[\`{|~`: bytes that mean themselves anywhere in a word.
    @inline(__always) static func isPlain(_ byte: UInt8) -> Bool {
        contains(byte, 0x27FF_F82A_FFFF_F9FC, 0x27FF_FFFE_E7FF_FFFF)
    }

    /// All but `"$\` and the backquote.
    @inline(__always) static func isPlainInQuotes(_ byte: UInt8) -> Bool {
        contains(byte, 0xFFFF_FFEB_FFFF_FFFC, 0x7FFF_FFFE_EFFF_FFFF)
    }

    @inline(__always) private static func contains(_ byte: UInt8, _ low: UInt64, _ high: UInt64) -> Bool {
        byte >= 0x80 || ((byte < 64 ? low : high) >> UInt64(byte & 63)) & 1 == 1
    }

    /// Whether a new word begins behind this byte, so that `#` begins a comment.
    private static func endsWord(_ byte: UInt8) -> Bool {
        isSpace(byte) || byte == UInt8(ascii: "(") || byte == UInt8(ascii: "|")
    }

    /// Whether a tilde behind this byte may stand for a home folder.
    private static func mayPrecedeHome(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "="), UInt8(ascii: ":"), UInt8(ascii: "("), UInt8(ascii: "|"), UInt8(ascii: " "),
            UInt8(ascii: "\t"), UInt8(ascii: "\n"):
            true
        default: false
        }
    }
}
