/// `$NAME` and `${NAME…}`.
extension PlainConf {
    /// Reads what stands at a dollar sign; whether it was the value of a variable.
    mutating func dollar(inQuotes: Bool) throws(ShellNeed) -> Bool {
        let start = at
        at += 1
        switch byte {
        case UInt8(ascii: "{"):
            at += 1
            try braced(from: start)
            return true
        case UInt8(ascii: "'") where !inQuotes:
            at += 1
            try ansiQuoted()
            return false
        case UInt8(ascii: "\"") where !inQuotes: throw need("$\"…\"", at: start)
        case UInt8(ascii: "(") where text[at + 1] == UInt8(ascii: "("):
            at += 2
            variables.bytes.append(contentsOf: String(try sum(from: start)).utf8)
            return true
        case UInt8(ascii: "("): throw need("`$(…)`", at: start)
        case UInt8(ascii: "["): throw need("`$[…]`", at: start)
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "@"), UInt8(ascii: "*"), UInt8(ascii: "#"),
            UInt8(ascii: "?"), UInt8(ascii: "-"), UInt8(ascii: "$"), UInt8(ascii: "!"):
            throw need(described(start), at: start)
        case UInt8(ascii: "\\") where text[at + 1] == UInt8(ascii: "\n"):
            throw need("a name over two lines", at: start)
        default: break
        }
        guard let name = scanName() else {
            variables.bytes.append(UInt8(ascii: "$"))
            return false
        }
        // A continued line joins what follows to the name.
        guard byte != UInt8(ascii: "\\") || text[at + 1] != UInt8(ascii: "\n") else {
            throw need("a name over two lines", at: start)
        }
        if let value = try value(name, 0) { append(value) }
        return true
    }

    /// The value of a variable; nil where it is unset for certain.
    func value(_ name: Range<Int>, _ index: Int) throws(ShellNeed) -> Range<Int>? {
        let hash = PlainVariables.hash(text[name])
        if let variable = variables.find(hash: hash, name: text[name]) {
            return variables.value(variable, index)
        }
        guard !ShellVariables.isSpecial(text[name], hash: hash) else {
            throw need("`$\(String(decoding: text[name], as: UTF8.self))`", at: name.lowerBound)
        }
        return nil
    }

    /// What follows `${`, up to its brace.
    private mutating func braced(from start: Int) throws(ShellNeed) {
        guard let name = scanName() else { throw need(described(start), at: start) }
        var index = 0
        if byte == UInt8(ascii: "[") {
            at += 1
            index = try subscriptValue()
        }
        let value = try value(name, index)
        let operation = byte
        if operation == UInt8(ascii: "}") {
            at += 1
            if let value { append(value) }
            return
        }
        at += 1
        switch operation {
        case UInt8(ascii: ":"):
            let second = byte
            at += 1
            guard second == UInt8(ascii: "-") || second == UInt8(ascii: "+") else { break }
            return try alternative(
                to: value?.isEmpty == true ? nil : value, isDefault: second == UInt8(ascii: "-"), from: start)
        case UInt8(ascii: "-"), UInt8(ascii: "+"):
            return try alternative(to: value, isDefault: operation == UInt8(ascii: "-"), from: start)
        case UInt8(ascii: "#"), UInt8(ascii: "%"):
            let isLongest = byte == operation
            if isLongest { at += 1 }
            let pattern = try bracedPattern(from: start)
            guard let value else { return }
            return append(
                operation == UInt8(ascii: "#")
                    ? withoutPrefix(value, pattern, isLongest) : withoutSuffix(value, pattern, isLongest))
        default: break
        }
        throw need(described(start), at: start)
    }

    /// `${NAME-word}` and `${NAME+word}`: the word is read in either case.
    private mutating func alternative(to value: Range<Int>?, isDefault: Bool, from start: Int)
        throws(ShellNeed)
    {
        if isDefault, let value { append(value) }
        let end = variables.bytes.count
        while byte != UInt8(ascii: "}") {
            if byte == UInt8(ascii: "$") {
                let dollar = at
                depth += 1
                defer { depth -= 1 }
                guard depth < 40, text[at + 1] != UInt8(ascii: "'"), text[at + 1] != UInt8(ascii: "\"") else {
                    throw need(described(dollar), at: dollar)
                }
                _ = try self.dollar(inQuotes: true)
            } else if Self.isPlain(byte) || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "*")
                || byte == UInt8(ascii: "?")
            {
                variables.bytes.append(byte)
                at += 1
            } else {
                throw need(described(start), at: start)
            }
        }
        at += 1
        if isDefault == (value != nil) { variables.bytes.removeSubrange(end...) }
    }

    /// The pattern up to the brace, which is passed.
    private mutating func bracedPattern(from start: Int) throws(ShellNeed) -> PlainPattern {
        var pattern: [UInt8] = []
        while byte != UInt8(ascii: "}") {
            switch byte {
            case UInt8(ascii: "\\"):
                let next = text[at + 1]
                guard next > 0x20, next < 0x7F, Self.isPlain(next) || next == UInt8(ascii: "*"),
                    next != UInt8(ascii: "}")
                else { throw need(described(start), at: start) }
                pattern += [byte, next]
                at += 1
            case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: " "):
                pattern.append(byte)
            default:
                guard Self.isPlain(byte) else { throw need(described(start), at: start) }
                pattern.append(byte)
            }
            at += 1
        }
        at += 1
        guard let pattern = PlainPattern(pattern) else { throw need(described(start), at: start) }
        return pattern
    }

    private func withoutPrefix(_ value: Range<Int>, _ pattern: PlainPattern, _ isLongest: Bool) -> Range<Int>
    {
        let ends = value.lowerBound...value.upperBound
        let fits = { (end: Int) in pattern.matches(variables.bytes[value.lowerBound..<end]) }
        let end = isLongest ? ends.last(where: fits) : ends.first(where: fits)
        return (end ?? value.lowerBound)..<value.upperBound
    }

    private func withoutSuffix(_ value: Range<Int>, _ pattern: PlainPattern, _ isLongest: Bool) -> Range<Int>
    {
        let starts = value.lowerBound...value.upperBound
        let fits = { (start: Int) in pattern.matches(variables.bytes[start..<value.upperBound]) }
        let start = isLongest ? starts.first(where: fits) : starts.last(where: fits)
        return value.lowerBound..<(start ?? value.upperBound)
    }

    /// `$((…))`: numbers and variables that are numbers, added and subtracted.
    private mutating func sum(from start: Int) throws(ShellNeed) -> Int {
        var (sum, sign) = (0, 1)
        while true {
            skipBlanks()
            let place = at
            var number: Int?
            if Self.isDigit(byte) {
                while Self.isDigit(byte) { at += 1 }
                number = Self.number(text[place..<at])
            } else {
                if byte == UInt8(ascii: "$") { at += 1 }
                let isBraced = at > place && byte == UInt8(ascii: "{")
                if isBraced { at += 1 }
                if let name = scanName(), let value = try value(name, 0) {
                    number = Self.number(variables.bytes[value])
                }
                if isBraced {
                    guard byte == UInt8(ascii: "}") else { throw need("`$((…))`", at: start) }
                    at += 1
                }
            }
            guard let number else { throw need("`$((…))`", at: start) }
            sum += sign * number
            skipBlanks()
            switch byte {
            case UInt8(ascii: "+"): sign = 1
            case UInt8(ascii: "-"): sign = -1
            case UInt8(ascii: ")") where text[at + 1] == UInt8(ascii: ")"):
                at += 2
                return sum
            default: throw need("`$((…))`", at: start)
            }
            at += 1
        }
    }
}
