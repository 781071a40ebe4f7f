import CCrypto

/// A digest in the making.
@safe package struct Digest: ~Copyable {
    package let algorithm: DigestAlgorithm
    private var context: DigestContext

    package init(_ algorithm: DigestAlgorithm) {
        self.algorithm = algorithm
        context = DigestContext(algorithm)
    }

    package mutating func update(_ bytes: Span<UInt8>) { context.update(bytes) }

    package mutating func update(_ bytes: [UInt8]) { context.update(bytes.span) }

    /// The digest of all that was given.
    package consuming func finish() -> [UInt8] { context.finish(size: algorithm.size) }
}

/// The owner of libcrypto's digest state.
///
/// Its calls fail only when memory runs out or when the system forbids the algorithm (md5 under FIPS); the digest
/// is then all zeros, which matches nothing.
@safe private struct DigestContext: ~Copyable {
    private let context: OpaquePointer?

    init(_ algorithm: DigestAlgorithm) {
        unsafe context = EVP_MD_CTX_new()
        unsafe EVP_DigestInit_ex(context, algorithm.evp, nil)
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    mutating func update(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer {
            _ = unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count)
        }
    }

    mutating func finish(size: Int) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        unsafe EVP_DigestFinal_ex(context, &result, &count)
        return Array(result[..<size])
    }
}
