package import Diagnostics
import Streams
package import SystemPackage

/// Digests of a file on disk, or of a part of it, made by reading it once.
package struct FileDigests: Hashable, Sendable {
    /// Bytes that were hashed.
    package let size: Int64
    private let digests: [DigestAlgorithm: [UInt8]]

    /// - Parameter range: the bytes that are meant, which the file has to have; nil for all of them.
    /// - Throws: `file-error`.
    package init(
        _ algorithms: [DigestAlgorithm], of file: FilePath, in range: Range<Int64>? = nil
    ) throws(Diagnostic) {
        var sink = DigestingSink(algorithms, NullSink())
        try Files.forEachChunk(of: file, in: range) { (chunk) throws(Diagnostic) in try sink.write(chunk) }
        let result = sink.finish()
        size = Int64(result.count)
        digests = result.digests
    }

    /// The digest of an algorithm that was asked for.
    package subscript(algorithm: DigestAlgorithm) -> [UInt8] { digests[algorithm] ?? [] }

    /// The same in lower-case hex.
    package func hex(_ algorithm: DigestAlgorithm) -> String { Hex.string(self[algorithm]) }
}

/// Takes bytes to nowhere.
private struct NullSink: ByteSink {
    mutating func write(_ bytes: Span<UInt8>) {}
}
