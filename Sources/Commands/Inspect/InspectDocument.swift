import Compression
import Compression
import Cryptography
import Inspection
import KernelModule

/// An artifact as `mkdkms inspect --json` shows it (interface.md, "JSON").
struct InspectDocument: Encodable, Sendable {
    struct File: Encodable, Sendable {
        let path: String
        /// Octal, four digits.
        let mode: String
        let size: Int64
        let sha256: OrNull<String>
    }

    struct Module: Encodable, Sendable {
        let path: String
        let name: String
        let version: OrNull<String>
        let license: OrNull<String>
        let description: OrNull<String>
        let vermagic: String
        let srcversion: OrNull<String>
        let depends: [String]
        let arch: String
        let compression: String
        let stripped: Bool
        let signature: OrNull<Signature>
    }

    struct Signature: Encodable, Sendable {
        let signer: OrNull<String>
        let keyId: String
        let hash: String
        let algorithm: String
    }

    let format: String
    let kind: String
    let name: String
    let version: OrNull<String>
    let metadata: [String: String]
    let scripts: [String: String]
    let files: [File]
    let modules: [Module]

    init(_ artifact: InspectedArtifact) {
        format = artifact.format.rawValue
        kind = artifact.kind
        name = artifact.name
        version = OrNull(artifact.version)
        // A key that comes again, such as modinfo's alias, keeps all its values.
        metadata = Dictionary(artifact.metadata.map { ($0.name, $0.value) }) { "\($0)\n\($1)" }
        scripts = artifact.scripts
        files = artifact.files.map {
            let mode = String($0.permissions, radix: 8)
            return File(
                path: $0.path, mode: String(repeating: "0", count: max(0, 4 - mode.count)) + mode,
                size: $0.size,
                sha256: OrNull($0.sha256))
        }
        modules = artifact.modules.map { Module($0.path, $0.facts) }
    }
}

extension InspectDocument.Module {
    init(_ path: String, _ facts: ModuleFile) {
        self.init(
            path, facts, signature: facts.signature, compression: facts.compression,
            isStripped: facts.isStripped)
    }

    /// A module by the facts of an earlier form of it: signing and compressing change none of the others.
    ///
    /// - Parameter signature: the module's own, or one that is kept beside it.
    init(
        _ path: String, _ facts: ModuleFile, signature: ModuleSignature?, compression: CompressionFormat,
        isStripped: Bool
    ) {
        self.init(
            path: path, name: facts.name, version: OrNull(facts.version), license: OrNull(facts.license),
            description: OrNull(facts.description), vermagic: facts.vermagic ?? "",
            srcversion: OrNull(facts.srcversion),
            depends: facts.depends.sorted(), arch: facts.architecture,
            compression: compression.rawValue,
            stripped: isStripped,
            signature: OrNull(
                signature.map {
                    .init(
                        signer: OrNull($0.signer), keyId: Hex.string($0.keyIdentifier), hash: $0.hash,
                        algorithm: $0.algorithm)
                }))
    }
}
