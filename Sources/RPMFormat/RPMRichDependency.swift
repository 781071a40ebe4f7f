/// The outermost words of a rich dependency, and what stands between them (rpm's boolean_dependencies.md).
package struct RPMRichDependency: Hashable, Sendable {
    /// Such as `or`, in lower case; none where one dependency stands in brackets.
    package let operators: [String]
    /// One more than there are operators; a part may be rich itself.
    package let parts: [RPMDependency]

    /// How deep brackets may go: rpm's own writing never comes near it.
    private static let depth = 30

    /// Nil for what is no rich dependency as a whole.
    package init?(_ text: some StringProtocol) { self.init(text, within: Self.depth) }

    private init?(_ text: some StringProtocol, within depth: Int) {
        guard depth > 0, text.first == "(", text.last == ")" else { return nil }
        let inside = text.dropFirst().dropLast()
        guard Self.isBalanced(inside) else { return nil }
        var operators: [String] = []
        var parts: [[String]] = [[]]
        for word in Self.words(inside, dividedByCommas: false) {
            if Self.known.contains(word) {
                operators.append(word)
                parts.append([])
            } else {
                parts[parts.count - 1].append(word)
            }
        }
        var found: [RPMDependency] = []
        for words in parts {
            let part = words.joined(separator: " ")
            if part.hasPrefix("(") {
                guard RPMRichDependency(part, within: depth - 1) != nil else { return nil }
                found.append(RPMDependency(written: part))
            } else {
                guard let dependency = RPMDependency(parsing: part), !dependency.isRich else { return nil }
                found.append(dependency)
            }
        }
        self.operators = operators
        self.parts = found
    }

    private static let known: Set<String> = ["and", "or", "if", "unless", "else", "with", "without"]

    private static func isBalanced(_ text: some StringProtocol) -> Bool {
        var depth = 0
        for character in text {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if depth < 0 { return false }
        }
        return depth == 0
    }

    /// The words of a text, in which blanks divide, and commas, but not in brackets.
    static func words(_ text: some StringProtocol, dividedByCommas: Bool = true) -> [String] {
        var words: [String] = []
        var depth = 0
        var isWithin = false
        for character in text {
            if depth == 0, character.isWhitespace || dividedByCommas && character == "," {
                isWithin = false
                continue
            }
            if !isWithin { words.append("") }
            isWithin = true
            words[words.count - 1].append(character)
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
        }
        return words
    }
}
