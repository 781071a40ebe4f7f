package import Diagnostics
import Streams
package import SystemPackage

/// Digests of a file on disk, or of a part of it, made by reading it once.
package struct FileDigests: Hashable, Sendable {
    private static let chunkSize = 256 * 1024

    /// Bytes that were hashed.
    package let size: Int64
    private let digests: [DigestAlgorithm: [UInt8]]

    /// - Parameter range: the bytes that are meant, which the file has to have; nil for all of them.
    /// - Throws: `file-error`.
    package init(
        _ algorithms: [DigestAlgorithm], of file: FilePath, in range: Range<Int64>? = nil
    ) throws(Diagnostic) {
        var sink = DigestingSink(algorithms, NullSink())
        var remaining = range.map { $0.upperBound - $0.lowerBound } ?? .max
        do {
            let descriptor = try Files.open(file)
            defer { try? descriptor.close() }
            if let range { _ = try descriptor.seek(offset: range.lowerBound, from: .start) }
            var chunk = [UInt8](repeating: 0, count: Self.chunkSize)
            while remaining > 0 {
                let count = try Files.read(descriptor, into: &chunk)
                if count == 0 { break }
                let used = min(Int64(count), remaining)
                try sink.write(chunk.span.extracting(first: Int(used)))
                remaining -= used
            }
            guard range == nil || remaining == 0 else { throw Errno.ioError }
        } catch let error as Diagnostic {
            throw error
        } catch {
            throw .file("read", file, (error as? Errno) ?? .ioError)
        }
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
