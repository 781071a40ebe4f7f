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
        /// Null where the artifact is planned only.
        let sha256: ArtifactDigest
        let size: OrNull<Int64>
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
                sha256: ArtifactDigest(artifact: artifact), size: OrNull(artifact.size),
                kernels: artifact.name.kernels.sorted())
        }.sorted { $0.path < $1.path }
        units = result.units.map {
            UnitItem($0, modules: $0.modules.map(\.name) + $0.plannedModules.map(\.name))
        }.sorted { $0.kernel < $1.kernel }
    }

    /// Of a dry run: what would be written into `output`.
    init(planned result: ProductionResult, in output: FilePath) {
        self.init(result)
        artifacts = result.plans.flatMap(\.files).map { name in
            ArtifactItem(
                path: output.pushing(FilePath(name.file)).absolute.string, format: name.format,
                kind: name.kind, sha256: ArtifactDigest(artifact: nil), size: OrNull(nil),
                kernels: name.kernels.sorted())
        }.sorted { $0.path < $1.path }
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
    /// Nil where there is none yet.
    let artifact: Artifact?

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let artifact { try container.encode(artifact.sha256()) } else { try container.encodeNil() }
    }
}
