import Compression
import Cryptography
import Diagnostics
import Streams
import SystemPackage

/// A package whose header and payload are made, before its signature is.
struct RPMDraft: ~Copyable {
    /// What rpmbuild reserves for a later signature.
    private static let reservedSize = 4128

    /// What a signature is over.
    let header: [UInt8]
    private let lead: RPMLead
    private var payload: RPMPayload
    private let size: UInt32
    private let plainSize: UInt32

    /// - Throws: `bad-package`, `too-large`, `file-error`.
    init(_ package: RPMPackage, _ compression: CompressionSettings, in folder: FilePath) throws(Diagnostic) {
        try package.check()
        // The header tells the payload's digests, so the payload is made first and waits in a nameless file.
        let payload = try RPMPayload(package, compression, in: folder)
        let header = package.header(payload, compression).encoded(region: .headerImmutable)
        guard let size = UInt32(exactly: Int64(header.count) + payload.size),
            let plainSize = UInt32(exactly: payload.plainSize)
        else {
            throw .error(
                "too-large", "\(package.fileName) would hold more than 4 GiB", hint: "split the package")
        }
        lead = RPMLead(package)
        self.header = header
        self.size = size
        self.plainSize = plainSize
        self.payload = payload
    }

    consuming func write(to target: FilePath, signature given: RPMSignature?) throws(Diagnostic) {
        var signature = RPMHeader()
        signature[.sha1Header] = .string(DigestAlgorithm.sha1.hexHash(header))
        signature[.sha256Header] = .string(DigestAlgorithm.sha256.hexHash(header))
        signature[.signatureSize] = .int32([size])
        signature[.signaturePayloadSize] = .int32([plainSize])
        signature[.signatureMD5] = .binary([UInt8](repeating: 0, count: DigestAlgorithm.md5.size))
        var reserved = Self.reservedSize
        if let given {
            signature[given.tag] = .binary(given.bytes)
            // The signature takes its place out of what is reserved, as with rpmsign.
            reserved = max(reserved - given.bytes.count - RPMHeader.entrySize, RPMHeader.entrySize)
        }
        signature[.reservedSpace] = .binary([UInt8](repeating: 0, count: reserved))

        var file = try OutputFile(target)
        try file.write(lead.bytes + Self.padded(signature))
        try file.write(header)
        var digest = Digest(.md5)
        digest.update(header)
        try payload.forEachChunk { (chunk) throws(Diagnostic) in
            digest.update(chunk)
            try file.write(chunk)
        }
        signature[.signatureMD5] = .binary(digest.finish())
        try file.overwrite(Self.padded(signature), at: Int64(RPMLead.size))
        try file.commit()
    }

    /// The signature header; what follows it starts at a multiple of eight.
    private static func padded(_ signature: RPMHeader) -> [UInt8] {
        let bytes = signature.encoded(region: .headerSignatures)
        return bytes + [UInt8](repeating: 0, count: (8 - bytes.count % 8) % 8)
    }
}
