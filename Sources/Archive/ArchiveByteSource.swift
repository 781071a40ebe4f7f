import Glibc
import Streams
import SystemPackage

/// Hands libarchive the bytes of a source, chunk by chunk.
///
/// A class, because libarchive keeps a pointer to it; it lives as long as the handle that reads from it.
@safe final class ArchiveByteSource {
    private static let chunkSize = 128 * 1024

    private var descriptor: FileDescriptor?
    private var offset: Int64 = 0
    private var end: Int64
    private let chunk: UnsafeMutableRawBufferPointer
    private let memory: [UInt8]
    /// The last eight bytes that were handed out: the trailer of a gzip file.
    private(set) var tail: [UInt8] = []
    /// How often a gzip header (RFC 1952, section 2.3) seems to be there, when the source starts with one.
    private(set) var gzipHeaders = 0
    /// What went wrong beneath libarchive, if anything did.
    private(set) var failure: Errno?
    /// Whether the file ended before the range did.
    private(set) var isShort = false

    init(_ source: ArchiveSource) throws(Errno) {
        switch source {
        case .bytes(let bytes):
            memory = bytes
            end = Int64(bytes.count)
        case .file(let path):
            memory = []
            descriptor = try Files.open(path)
            end = .max
        case .range(let path, let range):
            memory = []
            descriptor = try Files.open(path)
            offset = range.lowerBound
            end = range.upperBound
        }
        unsafe chunk = .allocate(byteCount: Self.chunkSize, alignment: 16)
    }

    deinit {
        unsafe chunk.deallocate()
        try? descriptor?.close()
    }

    /// Gives the next chunk to libarchive; 0 at the end, negative after an error.
    func next(_ start: UnsafeMutablePointer<UnsafeRawPointer?>?) -> Int {
        let count = fill()
        if count > 0 {
            unsafe start?.pointee = unsafe UnsafeRawPointer(chunk.baseAddress)
            unsafe countGzipHeaders(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
            let fresh = unsafe chunk[Swift.max(0, count - 8)..<count]
            unsafe tail.append(contentsOf: fresh)
            tail.removeFirst(Swift.max(0, tail.count - 8))
        }
        return count
    }

    private func countGzipHeaders(_ fresh: UnsafeRawBufferPointer) {
        // A header may begin in the last three bytes of the chunk before.
        let seam = unsafe tail.suffix(3) + fresh.prefix(3)
        if gzipHeaders == 0, !tail.isEmpty { return }
        if seam.count > 3 { unsafe seam.withUnsafeBytes { unsafe countGzipHeaders(in: $0) } }
        unsafe countGzipHeaders(in: fresh)
    }

    private func countGzipHeaders(in bytes: UnsafeRawBufferPointer) {
        var offset = 0
        while offset + 4 <= bytes.count, let start = unsafe bytes.baseAddress?.advanced(by: offset) {
            guard let hit = unsafe memchr(start, 0x1f, bytes.count - offset - 3) else { return }
            unsafe offset += start.distance(to: UnsafeRawPointer(hit)) + 1
            if unsafe bytes[offset] == 0x8b && bytes[offset + 1] == 8 && bytes[offset + 2] < 0x20 {
                gzipHeaders += 1
            }
            if gzipHeaders == 0 { return }
        }
    }

    private func fill() -> Int {
        let wanted = Int(min(Int64(Self.chunkSize), end - offset))
        if wanted <= 0 { return 0 }
        guard let descriptor else {
            let from = Int(offset)
            unsafe chunk.copyBytes(from: memory[from..<from + wanted])
            offset += Int64(wanted)
            return wanted
        }
        do {
            let space = unsafe UnsafeMutableRawBufferPointer(rebasing: chunk[..<wanted])
            let count = try unsafe descriptor.read(fromAbsoluteOffset: offset, into: space)
            if count == 0, end != .max { isShort = true }
            offset += Int64(count)
            return count
        } catch {
            failure = (error as? Errno) ?? .ioError
            return -1
        }
    }
}
