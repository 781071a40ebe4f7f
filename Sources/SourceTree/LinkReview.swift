import Archive
import Diagnostics
import Streams
import SystemPackage

/// Makes sure that links of a tree still lead somewhere when the tree is elsewhere.
struct LinkReview {
    let root: FilePath
    private(set) var warnings: [Diagnostic] = []

    init(root: FilePath) { self.root = root }

    /// The entry as it is, or the file that a link out of the tree leads to in its place.
    mutating func review(_ entry: FileEntry) throws(Diagnostic) -> FileEntry {
        guard case .symbolicLink(let target) = entry.kind else { return entry }
        let path = root.pushing(FilePath(entry.path))
        let resolved = try? Files.canonical(path)
        if let resolved, resolved.starts(with: root), !target.hasPrefix("/") { return entry }
        guard let resolved, let status = try? Files.status(resolved), status.kind == .regular else {
            warnings.append(
                .warning(
                    "link-outside",
                    "the link \(entry.path) leads to \(target), which does not travel with the tree",
                    hint: "put the files themselves into the tree"))
            return entry
        }
        var file = entry
        file.kind = .file(.onDisk(resolved, size: status.size))
        file.permissions = status.permissions & 0o111 == 0 ? 0o644 : 0o755
        file.modified = status.modified
        warnings.append(
            .warning(
                "link-outside",
                "the link \(entry.path) leads out of the tree; \(resolved) is packed in its place",
                hint: "put the file itself into the tree"))
        return file
    }
}
