/// `NAME=value`, `NAME[index]=value`, `NAME=(…)`, and each with `+=`.
extension PlainConf {
    /// Assigns what stands behind `name`.
    mutating func assignment(_ name: Range<Int>, _ place: Place) throws(ShellNeed) {
        var index: Int?
        if byte == UInt8(ascii: "[") {
            at += 1
            index = try subscriptValue()
        }
        let appends = byte == UInt8(ascii: "+")
        if appends { at += 1 }
        guard byte == UInt8(ascii: "=") else { throw need(described(name.lowerBound), at: name.lowerBound) }
        at += 1
        let variable = try assignable(name)
        if byte == UInt8(ascii: "(") {
            guard index == nil else { throw need("an array in an array") }
            at += 1
            return try array(variable, appends: appends)
        }
        let start = variables.bytes.count
        if appends, let old = variables.value(variable, index ?? 0) { append(old) }
        try word(place)
        if isActive { variables.assign(variable, index ?? 0, start..<variables.bytes.count) }
    }

    func find(_ name: Range<Int>) -> Int? {
        variables.find(hash: PlainVariables.hash(text[name]), name: text[name])
    }

    /// The variable that `name` stands for, once it is sure that assigning it does nothing else.
    mutating func assignable(_ name: Range<Int>) throws(ShellNeed) -> Int {
        let hash = PlainVariables.hash(text[name])
        if let known = variables.find(hash: hash, name: text[name]) { return known }
        guard !ShellVariables.isSpecial(text[name], hash: hash) else {
            throw need("`\(String(decoding: text[name], as: UTF8.self))=`", at: name.lowerBound)
        }
        return variables.add(hash: hash, name: text[name])
    }

    /// The index up to `]`, which is passed: a plain number, or a variable that is one.
    mutating func subscriptValue() throws(ShellNeed) -> Int {
        let start = at
        var digits = variables.bytes[0..<0]
        if Self.isDigit(byte) {
            while Self.isDigit(byte) { at += 1 }
            guard byte == UInt8(ascii: "]"), let index = Self.number(text[start..<at]) else {
                throw need("an index that is to be computed", at: start)
            }
            at += 1
            return index
        }
        // Both `$name` and a bare name stand for a variable's value, `${name}` too.
        let isBraced = byte == UInt8(ascii: "$") && text[at + 1] == UInt8(ascii: "{")
        if byte == UInt8(ascii: "$") { at += isBraced ? 2 : 1 }
        if let name = scanName(), let variable = find(name), let value = variables.value(variable, 0) {
            digits = variables.bytes[value]
        }
        if isBraced {
            guard byte == UInt8(ascii: "}") else {
                throw need("an index that is to be computed", at: start)
            }
            at += 1
        }
        guard byte == UInt8(ascii: "]"), let index = Self.number(digits) else {
            throw need("an index that is to be computed", at: start)
        }
        at += 1
        return index
    }

    /// A decimal number that bash reads as such: a leading zero would make it octal.
    static func number(_ digits: some Collection<UInt8>) -> Int? {
        guard !digits.isEmpty, digits.count < 10, digits.count == 1 || digits.first != UInt8(ascii: "0")
        else {
            return nil
        }
        var number = 0
        for digit in digits {
            guard isDigit(digit) else { return nil }
            number = number * 10 + Int(digit &- 0x30)
        }
        return number
    }

    /// The elements up to `)`: all are read before any is assigned, since they may name the array itself.
    private mutating func array(_ variable: Int, appends: Bool) throws(ShellNeed) {
        var elements: [(index: Int?, value: Range<Int>)] = []
        while true {
            skipLines()
            if byte == UInt8(ascii: ")") { break }
            var index: Int?
            if byte == UInt8(ascii: "[") {
                at += 1
                index = try subscriptValue()
                guard byte == UInt8(ascii: "=") else { throw need("an element that is not plain") }
                at += 1
            }
            let start = variables.bytes.count
            let place = at
            try word(.element)
            guard at > place || index != nil else { throw need(described(place)) }
            elements.append((index, start..<variables.bytes.count))
            guard Self.isSpace(byte) || byte == UInt8(ascii: ")") else { throw need(described(at)) }
        }
        at += 1
        guard Self.isSpace(byte) || byte == UInt8(ascii: ";") || byte == 0 else { throw need(described(at)) }
        guard isActive else { return }
        if !appends { variables.clear(variable) }
        var next = variables.highest(variable) + 1
        for (index, value) in elements {
            variables.assign(variable, index ?? next, value)
            next = (index ?? next) + 1
        }
    }
}
