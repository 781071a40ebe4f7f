import Archive
import Diagnostics
import Streams

/// What a .deb file consists of, compressed and ready (deb(5)).
struct DebArchiveMembers: ~Copyable {
    /// The member with the signature of who made the package, by debsigs's name for it.
    static let signature = "_gpgorigin"
    private static let version = Array("2.0\n".utf8)

    private let suffix: String
    private let control: [UInt8]
    private var data: SpoolFile

    /// - Parameter suffix: of both archives, such as `.xz`.
    init(suffix: String, control: [UInt8], data: consuming SpoolFile) {
        self.suffix = suffix
        self.control = control
        self.data = data
    }

    mutating func append<Sink: ByteSink & ~Copyable>(to archive: inout ArWriter<Sink>) throws(Diagnostic) {
        try archive.append("debian-binary", Self.version)
        try archive.append("control.tar\(suffix)", control)
        try archive.begin("data.tar\(suffix)", size: data.count)
        try data.forEachChunk { (chunk) throws(Diagnostic) in try archive.write(chunk) }
        try archive.end()
    }

    /// The contents one behind the other, which is what a signature is made over.
    mutating func copyContents<Sink: ByteSink & ~Copyable>(to sink: inout Sink) throws(Diagnostic) {
        try sink.write(Self.version)
        try sink.write(control)
        try data.forEachChunk { (chunk) throws(Diagnostic) in try sink.write(chunk) }
    }
}
