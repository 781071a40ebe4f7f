import Diagnostics
import Streams
import SystemPackage

/// What a build or a version control system leaves in a tree, and no artifact should carry.
///
/// The build's are those that kbuild's own `clean` removes, so that nothing which survives a build is lost: what
/// is shipped ready-made for the linker is called `*_shipped`, `*.o_binary` or the like.
enum LeftOver {
    private static let folders: Set<String> = [".git", ".svn", ".hg", ".bzr", "CVS", ".tmp_versions"]
    private static let files: Set<String> = [
        ".git", ".gitignore", ".gitattributes", ".gitmodules", "Module.symvers", "Module.markers",
        "modules.order", "built-in.a",
    ]
    private static let suffixes = [".o", ".ko", ".mod", ".mod.c", ".order", "~"]

    static func isLeftOver(_ path: String, _ kind: Files.Kind) -> Bool {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard kind != .directory else { return folders.contains(name) }
        if files.contains(name) || suffixes.contains(where: name.hasSuffix) { return true }
        if name.hasPrefix("."), name.hasSuffix(".cmd") { return true }
        // foo.ko.xz, foo.ko.sig
        return name.contains(".ko.")
    }

    static func warning(_ paths: [String], in tree: TreeOrigin) -> [Diagnostic] {
        guard let first = paths.first else { return [] }
        let shown = paths.prefix(5).joined(separator: ", ") + (paths.count > 5 ? ", …" : "")
        let message =
            paths.count == 1
            ? "\(first) in \(tree) is left out: a build or version control put it there"
            : "\(paths.count) left-overs of builds or version control in \(tree) are left out: \(shown)"
        return [
            .warning(
                "left-overs", message,
                hint: "no action is needed, unless one of them is source: rename that one (x.o_shipped)")
        ]
    }
}
