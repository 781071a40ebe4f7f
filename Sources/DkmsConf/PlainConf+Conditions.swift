import Streams
import SystemPackage

/// `[ … ]` and `[[ … ]]` with one comparison each.
extension PlainConf {
    /// The arguments are words like any other command's.
    mutating func test() throws(ShellNeed) {
        let start = at
        at += 1
        var words: [Range<Int>] = []
        while true {
            skipBlanks()
            guard let word = try argument() else { throw need(described(start), at: start) }
            if isWord(word, "]") { break }
            words.append(word)
        }
        var isNegated = false
        if words.count > 1, words.count != 3 || binary(words[1]) == nil, isWord(words[0], "!") {
            isNegated = true
            words.removeFirst()
        }
        let result: Bool
        switch words.count {
        case 1: result = !words[0].isEmpty
        case 2: result = try unary(words[0], words[1], from: start)
        case 3:
            guard let operation = binary(words[1]) else {
                throw need("a condition that is not plain", at: start)
            }
            switch operation {
            case .equal: result = variables.bytes[words[0]] == variables.bytes[words[2]]
            case .unequal: result = variables.bytes[words[0]] != variables.bytes[words[2]]
            default: result = try compare(words[0], operation, words[2], from: start)
            }
        default: throw need("a condition that is not plain", at: start)
        }
        hasSucceeded = result != isNegated
    }

    /// Words are neither split nor matched against files here, and the right one of `==` is a pattern.
    mutating func extendedTest() throws(ShellNeed) {
        let start = at
        at += 2
        skipBlanks()
        var isNegated = false
        if byte == UInt8(ascii: "!"), Self.isSpace(text[at + 1]) {
            isNegated = true
            at += 1
            skipBlanks()
        }
        let isUnary = byte == UInt8(ascii: "-")
        let left = try operand(from: start)
        skipBlanks()
        var result = !left.isEmpty
        if isUnary {
            let right = try operand(from: start)
            result = try unary(left, right, from: start)
        } else if byte != UInt8(ascii: "]") {
            // A tilde behind `=` would be a home folder anywhere else.
            if byte == UInt8(ascii: "="), text[at + 1] == UInt8(ascii: "~"), Self.isSpace(text[at + 2]) {
                at += 2
                skipBlanks()
                result = try contains(left, from: start)
            } else {
                result = try comparison(left, from: start)
            }
        }
        skipBlanks()
        guard byte == UInt8(ascii: "]"), text[at + 1] == UInt8(ascii: "]") else {
            throw need("a condition that is not plain", at: start)
        }
        at += 2
        try checkEndOrMark()
        hasSucceeded = result != isNegated
    }

    private mutating func comparison(_ left: Range<Int>, from start: Int) throws(ShellNeed) -> Bool {
        let word = try operand(from: start)
        skipBlanks()
        switch binary(word) {
        case .equal: return try pattern().matches(variables.bytes[left])
        case .unequal: return try !pattern().matches(variables.bytes[left])
        case .some(let operation):
            let right = try operand(from: start)
            return try compare(left, operation, right, from: start)
        case nil: throw need("a condition that is not plain", at: start)
        }
    }

    private func checkEndOrMark() throws(ShellNeed) {
        guard byte != UInt8(ascii: "&"), byte != UInt8(ascii: "|") else { return }
        try checkEnd()
    }

    private mutating func operand(from start: Int) throws(ShellNeed) -> Range<Int> {
        let (begin, place) = (variables.bytes.count, at)
        try word(.declaration)
        guard at > place, Self.isSpace(byte) else { throw need("a condition that is not plain", at: start) }
        return begin..<variables.bytes.count
    }

    /// A regular expression that is quoted as a whole is text to be found.
    private mutating func contains(_ left: Range<Int>, from start: Int) throws(ShellNeed) -> Bool {
        guard byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") else {
            throw need("a regular expression", at: start)
        }
        let (quote, place) = (byte, at)
        let right = try operand(from: start)
        guard text[place + 1..<at].firstIndex(of: quote) == at - 1 else {
            throw need("a regular expression", at: start)
        }
        let (text, part) = (variables.bytes[left], variables.bytes[right])
        guard text.count >= part.count, !part.isEmpty else { return part.isEmpty }
        return (left.lowerBound...left.upperBound - part.count).contains { text[$0...].starts(with: part) }
    }

    private enum Operation {
        case equal, unequal, less, lessOrEqual, greater, greaterOrEqual, same, different
    }

    private func binary(_ word: Range<Int>) -> Operation? {
        switch variables.text(word) {
        case "=", "==": .equal
        case "!=": .unequal
        case "-lt": .less
        case "-le": .lessOrEqual
        case "-gt": .greater
        case "-ge": .greaterOrEqual
        case "-eq": .same
        case "-ne": .different
        default: nil
        }
    }

    private func unary(_ operation: Range<Int>, _ operand: Range<Int>, from start: Int) throws(ShellNeed)
        -> Bool
    {
        switch variables.text(operation) {
        case "-n": return !operand.isEmpty
        case "-z": return operand.isEmpty
        case "-e": return try status(operand, from: start) != nil
        case "-f": return try status(operand, from: start) == .regular
        case "-d": return try status(operand, from: start) == .directory
        default: throw need("a condition that is not plain", at: start)
        }
    }

    private func status(_ path: Range<Int>, from start: Int) throws(ShellNeed) -> Files.Kind? {
        guard isActive else { return nil }
        let file = try systemPath(path, from: start)
        return (try? Files.status(file, following: true))?.kind
    }

    private func compare(
        _ left: Range<Int>, _ operation: Operation, _ right: Range<Int>, from start: Int
    ) throws(ShellNeed) -> Bool {
        guard isActive else { return false }
        guard let left = Self.number(variables.bytes[left]), let right = Self.number(variables.bytes[right])
        else { throw need("a comparison of what are no plain numbers", at: start) }
        return switch operation {
        case .equal, .same: left == right
        case .unequal, .different: left != right
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        }
    }

    private func isWord(_ word: Range<Int>, _ other: String) -> Bool {
        word.count == other.utf8.count && variables.bytes[word].elementsEqual(other.utf8)
    }
}
