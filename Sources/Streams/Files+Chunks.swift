package import Diagnostics
package import SystemPackage

extension Files {
    private static let chunkSize = 256 * 1024

    /// Hands a file's content over in order, in chunks of at most 256 KiB.
    ///
    /// - Parameter range: the bytes that are meant, which the file has to have; nil for all of them.
    /// - Throws: `file-error`; what `body` throws.
    package static func forEachChunk(
        of file: FilePath, in range: Range<Int64>? = nil, _ body: (Span<UInt8>) throws(Diagnostic) -> Void
    ) throws(Diagnostic) {
        var remaining = range.map { $0.upperBound - $0.lowerBound } ?? .max
        do {
            let descriptor = try open(file)
            defer { try? descriptor.close() }
            if let range { _ = try descriptor.seek(offset: range.lowerBound, from: .start) }
            var chunk = [UInt8](repeating: 0, count: chunkSize)
            while remaining > 0 {
                let count = try read(descriptor, into: &chunk)
                if count == 0 { break }
                let used = min(Int64(count), remaining)
                try body(chunk.span.extracting(first: Int(used)))
                remaining -= used
            }
            guard range == nil || remaining == 0 else { throw Errno.ioError }
        } catch let error as Diagnostic {
            throw error
        } catch {
            throw .file("read", file, (error as? Errno) ?? .ioError)
        }
    }
}
