import CCrypto
package import Diagnostics
import Streams
package import SystemPackage

/// An X.509 certificate.
package struct Certificate: Sendable {
    let handle: CertificateHandle
    /// The bytes that a `.der` file holds.
    package let der: [UInt8]

    init(_ handle: CertificateHandle) {
        self.handle = handle
        let bio = MemoryBIO()
        unsafe i2d_X509_bio(bio.pointer, handle.pointer)
        der = bio.bytes
    }

    /// Reads a PEM or DER file.
    ///
    /// - Throws: `file-error`, `unreadable-certificate`.
    package init(contentsOf path: FilePath) throws(Diagnostic) {
        try self.init(try Files.read(path), name: path.string)
    }

    /// Reads the bytes of such a file; `name` is what messages call it.
    package init(_ bytes: [UInt8], name: String) throws(Diagnostic) {
        ErrorQueue.clear()
        let certificate = unsafe MemoryBIO.reading(bytes) { bio in
            bytes.starts(with: [0x30])
                ? unsafe d2i_X509_bio(bio, nil) : unsafe PEM_read_bio_X509(bio, nil, nil, nil)
        }
        guard let certificate = unsafe certificate else {
            throw .unreadableCertificate(name, ErrorQueue.reason())
        }
        self.init(unsafe CertificateHandle(adopting: certificate))
    }

    /// The text that a `.pem` file holds.
    package var pem: String {
        let bio = MemoryBIO()
        unsafe PEM_write_bio_X509(bio.pointer, handle.pointer)
        return String(decoding: bio.bytes, as: UTF8.self)
    }

    /// The common name of whom the certificate is for; empty where it has none.
    package var commonName: String { unsafe Self.commonName(X509_get_subject_name(handle.pointer)) ?? "" }

    /// The common name of who issued it, which modinfo prints as the signer of a module.
    package var issuerCommonName: String {
        unsafe Self.commonName(X509_get_issuer_name(handle.pointer)) ?? ""
    }

    /// The serial number, which modinfo prints as the signature's key.
    package var serial: [UInt8] { unsafe ASN1.magnitude(X509_get0_serialNumber(handle.pointer)) }

    /// The subject key identifier, by which the kernel's keyrings call the key; empty where it has none.
    package var keyIdentifier: [UInt8] { unsafe ASN1.bytes(X509_get0_subject_key_id(handle.pointer)) }

    /// SHA-256 of ``der``, as mokutil and openssl print it in upper case with colons.
    package var fingerprint: [UInt8] { DigestAlgorithm.sha256.hash(der) }

    /// The purposes in the extended key usage by openssl's short names, such as `codeSigning`.
    package var extendedKeyUsage: [String] {
        guard let usages = unsafe X509_get_ext_d2i(handle.pointer, NID_ext_key_usage, nil, nil) else {
            return []
        }
        let stack = OpaquePointer(usages)
        defer { unsafe EXTENDED_KEY_USAGE_free(stack) }
        return unsafe (0..<max(0, OPENSSL_sk_num(stack))).map { index in
            unsafe ASN1.name(OpaquePointer(OPENSSL_sk_value(stack, index)))
        }
    }

    /// The key's algorithm, such as `RSA` or `EC`, with its size in bits.
    package var keyAlgorithm: (name: String, bits: Int) {
        guard let key = unsafe X509_get0_pubkey(handle.pointer) else { return ("unknown", 0) }
        let name = unsafe EVP_PKEY_get0_type_name(key).map { unsafe String(cString: $0) }
        return (name ?? "unknown", Int(unsafe EVP_PKEY_get_bits(key)))
    }

    /// From when to when it holds, ISO 8601 UTC.
    package var validity: (from: String, until: String) {
        unsafe (
            ASN1.time(X509_get0_notBefore(handle.pointer)), ASN1.time(X509_get0_notAfter(handle.pointer))
        )
    }

    /// The first common name in an X.509 name.
    static func commonName(_ name: OpaquePointer?) -> String? {
        guard let name = unsafe name else { return nil }
        let index = unsafe X509_NAME_get_index_by_NID(name, NID_commonName, -1)
        guard index >= 0, let entry = unsafe X509_NAME_get_entry(name, index) else { return nil }
        return unsafe ASN1.text(X509_NAME_ENTRY_get_data(entry))
    }
}

/// The owner of libcrypto's certificate; its lazily filled parts are behind libcrypto's own lock.
@safe final class CertificateHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    init(adopting pointer: OpaquePointer) { unsafe self.pointer = pointer }

    deinit { unsafe X509_free(pointer) }
}
