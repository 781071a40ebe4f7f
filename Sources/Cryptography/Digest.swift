import CCrypto

/// A digest in the making, and the owner of libcrypto's state for it.
///
/// libcrypto's calls fail only when memory runs out or when the system forbids the algorithm (md5 under FIPS); the
/// digest is then all zeros, which matches nothing.
@safe package struct Digest: ~Copyable {
    package let algorithm: DigestAlgorithm
    private let context: OpaquePointer?

    package init(_ algorithm: DigestAlgorithm) {
        self.algorithm = algorithm
        unsafe context = EVP_MD_CTX_new()
        unsafe EVP_DigestInit_ex(context, algorithm.evp, nil)
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    package mutating func update(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer {
            _ = unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count)
        }
    }

    package mutating func update(_ bytes: [UInt8]) { update(bytes.span) }

    /// The digest of all that was given.
    package consuming func finish() -> [UInt8] {
        var result = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        unsafe EVP_DigestFinal_ex(context, &result, &count)
        return Array(result[..<algorithm.size])
    }
}
