import CCrypto
import Diagnostics

/// Makes keys and self-signed certificates.
enum CertificateBuilder {
    static func newRSAKey(bits: Int32) throws(Diagnostic) -> PrivateKeyHandle {
        ErrorQueue.clear()
        let context = unsafe EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, nil)
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard let context = unsafe context, unsafe EVP_PKEY_keygen_init(context) == 1,
            unsafe EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits) == 1,
            unsafe EVP_PKEY_keygen(context, &key) == 1, let key = unsafe key
        else { throw failure() }
        return unsafe PrivateKeyHandle(adopting: key)
    }

    /// A version 3 certificate (RFC 5280) that may sign code and nothing else, not even other certificates.
    static func selfSigned(_ key: PrivateKeyHandle, commonName: String, days: Int) throws(Diagnostic)
        -> CertificateHandle
    {
        // RFC 5280 appendix A.1, ub-common-name.
        guard !commonName.isEmpty, commonName.unicodeScalars.count <= 64 else {
            throw .error(
                "bad-common-name", "a certificate's common name has 1 to 64 characters",
                hint: "choose a shorter name", status: .usage)
        }
        guard let days = Int32(exactly: days), days > 0 else {
            throw .error("bad-days", "\(days) is no number of days", status: .usage)
        }
        ErrorQueue.clear()
        guard let pointer = unsafe X509_new() else { throw failure() }
        let certificate = unsafe CertificateHandle(adopting: pointer)
        let name = unsafe X509_get_subject_name(pointer)
        let text = Array(commonName.utf8)
        let isFilled =
            unsafe X509_set_version(pointer, 2) == 1
            && setSerial(pointer)
            && X509_gmtime_adj(X509_getm_notBefore(pointer), 0) != nil
            && X509_time_adj_ex(X509_getm_notAfter(pointer), days, 0, nil) != nil
            && X509_NAME_add_entry_by_NID(
                name, NID_commonName, MBSTRING_UTF8, text, Int32(text.count), -1, 0) == 1
            && X509_set_issuer_name(pointer, name) == 1
            && X509_set_pubkey(pointer, key.pointer) == 1
        guard isFilled else { throw failure() }
        let extensions = [
            (NID_basic_constraints, "critical,CA:FALSE"), (NID_key_usage, "critical,digitalSignature"),
            (NID_ext_key_usage, "codeSigning"), (NID_subject_key_identifier, "hash"),
            (NID_authority_key_identifier, "keyid"),
        ]
        for (identifier, value) in extensions {
            guard unsafe add(identifier, value, to: pointer) else { throw failure() }
        }
        guard unsafe X509_sign(pointer, key.pointer, EVP_sha256()) > 0 else { throw failure() }
        return certificate
    }

    /// A random positive number of twenty bytes, the most that RFC 5280 section 4.1.2.2 allows.
    private static func setSerial(_ certificate: OpaquePointer) -> Bool {
        var generator = SystemRandomNumberGenerator()
        var bytes = (0..<20).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        bytes[0] = bytes[0] & 0x7F | 0x40
        let number = unsafe BN_bin2bn(bytes, Int32(bytes.count), nil)
        defer { unsafe BN_free(number) }
        return unsafe BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nil
    }

    private static func add(_ identifier: Int32, _ value: String, to certificate: OpaquePointer) -> Bool {
        var context = unsafe X509V3_CTX()
        unsafe X509V3_set_ctx(&context, certificate, certificate, nil, nil, 0)
        guard let addition = unsafe X509V3_EXT_conf_nid(nil, &context, identifier, value) else {
            return false
        }
        defer { unsafe X509_EXTENSION_free(addition) }
        return unsafe X509_add_ext(certificate, addition, -1) == 1
    }

    private static func failure() -> Diagnostic {
        .error("key-generation-failed", "libcrypto cannot make a key: \(ErrorQueue.reason())")
    }
}

extension PrivateKey {
    /// The key as an unencrypted PKCS #8 PEM file.
    var pem: [UInt8] {
        let bio = MemoryBIO()
        unsafe PEM_write_bio_PrivateKey(bio.pointer, handle.pointer, nil, nil, 0, nil, nil)
        return bio.bytes
    }
}
