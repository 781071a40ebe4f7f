import CCrypto
package import Diagnostics

extension SigningIdentity {
    /// A detached CMS signature (RFC 5652) of `content` in DER.
    ///
    /// What the kernel's scripts/sign-file writes: one signer, named by issuer and serial number, and no certificate,
    /// so that no byte of the signature is one that its verification passes over. No signed attributes and so no time:
    /// equal input gives equal bytes with an RSA key. ECDSA signatures contain a random number.
    package func sign(_ content: [UInt8], _ hash: DigestAlgorithm) throws(Diagnostic) -> [UInt8] {
        ErrorQueue.clear()
        let result = unsafe MemoryBIO.reading(content) { bio in unsafe self.signature(bio, hash) }
        guard let result, !result.isEmpty else { throw .signing(ErrorQueue.reason()) }
        ErrorQueue.clear()
        return result
    }

    private func signature(_ content: OpaquePointer?, _ hash: DigestAlgorithm) -> [UInt8]? {
        let common = UInt32(CMS_NOCERTS | CMS_BINARY)
        let detached = common | UInt32(CMS_PARTIAL | CMS_DETACHED | CMS_STREAM)
        let signer = common | UInt32(CMS_NOSMIMECAP | CMS_NOATTR)
        guard let content = unsafe content, let message = unsafe CMS_sign(nil, nil, nil, nil, detached) else {
            return nil
        }
        defer { unsafe CMS_ContentInfo_free(message) }
        let output = MemoryBIO()
        let isSigned =
            unsafe CMS_add1_signer(
                message, certificate.handle.pointer, key.handle.pointer, hash.evp, signer) != nil
            && CMS_final(message, content, nil, common) == 1
            && i2d_CMS_bio(output.pointer, message) == 1
        return isSigned ? output.bytes : nil
    }
}
