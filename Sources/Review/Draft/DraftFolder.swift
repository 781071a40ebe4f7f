import Diagnostics
import Streams
import SystemPackage

/// The text files of a folder that is no DKMS tree yet.
struct DraftFolder {
    /// How deep, and how many files: sources of modules have neither more.
    private static let (deepest, most) = (8, 20_000)

    let root: FilePath
    /// Relative paths, sorted within each folder; what version control and builds keep is left out.
    let paths: [String]
    private let known: Set<String>
    /// The largest file that is read, in bytes: people write smaller ones.
    private static let largest = 1 << 20

    init(_ root: FilePath) throws(Diagnostic) {
        guard Files.isDirectory(root), let absolute = try? Files.canonical(root) else {
            throw .error(
                "no-input", "\(root) is no folder",
                hint: "give the folder that has the module's sources in it")
        }
        self.root = absolute
        var paths: [String] = []
        try Self.list(absolute, "", 0, &paths)
        self.paths = paths
        known = Set(paths)
    }

    func contains(_ path: String) -> Bool { known.contains(path) }

    private static func list(
        _ root: FilePath, _ folder: String, _ depth: Int, _ paths: inout [String]
    ) throws(Diagnostic) {
        let path = folder.isEmpty ? root : root.appending(folder)
        let entries: [Files.Entry]
        do {
            entries = try Files.entries(in: path)
        } catch {
            throw .file("list", path, error)
        }
        for entry in entries where paths.count < most {
            let name = folder.isEmpty ? entry.name : "\(folder)/\(entry.name)"
            if entry.kind == .regular { paths.append(name) }
            if entry.kind == .directory, depth < deepest, !entry.name.hasPrefix(".") {
                try list(root, name, depth + 1, &paths)
            }
        }
    }

    /// The text of a file of at most a mebibyte; nil where there is none, or none with that word in it.
    func text(_ path: String, having word: String = "") -> String? {
        guard known.contains(path), let status = try? Files.status(root.appending(path)),
            status.size <= Self.largest, let bytes = try? Files.read(root.appending(path))
        else { return nil }
        return Self.has(bytes, Array(word.utf8)) ? String(decoding: bytes, as: UTF8.self) : nil
    }

    private static func has(_ bytes: [UInt8], _ word: [UInt8]) -> Bool {
        guard let first = word.first else { return true }
        var rest = bytes[...]
        while let start = rest.firstIndex(of: first) {
            rest = rest[start...]
            if rest.starts(with: word) { return true }
            rest = rest.dropFirst()
        }
        return false
    }

    /// The lines of a text, without carriage returns.
    static func lines(_ text: String) -> [String] {
        text.lines.map(String.init)
    }

    static func folder(of path: String) -> String {
        path.split(separator: "/").dropLast().joined(separator: "/")
    }
}
