package import Diagnostics
import Streams
package import SystemPackage

extension KeyPair {
    /// A certificate for a key that has lost its own.
    package static func certifying(
        _ key: PrivateKey, commonName: String, days: Int = defaultDays
    ) throws(Diagnostic) -> KeyPair {
        let certificate = Certificate(
            try CertificateBuilder.selfSigned(key.handle, commonName: commonName, days: days))
        return try KeyPair(key, certificate)
    }

    /// Writes the private key as PEM, readable by its owner alone, where no file is yet.
    package func writeKey(_ path: FilePath) throws(Diagnostic) {
        try Self.writeNew(key.pem, to: path, mode: [.ownerReadWrite])
    }

    /// Writes the certificate as DER, as mokutil --import takes it, where no file is yet.
    package func writeCertificate(_ path: FilePath) throws(Diagnostic) {
        try Self.writeNew(
            identity.certificate.der, to: path, mode: [.ownerReadWrite, .groupRead, .otherRead])
    }
}
