package import Diagnostics
package import Streams

/// Streams an `ar` archive of the common flavour: 60-byte headers, names of at most 15 bytes without a slash.
///
/// A member whose size is known only at its end is begun with a size of 0, and gets it there where the archive is a file
/// (deb(5); GNU binutils ar.h).
package struct ArWriter<Sink: ByteSink & ~Copyable>: ByteSink, ~Copyable {
    private var sink: Sink
    private let modified: Int64
    private var memberName = ""
    private var memberSize: Int64 = 0
    /// Bytes written so far.
    package private(set) var count: Int64 = 0

    /// Writes the magic; every member gets the time `modified`.
    package init(into sink: consuming Sink, modified: Int64) throws(Diagnostic) {
        self.sink = sink
        self.modified = modified
        try self.sink.write("!<arch>\n")
        count = 8
    }

    package mutating func append(_ name: String, _ bytes: [UInt8]) throws(Diagnostic) {
        try begin(name, size: Int64(bytes.count))
        try write(bytes.span)
        try end()
    }

    /// Starts a member; what is written until ``end()`` is its content.
    package mutating func begin(_ name: String, size: Int64 = 0) throws(Diagnostic) {
        let header = try ArHeader(name: name, size: size, modified: modified)
        try sink.write(header.bytes.span)
        count += Int64(header.bytes.count)
        memberName = name
        memberSize = 0
    }

    package mutating func write(_ bytes: Span<UInt8>) throws(Diagnostic) {
        try sink.write(bytes)
        count += Int64(bytes.count)
        memberSize += Int64(bytes.count)
    }

    /// Ends the member, padding it to an even position, and returns its size.
    @discardableResult
    package mutating func end() throws(Diagnostic) -> Int64 {
        if memberSize % 2 != 0 {
            try sink.write("\n")
            count += 1
        }
        return memberSize
    }

    /// Gives the sink back.
    package consuming func finish() -> Sink { sink }
}

extension ArWriter where Sink == OutputFile {
    /// Ends a member that was begun with a size of 0, and puts its size into the header.
    ///
    /// - Returns: where in the file its content is.
    package mutating func endSized() throws(Diagnostic) -> Range<Int64> {
        let content = count - memberSize..<count
        let size = try end()
        let header = try ArHeader(name: memberName, size: size, modified: modified)
        try sink.overwrite(header.bytes, at: content.lowerBound - Int64(ArHeader.size))
        return content
    }

    /// Copies what is written already.
    package mutating func copy<Target: ByteSink & ~Copyable>(
        _ range: Range<Int64>, to target: inout Target
    ) throws(Diagnostic) {
        try sink.copy(range, to: &target)
    }
}

/// The header of one member of an `ar` archive.
package struct ArHeader: Sendable {
    package static let size = 60
    package let bytes: [UInt8]

    /// - Throws: `too-large` for members of 10 GB and more, whose size has no room.
    package init(name: String, size: Int64, modified: Int64) throws(Diagnostic) {
        let sizeText = String(size)
        guard name.utf8.count <= 15, sizeText.utf8.count <= 10, size >= 0 else {
            throw .error(
                "too-large", "the archive member \(name) with \(size) bytes doesn't fit into an ar header")
        }
        let fields = [
            (name, 16), (String(max(0, modified)), 12), ("0", 6), ("0", 6), ("100644", 8), (sizeText, 10),
        ]
        var bytes: [UInt8] = []
        for (text, width) in fields {
            bytes.append(contentsOf: text.utf8.prefix(width))
            bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: max(0, width - text.utf8.count)))
        }
        self.bytes = bytes + [0x60, 0x0a]
    }
}
