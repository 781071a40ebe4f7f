import Archive
import Compression
import Diagnostics
import Streams
import SystemPackage

/// A .deb file in the making (deb(5)): `debian-binary`, `control.tar`, `data.tar`, one behind the other; what is written to it
/// is the content of the last.
///
/// The md5sums in `control.tar` are ready after the data has begun. What comes before them waits in a nameless file; all else
/// goes straight to its place.
struct DebArchive: ByteSink, ~Copyable {
    struct Place {
        let path: FilePath
        /// Of both archives, such as `.xz`.
        let suffix: String
        let modified: Int64

        init(_ path: FilePath, _ settings: CompressionSettings, modified: Int64) {
            self.path = path
            suffix = settings.format.suffix
            self.modified = modified
        }
    }

    /// The member with the signature of who made the package, by debsigs's name for it.
    static let signature = "_gpgorigin"
    private static let version = Array("2.0\n".utf8)

    private let place: Place
    private let isControlReady: () -> Bool
    private let makeControl: () throws(Diagnostic) -> [UInt8]
    private var waiting: SpoolFile?
    private var archive: ArWriter<OutputFile>?
    private var control: [UInt8] = []
    private var data: Range<Int64> = 0..<0

    /// - Parameters:
    ///   - isControlReady: whether `makeControl` need not wait.
    ///   - makeControl: gives `control.tar`, compressed.
    init(
        _ place: Place, isControlReady: @escaping () -> Bool,
        makeControl: @escaping () throws(Diagnostic) -> [UInt8]
    ) throws(Diagnostic) {
        self.place = place
        self.isControlReady = isControlReady
        self.makeControl = makeControl
        waiting = try SpoolFile(in: place.path.removingLastComponent())
    }

    mutating func write(_ bytes: Span<UInt8>) throws(Diagnostic) {
        if waiting != nil, isControlReady() { try begin() }
        if waiting != nil {
            try waiting?.write(bytes)
        } else {
            try archive?.write(bytes)
        }
    }

    private mutating func begin() throws(Diagnostic) {
        control = try makeControl()
        var archive = try ArWriter(into: try OutputFile(place.path), modified: place.modified)
        try archive.append("debian-binary", Self.version)
        try archive.append("control.tar\(place.suffix)", control)
        try archive.begin("data.tar\(place.suffix)")
        if var waiting = waiting.take() { try Self.copy(&waiting, to: &archive) }
        self.archive = consume archive
    }

    private static func copy(
        _ spool: inout SpoolFile, to archive: inout ArWriter<OutputFile>
    ) throws(Diagnostic) {
        try spool.forEachChunk { (chunk) throws(Diagnostic) in try archive.write(chunk) }
    }

    /// Says that the content is complete.
    mutating func endData() throws(Diagnostic) {
        if waiting != nil { try begin() }
        data = try archive?.endSized() ?? data
    }

    /// The contents one behind the other, which is what a signature is made over.
    mutating func copyContents<Sink: ByteSink & ~Copyable>(to sink: inout Sink) throws(Diagnostic) {
        try sink.write(Self.version)
        try sink.write(control)
        try archive?.copy(data, to: &sink)
    }

    mutating func append(signature: [UInt8]) throws(Diagnostic) {
        try archive?.append(Self.signature, signature)
    }

    /// Gives the file its name.
    consuming func commit() throws(Diagnostic) {
        try archive.take()?.finish().commit()
    }
}

extension FileList {
    /// A tar archive of them beneath `./`, as both archives of a .deb are.
    func compressed<Sink: ByteSink & ~Copyable>(
        _ settings: CompressionSettings, root modified: Int64, into sink: consuming Sink
    ) throws(Diagnostic) -> Sink {
        let compressor = try Compressor(settings, into: sink)
        return try TarWriter.write(self, prefix: "./", rootTime: modified, into: compressor).finish()
    }
}
