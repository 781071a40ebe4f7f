package import Diagnostics
package import Streams

/// Streams a cpio archive in the "newc" format, as the payload of an .rpm is: `./path` names, link count 1.
///
/// Format: 110-byte header of ASCII hex fields after the magic 070701, name with NUL, then content, both padded
/// to four bytes.
package struct CpioWriter<Sink: ByteSink & ~Copyable>: ~Copyable {
    private var sink: Sink
    private let prefix: String
    private var inode: UInt32 = 0
    /// Bytes written so far; after ``finish()`` nothing is added but what ``trailerSize`` says.
    package private(set) var count: Int64 = 0

    /// Bytes that ``finish()`` writes.
    package static var trailerSize: Int64 { 124 }

    package init(into sink: consuming Sink, prefix: String = "./") {
        self.sink = sink
        self.prefix = prefix
    }

    /// Appends one entry with the next inode number, counted from 1.
    ///
    /// - Parameter tap: sees the content's chunks as they pass, for digests.
    /// - Throws: `too-large` for content of 4 GiB and more.
    package mutating func append(
        _ entry: FileEntry, tap: (Span<UInt8>) throws(Diagnostic) -> Void = { (_) throws(Diagnostic) in }
    ) throws(Diagnostic) {
        guard let size = UInt32(exactly: entry.size) else {
            throw .error(
                "too-large", "\(entry.path) has \(entry.size) bytes, more than this format can hold",
                hint: "files in an rpm end at 4 GiB")
        }
        inode += 1
        try writeHeader(
            prefix + entry.path, mode: entry.mode, links: 1, size: size,
            modified: UInt32(clamping: entry.modified))
        let content: FileContent
        switch entry.kind {
        case .directory: return
        case .file(let bytes): content = bytes
        case .symbolicLink(let target): content = .text(target)
        }
        var written: Int64 = 0
        try content.forEachChunk { (chunk) throws(Diagnostic) in
            try tap(chunk)
            try sink.write(chunk)
            written += Int64(chunk.count)
        }
        count += written
        try pad()
    }

    /// Writes the trailer and gives the sink back; nothing is padded to whole blocks.
    package consuming func finish() throws(Diagnostic) -> Sink {
        inode = 0
        try writeHeader("TRAILER!!!", mode: 0, links: 1, size: 0, modified: 0)
        return sink
    }

    private mutating func writeHeader(
        _ name: String, mode: UInt32, links: UInt32, size: UInt32, modified: UInt32
    ) throws(Diagnostic) {
        let nameSize = UInt32(clamping: name.utf8.count + 1)
        // inode, mode, uid, gid, nlink, mtime, filesize, devmajor, devminor, rdevmajor, rdevminor, namesize, check
        let fields: [UInt32] = [inode, mode, 0, 0, links, modified, size, 0, 0, 0, 0, nameSize, 0]
        var header = Array("070701".utf8)
        header.reserveCapacity(112 + name.utf8.count + 4)
        for field in fields {
            for shift in stride(from: UInt32(28), through: 0, by: -4) {
                let digit = UInt8(field >> shift & 15)
                header.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        }
        header.append(contentsOf: name.utf8)
        header.append(0)
        try sink.write(header.span)
        count += Int64(header.count)
        try pad()
    }

    private mutating func pad() throws(Diagnostic) {
        let rest = Int(count % 4)
        if rest == 0 { return }
        try sink.write([UInt8](repeating: 0, count: 4 - rest).span)
        count += Int64(4 - rest)
    }
}
