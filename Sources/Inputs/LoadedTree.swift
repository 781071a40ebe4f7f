package import Diagnostics
package import SourceTree
import Streams
package import SystemPackage

/// A source tree read from what the user named, together with the folder that it was unpacked into.
///
/// The files of ``tree`` are on disk as long as this value lives.
package struct LoadedTree: ~Copyable {
    package let tree: SourceTree
    package let kind: InputKind
    /// What was named, absolute.
    package let input: FilePath
    /// What the package around the tree says; nil for folders and archives.
    package let metadata: OriginalMetadata?
    /// What deserves notice about reading it; the tree has warnings of its own.
    package let warnings: [Diagnostic]
    /// What that package has that is not in the tree; nil likewise.
    package let filesBesideTree: FilesBesideTree?
    private let folder: TemporaryFolder?

    /// Says what the scripts of the package do that those of what is made of it don't; nil where that is nothing.
    package var scriptsLeftOut: Diagnostic? {
        let foreign = (metadata?.scripts ?? [:]).sorted { $0.key < $1.key }.compactMap { name, text in
            let commands = ForeignWork(of: text).commands
            guard !commands.isEmpty else { return nil as String? }
            let shown = commands.prefix(3).map { $0.count > 60 ? "\($0.prefix(57))..." : $0 }
            let others = commands.count > 3 ? " and \(commands.count - 3) more" : ""
            return "\(name) (\(shown.joined(separator: "; "))\(others))"
        }
        guard !foreign.isEmpty else { return nil }
        return .warning(
            "scripts-left-out",
            "scripts of \(input) do more than hand the module to DKMS, which those of what is made of it don't: \(foreign.joined(separator: ", "))",
            hint:
                "what the module needs of that can go into a copy of the templates (mkdkms templates export, --template-dir), or into files: of mkdkms.yaml"
        )
    }

    /// Recognises and reads TREE.
    ///
    /// - Parameters:
    ///   - input: a folder, a dkms.conf, `name/version`, an archive, a .deb or an .rpm.
    ///   - sourceRoot: where `name/version` is looked up.
    ///   - packageVersion: what `--package-version` gives.
    /// - Throws: `no-input` where nothing is there; `unknown-input`, `empty-input`; `no-dkms-conf`,
    ///   `several-dkms-confs`, `no-source`; what the readers throw: `bad-archive`, `unsafe-archive`, `bad-deb`, ….
    package init(
        _ input: String, sourceRoot: FilePath = "/usr/src", packageVersion: String? = nil
    ) throws(Diagnostic) {
        let (path, kind) = try Self.recognise(input, sourceRoot: sourceRoot)
        let folder = try Self.folder(for: kind)
        let unpacked = try Self.unpack(path, kind, Self.path(of: folder))
        // All that can fail comes before the first field: a half-made noncopyable value can't be undone.
        let tree = try SourceTree(
            root: unpacked.root, isNamed: unpacked.isNamed, packageVersion: packageVersion,
            origin: unpacked.origin)
        self.tree = tree
        self.kind = kind
        self.input = path
        metadata = unpacked.metadata
        warnings = unpacked.warnings
        filesBesideTree = unpacked.filesBesideTree
        self.folder = consume folder
    }

    /// The parts of a tree that was read some other way.
    init(
        tree: SourceTree, kind: InputKind, input: FilePath, _ unpacked: Unpacked,
        folder: consuming TemporaryFolder
    ) {
        self.tree = tree
        self.kind = kind
        self.input = input
        metadata = unpacked.metadata
        warnings = unpacked.warnings
        filesBesideTree = unpacked.filesBesideTree
        self.folder = consume folder
    }

    private static func folder(for kind: InputKind) throws(Diagnostic) -> TemporaryFolder? {
        switch kind {
        case .folder, .conf, .installed: nil
        case .archive, .deb, .rpm, .debianSource, .rpmSource: try TemporaryFolder("input")
        }
    }

    // Optional chaining would consume the folder.
    private static func path(of folder: borrowing TemporaryFolder?) -> FilePath? {
        switch folder {
        case .some(let folder): folder.path
        case .none: nil
        }
    }

    private static func unpack(
        _ path: FilePath, _ kind: InputKind, _ folder: FilePath?
    ) throws(Diagnostic) -> Unpacked {
        if let folder { return try Unpacked(path, kind, into: folder) }
        return Unpacked(inPlace: kind == .conf ? path.removingLastComponent() : path)
    }

    static func recognise(
        _ input: String, sourceRoot: FilePath
    ) throws(Diagnostic) -> (FilePath, InputKind) {
        let path = FilePath(input)
        if let canonical = try? Files.canonical(path) {
            if Files.isDirectory(canonical) { return (canonical, .folder) }
            // The name as given: a link called dkms.conf belongs to the folder that it is in.
            return try recognise(file: canonical, named: path)
        }
        if let installed = try installed(input, sourceRoot) { return (installed, .installed) }
        throw .error(
            "no-input", "there is no \(input)",
            hint: "give a folder with a dkms.conf, an archive, a .deb, an .rpm, a .dsc, "
                + "or name/version of a tree in \(sourceRoot)")
    }

    private static func recognise(
        file: FilePath, named path: FilePath
    ) throws(Diagnostic) -> (FilePath, InputKind) {
        guard Files.isRegularFile(file) else {
            throw .error(
                "unknown-input", "\(path) is neither a file nor a folder",
                hint: "give a regular file or folder")
        }
        switch try FileMagic(of: file) {
        case .deb: return (file, .deb)
        case .rpm: return (file, .rpm)
        case .archive: return (file, .archive)
        case .empty where path.lastComponent?.string != "dkms.conf":
            throw .error("empty-input", "\(path) is empty", hint: "fetch or make the file again")
        case .other where path.extension == "dsc": return (file, .debianSource)
        case .empty, .other: break
        }
        guard let name = path.lastComponent, name.string == "dkms.conf" else {
            throw .error(
                "unknown-input", "\(path) is no archive, .deb, .rpm, .dsc or dkms.conf",
                hint: "archives are tar, plain or compressed with gzip, xz, zstd or bzip2")
        }
        let parent = path.removingLastComponent()
        guard let folder = try? Files.canonical(parent.isEmpty ? "." : parent) else { return (file, .conf) }
        return (folder.appending(name), .conf)
    }

    /// The folder of `name/version`; nil where the text isn't of that form.
    private static func installed(_ input: String, _ sourceRoot: FilePath) throws(Diagnostic) -> FilePath? {
        let parts = input.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
            return nil
        }
        let folder = sourceRoot.appending("\(parts[0])-\(parts[1])")
        if Files.isDirectory(folder), let canonical = try? Files.canonical(folder) { return canonical }
        throw .error(
            "no-input", "there is neither \(input) nor \(folder)",
            hint: "check name and version, or give the path of the tree")
    }
}
