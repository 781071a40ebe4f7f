import CArchive
package import Diagnostics
import Streams
package import SystemPackage

/// Writes an ISO 9660 file system with Rock Ridge, everything in it owned by root, folders 0555 and files 0444.
///
/// libarchive writes it and stamps the hour of writing, in the local zone, into the volume and its folders; all times
/// are set to one afterwards, so that the same files give the same bytes anywhere and at any time.
package enum ISOWriter {
    /// - Parameters:
    ///   - volume: the label: letters, digits and `_`, 32 at most (ECMA-119, 8.4.5).
    ///   - epoch: the time of everything in it.
    /// - Throws: `iso-failed` with libarchive's words; `file-error`.
    package static func write(
        _ list: FileList, volume: String, epoch: Int64, to path: FilePath
    ) throws(Diagnostic) {
        // It stamps what it has written only at its end: finished here, then copied in one step.
        let work = try TemporaryFolder("iso")
        let draft = work.path.appending("draft.iso")
        try writeDraft(list.addingParents(mtime: epoch), volume, epoch, draft)
        try ISOTimes(draft, epoch).settle()
        var output = try OutputFile(path)
        let file: FileDescriptor
        do {
            file = try Files.open(draft)
        } catch {
            throw .file("read", draft, error)
        }
        defer { try? file.close() }
        var chunk = [UInt8](repeating: 0, count: 256 * 1024)
        while true {
            let count: Int
            do {
                count = try Files.read(file, into: &chunk)
            } catch {
                throw .file("read", draft, error)
            }
            if count == 0 { break }
            try output.write(chunk.span.extracting(first: count))
        }
        try output.commit()
    }

    private static func writeDraft(
        _ list: FileList, _ volume: String, _ epoch: Int64, _ path: FilePath
    ) throws(Diagnostic) {
        guard let handle = ISOHandle() else { throw failed(path, "libarchive has no memory") }
        let options = "iso9660:volume-id=\(volume),iso9660:!joliet,iso9660:iso-level=3"
        var status = unsafe archive_write_set_format_iso9660(handle.raw)
        if status == ARCHIVE_OK { status = unsafe archive_write_set_options(handle.raw, options) }
        if status == ARCHIVE_OK { status = unsafe archive_write_open_filename(handle.raw, path.string) }
        guard status == ARCHIVE_OK else { throw failed(path, handle.message) }
        for entry in list.entries {
            guard !Task.isCancelled else { throw .interrupted }
            try append(entry, epoch, to: handle, path)
        }
        guard unsafe archive_write_close(handle.raw) == ARCHIVE_OK else { throw failed(path, handle.message) }
    }

    private static func append(
        _ entry: FileEntry, _ epoch: Int64, to handle: borrowing ISOHandle, _ path: FilePath
    ) throws(Diagnostic) {
        let raw = unsafe handle.raw
        guard let header = unsafe archive_entry_new() else { throw failed(path, "libarchive has no memory") }
        defer { unsafe archive_entry_free(header) }
        unsafe archive_entry_set_pathname(header, entry.path)
        unsafe archive_entry_set_filetype(header, entry.mode & 0o170000)
        unsafe archive_entry_set_mtime(header, Int(epoch), 0)
        unsafe archive_entry_set_nlink(header, entry.kind == .directory ? 2 : 1)
        switch entry.kind {
        case .directory: unsafe archive_entry_set_perm(header, 0o555)
        case .file:
            unsafe archive_entry_set_perm(header, 0o444)
            unsafe archive_entry_set_size(header, entry.size)
        case .symbolicLink(let target):
            unsafe archive_entry_set_perm(header, 0o777)
            unsafe archive_entry_set_symlink(header, target)
        }
        let status = UTF8Locale.with { unsafe archive_write_header(raw, header) }
        guard status == ARCHIVE_OK else { throw failed(path, handle.message) }
        guard case .file(let content) = entry.kind else { return }
        let message = { () -> String in
            guard let text = unsafe archive_error_string(raw) else { return "it cannot be written" }
            return unsafe String(cString: text)
        }
        try content.forEachChunk { (chunk) throws(Diagnostic) in
            let count = unsafe chunk.withUnsafeBufferPointer {
                unsafe archive_write_data(raw, $0.baseAddress, $0.count)
            }
            guard count == chunk.count else { throw failed(path, message()) }
        }
    }

    static func failed(_ path: FilePath, _ reason: String) -> Diagnostic {
        .error(
            "iso-failed", "cannot write \(path): \(reason)", hint: "see that $TMPDIR has room for it twice")
    }
}

/// Owns one libarchive writer.
@safe private struct ISOHandle: ~Copyable {
    let raw: OpaquePointer

    init?() {
        guard let raw = unsafe archive_write_new() else { return nil }
        unsafe self.raw = unsafe raw
    }

    deinit { unsafe _ = archive_write_free(raw) }

    var message: String {
        guard let text = unsafe archive_error_string(raw) else { return "it cannot be written" }
        return unsafe String(cString: text)
    }
}
