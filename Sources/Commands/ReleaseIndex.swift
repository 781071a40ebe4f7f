import Converters
import Diagnostics
import Streams
import SystemPackage

/// `SHA256SUMS` and `index.json`: what a release consists of, for sha256sum and for scripts.
struct ReleaseIndex {
    private let result: ProductionResult

    init(_ result: ProductionResult) { self.result = result }

    /// Writes both into the folder of the artifacts; paths in them are relative to it.
    func write(to folder: FilePath) throws(Diagnostic) {
        let artifacts = result.artifacts.sorted { $0.name.file < $1.name.file }
        let sums = artifacts.map { "\($0.sha256)  \($0.name.file)\n" }.joined()
        try Files.write(Array(sums.utf8), to: folder.appending("SHA256SUMS"))
        let index = Index(
            artifacts: artifacts.map {
                Index.Item(
                    file: $0.name.file, format: $0.name.format, kind: $0.name.kind, sha256: $0.sha256,
                    size: $0.size,
                    kernels: $0.name.kernels.sorted())
            })
        try Files.write(JSONOutput.bytes(index, schema: "index"), to: folder.appending("index.json"))
    }

    private struct Index: Encodable {
        struct Item: Encodable {
            let file: String
            let format: String
            let kind: String
            let sha256: String
            let size: Int64
            let kernels: [String]
        }

        let artifacts: [Item]
    }
}
