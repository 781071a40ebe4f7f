import Archive
import Diagnostics
import Settings
import SourceTree

/// Places that files beside a module cannot have: those of the kernels' modules, and of the package of the source.
struct TakenPlaces {
    private let release: DriverRelease
    /// The files that the package of the source has besides.
    private let documents: [String]

    private static let modules = "usr/lib/modules"

    init(_ release: DriverRelease, documents: [String]) {
        self.release = release
        self.documents = documents
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
