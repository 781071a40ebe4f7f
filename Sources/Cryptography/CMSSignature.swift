import CCrypto
package import Diagnostics

/// What a detached CMS signature tells of its first signer.
package struct CMSSignature: Hashable, Sendable {
    /// The first common name of the certificate's issuer; nil where the signer is named by key identifier.
    package let signer: String?
    /// The certificate's serial number, or its subject key identifier where that names the signer.
    package let keyIdentifier: [UInt8]
    /// The digest algorithm by openssl's name in lower case, such as `sha256`.
    package let hash: String
    /// The signature algorithm by openssl's short name, such as `rsaEncryption`.
    package let algorithm: String
    /// The signature itself.
    package let signature: [UInt8]

    /// Reads a DER message (RFC 5652 section 5).
    ///
    /// - Throws: `bad-signature` when it is none or has no signer.
    package init(der: [UInt8]) throws(Diagnostic) {
        ErrorQueue.clear()
        let message = unsafe MemoryBIO.reading(der) { bio in unsafe d2i_CMS_bio(bio, nil) }
        defer { unsafe CMS_ContentInfo_free(message) }
        guard let message = unsafe message,
            unsafe OBJ_obj2nid(CMS_get0_type(message)) == NID_pkcs7_signed,
            let signers = unsafe CMS_get0_SignerInfos(message), unsafe OPENSSL_sk_num(signers) > 0,
            let first = unsafe OPENSSL_sk_value(signers, 0)
        else {
            ErrorQueue.clear()
            throw .error(
                "bad-signature", "the signature is no CMS signed message",
                hint: "sign the module again with mkdkms sign --replace")
        }
        let signer = OpaquePointer(first)
        var key: UnsafeMutablePointer<ASN1_OCTET_STRING>?
        var issuer: OpaquePointer?
        var serial: UnsafeMutablePointer<ASN1_INTEGER>?
        unsafe CMS_SignerInfo_get0_signer_id(signer, &key, &issuer, &serial)
        var digestAlgorithm: UnsafeMutablePointer<X509_ALGOR>?
        var signatureAlgorithm: UnsafeMutablePointer<X509_ALGOR>?
        unsafe CMS_SignerInfo_get0_algs(signer, nil, nil, &digestAlgorithm, &signatureAlgorithm)

        self.signer = unsafe Certificate.commonName(issuer)
        keyIdentifier = unsafe serial != nil ? unsafe ASN1.magnitude(serial) : unsafe ASN1.bytes(key)
        hash = unsafe Self.algorithm(digestAlgorithm).lowercased()
        algorithm = unsafe Self.algorithm(signatureAlgorithm)
        signature = unsafe ASN1.bytes(CMS_SignerInfo_get0_signature(signer))
        ErrorQueue.clear()
    }

    private static func algorithm(_ algorithm: UnsafeMutablePointer<X509_ALGOR>?) -> String {
        guard let algorithm = unsafe algorithm else { return "" }
        var object: OpaquePointer?
        unsafe X509_ALGOR_get0(&object, nil, nil, algorithm)
        return unsafe ASN1.name(object)
    }
}
