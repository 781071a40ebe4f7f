import Converters
import Cryptography
import Diagnostics
import FoundationEssentials
import Streams
import SystemPackage

/// `SHA256SUMS` and `index.json`: what a release consists of, for sha256sum and for scripts; with a key `SHA256SUMS.asc`, for
/// those who have it from a mirror.
///
/// Those of a repository cover its earlier releases too, as far as they lie there.
struct ReleaseIndex {
    private static let sumsName = "SHA256SUMS"
    private static let signatureName = "SHA256SUMS.asc"
    private static let indexName = "index.json"

    private let artifacts: [Artifact]
    private let earlier: FilePath?
    private let leftOut: Set<String>

    /// - Parameters:
    ///   - earlier: the folder whose packages and archives are named too, where there is one; it may have lists of
    ///   its own, which are replaced.
    ///   - leftOut: the names of what only looks like a package there.
    init(_ artifacts: [Artifact], after earlier: FilePath?, without leftOut: Set<String>) {
        self.artifacts = artifacts
        self.earlier = earlier
        self.leftOut = leftOut
    }

    /// Writes them into `folder`; paths in them are relative to it.
    ///
    /// - Parameters:
    ///   - output: where they are in the end; a signature that is there is over other sums.
    ///   - signer: nil for none.
    /// - Returns: their names, and of what has to be gone from `output`.
    func write(
        to folder: FilePath, for output: FilePath, _ signer: OpenPGPSigner?
    ) async throws(Diagnostic) -> (files: [String], obsolete: [String]) {
        try writeLists(to: folder)
        let names = [Self.sumsName, Self.indexName]
        guard let signer else {
            return (names, Files.exists(output.appending(Self.signatureName)) ? [Self.signatureName] : [])
        }
        let signature = try await signer.detach(folder.appending(Self.sumsName), armor: true)
        try Files.write(signature, to: folder.appending(Self.signatureName))
        return (names + [Self.signatureName], [])
    }

    private func writeLists(to folder: FilePath) throws(Diagnostic) {
        var sums: [String: String] = [:]
        var items: [String: Index.Item] = [:]
        for artifact in artifacts {
            let name = artifact.name
            let sha256 = try artifact.sha256()
            sums[name.file] = sha256
            items[name.file] = Index.Item(
                file: name.file, format: name.format, kind: name.kind, sha256: sha256, size: artifact.size,
                kernels: name.kernels.sorted())
        }
        if let earlier {
            let known = Index.items(of: earlier.appending(Self.indexName))
            for name in try others(in: earlier) where sums[name] == nil {
                let file = try FileDigests([.sha256], of: earlier.appending(name))
                sums[name] = file.hex(.sha256)
                guard var item = known[name] else { continue }
                item.sha256 = file.hex(.sha256)
                item.size = file.size
                items[name] = item
            }
        }
        let text = sums.sorted { $0.key < $1.key }.map { "\($0.value)  \($0.key)\n" }.joined()
        try Files.write(Array(text.utf8), to: folder.appending(Self.sumsName))
        let index = Index(artifacts: items.values.sorted { $0.file < $1.file })
        try Files.write(JSONOutput.bytes(index, schema: "index"), to: folder.appending(Self.indexName))
    }

    private static let endings = [".tar.gz", ".tar.xz", ".tar.zst", ".deb", ".rpm", ".dsc"]

    /// The packages and archives in a folder, whoever put them there; lists and signatures are the repository's own.
    private func others(in folder: FilePath) throws(Diagnostic) -> [String] {
        do {
            return try Files.names(in: folder).filter { name in
                Self.endings.contains { name.hasSuffix($0) } && !name.hasPrefix(".")
                    && !leftOut.contains(name)
                    && Files.isRegularFile(folder.appending(name))
            }
        } catch {
            throw .file("read", folder, error)
        }
    }

    private struct Index: Codable {
        struct Item: Codable {
            let file: String
            let format: String
            let kind: String
            var sha256: String
            var size: Int64
            let kernels: [String]
        }

        let artifacts: [Item]

        /// What an earlier release wrote, by file; nothing where it is no such index.
        static func items(of path: FilePath) -> [String: Item] {
            guard let bytes = try? Files.contents(path),
                let index = try? JSONDecoder().decode(Index.self, from: Data(bytes))
            else { return [:] }
            return Dictionary(index.artifacts.map { ($0.file, $0) }, uniquingKeysWith: { $1 })
        }
    }
}
