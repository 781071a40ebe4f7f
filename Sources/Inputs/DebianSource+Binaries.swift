import Archive
import DebFormat
import Diagnostics
import Streams
import SystemPackage

/// What is built of the source package, by its `debian`.
extension DebianSource {
    /// The paragraphs of the packages, in the order of `debian/control`.
    func binaries(_ debian: FilePath) -> [ControlFields] {
        let text = (try? Files.readText(debian.appending("control"))) ?? ""
        return text.split(separator: /\n[ \t]*\n/).compactMap { try? ControlFields(parsing: String($0)) }
            .filter { $0["Package"] != nil }
    }

    /// The files that the packages have beside the tree, as far as the packaging names them one by one: those in the folders
    /// that mkdkms packs them in, `PACKAGE.files`, and what dh_installmodules and dh_installudev take.
    func filesBesideTree(_ debian: FilePath) throws(Diagnostic) -> [String] {
        var paths: [String] = []
        for name in binaries(debian).compactMap({ $0["Package"] }) where PlainName.isPlain(name) {
            let folder = debian.appending("\(name).files")
            if isFolder(folder) {
                paths += try FileList(folder: folder).filter { $0.kind != .directory }.map(\.path)
            }
            paths += ["\(name).modprobe", "\(name).udev"].filter {
                Files.isRegularFile(debian.appending($0))
            }.map { "debian/\($0)" }
        }
        return paths.filter(FilesBesideTree.isOne)
    }

    /// Whether these are all files of the package that mkdkms packs beside the module, `n-common`.
    func tellsCommonFiles(_ debian: FilePath) -> Bool {
        binaries(debian).compactMap { $0["Package"] }.contains {
            $0.hasSuffix("-common") && PlainName.isPlain($0) && isFolder(debian.appending("\($0).files"))
        }
    }

    /// A link of the package's leads wherever its maker likes.
    private func isFolder(_ path: FilePath) -> Bool { (try? Files.status(path))?.kind == .directory }
}
