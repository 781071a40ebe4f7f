import Archive
import Diagnostics
import SourceTree

/// The files themselves: what shouldn't be there, and the licence that should.
struct ContentReview {
    private let reviewed: ReviewedTree

    init(_ reviewed: ReviewedTree) { self.reviewed = reviewed }

    func findings() throws(Diagnostic) -> [Diagnostic] {
        leftOvers + leftOut + (try license())
    }

    /// A build's only: what a version control system keeps in its folder belongs there.
    private var leftOvers: [Diagnostic] {
        let versionControl: Set = [
            ".git", ".gitignore", ".gitattributes", ".gitmodules", ".svn", ".hg", ".bzr", "CVS",
        ]
        let built = reviewed.tree.leftovers.filter { path in
            !versionControl.contains(path.split(separator: "/").last.map(String.init) ?? path)
        }
        guard let first = built.first else { return [] }
        let more = built.count == 1 ? "" : ", and \(built.count - 1) more"
        return [
            .warning(
                "left-overs", "a build left \(first)\(more)",
                hint:
                    "remove them with make clean; a source that is called so needs another name, such as x.o_shipped",
                at: .init(file: first))
        ]
    }

    /// What the tree was listed without.
    private var leftOut: [Diagnostic] {
        reviewed.tree.warnings.filter { $0.code != "left-overs" }.map { warning in
            var finding = warning
            if finding.code == "private-key" { finding.severity = .error }
            return finding
        }
    }

    /// Without one a module taints the kernel and gets none of its GPL symbols; modpost refuses it (scripts/mod/modpost.c).
    private func license() throws(Diagnostic) -> [Diagnostic] {
        var first: String?
        for entry in reviewed.tree.files {
            let isSource = [".c", ".rs"].contains { entry.path.hasSuffix($0) }
            guard isSource || [".h", ".S", ".in"].contains(where: { entry.path.hasSuffix($0) }) else {
                continue
            }
            if isSource, first == nil { first = entry.path }
            guard let text = try ReviewedTree.text(entry, limit: 16 << 20) else { continue }
            if text.contains("MODULE_LICENSE") { return [] }
            if entry.path.hasSuffix(".rs"), text.contains("license:") { return [] }
        }
        guard let first else { return [] }
        return [
            .error(
                "no-license", "no source of the tree has a MODULE_LICENSE",
                hint: "add MODULE_LICENSE(\"GPL\"), or what holds, to each module", at: .init(file: first))
        ]
    }
}
