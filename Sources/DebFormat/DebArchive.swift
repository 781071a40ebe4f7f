import Archive
import Compression
import Diagnostics
import Streams
import SystemPackage

/// A .deb file in the making (deb(5)): `debian-binary`, `control.tar`, `data.tar`, one behind the other.
struct DebArchive: ~Copyable {
    /// The member with the signature of who made the package, by debsigs's name for it.
    private static let signature = "_gpgorigin"
    private static let version = Array("2.0\n".utf8)

    private let control: [UInt8]
    private let data: Range<Int64>
    private var archive: ArWriter<OutputFile>

    /// Writes all but a signature.
    ///
    /// - Parameters:
    ///   - control: the finished `control.tar`, compressed as `settings` say.
    ///   - files: what `data.tar` holds, its root of the time `modified`.
    init(
        _ target: FilePath, control: [UInt8], files: FileList, _ settings: CompressionSettings,
        modified: Int64
    ) throws(Diagnostic) {
        let suffix = settings.format.suffix
        var archive = try ArWriter(into: try OutputFile(target), modified: modified)
        try archive.append("debian-binary", Self.version)
        try archive.append("control.tar\(suffix)", control)
        try archive.begin("data.tar\(suffix)")
        archive = try files.compressed(settings, root: modified, into: archive)
        data = try archive.endSized()
        self.control = control
        self.archive = archive
    }

    /// The contents one behind the other, which is what a signature is made over.
    mutating func copyContents<Sink: ByteSink & ~Copyable>(to sink: inout Sink) throws(Diagnostic) {
        try sink.write(Self.version)
        try sink.write(control)
        try archive.copy(data, to: &sink)
    }

    mutating func append(signature: [UInt8]) throws(Diagnostic) {
        try archive.append(Self.signature, signature)
    }

    /// Gives the file its name.
    consuming func commit() throws(Diagnostic) {
        let file = archive.finish()
        try file.commit()
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
