import Archive
import Compression
import DebFormat
import Diagnostics
import Kernels
import Settings
import SourceTree
import Streams
import SystemPackage
import TarballFormat

/// A .deb about to be written.
struct DebPlan: ArtifactPlan {
    let kind: String
    let kernels: [String]
    let package: DebPackage
    /// Tarballs in the package, made when it is written, by their places in it.
    let tarballs: [(path: String, tarball: DkmsTarball)]
    let compression: CompressionSettings
    let epoch: Int64
    let signer: OpenPGPSigner?
    var warnings: [Diagnostic] = []

    /// - Parameter target: whose dpkg has to read it.
    init(
        kind: String, kernels: [String] = [], package: DebPackage,
        tarballs: [(path: String, tarball: DkmsTarball)] = [], release: DriverRelease,
        for target: Distribution
    ) {
        self.kind = kind
        self.kernels = kernels
        self.package = package
        self.tarballs = tarballs
        compression = release.debCompression(target)
        epoch = release.settings.epoch
        signer = release.settings.packageSigner
    }

    var artifact: ArtifactName {
        ArtifactName(file: package.fileName, format: "deb", kind: kind, kernels: kernels)
    }

    var outline: [String] {
        package.scripts.keys.map { "DEBIAN/\($0.rawValue)" }.sorted()
            + (package.files.map(\.path) + tarballs.map(\.path)).sorted {
                $0.utf8.lexicographicallyPrecedes($1.utf8)
            }
    }

    func write(to path: FilePath) async throws(Diagnostic) {
        let folder = try TemporaryFolder("tarballs")
        let whole = try packing(folder.path)
        guard let signer else {
            try DebWriter.write(whole, to: path, compression: compression, epoch: epoch)
            return
        }
        try await DebWriter.write(whole, to: path, compression: compression, epoch: epoch) {
            (file) async throws(Diagnostic) in try await signer.detach(file)
        }
        _ = consume folder
    }

    /// The package with its tarballs, which are written into `folder` first.
    private func packing(_ folder: FilePath) throws(Diagnostic) -> DebPackage {
        var entries = package.files.entries
        for (index, (path, tarball)) in tarballs.enumerated() {
            let file = folder.appending(String(index))
            try tarball.write(to: file, compression: CompressionSettings(.gz), epoch: epoch)
            do {
                let content = FileContent.onDisk(file, size: try Files.status(file).size)
                entries.append(
                    FileEntry(path: path, kind: .file(content), permissions: 0o644, modified: epoch))
            } catch {
                throw .file("read", file, error)
            }
        }
        var whole = package
        whole.files = try FileList(entries)
        return whole
    }
}

extension DriverRelease {
    /// The distribution whose rules a Debian package follows.
    func debianTarget(_ kernel: KernelFacts? = nil) -> Distribution {
        settings.target ?? kernel?.target ?? Distribution(.debian, "12")
    }

    /// `--archive-compression`, else what the target's oldest dpkg reads.
    fileprivate func debCompression(_ target: Distribution) -> CompressionSettings {
        let own = target.usesRPM ? nil : target.packageCompression(threads: settings.threads)
        var chosen =
            settings.archiveCompression ?? own ?? DebWriter.defaultSettings(threads: settings.threads)
        // dpkg-deb writes CRC32, and so its members can be compared.
        chosen.check = .crc32
        return chosen
    }

    /// That of the package that came in, which tells in which area of an archive it may be.
    var section: String { texts.section ?? "kernel" }
    var priority: String { texts.priority ?? "optional" }

    /// The fields that every package of the release has, with what the settings file adds to them.
    ///
    /// Relations of a kind of package come behind those, with `insert`.
    /// - Parameters:
    ///   - kind: which of the settings' relations it has.
    ///   - replacing: packages whose files this one may take over.
    ///   - part: what of the project it is, for the short description.
    func control(
        package: String, _ kind: PackageKind, architecture: String, depends: String, replacing: [String] = [],
        part: String? = nil, extended: String
    ) -> ControlFields {
        var fields = ControlFields([
            "Package": package,
            "Source": package == naming.name ? "" : naming.name,
            "Version": naming.full,
            "Architecture": architecture,
            "Maintainer": Contact.mailbox(metadata.maintainer),
            "Depends": depends,
            "Section": section,
            "Priority": priority,
            "Homepage": metadata.homepage ?? "",
            "Description":
                "\(metadata.summary)\(part.map { " - \($0)" } ?? "")\n\(Self.lines(description(extended, of: kind)))",
        ])
        var relations = debRelations(of: kind)
        let common = kind == .common ? [] : commonPackage.map { [naming.debian(ours: $0)] } ?? []
        let named = Set(DebianRelation.items(of: depends))
        relations.requires = common + relations.requires.filter { !named.contains($0) }
        relations.replaces = replacing + relations.replaces
        var last = "Maintainer"
        if let before = RelationField.scripts("pre").debian {
            fields.insert(before, DebianRelation.field(relations.scripts["pre"] ?? []), after: last)
        }
        if fields["Depends"] != nil { last = "Depends" }
        for field in RelationField.plain where !relations[field].isEmpty {
            guard let name = field.debian else { continue }
            fields.insert(name, DebianRelation.field(relations[field]), after: last)
            last = name
        }
        return fields
    }

    /// A line of a description that begins with a full stop is kept for what is yet to come, unless it is one that is
    /// shown as it is (Debian Policy 5.6.13).
    private static func lines(_ description: String) -> String {
        description.lines
            .map { $0.hasPrefix(".") ? " \($0)" : String($0) }.joined(separator: "\n")
    }
}

extension DebPlan {
    /// Rendered templates under the names of maintainer scripts.
    static func scripts(_ texts: [String: String]) throws(Diagnostic) -> [DebPackage.Script: String] {
        var scripts: [DebPackage.Script: String] = [:]
        for (name, text) in texts {
            guard let script = DebPackage.Script(rawValue: name) else {
                throw .error(
                    "unknown-template", "\(name) is no maintainer script",
                    hint: "a .deb has preinst, postinst, prerm and postrm")
            }
            scripts[script] = text
        }
        return scripts
    }
}
