package import Archive
import Diagnostics

/// A Debian binary package as a value: what `dpkg-deb --build` would be given.
package struct DebPackage: Hashable, Sendable {
    /// What the file of its licences is called in its documentation (Debian Policy 12.5), and so the same text where a source
    /// package or an .rpm of ours has it.
    package static let copyrightName = "copyright"

    /// A maintainer script by its name in the control archive.
    package enum Script: String, CaseIterable, Hashable, Sendable {
        case preinst, postinst, prerm, postrm
    }

    /// Package, Version, Architecture, Maintainer and Description at least; Installed-Size is filled in.
    package var control: ControlFields
    /// Everything that is installed; parent folders may be missing.
    package var files: FileList
    package var scripts: [Script: String]
    /// Absolute paths of configuration files, which are among `files`.
    package var conffiles: [String]
    /// Lines of the `triggers` file, such as `activate-noawait update-initramfs`.
    package var triggers: [String]

    package init(
        control: ControlFields, files: FileList, scripts: [Script: String] = [:], conffiles: [String] = [],
        triggers: [String] = []
    ) {
        self.control = control
        self.files = files
        self.scripts = scripts
        self.conffiles = conffiles
        self.triggers = triggers
    }

    /// `name_version_architecture.deb`, the version without its epoch.
    package var fileName: String {
        let version = control["Version"] ?? ""
        let bare = version.firstIndex(of: ":").map { version[version.index(after: $0)...] } ?? version[...]
        return "\(control["Package"] ?? "")_\(bare)_\(control["Architecture"] ?? "").deb"
    }
}
