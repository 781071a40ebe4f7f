import CArchive
package import Diagnostics
package import SystemPackage

/// Reads a tar or cpio archive member by member, compressed with gzip, xz, lzma, bzip2, zstd or not at all.
///
/// An archive that is cut off or damaged anywhere, behind its last member too, ends in `bad-archive`; it never
/// looks like a shorter one. What libarchive only warns about is collected in ``warnings``.
package struct ArchiveReader: ~Copyable {
    private static let chunkSize = 128 * 1024

    private let name: String
    private let stream: ArchiveStream
    // Declared after the stream it reads from; the handle refers to it until it is freed.
    private let handle: ArchiveHandle
    private var isAtEnd = false
    private var ownWarnings: [Diagnostic] = []

    package init(_ source: ArchiveSource) throws(Diagnostic) {
        let stream = try ArchiveStream(source)
        let handle = try Self.open(stream, source.name)
        self.name = source.name
        self.stream = stream
        self.handle = handle
    }

    package init(file: FilePath) throws(Diagnostic) { try self.init(.file(file)) }

    private static func open(_ stream: ArchiveStream, _ name: String) throws(Diagnostic) -> ArchiveHandle {
        guard let handle = ArchiveHandle() else { throw damaged(name, "libarchive has no memory") }
        unsafe archive_read_support_format_tar(handle.raw)
        unsafe archive_read_support_format_cpio(handle.raw)
        let context = unsafe Unmanaged.passUnretained(stream).toOpaque()
        let status = unsafe archive_read_open(
            handle.raw, context, nil,
            { _, context, start in
                guard let context = unsafe context else { return -1 }
                return unsafe Unmanaged<ArchiveStream>.fromOpaque(context).takeUnretainedValue().next(start)
            }, nil)
        guard status >= ARCHIVE_WARN else { throw stream.fault ?? damaged(name, handle.message) }
        return handle
    }

    /// What was odd but readable.
    package var warnings: [Diagnostic] { stream.warnings + ownWarnings }

    /// The next member, or nil at the proper end of the archive.
    package mutating func next() throws(Diagnostic) -> ArchiveMember? {
        if isAtEnd { return nil }
        var entry: OpaquePointer?
        let status = UTF8Locale.with { unsafe archive_read_next_header(handle.raw, &entry) }
        if status == ARCHIVE_EOF {
            isAtEnd = true
            try finish()
            return nil
        }
        try check(status)
        guard let entry = unsafe entry else { throw Self.damaged(name, "a member without a header") }
        return try UTF8Locale.with { Result { () throws(Diagnostic) in try unsafe member(entry) } }.get()
    }

    /// Hands over the content of the member that ``next()`` returned last, in order.
    package mutating func forEachChunk(
        _ body: (Span<UInt8>) throws(Diagnostic) -> Void
    ) throws(Diagnostic) {
        var chunk = [UInt8](repeating: 0, count: Self.chunkSize)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe archive_read_data(handle.raw, $0.baseAddress, $0.count)
            }
            if count == 0 { return }
            guard count > 0 else {
                try check(CInt(truncatingIfNeeded: count))
                continue
            }
            try body(chunk.span.extracting(first: count))
        }
    }

    /// The content of the current member in memory.
    ///
    /// - Throws: `too-large` past `limit` bytes.
    package mutating func readAll(limit: Int = 64 << 20) throws(Diagnostic) -> [UInt8] {
        var content: [UInt8] = []
        let name = name
        try forEachChunk { (chunk) throws(Diagnostic) in
            guard content.count + chunk.count <= limit else {
                throw .error("too-large", "a member of \(name) is larger than \(limit) bytes")
            }
            unsafe chunk.withUnsafeBufferPointer { unsafe content.append(contentsOf: $0) }
        }
        return content
    }

    private borrowing func finish() throws(Diagnostic) {
        // The tar reader takes a missing end mark for the end, as if the archive were whole (two zero blocks are
        // asked for by POSIX 1003.1, pax, "ustar Interchange Format").
        let format = unsafe archive_format(handle.raw) & ARCHIVE_FORMAT_BASE_MASK
        if format == ARCHIVE_FORMAT_TAR, stream.wasExhausted {
            throw stream.fault ?? Self.damaged(name, "the end mark of the tar archive is missing")
        }
        try stream.drain()
    }

    private func member(_ entry: OpaquePointer) throws(Diagnostic) -> ArchiveMember {
        guard let path = unsafe text(archive_entry_pathname(entry)) else {
            throw Self.damaged(name, "a member has no name, or one that is not UTF-8")
        }
        let kind: ArchiveMember.Kind
        if let target = unsafe archive_entry_hardlink(entry) {
            kind = .hardLink(target: try linkTarget(unsafe text(target), of: path))
        } else {
            switch unsafe UInt32(archive_entry_filetype(entry)) {
            case 0o100000: kind = .file
            case 0o040000: kind = .directory
            case 0o120000:
                kind = .symbolicLink(
                    target: try linkTarget(unsafe text(archive_entry_symlink(entry)), of: path))
            default: kind = .special
            }
        }
        return unsafe ArchiveMember(
            path: path, kind: kind, permissions: UInt16(archive_entry_mode(entry) & 0o7777),
            modified: Int64(archive_entry_mtime(entry)), size: archive_entry_size(entry))
    }

    private func linkTarget(_ target: String?, of path: String) throws(Diagnostic) -> String {
        guard let target else { throw Self.damaged(name, "the link \(path) leads to no readable name") }
        return target
    }

    /// nil for NULL and for what is not UTF-8.
    private func text(_ pointer: UnsafePointer<CChar>?) -> String? {
        guard let pointer = unsafe pointer else { return nil }
        return unsafe String(validatingCString: pointer)
    }

    private mutating func check(_ status: CInt) throws(Diagnostic) {
        if status >= ARCHIVE_OK { return }
        guard status == ARCHIVE_WARN else { throw stream.fault ?? Self.damaged(name, handle.message) }
        ownWarnings.append(.warning("archive-warning", "\(name): \(handle.message)"))
    }

    /// What libarchive says of what is no archive at all.
    private static let unrecognized = "Unrecognized archive format"

    static func damaged(_ name: String, _ reason: String) -> Diagnostic {
        guard reason != unrecognized else {
            return .error(
                "bad-archive", "\(name) is no archive that can be read",
                hint: "give a tar archive, plain or compressed; if it was one, fetch or make it again")
        }
        return .error(
            "bad-archive", "cannot read \(name): \(reason)",
            hint: "fetch or make the file again; it seems to be cut off or damaged")
    }
}
