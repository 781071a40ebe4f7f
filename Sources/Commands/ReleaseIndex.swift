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
        var sums = ""
        var items: [Index.Item] = []
        for artifact in artifacts {
            let sha256 = try artifact.sha256()
            sums += "\(sha256)  \(artifact.name.file)\n"
            items.append(
                Index.Item(
                    file: artifact.name.file, format: artifact.name.format, kind: artifact.name.kind,
                    sha256: sha256, size: artifact.size, kernels: artifact.name.kernels.sorted()))
        }
        try Files.write(Array(sums.utf8), to: folder.appending("SHA256SUMS"))
        let index = Index(artifacts: items)
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
