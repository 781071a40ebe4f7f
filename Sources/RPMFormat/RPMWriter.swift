package import Compression
package import Diagnostics
package import SystemPackage

/// Writes .rpm files of format 4, readable since rpm 4.6: lead, signature header, header, payload.
///
/// They carry digests, and room so that `rpmsign --addsign` adds or replaces a signature in place.
package enum RPMWriter {
    /// What rpm's `w6T2.xzdio` makes, with any number of threads.
    package static func defaultSettings(threads: Int) -> CompressionSettings {
        CompressionSettings(.xz, level: 6, threads: threads, check: .crc32)
    }

    /// Writes `package` as the file `target`, unsigned; memory doesn't grow with the size of its files.
    ///
    /// - Throws: `bad-package` with everything that rpm would refuse; `too-large` past 4 GiB; `file-error`.
    package static func write(
        _ package: RPMPackage, to target: FilePath, compression: CompressionSettings
    ) throws(Diagnostic) {
        let draft = try RPMDraft(package, compression, in: target.removingLastComponent())
        try draft.write(to: target, signature: nil)
    }

    /// The same with a signature over the header, which tells the digests of all the rest.
    ///
    /// - Parameter sign: makes a detached OpenPGP signature, not armoured.
    /// - Throws: also what `sign` throws, and `bad-package-signature` for what rpm could not read.
    package static func write(
        _ package: RPMPackage, to target: FilePath, compression: CompressionSettings,
        sign: ([UInt8]) async throws(Diagnostic) -> [UInt8]
    ) async throws(Diagnostic) {
        let draft = try RPMDraft(package, compression, in: target.removingLastComponent())
        let signature = try RPMSignature(try await sign(draft.header))
        try draft.write(to: target, signature: signature)
    }
}
