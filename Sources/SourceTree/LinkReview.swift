import Archive
import Diagnostics
import Streams
import SystemPackage

/// Makes sure that links of a tree still lead somewhere when the tree is elsewhere.
struct LinkReview {
    let root: FilePath
    let origin: TreeOrigin
    private(set) var warnings: [Diagnostic] = []

    init(root: FilePath, origin: TreeOrigin) {
        self.root = root
        self.origin = origin
    }

    /// Looks at one entry of the tree.
    ///
    /// - Throws: `link-outside` for a link to a file outside, which nobody would expect in a package.
    mutating func review(_ entry: FileEntry) throws(Diagnostic) {
        guard case .symbolicLink(let target) = entry.kind else { return }
        let path = root.pushing(FilePath(entry.path))
        let resolved = try? Files.canonical(path)
        if let resolved, resolved.starts(with: root), !target.hasPrefix("/") { return }
        guard let resolved, (try? Files.status(resolved))?.kind == .regular else {
            warnings.append(
                .warning(
                    "link-outside",
                    "the link \(entry.path) leads to \(target), which does not travel with the tree",
                    hint: "put the files themselves into the tree", at: .init(file: origin.path(entry.path))))
            return
        }
        throw .error(
            "link-outside", "the link \(entry.path) leads out of the tree, to \(resolved)",
            hint: "put the file itself into the tree: what is outside may not be meant for publishing",
            at: .init(file: origin.path(entry.path)))
    }
}
