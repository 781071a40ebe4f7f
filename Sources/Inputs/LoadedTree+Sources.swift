package import Diagnostics
import RPMFormat
import SourceTree
import Streams
package import SystemPackage

extension LoadedTree {
    /// Recognises and reads TREE, as ``init(_:sourceRoot:packageVersion:)`` does, and source packages too: their
    /// patches are applied by patch(1).
    ///
    /// - Throws: what the initializer throws; `bad-dsc`, `missing-source`, `bad-digest`; `unsupported-spec`,
    ///   `unsupported-dsc`; `unsafe-patch`, `patch-failed`; `missing-program`; `interrupted`.
    package static func load(
        _ input: String, sourceRoot: FilePath = "/usr/src", packageVersion: String? = nil
    ) async throws(Diagnostic) -> LoadedTree {
        let (path, kind) = try recognise(input, sourceRoot: sourceRoot)
        switch kind {
        case .debianSource:
            let source = try DebianSource(path)
            let folder = try TemporaryFolder("input")
            let unpacked = try await source.unpack(into: folder.path)
            return try LoadedTree(path, kind, unpacked, packageVersion, folder)
        case .rpm:
            let rpm = try RPMReader(path)
            guard rpm.isSource else { break }
            let folder = try TemporaryFolder("input")
            let unpacked = try await RPMSource(rpm).unpack(into: folder.path)
            return try LoadedTree(path, .rpmSource, unpacked, packageVersion, folder)
        default: break
        }
        return try LoadedTree(input, sourceRoot: sourceRoot, packageVersion: packageVersion)
    }

    private init(
        _ path: FilePath, _ kind: InputKind, _ unpacked: Unpacked, _ packageVersion: String?,
        _ folder: consuming TemporaryFolder
    ) throws(Diagnostic) {
        let tree = try SourceTree(
            root: unpacked.root, isNamed: unpacked.isNamed, packageVersion: packageVersion,
            origin: unpacked.origin)
        self.init(tree: tree, kind: kind, input: path, unpacked, folder: folder)
    }
}
