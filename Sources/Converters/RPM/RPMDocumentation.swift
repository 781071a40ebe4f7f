import Archive
import DebFormat
import Diagnostics
import Kernels
import RPMFormat
import SourceTree

/// What the tree's root has to read about the module, where rpm's systems have it: `%license` and `%doc`.
struct RPMDocumentation {
    private let epoch: Int64
    private let folder: String
    private let licenseFolder: String
    private let licenses: [FileEntry]
    private let others: [FileEntry]

    /// - Parameter package: whose documentation it is.
    init(_ release: DriverRelease, of package: String, for target: Distribution?) {
        let folder = "\(target?.documentationFolder ?? "usr/share/doc")/\(package)"
        let licenseFolder = "usr/share/licenses/\(package)"
        let latest = release.settings.epoch
        let candidates = release.tree.topFiles.filter(Self.isPlain).map { $0.clamped(to: latest) }
        licenses =
            candidates.filter { Self.isCalled($0.path, ["LICENSE", "LICENCE", "COPYING"]) }
            .map { Self.moved($0, into: licenseFolder) }
            + Self.carried(release).map { name, text in
                FileEntry(
                    path: "\(licenseFolder)/\(name)", kind: .file(.bytes(text)), permissions: 0o644,
                    modified: latest)
            }
        others = candidates.filter {
            Self.isCalled($0.path, ["README", "CHANGELOG", "CHANGES", "NEWS", "AUTHORS", "CREDITS"])
        }.map { Self.moved($0, into: folder) }
        epoch = release.settings.epoch
        self.folder = folder
        self.licenseFolder = licenseFolder
    }

    /// What the package that came in had to read of its licence, and its tree lacks; by name.
    static func carried(_ release: DriverRelease) -> [(name: String, text: [UInt8])] {
        let own = Set(release.tree.topFiles.map(\.path))
        var texts = release.texts.licenses
        if let copyright = release.texts.copyright {
            texts[DebPackage.copyrightName] = Array(copyright.utf8)
        }
        return texts.filter { !own.contains($0.key) && !$0.value.isEmpty && isPlain($0.key) }
            .sorted { $0.key < $1.key }.map { (name: $0.key, text: $0.value) }
    }

    /// The files, with the folders that have any.
    var files: [FileEntry] {
        let folders = [(licenseFolder, licenses), (folder, others)].filter { !$0.1.isEmpty }
        return licenses + others
            + folders.map { folder, _ in
                FileEntry(path: folder, kind: .directory, permissions: 0o755, modified: epoch)
            }
    }

    var flags: [String: RPMPackage.FileFlags] {
        var flags: [String: RPMPackage.FileFlags] = [:]
        for entry in licenses { flags[entry.path] = .license }
        for entry in others { flags[entry.path] = .documentation }
        return flags
    }

    /// A file of the root whose name no shell and no spec file takes for more than a name.
    private static func isPlain(_ entry: FileEntry) -> Bool {
        guard case .file(let content) = entry.kind, content.size > 0 else { return false }
        return isPlain(entry.path)
    }

    private static func isPlain(_ name: String) -> Bool {
        name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }

    /// Whether a file is one of these, whatever stands behind the name: `COPYING.LESSER`, `README.md`.
    private static func isCalled(_ file: String, _ names: [String]) -> Bool {
        let file = file.uppercased()
        return names.contains { name in
            guard file.hasPrefix(name) else { return false }
            return file.dropFirst(name.count).first.map { ".-_".contains($0) } ?? true
        }
    }

    private static func moved(_ entry: FileEntry, into folder: String) -> FileEntry {
        var entry = entry
        entry.path = "\(folder)/\(entry.path)"
        entry.permissions = 0o644
        return entry
    }
}

extension RPMPackage {
    /// Adds what the tree has to read about the module.
    mutating func document(_ release: DriverRelease, for target: Distribution?) throws(Diagnostic) {
        let documentation = RPMDocumentation(release, of: name, for: target)
        files = try FileList(files.entries + documentation.files)
        flags.merge(documentation.flags) { old, _ in old }
    }
}
