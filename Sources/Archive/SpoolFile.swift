package import Diagnostics
import Glibc
import Streams
package import SystemPackage

/// A nameless file for bytes that have to wait until what comes before them is known.
///
/// It has no name from the start, so nothing of it outlives the process, however that ends.
package struct SpoolFile: ByteSink, ~Copyable {
    private static let bufferSize = 256 * 1024

    private let folder: FilePath
    private let file: OpenFile
    private var buffer: [UInt8] = []
    /// Bytes written so far.
    package private(set) var count: Int64 = 0

    /// Makes it on the file system of `folder`, where room for the result is needed anyway.
    package init(in folder: FilePath) throws(Diagnostic) {
        let place = folder.isEmpty ? FilePath(".") : folder
        self.folder = place
        file = OpenFile(descriptor: try Self.open(place))
        buffer.reserveCapacity(Self.bufferSize)
    }

    private static func open(_ folder: FilePath) throws(Diagnostic) -> CInt {
        // O_TMPFILE, which includes O_DIRECTORY; the macro isn't imported.
        let flags = O_RDWR | O_CLOEXEC | 0o20000000 | O_DIRECTORY
        let descriptor = unsafe folder.withPlatformString { unsafe Glibc.open($0, flags, 0o600 as mode_t) }
        if descriptor >= 0 { return descriptor }
        // NFS, overlayfs of old kernels and others have no nameless files.
        guard errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL else {
            throw .file("create a file in", folder, Errno(rawValue: errno))
        }
        let path = Files.partial(of: folder.appending("mkdkms"))
        let named = unsafe path.withPlatformString {
            unsafe Glibc.open($0, O_RDWR | O_CLOEXEC | O_CREAT | O_EXCL, 0o600 as mode_t)
        }
        guard named >= 0 else { throw .file("create a file in", folder, Errno(rawValue: errno)) }
        try? Files.remove(path)
        return named
    }

    package mutating func write(_ bytes: Span<UInt8>) throws(Diagnostic) {
        count += Int64(bytes.count)
        if bytes.count >= Self.bufferSize {
            try flush()
            try writeAll(bytes)
            return
        }
        unsafe bytes.withUnsafeBufferPointer { unsafe buffer.append(contentsOf: $0) }
        if buffer.count >= Self.bufferSize { try flush() }
    }

    /// Hands over what was written, in order, in chunks of at most 256 KiB.
    package mutating func forEachChunk(
        _ body: (Span<UInt8>) throws(Diagnostic) -> Void
    ) throws(Diagnostic) {
        try flush()
        var chunk = [UInt8](repeating: 0, count: Self.bufferSize)
        var offset: Int64 = 0
        while offset < count {
            let size = unsafe chunk.withUnsafeMutableBytes {
                unsafe pread(file.descriptor, $0.baseAddress, $0.count, off_t(offset))
            }
            if size < 0, errno == EINTR { continue }
            guard size > 0 else { throw .file("read back a file in", folder, Errno(rawValue: errno)) }
            try body(chunk.span.extracting(first: size))
            offset += Int64(size)
        }
    }

    private mutating func flush() throws(Diagnostic) {
        try writeAll(buffer.span)
        buffer.removeAll(keepingCapacity: true)
    }

    private func writeAll(_ bytes: Span<UInt8>) throws(Diagnostic) {
        do {
            try file.write(bytes)
        } catch {
            throw .file("write a file in", folder, error)
        }
    }
}
