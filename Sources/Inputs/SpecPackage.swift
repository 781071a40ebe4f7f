/// A package that is built of a spec: what it is called, and what it requires.
struct SpecPackage: Hashable {
    /// Empty where only rpmbuild knows it.
    var name: String
    /// The names alone, as those of a built package's header.
    var requires: [String] = []
    /// The versions of those that are needed in one alone, as far as macros tell.
    var exactRequires: [String: String] = [:]
    /// Those that only rpmbuild can tell: there is a macro in the name, or a condition around the tag.
    var unknownRequires: [String] = []

    init(name: String) { self.name = name }

    /// What the value of a tag asks for, in which blanks and commas divide: `a >= 1, b (c or d)`; with the version where no
    /// other will do.
    static func requirements(_ value: Substring) -> [(name: String, exact: String?)] {
        var words: [String] = []
        var depth = 0
        for character in value {
            let divides = depth == 0 && (character == "," || character.isWhitespace)
            if divides || words.isEmpty { words.append("") }
            if !divides { words[words.count - 1].append(character) }
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
        }
        var found: [(name: String, exact: String?)] = []
        var comparison: String?
        for word in words where !word.isEmpty {
            if ["<", "<=", "=", ">=", ">"].contains(word) {
                comparison = word
            } else if let sign = comparison {
                if sign == "=", !found.isEmpty { found[found.count - 1].exact = word }
                comparison = nil
            } else {
                found.append((word, nil))
            }
        }
        return found
    }
}
