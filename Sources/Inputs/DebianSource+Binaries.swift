import Archive
import DebFormat
import Diagnostics
import Streams
import SystemPackage

/// What is built of the source package, by its `debian`.
extension DebianSource {
    /// The paragraphs of the packages, in the order of `debian/control`.
    func binaries(_ debian: FilePath) -> [ControlFields] {
        paragraphs(debian).filter { $0["Package"] != nil }
    }

    /// What `debian/control` says of all packages.
    func general(_ debian: FilePath) -> ControlFields {
        paragraphs(debian).first { $0["Source"] != nil } ?? ControlFields()
    }

    private func paragraphs(_ debian: FilePath) -> [ControlFields] {
        let text = (try? Files.readText(debian.appending("control"))) ?? ""
        return text.paragraphs.compactMap { try? ControlFields(parsing: String($0)) }
    }

    /// The maintainer scripts of a package; one that is the only one may have them without its name (debhelper(7)).
    func scripts(of package: String, isOnly: Bool, _ debian: FilePath) -> [String: String] {
        var scripts: [String: String] = [:]
        for name in DebPackage.Script.allCases.map(\.rawValue) + ["config"] {
            for file in ["\(package).\(name)"] + (isOnly ? [name] : [])
            where scripts[name] == nil && PlainName.isPlain(file) {
                let path = debian.appending(file)
                if Files.isRegularFile(path) { scripts[name] = try? Files.readText(path) }
            }
        }
        return scripts
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
