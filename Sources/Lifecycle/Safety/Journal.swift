import Diagnostics
import Streams
import SystemPackage

/// What an installation is about to change, written before it changes anything: whoever comes next can undo it.
///
/// One file per module, kernel and architecture, in the tree's private folder; removed when the change is complete.
/// Its lines are NUL-terminated fields, so that any path goes in.
struct Journal: Hashable, Sendable {
    /// One module file of the kernel's.
    struct Step: Hashable, Sendable {
        /// Where the new module goes.
        var destination: String
        /// The module that was found and is archived; empty where there was none.
        var original: String
        /// Where it is archived to; empty with `original`.
        var archive: String
        /// A file of another version of the package that is still active, to be put back; empty where there is none.
        var replaced: String
    }

    /// Undo for an installation, finish for a removal.
    enum Kind: String, Sendable { case install, uninstall }

    var kind: Kind
    var package: DkmsTree.Package
    var build: DkmsTree.Build
    /// The link of the version that was installed before, as it stands; empty where there was none.
    var previous = ""
    var steps: [Step]

    private static let heading = "mkdkms journal 1"

    private static let prefix = "journal,"

    private func path(_ tree: DkmsTree) -> FilePath {
        TreeLock.privateFolder(tree).appending(
            "\(Self.prefix)\(package.module),\(build.kernel),\(build.architecture)")
    }

    /// Writes it, synced, before the first change.
    func write(_ tree: DkmsTree) throws(Diagnostic) {
        do {
            try Files.makeDirectories(TreeLock.privateFolder(tree))
        } catch {
            throw .file("create", TreeLock.privateFolder(tree), error)
        }
        var fields = [
            Self.heading, kind.rawValue, package.module, package.version, build.kernel, build.architecture,
            previous,
        ]
        for step in steps { fields += [step.destination, step.original, step.archive, step.replaced] }
        var file = try OutputFile(path(tree))
        for field in fields { try file.write(Array(field.utf8) + [0]) }
        // A kill leaves the page cache as it is; after a loss of power a removal can be asked for again.
        try file.commit(syncing: kind == .install)
    }

    func remove(_ tree: DkmsTree) throws(Diagnostic) {
        if Files.exists(path(tree)) { try Files.removeFile(path(tree)) }
    }

    /// Whether a file of the private folder is called as a module's journals are.
    static func isOf(_ module: String, _ name: some StringProtocol) -> Bool {
        name.hasPrefix("\(prefix)\(module),")
    }

    /// Every file that the change may have been writing.
    var files: [FilePath] {
        steps.flatMap { step in
            [
                step.destination, step.original, step.archive,
                step.archive.isEmpty ? "" : "\(step.archive).origin",
            ]
        }.filter { !$0.isEmpty }.map { FilePath($0) }
    }

    /// The journals that runs on a module left behind, or on all modules.
    static func left(_ tree: DkmsTree, module: String? = nil) -> [Journal] {
        let folder = TreeLock.privateFolder(tree)
        let prefix = module.map { "\(Self.prefix)\($0)," } ?? Self.prefix
        let names = ((try? Files.names(in: folder)) ?? []).filter { $0.hasPrefix(prefix) }
        return names.compactMap { name in
            (try? Files.contents(folder.appending(name))).flatMap { Journal($0) }
        }.filter { module == nil || $0.package.module == module }
    }

    /// The journals of other versions of this program, or damaged ones: nobody here can say what they ask for.
    static func unreadable(_ tree: DkmsTree) -> [FilePath] {
        let folder = TreeLock.privateFolder(tree)
        return ((try? Files.names(in: folder)) ?? []).filter { $0.hasPrefix(prefix) }
            .map { folder.appending($0) }
            .filter { path in (try? Files.contents(path)).flatMap { Journal($0) } == nil }
    }

    private init?(_ bytes: [UInt8]) {
        var fields = bytes.split(separator: 0, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard fields.popLast() == "", fields.count >= 7, fields[0] == Self.heading, fields.count % 4 == 3,
            let kind = Kind(rawValue: fields[1])
        else { return nil }
        self.kind = kind
        package = DkmsTree.Package(module: fields[2], version: fields[3])
        build = DkmsTree.Build(kernel: fields[4], architecture: fields[5])
        previous = fields[6]
        steps = stride(from: 7, to: fields.count, by: 4).map {
            Step(
                destination: fields[$0], original: fields[$0 + 1], archive: fields[$0 + 2],
                replaced: fields[$0 + 3])
        }
    }

    init(
        kind: Kind, package: DkmsTree.Package, build: DkmsTree.Build, previous: String = "",
        steps: [Step] = []
    ) {
        self.kind = kind
        self.package = package
        self.build = build
        self.previous = previous
        self.steps = steps
    }
}
