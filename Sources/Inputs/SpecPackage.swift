import SourceTree

/// A package that is built of a spec: what it is called, and what it says of others.
struct SpecPackage: Hashable {
    /// Empty where only rpmbuild knows it.
    var name: String
    /// As they are written there, with their versions, macros put in.
    var relations: [RelationField: [String]] = [:]
    /// The versions of the names that are needed in one alone, as far as macros tell.
    var exactRequires: [String: String] = [:]
    /// Those that only rpmbuild can tell: there is a macro in them, or a condition around the tag.
    var unknownRelations: [RelationField: [String]] = [:]

    init(name: String) { self.name = name }

    /// One item of a tag.
    struct Item: Hashable {
        let name: String
        var comparison = ""
        var version = ""

        var text: String { version.isEmpty ? name : "\(name) \(comparison) \(version)" }
    }

    /// What the value of a tag says, in which blanks and commas divide: `a >= 1, b (c or d)`.
    static func items(_ value: Substring) -> [Item] {
        var words: [String] = []
        var depth = 0
        for character in value {
            let divides = depth == 0 && (character == "," || character.isWhitespace)
            if divides || words.isEmpty { words.append("") }
            if !divides { words[words.count - 1].append(character) }
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
        }
        var found: [Item] = []
        var comparison: String?
        for word in words where !word.isEmpty {
            if ["<", "<=", "=", ">=", ">"].contains(word) {
                comparison = word
            } else if let sign = comparison {
                if !found.isEmpty {
                    found[found.count - 1].comparison = sign
                    found[found.count - 1].version = word
                }
                comparison = nil
            } else {
                found.append(Item(name: word))
            }
        }
        return found
    }
}
