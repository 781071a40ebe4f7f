import Converters
import Diagnostics
import Kbuild
import Kernels
import SystemPackage

/// `artifacts` and `units` of the converters' documents (interface.md, "JSON").
struct ArtifactsDocument: Encodable, Sendable {
    struct ArtifactItem: Encodable, Sendable {
        let path: String
        let format: String
        let kind: String
        let sha256: ArtifactDigest
        let size: Int64
        let kernels: [String]
    }

    struct UnitItem: Encodable, Sendable {
        let kernel: String
        let arch: String
        let state: String
        /// Null where it was built.
        let reason: OrNull<String>
        var modules: [String]
        /// Null where nothing ran.
        let log: OrNull<String>
        let seconds: Int
    }

    var artifacts: [ArtifactItem]
    var units: [UnitItem]

    init(_ result: ProductionResult) {
        artifacts = result.artifacts.map { artifact in
            ArtifactItem(
                path: artifact.path.absolute.string, format: artifact.name.format, kind: artifact.name.kind,
                sha256: ArtifactDigest(artifact: artifact), size: artifact.size,
                kernels: artifact.name.kernels.sorted())
        }.sorted { $0.path < $1.path }
        units = result.units.map { UnitItem($0, modules: $0.modules.map(\.name)) }.sorted {
            $0.kernel < $1.kernel
        }
    }
}

extension ArtifactsDocument.UnitItem {
    init(_ unit: UnitResult, modules: [String]) {
        self.init(
            kernel: unit.kernel.release, arch: unit.kernel.arch, state: unit.stateName,
            reason: OrNull(unit.reason),
            modules: modules.sorted(), log: OrNull(unit.log?.absolute.string), seconds: unit.seconds)
    }
}

/// The SHA-256 of an artifact, read from the file when the document is written and not before.
struct ArtifactDigest: Encodable, Sendable {
    let artifact: Artifact

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(artifact.sha256())
    }
}
