import Archive
import Compression
import Diagnostics
import Kernels
import RPMFormat
import Settings
import SourceTree
import SystemPackage

/// An .rpm about to be written.
struct RPMPlan: ArtifactPlan {
    let kind: String
    let kernels: [String]
    let package: RPMPackage
    let compression: CompressionSettings
    let signer: OpenPGPSigner?
    var warnings: [Diagnostic] = []

    init(
        kind: String, kernels: [String], package: RPMPackage, compression: CompressionSettings,
        release: DriverRelease
    ) {
        self.kind = kind
        self.kernels = kernels
        self.package = package
        self.compression = compression
        signer = release.settings.packageSigner
    }

    var artifact: ArtifactName {
        ArtifactName(file: package.fileName, format: "rpm", kind: kind, kernels: kernels)
    }

    var outline: [String] {
        package.scriptlets.keys.map(\.name).sorted() + package.files.map { "/\($0.path)" }
    }

    func write(to path: FilePath) async throws(Diagnostic) { try await write(package, to: path) }

    /// Writes `whole`, which is the package with what was made for it since it was planned.
    func write(_ whole: RPMPackage, to path: FilePath) async throws(Diagnostic) {
        guard let signer else {
            try RPMWriter.write(whole, to: path, compression: compression)
            return
        }
        try await RPMWriter.write(whole, to: path, compression: compression) {
            (header) async throws(Diagnostic) in try await signer.detach(header)
        }
    }
}

extension RPMPlan {
    /// Rendered templates as scriptlets.
    static func scriptlets(_ texts: [String: String]) throws(Diagnostic) -> [RPMPackage.Scriptlet: String] {
        var scriptlets: [RPMPackage.Scriptlet: String] = [:]
        for (name, text) in texts {
            guard let scriptlet = RPMPackage.Scriptlet.allCases.first(where: { $0.name == "%\(name)" }) else {
                throw .error(
                    "unknown-template", "\(name) is no scriptlet",
                    hint: "an .rpm has pre, post, preun, postun, pretrans and posttrans")
            }
            // As rpmbuild keeps them.
            scriptlets[scriptlet] = String(text[..<text.endOfText])
        }
        return scriptlets
    }
}

extension String {
    /// Behind the last character that is no line break.
    fileprivate var endOfText: Index { lastIndex { !$0.isNewline }.map(index(after:)) ?? startIndex }
}

extension DriverRelease {
    /// A package of the release with everything but the relations of its kind, scriptlets and flags.
    ///
    /// - Parameter kind: which of the settings' relations it has.
    func rpm(
        _ name: String, _ kind: PackageKind, _ architecture: String, files: FileList, description: String
    ) -> RPMPackage {
        var package = RPMPackage(
            name: name, version: naming.version, release: naming.revision, architecture: architecture,
            summary: metadata.summary, description: self.description(description, of: kind),
            license: metadata.license,
            files: files,
            buildTime: settings.epoch)
        package.url = metadata.homepage ?? ""
        package.packager = metadata.maintainer
        package.changelog = changelog.map { entry in
            RPMPackage.Change(
                time: Self.noon(entry.time), author: "\(entry.author) - \(entry.version)",
                text: Self.written(entry.changes).joined(separator: "\n"))
        }
        package.givenRelations = given(for: kind)
        return package
    }

    /// The changes of an entry as an .rpm has them.
    static func written(_ changes: [String]) -> [String] { changes.map { Prose.item($0, bullet: "- ") } }

    /// A changelog has days, which rpmbuild notes as their noon.
    private static func noon(_ time: Int64) -> Int64 { time - (time % 86400 + 86400) % 86400 + 43200 }

    /// The relations that the settings file gives to packages of a kind, and that to the one with the files beside the module.
    private func given(for kind: PackageKind) -> [RPMRelation: [RPMDependency]] {
        let extra = rpmRelations(of: kind)
        let common = kind == .common ? nil : commonPackage.map { RPMDependency($0, .equal, naming.full) }
        var relations: [RPMRelation: [RPMDependency]] = common.map { [.requires: [$0]] } ?? [:]
        for field in extra.fields {
            let (relation, purpose) = Self.place(of: field)
            relations[relation, default: []] += extra[field].map { item in
                var dependency = RPMDependency(written: item)
                dependency.sense.formUnion(RPMDependency.Sense(purpose: purpose))
                return dependency
            }
        }
        return relations
    }

    private static func place(of field: RelationField) -> (RPMRelation, purpose: String) {
        switch field {
        case .scripts(let purpose): (.requires, purpose)
        case .requires: (.requires, "")
        case .recommends: (.recommends, "")
        case .suggests: (.suggests, "")
        case .enhances: (.enhances, "")
        case .supplements: (.supplements, "")
        case .provides: (.provides, "")
        case .conflicts, .breaks: (.conflicts, "")
        case .replaces: (.obsoletes, "")
        case .order(let purpose): (.order, purpose)
        }
    }

    /// `--archive-compression`, else what the target's rpm reads, else xz, which every rpm since 4.6 does.
    func rpmCompression(_ target: Distribution?) -> CompressionSettings {
        let own = target.flatMap { $0.usesRPM ? $0.packageCompression(threads: settings.threads) : nil }
        var chosen =
            settings.archiveCompression ?? own ?? RPMWriter.defaultSettings(threads: settings.threads)
        chosen.check = .crc32
        return chosen
    }
}
