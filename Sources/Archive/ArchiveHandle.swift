import CArchive
import Diagnostics

/// Owns one libarchive reader.
@safe struct ArchiveHandle: ~Copyable {
    let raw: OpaquePointer

    init?() {
        guard let raw = unsafe archive_read_new() else { return nil }
        unsafe self.raw = unsafe raw
    }

    deinit { unsafe _ = archive_read_free(raw) }

    /// libarchive's own words for the last fault.
    var message: String {
        guard let text = unsafe archive_error_string(raw) else { return "the archive is damaged" }
        return unsafe String(cString: text)
    }
}
