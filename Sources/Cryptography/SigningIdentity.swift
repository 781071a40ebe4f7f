import CCrypto
package import Diagnostics
package import SystemPackage

/// A private key together with its certificate; many tasks may sign with one at the same time.
package struct SigningIdentity: Sendable {
    package let key: SigningKey
    package let certificate: Certificate

    /// - Throws: `key-mismatch` when the certificate is another key's; what a token throws, which has to sign to show it.
    package init(key: SigningKey, certificate: Certificate) throws(Diagnostic) {
        self.key = key
        self.certificate = certificate
        guard try isPair() else {
            throw .error(
                "key-mismatch",
                "the private key doesn't belong to the certificate of \"\(certificate.commonName)\"",
                hint: "give a --sign-key and a --sign-cert that were made together")
        }
    }

    /// As ``init(key:certificate:)`` with a key in memory.
    package init(key: PrivateKey, certificate: Certificate) throws(Diagnostic) {
        try self.init(key: .inMemory(key), certificate: certificate)
    }

    /// Reads both from PEM or DER files; `passphrase` as for ``PrivateKey``.
    package init(keyFile: FilePath, certificateFile: FilePath, passphrase: String? = nil) throws(Diagnostic) {
        try self.init(
            key: PrivateKey(contentsOf: keyFile, passphrase: passphrase),
            certificate: Certificate(contentsOf: certificateFile))
    }

    private func isPair() throws(Diagnostic) -> Bool {
        switch key {
        case .inMemory(let key):
            ErrorQueue.clear()
            defer { ErrorQueue.clear() }
            return unsafe X509_check_private_key(certificate.handle.pointer, key.handle.pointer) == 1
        case .onToken(let key):
            // Tokens need not tell the public half of a key, but sign they do.
            guard key.algorithm == certificate.keyAlgorithm.name else { return false }
            let digest = DigestAlgorithm.sha256.hash([])
            let bits = certificate.keyAlgorithm.bits
            let signature = try key.sign(digest: digest, .sha256, bits: bits)
            return certificate.verifies(signature, digest: digest, .sha256)
        }
    }
}
