/// Lists of commands, and the simple ones among them.
extension PlainConf {
    /// What ended a list: the word or mark is passed.
    enum Terminator {
        case end, then, elif, `else`, fi, esac
        /// `;;`
        case clause
    }

    /// Reads commands up to a word that belongs to the command around them.
    ///
    /// - Parameter mayBeEmpty: false where bash wants a command.
    mutating func list(mayBeEmpty: Bool = true) throws(ShellNeed) -> Terminator {
        depth += 1
        defer { depth -= 1 }
        let had = hasSucceeded
        defer { if !isActive { hasSucceeded = had } }
        guard depth < 40 else { throw need("commands in commands, too deep") }
        var isEmpty = true
        while true {
            skipLines()
            let start = at
            if let terminator = terminator() {
                guard mayBeEmpty || !isEmpty else { throw need(described(start), at: start) }
                return terminator
            }
            if byte == 0x0D, text[at + 1] == UInt8(ascii: "\n") {
                // A carriage return alone on a line is a command that bash doesn't find.
                if isActive { hasSucceeded = false }
                at += 2
            } else {
                try chain()
                try separator()
            }
            isEmpty = false
        }
    }

    private mutating func terminator() -> Terminator? {
        if isAtEnd { return .end }
        if byte == UInt8(ascii: ";"), text[at + 1] == UInt8(ascii: ";") {
            at += 2
            return .clause
        }
        guard byte == UInt8(ascii: "t") || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "f") else {
            return nil
        }
        let start = at
        if let name = scanName(), Self.isSpace(byte) || byte == UInt8(ascii: ";") || isAtEnd {
            if isNamed(name, "then") { return .then }
            if isNamed(name, "elif") { return .elif }
            if isNamed(name, "else") { return .else }
            if isNamed(name, "fi") { return .fi }
            if isNamed(name, "esac") { return .esac }
        }
        at = start
        return nil
    }

    /// The end of a command.
    private mutating func separator() throws(ShellNeed) {
        skipBlanks()
        switch byte {
        case UInt8(ascii: "\n"): at += 1
        case UInt8(ascii: "#"): skipComment()
        case UInt8(ascii: ";"): if text[at + 1] != UInt8(ascii: ";") { at += 1 }
        case 0 where isAtEnd: break
        default: throw need(described(at))
        }
    }

    /// Commands joined by `&&` and `||`.
    private mutating func chain() throws(ShellNeed) {
        try negatable()
        while true {
            skipBlanks()
            let mark = byte
            guard mark == UInt8(ascii: "&") || mark == UInt8(ascii: "|"), text[at + 1] == mark else { return }
            at += 2
            skipLines()
            let (wasActive, had) = (isActive, hasSucceeded)
            isActive = isActive && had == (mark == UInt8(ascii: "&"))
            try negatable()
            if !isActive { hasSucceeded = had }
            isActive = wasActive
        }
    }

    private mutating func negatable() throws(ShellNeed) {
        var isNegated = false
        if byte == UInt8(ascii: "!"), Self.isSpace(text[at + 1]) {
            at += 1
            skipBlanks()
            isNegated = true
        }
        try command()
        if isNegated { hasSucceeded.toggle() }
    }

    private mutating func command() throws(ShellNeed) {
        let start = at
        if let name = scanName() {
            if byte == UInt8(ascii: "=") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "+") {
                return try assignments(name)
            }
            guard Self.isSpace(byte) || byte == UInt8(ascii: ";") || isAtEnd else {
                throw need(described(start), at: start)
            }
            if isNamed(name, "if") { return try conditional() }
            if isNamed(name, "case") { return try choice() }
            if isNamed(name, "export") { return try declaration(mayHaveOptions: false) }
            if isNamed(name, "declare") || isNamed(name, "typeset") {
                return try declaration(mayHaveOptions: true)
            }
            if isNamed(name, "unset") { return try unset() }
            if isNamed(name, "source") { return try source(from: start) }
            if isNamed(name, "true") || isNamed(name, "false") {
                skipBlanks()
                guard isAtCommandEnd else { throw need(described(start), at: start) }
                return hasSucceeded = isNamed(name, "true")
            }
        } else if byte == UInt8(ascii: "["), Self.isSpace(text[at + 1]) {
            return try test()
        } else if byte == UInt8(ascii: "["), text[at + 1] == UInt8(ascii: "["), Self.isSpace(text[at + 2]) {
            return try extendedTest()
        } else if byte == UInt8(ascii: "."), Self.isSpace(text[at + 1]) {
            at += 1
            return try source(from: start)
        }
        throw need(described(start), at: start)
    }

    /// One assignment or more; each sees what those before it set.
    private mutating func assignments(_ first: Range<Int>) throws(ShellNeed) {
        try assignment(first, .assignment)
        while true {
            skipBlanks()
            let start = at
            guard let name = scanName() else { break }
            guard byte == UInt8(ascii: "=") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "+") else {
                throw need("a variable for a command only", at: start)
            }
            try assignment(name, .assignment)
        }
        hasSucceeded = true
    }

    /// The end of a compound command, where redirections could stand.
    func checkEnd() throws(ShellNeed) {
        guard Self.isSpace(byte) || byte == UInt8(ascii: ";") || isAtEnd else { throw need(described(at)) }
    }
}
