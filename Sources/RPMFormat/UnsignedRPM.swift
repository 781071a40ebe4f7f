import Cryptography
import Diagnostics
import Streams
import SystemPackage

/// An .rpm that is made but for its signature header, which stands before what it signs.
struct UnsignedRPM: ~Copyable {
    let lead: [UInt8]
    /// The main header, as digests and signatures cover it.
    let header: [UInt8]
    private var payload: RPMPayload

    /// What rpmbuild reserves for a later signature.
    private static let reservedSize = 4128

    init(lead: [UInt8], header: [UInt8], payload: consuming RPMPayload) {
        self.lead = lead
        self.header = header
        self.payload = payload
    }

    /// - Throws: `too-large` past 4 GiB; `file-error`.
    consuming func write(to target: FilePath, signature: RPMSignature?) throws(Diagnostic) {
        guard let size = UInt32(exactly: Int64(header.count) + payload.size),
            let plainSize = UInt32(exactly: payload.plainSize)
        else {
            throw .error(
                "too-large", "\(target.lastComponent?.string ?? "the package") would hold more than 4 GiB",
                hint: "split the package")
        }
        var tags = RPMHeader()
        tags[.sha1Header] = .string(DigestAlgorithm.sha1.hexHash(header))
        tags[.sha256Header] = .string(DigestAlgorithm.sha256.hexHash(header))
        tags[.signatureSize] = .int32([size])
        tags[.signaturePayloadSize] = .int32([plainSize])
        tags[.signatureMD5] = .binary([UInt8](repeating: 0, count: DigestAlgorithm.md5.size))
        var reserved = Self.reservedSize
        if let signature {
            tags[signature.tag] = .binary(signature.packet)
            // The whole header stays as large as without it, as rpmsign would leave it.
            reserved = max(reserved - signature.packet.count - RPMHeader.entrySize, 8)
        }
        tags[.reservedSpace] = .binary([UInt8](repeating: 0, count: reserved))

        var file = try OutputFile(target)
        try file.write(lead + Self.padded(tags))
        try file.write(header)
        var digest = Digest(.md5)
        digest.update(header)
        try payload.forEachChunk { (chunk) throws(Diagnostic) in
            digest.update(chunk)
            try file.write(chunk)
        }
        tags[.signatureMD5] = .binary(digest.finish())
        try file.overwrite(Self.padded(tags), at: Int64(lead.count))
        try file.commit()
    }

    /// The signature header; what follows it starts at a multiple of eight.
    private static func padded(_ signature: RPMHeader) -> [UInt8] {
        let bytes = signature.encoded(region: .headerSignatures)
        return bytes + [UInt8](repeating: 0, count: (8 - bytes.count % 8) % 8)
    }
}
