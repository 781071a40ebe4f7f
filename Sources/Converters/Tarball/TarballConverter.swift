import Archive
import Compression
package import Diagnostics
package import Kernels
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

    package var packageFormat: Distribution.PackageFormat? { nil }
    package var packsSource: Bool { false }

    package func plan(_ release: DriverRelease) throws(Diagnostic) -> [any ArtifactPlan] {
        var groups: [[PreparedUnit]] = isOneFile ? [release.units] : release.units.map { [$0] }
        if isSourceOnly || release.units.isEmpty { groups = [[]] }
        var plans: [any ArtifactPlan] = []
        for units in groups {
            plans.append(
                TarballPlan(
                    tarball: try release.dkmsTarball(units, isBinariesOnly: isBinariesOnly),
                    compression: release.settings.archiveCompression
                        ?? CompressionSettings(.gz, threads: release.settings.threads),
                    epoch: units.isEmpty ? release.sourceTime : release.settings.epoch))
        }
        return plans
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
