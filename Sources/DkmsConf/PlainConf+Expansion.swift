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
        if byte == UInt8(ascii: "}") {
            at += 1
            if let value { append(value) }
            return
        }
        throw need(described(start), at: start)
    }
}
