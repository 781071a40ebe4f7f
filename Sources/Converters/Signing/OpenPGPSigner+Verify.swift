import DebFormat
import Diagnostics
import RPMFormat
import Streams
import SystemPackage
import Tools

extension OpenPGPSigner {
    /// Whether a package carries a signature of this key, over what it is now.
    ///
    /// - Throws: `bad-deb`, `bad-rpm`; what ``hasMade(_:over:)`` throws.
    func hasSigned(_ path: FilePath) async throws(Diagnostic) -> Bool {
        let signature: [UInt8]?
        let ranges: [Range<Int64>]
        switch path.extension {
        case "deb":
            let package = try DebReader(path)
            (signature, ranges) = (try package.signature(), package.signedRanges)
        case "rpm":
            let package = try RPMReader(path)
            (signature, ranges) = (package.headerSignature, [package.signedRange])
        default: return false
        }
        guard let signature else { return false }
        let folder = try TemporaryFolder("signed")
        let signed = folder.path.appending("content")
        var copy = try OutputFile(signed, mode: 0o600)
        for range in ranges {
            try Files.forEachChunk(of: path, in: range) { (chunk) throws(Diagnostic) in
                try copy.write(chunk)
            }
        }
        try copy.commit(syncing: false)
        let isGood = try await hasMade(signature, over: signed)
        _ = consume folder
        return isGood
    }

    /// Whether a detached signature over a file is this key's, and good.
    ///
    /// What can't be told is no: whoever asks signs again then.
    /// - Throws: `missing-program`; `file-error`; `interrupted`.
    func hasMade(_ signature: [UInt8], over file: FilePath) async throws(Diagnostic) -> Bool {
        let folder = try TemporaryFolder("signature")
        let detached = folder.path.appending("signature")
        try Files.write(signature, to: detached)
        let isGood =
            program == "gpg"
            ? try await hasMadeByGPG(detached, over: file) : try await hasMadeBySequoia(detached, over: file)
        _ = consume folder
        return isGood
    }

    private func hasMadeByGPG(_ signature: FilePath, over file: FilePath) async throws(Diagnostic) -> Bool {
        let own = try await call([
            "--batch", "--no-tty", "--with-colons", "--list-secret-keys", "--", key,
        ])
        let fingerprints = Self.lines(own.output).filter { $0.first == "fpr" }.compactMap(\.last)
        let said = try await call([
            "--batch", "--no-tty", "--quiet", "--status-fd", "1", "--verify", "--", signature.string,
            file.string,
        ])
        let words = String(decoding: said.output, as: UTF8.self).split(separator: "\n").map {
            $0.split(separator: " ").map(String.init)
        }
        // The first names the key that signed, be it a subkey, and the last the one that it belongs to.
        guard said.status == 0, words.contains(where: { $0.dropFirst().first == "GOODSIG" }),
            let valid = words.first(where: { $0.dropFirst().first == "VALIDSIG" }), valid.count > 2,
            let main = valid.last
        else { return false }
        return fingerprints.contains(valid[2]) || fingerprints.contains(main)
    }

    private func hasMadeBySequoia(
        _ signature: FilePath, over file: FilePath
    ) async throws(Diagnostic) -> Bool {
        // As with signing, its own help tells which options it takes.
        let help = String(decoding: try await call(["verify", "--help"]).output, as: UTF8.self)
        let signer = help.contains("--signer-file") ? "--signer-file" : "--signer-cert"
        let detached = help.contains("--signature-file") ? "--signature-file" : "--detached"
        return try await call([
            "verify", "\(signer)=\(key)", "\(detached)=\(signature)", file.string,
        ]).status == 0
    }

    /// The fields of a listing with colons that aren't empty.
    private static func lines(_ output: [UInt8]) -> [[String]] {
        String(decoding: output, as: UTF8.self).split(separator: "\n").map {
            $0.split(separator: ":").map(String.init)
        }
    }
}
