import Archive
import Diagnostics
import DkmsConf
import Kernels
import SourceTree
import Templates

extension DriverRelease {
    /// The tree as it is installed: `usr/src/N-V/…`, folders included.
    func sourceFiles() throws(Diagnostic) -> FileList {
        let folder = "usr/src/\(identity.folderName)"
        let root = FileEntry(path: folder, kind: .directory, permissions: 0o755, modified: settings.epoch)
        return try FileList(tree.files.moved(under: folder).entries + [root])
    }

    /// What the hooks of an `N-dkms` package are filled with.
    func dkmsTokens(package: String) -> [String: TemplateValue] {
        [
            "NAME": .shell(identity.name), "VERSION": .shell(identity.version), "PACKAGE": .shell(package),
            "AUTOINSTALL": .shell(conf.autoinstall ? "yes" : ""),
        ]
    }

}
