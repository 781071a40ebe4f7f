import Archive
package import Compression
import Cryptography
package import Diagnostics
import Streams
package import SystemPackage

/// Writes binary .rpm files of format 4, readable since rpm 4.6: lead, signature header, header, payload.
///
/// They carry digests, room for a signature, and one where the caller has a key: `rpmsign --addsign` and `--resign` work in place.
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
        try unsigned(package, beside: target, compression).write(to: target, signature: nil)
    }

    /// The same with a signature over the header, which holds the digest of the payload.
    ///
    /// - Parameter sign: gives the detached OpenPGP signature of bytes, a single packet of version 4.
    /// - Throws: also `bad-package-signature` for one that rpm has no tag for.
    package static func write(
        _ package: RPMPackage, to target: FilePath, compression: CompressionSettings,
        sign: @Sendable ([UInt8]) async throws(Diagnostic) -> [UInt8]
    ) async throws(Diagnostic) {
        let unsigned = try unsigned(package, beside: target, compression)
        let signature = try RPMSignature(try await sign(unsigned.header))
        try unsigned.write(to: target, signature: signature)
    }

    private static func unsigned(
        _ package: RPMPackage, beside target: FilePath, _ compression: CompressionSettings
    ) throws(Diagnostic) -> UnsignedRPM {
        try package.check()
        // The header tells the payload's digests, so the payload is made first and waits in a nameless file.
        let payload = try RPMPayload(package, compression, in: target.removingLastComponent())
        let header = package.header(payload, compression).encoded(region: .headerImmutable)
        return UnsignedRPM(lead: RPMLead(package).bytes, header: header, payload: payload)
    }
}
