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
}
