/// A file that make or kbuild reads, as far as that can be told without running make.
struct Makefile {
    let text: TextLines

    var path: String { text.path }

    /// What its lines set, in their order; a line that continues another sets nothing.
    let assignments: [Assignment]

    init(path: String, _ text: String) {
        self.text = TextLines(path: path, text)
        assignments = Self.assignments(self.text.lines)
    }

    /// By its name; a configure script and what it makes Makefiles of count too, since they read make's variables.
    static func isOne(_ path: String) -> Bool {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        if ["Makefile", "makefile", "GNUmakefile", "Kbuild", "configure"].contains(name) { return true }
        return name.hasPrefix("Makefile.") || name.hasPrefix("Makefile-") || name.hasPrefix("Kbuild.")
            || name.hasSuffix(".mk") || name.hasSuffix(".Kbuild") || name.hasSuffix(".mk.in")
    }

    /// A variable that a line sets.
    struct Assignment {
        let name: String
        let value: String
        /// Its line and those that `\` continues it on, counted from 0.
        let lines: ClosedRange<Int>

        var line: Int { lines.lowerBound }
    }

    private static func assignments(_ lines: [String]) -> [Assignment] {
        var assignments: [Assignment] = []
        var isInRule = false
        var next = 0
        while next < lines.count {
            let number = next
            var last = number
            while last + 1 < lines.count, lines[last].hasSuffix("\\") { last += 1 }
            next = last + 1
            let line = lines[number]
            // Only below a rule is a line with a tab in front a command (GNU make manual, "Rule Syntax").
            guard !isInRule || !line.hasPrefix("\t") else { continue }
            if let assignment = assignment(line, number...last) {
                assignments.append(assignment)
                isInRule = false
            } else if beginsRule(line) {
                isInRule = true
            }
        }
        return assignments
    }

    private static func assignment(_ line: String, _ lines: ClosedRange<Int>) -> Assignment? {
        guard let equals = line.firstIndex(of: "=") else { return nil }
        var name = line[..<equals]
        while let end = name.last, ":?+!".contains(end) { name.removeLast() }
        var words = name.split(whereSeparator: \.isWhitespace)
        if ["override", "export"].contains(words.first) { words.removeFirst() }
        guard words.count == 1, let word = words.first else { return nil }
        return Assignment(
            name: String(word), value: String(line[line.index(after: equals)...]), lines: lines)
    }

    /// `target: …`; a conditional, a blank line and a comment neither begin nor end a rule.
    private static func beginsRule(_ line: String) -> Bool {
        let first = line.split(whereSeparator: \.isWhitespace).first ?? ""
        let conditionals: Set<Substring> = ["ifeq", "ifneq", "ifdef", "ifndef", "else", "endif"]
        return line.contains(":") && !conditionals.contains(first)
    }

    /// Whether a line other than its own assignment has the variable in it.
    func reads(_ variable: String) -> Bool {
        let own = Set(assignments.filter { $0.name == variable }.map(\.line))
        return text.lines.enumerated().contains { number, line in
            guard line.contains(variable) else { return false }
            // VAR = $(VAR) more
            let names = line.split { !($0.isLetter || $0.isNumber || $0 == "_") }
            let count = names.count { $0 == variable }
            return count > (own.contains(number) ? 1 : 0)
        }
    }

    /// The names that are read as `$(NAME)` or `${NAME}`.
    var variablesRead: Set<String> {
        var found: Set<String> = []
        for line in text.lines {
            for part in line.split(separator: "$").dropFirst(line.hasPrefix("$") ? 0 : 1) {
                guard part.first == "(" || part.first == "{" else { continue }
                let name = part.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                if !name.isEmpty { found.insert(String(name)) }
            }
        }
        return found
    }

    /// Whether a list of objects is made of variables, so that the modules can't be told.
    var hasComputedObjects: Bool {
        assignments.contains { $0.name.hasPrefix("obj-") && $0.value.contains("$") }
            || text.lines.contains { $0.contains("$(eval") || $0.contains("$(foreach") }
    }

    /// The modules of `obj-m` and its like, without `.o`; folders end in `/` and are left out.
    var modules: [String] {
        lists { $0.hasPrefix("obj-") }.filter { $0.hasSuffix(".o") }.map { String($0.dropLast(2)) }
    }

    /// The words of all lists that have such a name.
    func lists(_ isWanted: (String) -> Bool) -> [String] {
        continued.filter { isWanted($0.name) }.flatMap { assignment in
            let value = assignment.value.prefix { $0 != "#" }
            return value.split(whereSeparator: \.isWhitespace).map(String.init)
        }
    }

    /// The assignments with the lines that `\` continues them on.
    private var continued: [Assignment] {
        assignments.map { assignment in
            var value = assignment.value
            for line in assignment.lines.dropFirst() {
                if value.hasSuffix("\\") { value.removeLast() }
                value += " " + text.lines[line]
            }
            return Assignment(name: assignment.name, value: value, lines: assignment.lines)
        }
    }
}
