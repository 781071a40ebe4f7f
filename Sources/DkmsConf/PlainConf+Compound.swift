/// `if` and `case`. Every branch is read; what the taken one says happens.
extension PlainConf {
    mutating func conditional() throws(ShellNeed) {
        let wasActive = isActive
        defer { isActive = wasActive }
        // Whether a branch was taken already.
        var isDecided = false
        var hadBranch = false
        while true {
            isActive = wasActive && !isDecided
            guard try list(mayBeEmpty: false) == .then else { throw need("an if without its then") }
            let isTaken = isActive && hasSucceeded
            isActive = isTaken
            isDecided = isDecided || isTaken
            var end = try list(mayBeEmpty: false)
            hadBranch = hadBranch || isTaken
            if end == .elif { continue }
            if end == .else {
                isActive = wasActive && !isDecided
                hadBranch = hadBranch || isActive
                end = try list(mayBeEmpty: false)
            }
            guard end == .fi else { throw need("an if without its fi") }
            // Without a branch taken, the whole succeeds.
            if wasActive, !hadBranch { hasSucceeded = true }
            return try checkEnd()
        }
    }

    mutating func choice() throws(ShellNeed) {
        let wasActive = isActive
        defer { isActive = wasActive }
        skipBlanks()
        let start = variables.bytes.count
        try word(.assignment)
        let subject = start..<variables.bytes.count
        skipLines()
        guard let word = scanName(), isNamed(word, "in"), Self.isSpace(byte) else {
            throw need(described(at))
        }
        var isDecided = false
        while true {
            skipLines()
            let place = at
            if let name = scanName(), isNamed(name, "esac"),
                Self.isSpace(byte) || byte == UInt8(ascii: ";") || isAtEnd
            {
                break
            }
            at = place
            let isTaken = try patterns(match: subject) && wasActive && !isDecided
            isActive = isTaken
            if isTaken {
                isDecided = true
                hasSucceeded = true
            }
            switch try list() {
            case .clause: continue
            case .esac: break
            default: throw need("a case without its esac")
            }
            break
        }
        if wasActive, !isDecided { hasSucceeded = true }
        try checkEnd()
    }

    /// The patterns up to `)`; whether one of them fits.
    private mutating func patterns(match subject: Range<Int>) throws(ShellNeed) -> Bool {
        var fits = false
        if byte == UInt8(ascii: "(") { at += 1 }
        while true {
            skipBlanks()
            if try pattern().matches(variables.bytes[subject]) { fits = true }
            skipBlanks()
            at += 1
            switch text[at - 1] {
            case UInt8(ascii: "|"): continue
            case UInt8(ascii: ")"): return fits
            default: throw need(described(at - 1), at: at - 1)
            }
        }
    }

    /// A word that is a pattern, its quoted parts meaning themselves.
    mutating func pattern() throws(ShellNeed) -> PlainPattern {
        let (start, place) = (variables.bytes.count, at)
        try word(.pattern)
        guard at > place else { throw need(described(at)) }
        guard let pattern = PlainPattern(Array(variables.bytes[start...])) else {
            throw need("a pattern that is not plain", at: place)
        }
        variables.bytes.removeSubrange(start...)
        return pattern
    }
}
