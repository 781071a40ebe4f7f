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
    }

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

    /// The text of a file of at most a mebibyte; nil where there is none.
    func text(_ path: String) -> String? {
        guard paths.contains(path), let status = try? Files.status(root.appending(path)),
            status.size <= 1 << 20
        else { return nil }
        return try? Files.readText(root.appending(path))
    }

    /// The lines of a text, without carriage returns.
    static func lines(_ text: String) -> [String] {
        text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map(String.init)
    }

    static func folder(of path: String) -> String {
        path.split(separator: "/").dropLast().joined(separator: "/")
    }
}
