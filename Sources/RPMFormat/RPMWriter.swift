import Archive
package import Compression
import Cryptography
package import Diagnostics
import Streams
package import SystemPackage

/// Writes binary .rpm files of format 4, readable since rpm 4.6: lead, signature header, header, payload.
///
/// They carry digests and room for a signature, but none: `rpmsign --addsign` adds it in place.
package enum RPMWriter {
    /// What rpm's `w6T2.xzdio` makes, with any number of threads.
    package static func defaultSettings(threads: Int) -> CompressionSettings {
        CompressionSettings(.xz, level: 6, threads: threads, check: .crc32)
    }

    /// What rpmbuild reserves for a later signature.
    private static let reservedSize = 4128

    /// Writes `package` as the file `target`; memory doesn't grow with the size of its files.
    ///
    /// - Throws: `bad-package` with everything that rpm would refuse; `too-large` past 4 GiB; `file-error`.
    package static func write(
        _ package: RPMPackage, to target: FilePath, compression: CompressionSettings
    ) throws(Diagnostic) {
        try package.check()
        // The header tells the payload's digests, so the payload is made first and waits in a nameless file.
        var payload = try RPMPayload(package, compression, in: target.removingLastComponent())
        let header = package.header(payload, compression).encoded(region: .headerImmutable)
        guard let size = UInt32(exactly: Int64(header.count) + payload.size),
            let plainSize = UInt32(exactly: payload.plainSize)
        else {
            throw .error(
                "too-large", "\(target.lastComponent?.string ?? "the package") would hold more than 4 GiB",
                hint: "split the package")
        }

        var signature = RPMHeader()
        signature[.sha1Header] = .string(DigestAlgorithm.sha1.hexHash(header))
        signature[.sha256Header] = .string(DigestAlgorithm.sha256.hexHash(header))
        signature[.signatureSize] = .int32([size])
        signature[.signaturePayloadSize] = .int32([plainSize])
        signature[.signatureMD5] = .binary([UInt8](repeating: 0, count: DigestAlgorithm.md5.size))
        signature[.reservedSpace] = .binary([UInt8](repeating: 0, count: reservedSize))

        var file = try OutputFile(target)
        let lead = RPMLead(package).bytes
        try file.write(lead + padded(signature))
        try file.write(header)
        var digest = Digest(.md5)
        digest.update(header)
        try payload.forEachChunk { (chunk) throws(Diagnostic) in
            digest.update(chunk)
            try file.write(chunk)
        }
        signature[.signatureMD5] = .binary(digest.finish())
        try file.overwrite(padded(signature), at: Int64(lead.count))
        try file.commit()
    }

    /// The signature header; what follows it starts at a multiple of eight.
    private static func padded(_ signature: RPMHeader) -> [UInt8] {
        let bytes = signature.encoded(region: .headerSignatures)
        return bytes + [UInt8](repeating: 0, count: (8 - bytes.count % 8) % 8)
    }
}
