package import Diagnostics
import Streams
package import SystemPackage

/// One member of an archive, package or source tree.
///
/// Everything is owned by root:root wherever it travels, so an entry has no owner.
package struct FileEntry: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case file(FileContent)
        case directory
        /// The target as it is stored in the link, unresolved.
        case symbolicLink(target: String)
    }

    /// Relative, `/`-separated, without `./`, `..` or a `/` at either end.
    package var path: String
    package var kind: Kind
    /// The lower twelve bits of the mode.
    package var permissions: UInt16
    /// Whole seconds since 1970, UTC.
    package var modified: Int64

    package init(path: String, kind: Kind, permissions: UInt16, modified: Int64) {
        self.path = path
        self.kind = kind
        self.permissions = permissions
        self.modified = modified
    }

    /// The mode as in `stat`, type bits included.
    package var mode: UInt32 {
        let type: UInt32 =
            switch kind {
            case .file: 0o100000
            case .directory: 0o040000
            case .symbolicLink: 0o120000
            }
        return type | UInt32(permissions)
    }

    /// The same, of a time no later than `epoch`.
    package func clamped(to epoch: Int64) -> FileEntry {
        var entry = self
        entry.modified = min(modified, epoch)
        return entry
    }

    /// Bytes of content: 0 for a folder, the target's length for a link.
    package var size: Int64 {
        switch kind {
        case .file(let content): content.size
        case .directory: 0
        case .symbolicLink(let target): Int64(target.utf8.count)
        }
    }
}

/// The bytes of a file: here already, or still on disk.
package enum FileContent: Hashable, Sendable {
    case bytes([UInt8])
    /// Read when it is written somewhere; a size that differs by then is an error.
    case onDisk(FilePath, size: Int64)

    package static func text(_ text: String) -> FileContent { .bytes(Array(text.utf8)) }

    package var size: Int64 {
        switch self {
        case .bytes(let bytes): Int64(bytes.count)
        case .onDisk(_, let size): size
        }
    }

    /// Hands the content over in order, in chunks of at most 256 KiB.
    package func forEachChunk(_ body: (Span<UInt8>) throws(Diagnostic) -> Void) throws(Diagnostic) {
        switch self {
        case .bytes(let bytes):
            if !bytes.isEmpty { try body(bytes.span) }
        case .onDisk(let path, let size):
            try Self.readChunks(path, size, body)
        }
    }

    /// The whole content in memory, for small files.
    package func readAll() throws(Diagnostic) -> [UInt8] {
        switch self {
        case .bytes(let bytes): bytes
        case .onDisk(let path, _): try Files.read(path)
        }
    }

    private static func readChunks(
        _ path: FilePath, _ size: Int64, _ body: (Span<UInt8>) throws(Diagnostic) -> Void
    ) throws(Diagnostic) {
        var remaining = size
        do {
            let descriptor = try Files.open(path)
            defer { try? descriptor.close() }
            var chunk = [UInt8](repeating: 0, count: Int(min(max(size, 1), 256 * 1024)))
            while true {
                let count = try Files.read(descriptor, into: &chunk)
                remaining -= Int64(count)
                if count == 0 || remaining < 0 { break }
                try body(chunk.span.extracting(first: count))
            }
        } catch let error as Errno {
            throw .file("read", path, error)
        } catch let error as Diagnostic {
            throw error
        } catch {
            throw .file("read", path, .ioError)
        }
        guard remaining == 0 else {
            throw .error(
                "file-changed", "\(path) changed its size while it was read",
                hint: "run again when nothing writes to the tree")
        }
    }
}
