import Archive
import Compression
package import Diagnostics
import Kernels
import SourceTree
import SystemPackage
import TarballFormat

/// dkms's own tarballs: the source alone, or the modules of each kernel with it.
package struct TarballConverter: Converter {
    private let isSourceOnly: Bool
    private let isBinariesOnly: Bool
    private let isOneFile: Bool

    /// With modules where the release has any: one file per kernel, as dkms 3.x mishandles more.
    package init(isBinariesOnly: Bool, isOneFile: Bool) {
        isSourceOnly = false
        self.isBinariesOnly = isBinariesOnly
        self.isOneFile = isOneFile
    }

    private init() {
        isSourceOnly = true
        isBinariesOnly = false
        isOneFile = false
    }

    /// The source alone, whatever was built.
    package static let sourceOnly = TarballConverter()

    package func plan(_ release: DriverRelease) throws(Diagnostic) -> [any ArtifactPlan] {
        var groups: [[PreparedUnit]] = isOneFile ? [release.units] : release.units.map { [$0] }
        if isSourceOnly || release.units.isEmpty { groups = [[]] }
        var plans: [any ArtifactPlan] = []
        for units in groups {
            plans.append(
                TarballPlan(
                    tarball: try Self.tarball(release, units, isBinariesOnly: isBinariesOnly),
                    compression: release.settings.archiveCompression
                        ?? CompressionSettings(.gz, threads: release.settings.threads),
                    epoch: release.settings.epoch))
        }
        return plans
    }

    /// The tarball of some kernels, also as a part of other artifacts.
    static func tarball(
        _ release: DriverRelease, _ units: [PreparedUnit], isBinariesOnly: Bool
    ) throws(Diagnostic) -> DkmsTarball {
        var kernels: [DkmsTarball.Kernel] = []
        for unit in units { kernels.append(try kernel(unit, release)) }
        let source: DkmsTarball.Source =
            isBinariesOnly ? .binariesOnly(conf: try conf(release)) : .tree(release.tree.files)
        return DkmsTarball(
            name: release.identity.name, version: release.identity.version, source: source, kernels: kernels)
    }

    private static func kernel(_ unit: PreparedUnit, _ release: DriverRelease) throws(Diagnostic)
        -> DkmsTarball.Kernel
    {
        let modules = unit.entries(in: ".", epoch: release.settings.epoch).map { entry in
            var entry = entry
            entry.path = String(entry.path.dropFirst(2))
            return entry
        }
        // The log of the build names its folder and the order of its jobs: it would differ at every run.
        let log =
            "\(release.identity) was built for kernel \(unit.kernel.release) (\(unit.kernel.arch)) by mkdkms\n"
        return DkmsTarball.Kernel(
            release: unit.kernel.release, architecture: unit.kernel.arch, modules: try FileList(modules),
            log: .text(log))
    }

    private static func conf(_ release: DriverRelease) throws(Diagnostic) -> FileContent {
        guard case .file(let content) = release.tree.files[path: "dkms.conf"]?.kind else {
            throw .error("no-dkms-conf", "the tree has no dkms.conf", hint: "give the folder that has it")
        }
        return content
    }
}

/// A `.dkms.tar.*` about to be written.
struct TarballPlan: ArtifactPlan {
    let tarball: DkmsTarball
    let compression: CompressionSettings
    let epoch: Int64

    var artifact: ArtifactName {
        let kind = tarball.kernels.isEmpty ? "source" : "modules"
        return ArtifactName(
            file: tarball.fileName(compression.format), format: "tarball", kind: kind,
            kernels: tarball.kernels.map(\.release))
    }

    var outline: [String] {
        do throws(Diagnostic) {
            return try tarball.files(epoch: epoch).map(\.path)
        } catch {
            return [error.message]
        }
    }

    func write(to path: FilePath) throws(Diagnostic) {
        try tarball.write(to: path, compression: compression, epoch: epoch)
    }
}
