import CCrypto
package import Diagnostics

/// A hash function by the name that openssl, the kernel's configuration and dpkg give it.
package enum DigestAlgorithm: String, CaseIterable, Hashable, Sendable {
    case md5, sha1, sha224, sha256, sha384, sha512
    case sha3Bits256 = "sha3-256"
    case sha3Bits384 = "sha3-384"
    case sha3Bits512 = "sha3-512"

    /// Reads a name such as `sha256`, in any case, as `--sign-hash` and CONFIG_MODULE_SIG_HASH give it.
    package init(parsing name: String) throws(Diagnostic) {
        guard let known = Self(rawValue: name.lowercased()) else {
            let names = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw .error(
                "unknown-hash", "\"\(name)\" is no known hash algorithm", hint: "give one of \(names)",
                status: .usage)
        }
        self = known
    }

    /// Bytes in a digest.
    package var size: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha224: 28
        case .sha256, .sha3Bits256: 32
        case .sha384, .sha3Bits384: 48
        case .sha512, .sha3Bits512: 64
        }
    }

    /// The digest of `bytes`.
    package func hash(_ bytes: [UInt8]) -> [UInt8] { hash(bytes.span) }

    /// The digest of `bytes`.
    package func hash(_ bytes: Span<UInt8>) -> [UInt8] {
        var digest = Digest(self)
        digest.update(bytes)
        return digest.finish()
    }

    /// The digest of `bytes` in lower-case hexadecimal.
    package func hexHash(_ bytes: [UInt8]) -> String { Hex.string(hash(bytes)) }

    /// The static description of the algorithm inside libcrypto, never freed.
    var evp: OpaquePointer? {
        switch self {
        case .md5: unsafe EVP_md5()
        case .sha1: unsafe EVP_sha1()
        case .sha224: unsafe EVP_sha224()
        case .sha256: unsafe EVP_sha256()
        case .sha384: unsafe EVP_sha384()
        case .sha512: unsafe EVP_sha512()
        case .sha3Bits256: unsafe EVP_sha3_256()
        case .sha3Bits384: unsafe EVP_sha3_384()
        case .sha3Bits512: unsafe EVP_sha3_512()
        }
    }
}
