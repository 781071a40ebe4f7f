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

    /// The names in the value of a tag, in which blanks and commas divide: `a >= 1, b (c or d)`.
    static func names(_ value: Substring) -> [String] {
        var words: [String] = []
        var depth = 0
        for character in value {
            let divides = depth == 0 && (character == "," || character.isWhitespace)
            if divides || words.isEmpty { words.append("") }
            if !divides { words[words.count - 1].append(character) }
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
        }
        var names: [String] = []
        var isVersion = false
        for word in words where !word.isEmpty {
            if ["<", "<=", "=", ">=", ">"].contains(word) {
                isVersion = true
            } else if isVersion {
                isVersion = false
            } else {
                names.append(word)
            }
        }
        return names
    }
}
