import Archive
import Compression
import Cryptography
import Diagnostics
import Streams
import SystemPackage

/// The compressed payload of a package on its way into the file, and what the header says about it.
struct RPMPayload: ~Copyable {
    /// SHA-256 of the payload, compressed and not.
    struct Digests {
        let compressed: [UInt8]
        let plain: [UInt8]
    }

    /// What was learnt about a file while it passed.
    struct FileFacts {
        /// SHA-256 in lower-case hex; empty for what is no regular file or not in the payload.
        let digest: String
        let fileClass: String
    }

    let digests: Digests
    /// Bytes of the cpio archive.
    let plainSize: Int64
    let facts: [FileFacts]
    private var spool: SpoolFile

    var size: Int64 { spool.count }

    /// Compresses all files of the package but ghosts, reading each once.
    init(_ package: RPMPackage, _ settings: CompressionSettings, in folder: FilePath) throws(Diagnostic) {
        let stored = DigestingSink([.sha256], try SpoolFile(in: folder))
        let compressor = try Compressor(settings, into: stored)
        var cpio = CpioWriter(
            into: DigestingSink([.sha256], compressor), prefix: package.sources == nil ? "./" : "")
        var facts: [FileFacts] = []
        for entry in package.files {
            guard !Task.isCancelled else {
                throw .interrupted
            }
            if package.flags[entry.path]?.contains(.ghost) == true {
                facts.append(FileFacts(digest: "", fileClass: ""))
                continue
            }
            var digest = Digest(.sha256)
            var prefix: [UInt8] = []
            try cpio.append(entry) { (chunk) throws(Diagnostic) in
                digest.update(chunk)
                for index in 0..<min(chunk.count, RPMFileClass.prefixSize - prefix.count) {
                    prefix.append(chunk[index])
                }
            }
            let hash = digest.finish()
            var isFile = false
            if case .file = entry.kind { isFile = true }
            facts.append(
                FileFacts(
                    digest: isFile ? Hex.string(hash) : "",
                    fileClass: RPMFileClass.name(entry, prefix: prefix)))
        }
        let plain = try cpio.finish().finish()
        let plainDigest = plain.digests[.sha256] ?? []
        let plainSize = Int64(plain.count)
        let compressed = try plain.takeBase().finish().finish()
        digests = Digests(compressed: compressed.digests[.sha256] ?? [], plain: plainDigest)
        self.facts = facts
        self.plainSize = plainSize
        spool = compressed.takeBase()
    }

    mutating func forEachChunk(
        _ body: (Span<UInt8>) throws(Diagnostic) -> Void
    ) throws(Diagnostic) {
        try spool.forEachChunk(body)
    }
}
