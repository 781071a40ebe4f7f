import Cryptography

/// A text file that is for editing.
///
/// Its first line, a comment, has the digest of all others: so whoever writes it anew, of another tree or with other options,
/// knows whether somebody has edited it meanwhile.
struct SkeletonText {
    /// With that line.
    let text: String

    private static let mark = "# Made anew by mkdkms for as long as what follows has the SHA-256 "

    init(_ body: String) {
        text = "\(Self.mark)\(DigestAlgorithm.sha256.hexHash(Array(body.utf8)))\n\(body)"
    }

    /// Whether a file has that line, whatever else it has.
    static func hasRecord(_ bytes: [UInt8]) -> Bool { bytes.starts(with: mark.utf8) }

    /// Whether a file is as it was written, whatever it was written of.
    static func isUnedited(_ bytes: [UInt8]) -> Bool {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return false }
        let digest = DigestAlgorithm.sha256.hexHash(Array(bytes[(end + 1)...]))
        return bytes[..<end].elementsEqual("\(mark)\(digest)".utf8)
    }
}
