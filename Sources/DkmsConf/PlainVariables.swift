/// The variables of a file that is read without a shell: arrays by name, as in bash, a plain variable being index 0.
///
/// Names and values lie behind one another in one buffer, since most of them are looked at once and never again.
/// A new value is written at the buffer's end first and then assigned.
struct PlainVariables {
    private struct Variable {
        var hash: UInt64
        var name: Range<Int>
        /// The chain of its elements; -1 for none.
        var first = -1
        var last = -1
        /// The highest index, so that the usual ascending order needs no search.
        var highest = -1
    }

    private struct Element {
        var index: Int
        var value: Range<Int>
        var next = -1
    }

    /// The bytes of names and values.
    var bytes = ContiguousArray<UInt8>()
    private var variables = ContiguousArray<Variable>()
    private var elements = ContiguousArray<Element>()

    /// Where each is, by its hash, once there are too many to look at one by one, as in a kernel's `.config`.
    private var numbers: [UInt64: Int] = [:]
    private static let few = 96

    init() {
        bytes.reserveCapacity(4096)
        variables.reserveCapacity(48)
        elements.reserveCapacity(64)
    }

    /// FNV-1a of a name.
    static func hash(_ name: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash
    }

    mutating func set(_ name: String, _ value: String) {
        let variable = add(hash: Self.hash(name.utf8), name: name.utf8)
        let start = bytes.count
        bytes.append(contentsOf: value.utf8)
        assign(variable, 0, start..<bytes.count)
    }

    func find(hash: UInt64, name: ArraySlice<UInt8>) -> Int? {
        if variables.count > Self.few {
            guard let index = numbers[hash] else { return nil }
            if bytes[variables[index].name].elementsEqual(name) { return index }
        }
        for index in variables.indices where variables[index].hash == hash {
            if bytes[variables[index].name].elementsEqual(name) { return index }
        }
        return nil
    }

    mutating func add(hash: UInt64, name: some Sequence<UInt8>) -> Int {
        let start = bytes.count
        bytes.append(contentsOf: name)
        variables.append(Variable(hash: hash, name: start..<bytes.count))
        if variables.count > Self.few {
            if numbers.isEmpty {
                for (index, variable) in variables.enumerated() { numbers[variable.hash] = index }
            } else if numbers[hash] == nil {
                numbers[hash] = variables.count - 1
            }
        }
        return variables.count - 1
    }

    func value(_ variable: Int, _ index: Int) -> Range<Int>? {
        var element = variables[variable].first
        while element >= 0 {
            if elements[element].index == index { return elements[element].value }
            element = elements[element].next
        }
        return nil
    }

    /// The highest index that has a value; -1 for none.
    func highest(_ variable: Int) -> Int { variables[variable].highest }

    mutating func assign(_ variable: Int, _ index: Int, _ value: Range<Int>) {
        if index <= variables[variable].highest {
            var element = variables[variable].first
            while element >= 0 {
                if elements[element].index == index {
                    elements[element].value = value
                    return
                }
                element = elements[element].next
            }
        }
        elements.append(Element(index: index, value: value))
        let added = elements.count - 1
        if variables[variable].last < 0 {
            variables[variable].first = added
        } else {
            elements[variables[variable].last].next = added
        }
        variables[variable].last = added
        variables[variable].highest = max(variables[variable].highest, index)
    }

    /// Leaves the variable without a value.
    mutating func clear(_ variable: Int) {
        variables[variable].first = -1
        variables[variable].last = -1
        variables[variable].highest = -1
    }

    /// The values of the directives, and what `DKMS_DIRECTIVE…` makes of them.
    func directives() -> ConfValues {
        var values = ConfValues()
        var overrides: [(name: String, variable: Int)] = []
        for (number, variable) in variables.enumerated() where variable.first >= 0 {
            if let name = Directives.name(hash: variable.hash, bytes[variable.name]) {
                forEach(number) { values.add(name, index: $0, value: text($1)) }
            } else if bytes[variable.name].starts(with: "DKMS_DIRECTIVE".utf8) {
                overrides.append((text(variable.name), number))
            }
        }
        // In the order of bash's ${!DKMS_DIRECTIVE@}.
        overrides.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        for (name, variable) in overrides {
            forEach(variable) { values.add(name, index: $0, value: text($1)) }
        }
        return values
    }

    /// The values of variables that are no directives, as those of framework.conf.
    func values(of names: [String]) -> ConfValues {
        var values = ConfValues()
        for (number, variable) in variables.enumerated() where variable.first >= 0 {
            let name = text(variable.name)
            guard names.contains(name) else { continue }
            forEach(number) { values.add(name, index: $0, value: text($1)) }
        }
        return values
    }

    private func forEach(_ variable: Int, _ body: (Int, Range<Int>) -> Void) {
        var element = variables[variable].first
        while element >= 0 {
            body(elements[element].index, elements[element].value)
            element = elements[element].next
        }
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}
