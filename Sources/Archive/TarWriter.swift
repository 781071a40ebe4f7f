package import Diagnostics
package import Streams

/// Streams a GNU tar archive: owner root:root, long names by `L` and `K` entries, no pax headers.
///
/// GNU's flavour, because dpkg refuses to unpack pax headers and ustar ends at 255 bytes of path.
/// Format: GNU tar manual, "Basic Tar Format".
package struct TarWriter<Sink: ByteSink & ~Copyable>: ~Copyable {
    private var sink: Sink
    private let prefix: String

    /// - Parameter prefix: put before every name; `./` in .deb members and dkms tarballs.
    package init(into sink: consuming Sink, prefix: String = "") {
        self.sink = sink
        self.prefix = prefix
    }

    /// The folder that everything lies in, `./`; comes first where it is wanted.
    package mutating func appendRoot(modified: Int64) throws(Diagnostic) {
        try sink.write(
            TarHeader(name: "./", type: TarHeader.folder, mode: 0o755, size: 0, modified: modified).bytes.span
        )
    }

    package mutating func append(_ entry: FileEntry) throws(Diagnostic) {
        let name = prefix + entry.path
        switch entry.kind {
        case .directory:
            try writeHeader(name + "/", TarHeader.folder, entry, size: 0)
        case .symbolicLink(let target):
            try writeHeader(name, TarHeader.link, entry, size: 0, target: target)
        case .file(let content):
            try writeHeader(name, TarHeader.file, entry, size: content.size)
            try write(content)
        }
    }

    /// Appends all of a list.
    ///
    /// - Throws: `interrupted` as soon as the task is cancelled, and what ``append(_:)-(FileEntry)`` throws.
    package mutating func append(_ list: FileList) throws(Diagnostic) {
        for entry in list.entries {
            guard !Task.isCancelled else { throw .interrupted }
            try append(entry)
        }
    }

    /// Writes a whole archive of `list` into `sink` and gives it back.
    ///
    /// - Parameter rootTime: the time of the root folder's own entry, which comes first; nil for none.
    package static func write(
        _ list: FileList, prefix: String = "", rootTime: Int64? = nil, into sink: consuming Sink
    ) throws(Diagnostic) -> Sink {
        var tar = TarWriter(into: sink, prefix: prefix)
        if let rootTime { try tar.appendRoot(modified: rootTime) }
        try tar.append(list)
        return try tar.finish()
    }

    /// Writes the two empty blocks of the end and gives the sink back.
    package consuming func finish() throws(Diagnostic) -> Sink {
        try sink.write([UInt8](repeating: 0, count: 2 * TarHeader.blockSize).span)
        return sink
    }

    private mutating func writeHeader(
        _ name: String, _ type: UInt8, _ entry: FileEntry, size: Int64, target: String = ""
    ) throws(Diagnostic) {
        if target.utf8.count > TarHeader.nameLimit { try writeLong(target, TarHeader.longTarget) }
        if name.utf8.count > TarHeader.nameLimit { try writeLong(name, TarHeader.longName) }
        let header = TarHeader(
            name: name, type: type, mode: entry.permissions, size: size, modified: entry.modified,
            target: target)
        try sink.write(header.bytes.span)
    }

    /// A text that its header has no room for, NUL at its end, as content of an entry before the header.
    private mutating func writeLong(_ text: String, _ type: UInt8) throws(Diagnostic) {
        let bytes = Array(text.utf8) + [0]
        let header = TarHeader(
            name: "././@LongLink", type: type, mode: 0o644, size: Int64(bytes.count), modified: 0)
        try sink.write(header.bytes.span)
        try write(.bytes(bytes))
    }

    private mutating func write(_ content: FileContent) throws(Diagnostic) {
        try content.forEachChunk { (chunk) throws(Diagnostic) in try sink.write(chunk) }
        let rest = Int(content.size % Int64(TarHeader.blockSize))
        if rest > 0 { try sink.write([UInt8](repeating: 0, count: TarHeader.blockSize - rest).span) }
    }
}
