import CCrypto
package import Diagnostics

extension SigningIdentity {
    /// A detached CMS signature (RFC 5652) of `content` in DER.
    ///
    /// What the kernel's scripts/sign-file writes: one signer, named by issuer and serial number, and no certificate,
    /// so that no byte of the signature is one that its verification passes over. No signed attributes and so no time:
    /// equal input gives equal bytes with an RSA key. ECDSA signatures contain a random number.
    ///
    /// - Throws: `signing-failed`; `token-error` with a token's key.
    package func sign(_ content: [UInt8], _ hash: DigestAlgorithm) throws(Diagnostic) -> [UInt8] {
        let result: [UInt8]?
        switch key {
        case .inMemory(let key):
            ErrorQueue.clear()
            result = unsafe MemoryBIO.reading(content) { bio in
                unsafe self.message(by: key.handle.pointer, hash) { message, _ in
                    unsafe bio != nil && CMS_final(message, bio, nil, Self.common) == 1
                }
            }
        case .onToken(let key):
            let signature = try signature(of: hash.hash(content), hash, by: key)
            ErrorQueue.clear()
            // Without attributes it is the content that is signed, and libcrypto lets the signature be filled in.
            result = unsafe message(by: X509_get0_pubkey(certificate.handle.pointer), hash) { _, signer in
                unsafe ASN1_STRING_set(
                    CMS_SignerInfo_get0_signature(signer), signature, Int32(signature.count)) == 1
            }
        }
        guard let result, !result.isEmpty else { throw .signing(ErrorQueue.reason()) }
        ErrorQueue.clear()
        return result
    }

    private static let common = UInt32(CMS_NOCERTS | CMS_BINARY)

    /// The message with what `finish` makes of its one signer; nil where libcrypto fails.
    private func message(
        by key: OpaquePointer?, _ hash: DigestAlgorithm,
        _ finish: (_ message: OpaquePointer, _ signer: OpaquePointer) -> Bool
    ) -> [UInt8]? {
        let detached = Self.common | UInt32(CMS_PARTIAL | CMS_DETACHED | CMS_STREAM)
        let attributes = Self.common | UInt32(CMS_NOSMIMECAP | CMS_NOATTR)
        guard let message = unsafe CMS_sign(nil, nil, nil, nil, detached) else { return nil }
        defer { unsafe CMS_ContentInfo_free(message) }
        guard
            let signer = unsafe CMS_add1_signer(
                message, certificate.handle.pointer, key, hash.evp, attributes),
            unsafe finish(message, signer)
        else { return nil }
        let output = MemoryBIO()
        return unsafe i2d_CMS_bio(output.pointer, message) == 1 ? output.bytes : nil
    }

    /// A token's signature, which is checked at once: what a faulty device gives would be noticed by machines of users only.
    private func signature(
        of digest: [UInt8], _ hash: DigestAlgorithm, by key: TokenKey
    ) throws(Diagnostic) -> [UInt8] {
        let signature = try key.sign(digest: digest, hash, bits: certificate.keyAlgorithm.bits)
        guard certificate.verifies(signature, digest: digest, hash) else {
            throw .signing(
                "the signature that the token of \(key.name) gave is not one of its certificate's key")
        }
        return signature
    }
}
