import Archive
import Diagnostics
import Settings
import SourceTree

/// Places that files beside a module cannot have: those of the kernels' modules, of the package of the source, and folders that
/// are no packages' or hold what others rely on.
struct TakenPlaces {
    private let release: DriverRelease
    /// The files that the package of the source has besides.
    private let documents: [String]

    private static let modules = "usr/lib/modules"

    init(_ release: DriverRelease, documents: [String]) {
        self.release = release
        self.documents = documents
    }

    /// Folders that nothing of a package goes to, and what they are for: Filesystem Hierarchy Standard 3.0, Debian Policy 9.1.2.
    private static let reserved: [(folder: String, what: String)] = [
        ("boot", "kernels and boot loaders have their files"), ("dev", "the kernel makes its devices"),
        ("home", "users have their files"), ("media", "disks are mounted"), ("mnt", "disks are mounted"),
        ("proc", "the kernel tells of processes"), ("root", "the administrator has files"),
        ("run", "everything is gone after a restart"), ("srv", "the site has its data"),
        ("sys", "the kernel tells of devices"), ("tmp", "everything is gone after a restart"),
        ("usr/lib/sysimage", "rpm keeps what is installed"),
        ("usr/local", "the administrator installs what no package has"),
        ("var/lib/dkms", "dkms keeps what it builds"), ("var/lib/dpkg", "dpkg keeps what is installed"),
        ("var/lib/rpm", "rpm keeps what is installed"),
        ("var/lock", "everything is gone after a restart"),
        ("var/run", "everything is gone after a restart"), ("var/tmp", "files are removed by their age"),
    ]

    /// - Throws: `bad-destination`.
    private func checkReserved(_ placement: PayloadPlacement, _ source: String) throws(Diagnostic) {
        let hint =
            "give it a destination of a package's own, such as in /usr/lib/NAME, /usr/share/NAME, /etc or /opt"
        guard placement.path.contains("/") else {
            throw fault(placement, "would be in /, which has nothing but folders", hint: hint)
        }
        for (folder, what) in Self.reserved {
            if folder == placement.path || Self.isBeneath(folder, placement.path) {
                throw fault(placement, "is a folder: in /\(folder) \(what)", hint: hint)
            }
            if Self.isBeneath(placement.path, folder) {
                throw fault(placement, "is in /\(folder), where \(what)", hint: hint)
            }
        }
        let parts = placement.path.split(separator: "/").map(String.init)
        if parts.count > 3, parts[..<2] == ["usr", "src"], !Self.isBeneath(placement.path, source),
            parts[3] == "dkms.conf" || Self.isSource(parts[2])
        {
            throw fault(
                placement, "is in the source of another module, or a kernel's: /usr/src/\(parts[2])",
                hint: "give it a destination in /\(source), or beside that")
        }
    }

    /// Whether a folder of /usr/src is called as dkms wants a module's source, NAME-VERSION, or as headers are.
    private static func isSource(_ folder: String) -> Bool {
        folder.firstMatch(of: /.-[0-9]/) != nil || folder.hasPrefix("linux-") || folder == "kernels"
    }

    /// - Throws: `bad-destination`.
    func check(_ placement: PayloadPlacement) throws(Diagnostic) {
        let source = "usr/src/\(release.identity.folderName)"
        if Self.isBeneath(placement.merged, Self.modules) {
            throw fault(
                placement, "is among a kernel's modules, which packages of their own have",
                hint: "build it with the module, or give it another destination")
        }
        for folder in [Self.modules, source]
        where folder == placement.merged || Self.isBeneath(folder, placement.merged) {
            throw fault(
                placement, "is a folder: \(Self.content(of: folder)) in it",
                hint: "give the file another name or destination")
        }
        try checkReserved(placement, source)
        if Self.isBeneath(placement.path, source),
            release.tree.files[path: String(placement.path.dropFirst(source.count + 1))] != nil
        {
            throw fault(
                placement, "is a file of the module's source, which has a package of its own",
                hint: "change the file in TREE, or give it another destination")
        }
        let package = "the package \(release.naming.dkmsPackage)"
        for document in documents {
            let what: String
            if document == placement.path {
                what = "is a file that \(package) has itself"
            } else if Self.isBeneath(document, placement.path) {
                what = "is a folder, in which \(package) itself has files"
            } else if Self.isBeneath(placement.path, document) {
                what = "needs a folder where \(package) itself has /\(document)"
            } else {
                continue
            }
            throw fault(placement, what, hint: "give the file another name or destination")
        }
    }

    private static func content(of folder: String) -> String {
        folder == modules ? "the kernels' modules are" : "the module's source is"
    }

    private static func isBeneath(_ path: String, _ folder: String) -> Bool { path.hasPrefix("\(folder)/") }

    private func fault(_ placement: PayloadPlacement, _ what: String, hint: String) -> Diagnostic {
        .error("bad-destination", "/\(placement.path) \(what)", hint: hint, at: placement.file.place)
    }
}
