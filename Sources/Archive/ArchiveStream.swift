import CArchive
import Diagnostics
import Streams

/// The plain bytes of a source that may be compressed, read to its very end.
///
/// libarchive's own tar reader stops at the end mark and so never notices that the compressed stream around it is
/// cut off or damaged behind that point; this layer does. A class, because a libarchive callback points to it.
final class ArchiveStream {
    private let name: String
    private let source: ArchiveByteSource
    private let handle: ArchiveHandle
    private var checksum = CRC32()
    private var total: UInt64 = 0
    private var isAtEnd = false
    /// Whether someone asked for bytes behind the last one.
    private(set) var wasExhausted = false
    private(set) var fault: Diagnostic?
    private(set) var warnings: [Diagnostic] = []

    init(_ source: ArchiveSource) throws(Diagnostic) {
        name = source.name
        do {
            self.source = try ArchiveByteSource(source)
        } catch {
            switch source {
            case .file(let path), .range(let path, _): throw .file("read", path, error)
            case .bytes: throw ArchiveReader.damaged(source.name, "\(error)")
            }
        }
        guard let handle = ArchiveHandle() else {
            throw ArchiveReader.damaged(source.name, "libarchive has no memory")
        }
        self.handle = handle
        try open()
    }

    private func open() throws(Diagnostic) {
        unsafe archive_read_support_format_raw(handle.raw)
        unsafe archive_read_support_filter_gzip(handle.raw)
        unsafe archive_read_support_filter_xz(handle.raw)
        unsafe archive_read_support_filter_lzma(handle.raw)
        unsafe archive_read_support_filter_bzip2(handle.raw)
        unsafe archive_read_support_filter_zstd(handle.raw)
        let context = unsafe Unmanaged.passUnretained(source).toOpaque()
        let status = unsafe archive_read_open(
            handle.raw, context, nil,
            { _, context, start in
                guard let context = unsafe context else { return -1 }
                return unsafe Unmanaged<ArchiveByteSource>.fromOpaque(context).takeUnretainedValue()
                    .next(start)
            }, nil)
        try check(status)
        var entry: OpaquePointer?
        let first = unsafe archive_read_next_header(handle.raw, &entry)
        // An empty file isn't recognised as anything.
        try check(first == ARCHIVE_EOF ? ARCHIVE_FATAL : first)
    }

    /// Whether the source was gzip, the one format whose checksum libarchive skips.
    private var isGzip: Bool { unsafe archive_filter_code(handle.raw, 0) == ARCHIVE_FILTER_GZIP }

    /// Gives the next block to libarchive; 0 at the end, negative after a fault.
    func next(_ start: UnsafeMutablePointer<UnsafeRawPointer?>?) -> Int {
        if fault != nil { return -1 }
        do throws(Diagnostic) {
            let count = try unsafe advance(start)
            if count == 0 { wasExhausted = true }
            return count
        } catch {
            fault = error
            return -1
        }
    }

    /// Reads what is left, so that every checksum is verified.
    func drain() throws(Diagnostic) {
        if let fault { throw fault }
        while try unsafe advance(nil) > 0 {}
    }

    private func advance(_ start: UnsafeMutablePointer<UnsafeRawPointer?>?) throws(Diagnostic) -> Int {
        if isAtEnd { return 0 }
        var block: UnsafeRawPointer?
        var count = 0
        var offset: Int64 = 0
        let status = unsafe archive_read_data_block(handle.raw, &block, &count, &offset)
        if status == ARCHIVE_EOF {
            isAtEnd = true
            try checkEnd()
            return 0
        }
        try check(status)
        unsafe start?.pointee = unsafe block
        total += UInt64(count)
        if isGzip { unsafe checksum.update(UnsafeRawBufferPointer(start: block, count: count)) }
        return count
    }

    private func checkEnd() throws(Diagnostic) {
        if source.isShort { throw ArchiveReader.damaged(name, "the file ends too early") }
        guard isGzip, source.tail.count == 8 else { return }
        let trailer = source.tail.enumerated().reduce(UInt64(0)) {
            $0 | UInt64($1.element) << (8 * $1.offset)
        }
        let expected = total << 32 | UInt64(checksum.value)
        if trailer == expected { return }
        // Several gzip files in a row are a legal gzip file; only the last one's length and sum are at hand then.
        if source.gzipHeaders > 1, UInt32(trailer >> 32) != UInt32(truncatingIfNeeded: total) {
            warnings.append(
                .warning("unverified-archive", "the gzip checksum of \(name) could not be verified"))
            return
        }
        throw ArchiveReader.damaged(name, "gzip checksum error")
    }

    private func check(_ status: CInt) throws(Diagnostic) {
        if status >= ARCHIVE_OK { return }
        if status == ARCHIVE_WARN {
            warnings.append(.warning("archive-warning", "\(name): \(handle.message)"))
            return
        }
        if let failure = source.failure {
            throw .error("file-error", "cannot read \(name): \(failure)")
        }
        throw ArchiveReader.damaged(name, source.isShort ? "the file ends too early" : handle.message)
    }
}
