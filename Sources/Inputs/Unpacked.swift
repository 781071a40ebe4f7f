import Archive
import DebFormat
import Diagnostics
import RPMFormat
import Streams
import SystemPackage

/// Where a tree is on disk, and what came with it.
struct Unpacked {
    let root: FilePath
    /// Whether the archive gave the tree's folder its name.
    let isNamed: Bool
    let metadata: OriginalMetadata?
    let warnings: [Diagnostic]

    /// A tree that needs no unpacking.
    init(inPlace root: FilePath) {
        self.root = root
        isNamed = true
        metadata = nil
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
        switch kind {
        case .deb:
            let deb = try DebReader(file)
            try deb.extract(into: folder, where: Self.isSource)
            metadata = OriginalMetadata(deb)
            warnings = []
        case .rpm:
            let rpm = try RPMReader(file)
            guard !rpm.isSource else {
                throw .error(
                    "no-source", "\(file) is a source package",
                    hint: "give the -dkms .rpm that is built from it")
            }
            try rpm.extract(into: folder, where: Self.isSource)
            metadata = OriginalMetadata(rpm)
            warnings = []
        default:
            var reader = try ArchiveReader(file: file)
            try ArchiveExtraction(into: folder).extract(&reader)
            metadata = nil
            warnings = reader.warnings
        }
        let source = kind == .archive ? folder : folder.pushing("usr/src")
        root = try TreeSearch(folder: source, shown: file).root()
        isNamed = root != folder && !Self.isDkmsFolder(root)
    }

    /// Packages have their tree below /usr/src.
    private static func isSource(_ path: String) -> Bool { path.hasPrefix("usr/src/") }

    /// The folders of dkms's own archives say nothing of the package.
    private static func isDkmsFolder(_ folder: FilePath) -> Bool {
        folder.lastComponent?.string == "dkms_source_tree"
    }
}

extension OriginalMetadata {
    init(_ deb: DebReader) {
        self.init()
        packageName = deb.control["Package"]
        packageVersion = deb.control["Version"]
        maintainer = deb.control["Maintainer"]
        homepage = deb.control["Homepage"]
        let lines = (deb.control["Description"] ?? "").split(
            separator: "\n", omittingEmptySubsequences: false)
        summary = lines.first.map(String.init)
        // Debian policy 5.6.13: a line of the description is indented by one blank, an empty one is a full stop.
        let text = lines.dropFirst().map { line in
            let text = line.hasPrefix(" ") ? line.dropFirst() : line
            return text == "." ? "" : text
        }
        description = text.isEmpty ? nil : text.joined(separator: "\n")
    }

    init(_ rpm: RPMReader) {
        self.init()
        let text = { (tag: RPMTag) -> String? in
            let text = rpm.text(tag)
            // Old rpmbuild wrote this for a tag that the spec left empty.
            return text.isEmpty || text == "(none)" ? nil : text
        }
        packageName = text(.name)
        packageVersion = text(.version)
        maintainer = text(.packager) ?? text(.vendor)
        summary = text(.summary)
        description = text(.description)
        homepage = text(.url)
        license = text(.license)
    }
}
