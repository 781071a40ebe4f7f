import Archive
import Compression
import DebFormat
package import Diagnostics
package import Kernels
import SourceTree
import Streams
import SystemPackage

/// The source package of `N-dkms`: a .dsc with its tarballs, or the folder that it is made of, for editing.
package struct DebSourceConverter: Converter {
    package enum Form: Hashable, Sendable { case package, folder }

    private let forms: Set<Form>

    package init(_ forms: Set<Form>) { self.forms = forms }

    package var packageFormat: Distribution.PackageFormat? { .deb }
    package var packsSource: Bool { true }

    package func plan(_ release: DriverRelease) throws(Diagnostic) -> [any ArtifactPlan] {
        let compression = try Self.compression(release)
        let source = try source(release)
        var plans: [any ArtifactPlan] = []
        if forms.contains(.package) {
            plans.append(
                DebSourcePlan(
                    source: source, compression: compression, epoch: release.settings.epoch))
        }
        if forms.contains(.folder) {
            plans.append(
                DebSkeletonPlan(
                    source: source, compression: compression, epoch: release.settings.epoch,
                    // The other form writes it too.
                    writesOriginal: !forms.contains(.package)))
        }
        return plans
    }

    private func source(_ release: DriverRelease) throws(Diagnostic) -> DebSourcePackage {
        let folder = DebianFolder(release, try packages(release))
        return DebSourcePackage(
            fields: folder.description, original: try original(release), debian: try folder.files())
    }

    /// What is built of the source: everything that needs no kernel.
    private func packages(_ release: DriverRelease) throws(Diagnostic) -> [DebPackage] {
        let common = try DebCommonConverter.package(release)
        return [try DebDkmsConverter.package(release)] + (common.map { [$0] } ?? [])
    }

    /// The tree as it is installed; a `debian/` of its own would be replaced by ours.
    private func original(_ release: DriverRelease) throws(Diagnostic) -> FileList {
        try release.sourceFiles().beneath("usr/src/\(release.identity.folderName)")
            .filter { $0.path != "debian" && !$0.path.hasPrefix("debian/") }
    }

    /// - Throws: `bad-compression` for what dpkg-source reads nowhere.
    private static func compression(_ release: DriverRelease) throws(Diagnostic) -> CompressionSettings {
        let chosen =
            release.settings.archiveCompression
            ?? CompressionSettings(.xz, threads: release.settings.threads)
        guard chosen.format != .zst else {
            throw .error(
                "bad-compression", "the tarballs of a Debian source package cannot be compressed with zst",
                hint:
                    "give --archive-compression gz or xz, and write packages that are to have zst in a run of their own",
                status: .usage)
        }
        return chosen
    }
}

/// A .dsc about to be written, with its tarballs.
struct DebSourcePlan: ArtifactPlan {
    let source: DebSourcePackage
    let compression: CompressionSettings
    let epoch: Int64

    var artifact: ArtifactName { name(source.fileName) }

    var companions: [ArtifactName] {
        [name(source.originalName(compression.format)), name(source.debianName(compression.format))]
    }

    var outline: [String] {
        companions.map(\.file) + source.original.map { "\(source.folderName)/\($0.path)" }
            + source.debian.map { "debian/\($0.path)" }
    }

    func write(to path: FilePath) throws(Diagnostic) {
        try DebSourceWriter.write(source, to: path, compression: compression, epoch: epoch)
    }

    private func name(_ file: String) -> ArtifactName {
        ArtifactName(file: file, format: "deb", kind: "source", kernels: [])
    }
}
