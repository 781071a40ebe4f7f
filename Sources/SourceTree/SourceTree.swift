package import Archive
package import Diagnostics
package import DkmsConf
import Streams
package import SystemPackage

/// The source of a DKMS package as it travels: its files without what a build left behind, and its dkms.conf.
package struct SourceTree: Hashable, Sendable {
    /// The folder on disk, absolute.
    package let root: FilePath
    /// What the user knows the tree as, for messages.
    package let origin: TreeOrigin
    /// What the folder is called where its name means something; nil in a nameless temporary folder.
    package let folderName: String?
    /// The version that stands in for that of dkms.conf.
    package let packageVersion: String?
    /// Everything that travels, paths relative to the tree.
    ///
    /// With ``packageVersion`` the dkms.conf in it already has that version, unlike the one on disk.
    package private(set) var files: FileList
    /// Those of its files that lie in its top folder; no folders, no links.
    package private(set) var topFiles: [FileEntry]
    /// The paths of what was left out, sorted; of a folder only its own.
    package let leftovers: [String]
    /// What deserves notice: `left-overs`, `link-outside`, `private-key`.
    package let warnings: [Diagnostic]

    /// The file on disk that ``evaluate(in:)`` evaluates.
    package var conf: FilePath { root.appending("dkms.conf") }

    /// Lists the tree in `root`.
    ///
    /// - Parameters:
    ///   - isNamed: whether the folder's name means something.
    ///   - packageVersion: what `--package-version` gives.
    ///   - origin: where it was unpacked from; nil for a folder of the user's.
    /// - Throws: `no-dkms-conf`; `unsupported-file`; `link-outside`; `file-error`.
    package init(
        root: FilePath, isNamed: Bool = true, packageVersion: String? = nil, origin: TreeOrigin? = nil
    ) throws(Diagnostic) {
        let root = try Self.resolve(root)
        guard Files.isRegularFile(root.appending("dkms.conf")) else { throw Self.noConf(in: root) }
        let origin = origin ?? TreeOrigin(folder: root)
        self.root = root
        self.origin = origin
        folderName = isNamed ? root.lastComponent?.string : nil
        self.packageVersion = packageVersion
        var leftovers: [String] = []
        let found = try FileList(folder: root) { path, kind in
            guard LeftOver.isLeftOver(path, kind) else { return false }
            leftovers.append(path)
            return true
        }
        var links = LinkReview(root: root, origin: origin)
        for entry in found { try links.review(entry) }
        var keys = KeyReview(origin: origin)
        var entries = try keys.withoutKeys(found)
        if let packageVersion {
            let text = ConfVersion.setting(packageVersion, in: try Files.read(root.appending("dkms.conf")))
            for index in entries.indices where entries[index].path == "dkms.conf" {
                entries[index].kind = .file(.bytes(text))
                entries[index].permissions = 0o644
            }
        }
        // Copying, unpacking or cloning a tree gives its folders new times: they are no part of it.
        let newest = entries.lazy.filter { $0.kind != .directory }.map(\.modified).max() ?? 0
        for index in entries.indices where entries[index].kind == .directory {
            entries[index].modified = newest
        }
        let files = try FileList(entries)
        self.files = files
        topFiles = Self.topFiles(of: files)
        self.leftovers = leftovers
        warnings = LeftOver.warning(leftovers, in: origin) + links.warnings + keys.warnings
    }

    /// The newest modification of a file of the tree, in seconds since 1970; folders don't count.
    package var newest: Int64 {
        files.lazy.filter { $0.kind != .directory }.map(\.modified).max() ?? 0
    }

    /// The same with this time, in seconds since 1970, for every file, folder and link.
    func dated(_ time: Int64) -> SourceTree {
        var dated = self
        dated.files = files.dated(time)
        dated.topFiles = Self.topFiles(of: dated.files)
        return dated
    }

    /// The tree's dkms.conf for a kernel and target, with ``packageVersion`` in it.
    package func evaluate(
        in context: ConfContext, shell: ConfEvaluator.Shell = .whereNeeded
    ) async throws(Diagnostic) -> DkmsConf {
        var context = context
        if let packageVersion { context.packageVersion = packageVersion }
        do throws(Diagnostic) {
            var value = try await ConfEvaluator.evaluate(conf: conf, in: context, shell: shell)
            value.warnings = value.warnings.map(named)
            return value
        } catch {
            throw named(error)
        }
    }

    /// A diagnostic that names files of the tree by their paths on disk, with the names that the user knows.
    package func named(_ diagnostic: Diagnostic) -> Diagnostic { origin.named(diagnostic, root: root) }

    /// What the package is called, once dkms.conf and folder agree.
    ///
    /// - Throws: `version-mismatch`.
    package func identity(_ conf: DkmsConf) throws(Diagnostic) -> PackageIdentity {
        try PackageIdentity(conf: conf, folderName: folderName, settled: packageVersion)
    }

    private static func topFiles(of files: FileList) -> [FileEntry] {
        files.filter { entry in
            if case .file = entry.kind { !entry.path.utf8.contains(UInt8(ascii: "/")) } else { false }
        }.entries
    }

    private static func resolve(_ root: FilePath) throws(Diagnostic) -> FilePath {
        do {
            return try Files.canonical(root)
        } catch {
            throw .file("open", root, error)
        }
    }

    private static func noConf(in root: FilePath) -> Diagnostic {
        let names = (try? Files.names(in: root)) ?? []
        let near = names.filter { Files.isRegularFile(root.appending($0).appending("dkms.conf")) }
        let hint =
            near.isEmpty
            ? "give the folder that has the dkms.conf in it"
            : "did you mean \(near.map { root.appending($0).string }.joined(separator: ", "))?"
        return .error("no-dkms-conf", "there is no dkms.conf in \(root)", hint: hint)
    }
}
