import CArchive
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
            let fresh = unsafe chunk[Swift.max(0, count - 8)..<count]
            unsafe tail.append(contentsOf: fresh)
            tail.removeFirst(Swift.max(0, tail.count - 8))
        }
        return count
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
