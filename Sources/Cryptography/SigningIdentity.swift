import CCrypto
package import Diagnostics
package import SystemPackage

/// A private key together with its certificate; many tasks may sign with one at the same time.
package struct SigningIdentity: Sendable {
    package let key: PrivateKey
    package let certificate: Certificate

    /// - Throws: `key-mismatch` when the certificate is another key's.
    package init(key: PrivateKey, certificate: Certificate) throws(Diagnostic) {
        ErrorQueue.clear()
        guard unsafe X509_check_private_key(certificate.handle.pointer, key.handle.pointer) == 1 else {
            ErrorQueue.clear()
            throw .error(
                "key-mismatch",
                "the private key doesn't belong to the certificate of \"\(certificate.commonName)\"",
                hint: "give --sign-key and --sign-cert files that were made together")
        }
        self.key = key
        self.certificate = certificate
    }

    /// Reads both from PEM or DER files; `passphrase` as for ``PrivateKey``.
    package init(keyFile: FilePath, certificateFile: FilePath, passphrase: String? = nil) throws(Diagnostic) {
        try self.init(
            key: PrivateKey(contentsOf: keyFile, passphrase: passphrase),
            certificate: Certificate(contentsOf: certificateFile))
    }
}
