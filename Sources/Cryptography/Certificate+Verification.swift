import CCrypto

extension Certificate {
    /// Whether a signature over a digest, PKCS #1 version 1.5 or ECDSA in DER, was made by this certificate's key.
    func verifies(_ signature: [UInt8], digest: [UInt8], _ hash: DigestAlgorithm) -> Bool {
        ErrorQueue.clear()
        defer { ErrorQueue.clear() }
        let key = unsafe X509_get0_pubkey(handle.pointer)
        guard let context = unsafe EVP_PKEY_CTX_new(key, nil) else { return false }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        return unsafe EVP_PKEY_verify_init(context) == 1
            && EVP_PKEY_CTX_set_signature_md(context, hash.evp) == 1
            && EVP_PKEY_verify(context, signature, signature.count, digest, digest.count) == 1
    }
}
