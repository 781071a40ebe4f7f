import Archive
import SourceTree

/// What a module's source says of itself in its `MODULE_*` macros, the first of each in the order of the files.
struct ModuleWords {
    private(set) var license: String?
    private(set) var description: String?
    /// Each once, in the order of the files.
    private(set) var authors: [String] = []

    /// Reads the tree's C files; one that can't be read says nothing.
    init(_ tree: SourceTree) {
        for entry in tree.files where entry.path.hasSuffix(".c") && entry.size < 4 << 20 {
            guard license == nil || description == nil || authors.isEmpty else { return }
            guard case .file(let content) = entry.kind, let bytes = try? content.readAll() else { continue }
            let text = String(decoding: bytes, as: UTF8.self)
            guard text.contains("MODULE_") else { continue }
            if license == nil, text.contains("MODULE_LICENSE") { license = PackageLicense.of(source: text) }
            description = description ?? Self.literals("MODULE_DESCRIPTION", in: text).first
            for author in Self.literals("MODULE_AUTHOR", in: text) where !authors.contains(author) {
                authors.append(author)
            }
        }
    }

    /// The argument of each use of a macro that is string literals, one or several in a row, and nothing else.
    private static func literals(_ macro: String, in text: String) -> [String] {
        text.matches(of: /(MODULE_[A-Z]+)\(\s*((?:"[^"\\\n]*"\s*)+)\)/).filter { $0.1 == macro }.map { use in
            use.2.matches(of: /"([^"]*)"/).map { $0.1 }.joined()
        }
    }
}
