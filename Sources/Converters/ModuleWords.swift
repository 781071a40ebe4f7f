import Archive
import Glibc
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
            read(CSource(bytes: bytes))
        }
    }

    private mutating func read(_ source: CSource) {
        let places = source.places(of: "MODULE_")
        if license == nil, places.contains(where: { source.continues(at: $0, with: "MODULE_LICENSE") }) {
            license = PackageLicense.of(source: source.text)
        }
        for place in places {
            if description == nil, source.continues(at: place, with: "MODULE_DESCRIPTION") {
                description = source.argument(at: place)
            }
            guard source.continues(at: place, with: "MODULE_AUTHOR") else { continue }
            if let author = source.argument(at: place), !authors.contains(author) { authors.append(author) }
        }
    }
}

/// A C file as bytes: trees have megabytes of them, and few lines in them are of interest.
private struct CSource {
    /// The longest use of a macro that is looked at.
    private static let longestUse = 4096

    let bytes: [UInt8]

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Where `word` begins, in order.
    func places(of word: StaticString) -> [Int] {
        unsafe bytes.withUnsafeBytes { text in
            guard let start = text.baseAddress else { return [] }
            let first = Int32(unsafe word.utf8Start.pointee)
            let count = word.utf8CodeUnitCount
            var places: [Int] = []
            var offset = 0
            while offset + count <= text.count,
                let hit = unsafe memchr(start + offset, first, text.count - offset - count + 1)
            {
                if unsafe memcmp(hit, word.utf8Start, count) == 0 {
                    places.append(unsafe UnsafeRawPointer(hit) - start)
                }
                offset = unsafe UnsafeRawPointer(hit) - start + 1
            }
            return places
        }
    }

    func continues(at place: Int, with word: String) -> Bool { bytes[place...].starts(with: word.utf8) }

    /// The argument of the macro at `place` if it is string literals, one or several in a row, and nothing else.
    func argument(at place: Int) -> String? {
        let text = String(decoding: bytes[place...].prefix(Self.longestUse), as: UTF8.self)
        guard let use = text.prefixMatch(of: /MODULE_[A-Z]+\(\s*((?:"[^"\\\n]*"\s*)+)\)/) else { return nil }
        return use.1.matches(of: /"([^"]*)"/).map { $0.1 }.joined()
    }
}
