import Archive
import Diagnostics
import DkmsConf
import SourceTree

/// What the rules look at: a tree, its dkms.conf as far as it can be used, and its text files.
struct ReviewedTree {
    /// The release that dkms.conf is evaluated for: no kernel has it, so its traces in a value are the kernel asked for.
    static let release = "6.12.0-0.review"

    let tree: SourceTree
    /// Nil where it can't be used; what is wrong with it is told by other means.
    let conf: DkmsConf?
    let confText: TextLines
    let makefiles: [Makefile]
    /// The texts of `patches/`.
    let patches: [TextLines]

    init(_ tree: SourceTree, _ conf: DkmsConf?) throws(Diagnostic) {
        self.tree = tree
        self.conf = conf
        confText = TextLines(path: "dkms.conf", try Self.text("dkms.conf", of: tree) ?? "")
        var makefiles: [Makefile] = []
        var patches: [TextLines] = []
        for entry in tree.files {
            if Makefile.isOne(entry.path), let text = try Self.text(entry) {
                makefiles.append(Makefile(path: entry.path, text))
            } else if entry.path.hasPrefix("patches/"), let text = try Self.text(entry) {
                patches.append(TextLines(path: entry.path, text))
            }
        }
        self.makefiles = makefiles
        self.patches = patches
    }

    /// The commands of `MAKE[#]`, for whichever kernels.
    var makeCommands: [MakeWords] {
        conf?.makeAlternatives.map { MakeWords(index: $0.index, $0.value) } ?? []
    }

    /// The text of a file of at most `limit` bytes; nil for others and for what is no file.
    static func text(_ entry: FileEntry, limit: Int64 = 1 << 20) throws(Diagnostic) -> String? {
        guard case .file(let content) = entry.kind, content.size <= limit else { return nil }
        return String(decoding: try content.readAll(), as: UTF8.self)
    }

    private static func text(_ path: String, of tree: SourceTree) throws(Diagnostic) -> String? {
        guard let entry = tree.files[path: path] else { return nil }
        return try text(entry)
    }
}
