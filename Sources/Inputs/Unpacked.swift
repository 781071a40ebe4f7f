import Archive
import DebFormat
import Diagnostics
import RPMFormat
import SourceTree
import Streams
import SystemPackage

/// Where a tree is on disk, and what came with it.
struct Unpacked {
    let root: FilePath
    /// Whether the archive gave the tree's folder its name.
    let isNamed: Bool
    /// What the user knows it as.
    let origin: TreeOrigin
    let metadata: OriginalMetadata?
    /// What the package has that is not in the tree; nil where it came in none.
    let filesBesideTree: FilesBesideTree?
    let warnings: [Diagnostic]

    init(
        root: FilePath, isNamed: Bool, origin: TreeOrigin, metadata: OriginalMetadata?,
        filesBesideTree: FilesBesideTree, warnings: [Diagnostic]
    ) {
        self.root = root
        self.isNamed = isNamed
        self.origin = origin
        self.metadata = metadata
        self.filesBesideTree = filesBesideTree
        self.warnings = warnings
    }

    /// A tree that needs no unpacking.
    init(inPlace root: FilePath) {
        self.root = root
        isNamed = true
        origin = TreeOrigin(folder: root)
        metadata = nil
        filesBesideTree = nil
        warnings = []
    }

    /// Unpacks an archive or package beneath `folder`.
    init(_ file: FilePath, _ kind: InputKind, into folder: FilePath) throws(Diagnostic) {
        // The unpacked files get a folder of their own, so that a name from an archive can't meet ours.
        let folder = folder.appending("tree")
        do {
            try Files.makeDirectory(folder)
        } catch {
            throw .file("create", folder, error)
        }
        let source = kind == .archive ? folder : folder.pushing("usr/src")
        switch kind {
        case .deb:
            let deb = try DebReader(file)
            let documents = PackageDocuments(of: deb.control["Package"] ?? "")
            var others: [String] = []
            var reading = OtherDocuments()
            try deb.extract(into: folder) { path in
                if FilesBesideTree.isOne(path) { others.append(path) }
                reading.note(path)
                return Self.isSource(path) || documents.contains(path)
            }
            root = try TreeSearch(folder: source, shown: file).root()
            metadata = OriginalMetadata(
                deb, copyright: documents.copyright(in: folder), changelog: documents.changelog(in: folder))
            others += reading.left(besides: root, documents.isCarried(in: folder))
            filesBesideTree = FilesBesideTree(others, of: file)
            warnings = []
        case .rpm:
            let rpm = try RPMReader(file)
            guard !rpm.isSource else {
                throw .error(
                    "no-source", "\(file) is a source package",
                    hint: "give the -dkms .rpm that is built from it")
            }
            var others: [String] = []
            var reading = OtherDocuments()
            let licenses = PackageLicenses(of: rpm)
            try rpm.extract(into: folder) { path in
                if FilesBesideTree.isOne(path) { others.append(path) }
                reading.note(path)
                return Self.isSource(path) || licenses.paths.contains(path)
            }
            root = try TreeSearch(folder: source, shown: file).root()
            var metadata = OriginalMetadata(rpm)
            metadata.licenses = licenses.texts(in: folder, besides: root)
            self.metadata = metadata
            others += reading.left(besides: root) { licenses.paths.contains($0) }
            filesBesideTree = FilesBesideTree(others, of: file)
            warnings = []
        default:
            var reader = try ArchiveReader(file: file)
            try ArchiveExtraction(into: folder).extract(&reader)
            root = try TreeSearch(folder: source, shown: file).root()
            metadata = nil
            filesBesideTree = nil
            warnings = reader.warnings
        }
        origin = TreeOrigin(root, unpackedBelow: folder, from: file)
        isNamed = root != folder && !Self.isDkmsFolder(root)
    }

    /// Packages have their tree below /usr/src.
    private static func isSource(_ path: String) -> Bool { path.hasPrefix("usr/src/") }

    /// The folders of dkms's own archives say nothing of the package.
    private static func isDkmsFolder(_ folder: FilePath) -> Bool {
        folder.lastComponent?.string == "dkms_source_tree"
    }
}
