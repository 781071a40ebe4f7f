import Cryptography
import Diagnostics
import Streams
import SystemPackage
import Testing

@Suite("KeyPair")
struct KeyPairTests {
    @Test("writes three files that openssl reads, the key for its owner alone")
    func create() async throws {
        let folder = try TemporaryFolder("key-test")
        let (pair, paths) = try KeyPair.create(in: folder.path.appending("new/keys"))
        #expect(try Files.status(paths.key).permissions == 0o600)
        #expect(paths.all.compactMap { $0.lastComponent?.string } == ["mok.key", "mok.der", "mok.pem"])

        let text = try await openssl("x509", "-in", paths.pem.string, "-noout", "-text")
        #expect(text.contains("Subject: CN = mkdkms module signing key"))
        #expect(text.contains("Public-Key: (2048 bit)"))
        #expect(text.contains("Signature Algorithm: sha256WithRSAEncryption"))
        #expect(text.contains("Code Signing"))
        #expect(text.contains("Digital Signature"))
        #expect(text.contains("CA:FALSE"))
        #expect(text.contains("X509v3 Subject Key Identifier"))
        #expect(try await openssl("pkey", "-in", paths.key.string, "-noout", "-check").contains("valid"))

        let certificate = try Certificate(contentsOf: paths.der)
        #expect(try Certificate(contentsOf: paths.pem).der == certificate.der)
        #expect(certificate.der == pair.identity.certificate.der)
        let expiry = certificate.validity
        let years = try #require(Int(expiry.until.prefix(4))) - (try #require(Int(expiry.from.prefix(4))))
        #expect(99...100 ~= years)
    }

    @Test("facts equal what openssl prints")
    func facts() async throws {
        let folder = try TemporaryFolder("key-test")
        let (pair, paths) = try KeyPair.create(in: folder.path, commonName: "Jörg's key", days: 10)
        let certificate = pair.identity.certificate
        let der = paths.der.string
        #expect(certificate.commonName == "Jörg's key")
        #expect(certificate.issuerCommonName == "Jörg's key")
        #expect(certificate.extendedKeyUsage == ["codeSigning"])
        #expect(certificate.keyAlgorithm == ("RSA", 2048))
        let serial = try await openssl("x509", "-in", der, "-inform", "DER", "-noout", "-serial")
        #expect(serial == "serial=\(Hex.string(certificate.serial).uppercased())\n")
        let fingerprint = try await openssl(
            "x509", "-in", der, "-inform", "DER", "-noout", "-fingerprint", "-sha256")
        #expect(
            fingerprint.replacing(":", with: "").lowercased().contains(Hex.string(certificate.fingerprint)))
        let identifier = try await openssl(
            "x509", "-in", der, "-inform", "DER", "-noout", "-ext", "subjectKeyIdentifier")
        #expect(
            identifier.replacing(":", with: "").lowercased().contains(Hex.string(certificate.keyIdentifier)))
        #expect(try Array(certificate.pem.utf8) == Files.read(paths.pem))
    }

    @Test("never overwrites", arguments: ["mok.key", "mok.der", "mok.pem"])
    func neverOverwrites(name: String) throws {
        let folder = try TemporaryFolder("key-test")
        try Files.write(Array("precious".utf8), to: folder.path.appending(name))
        let fault = #expect(throws: Diagnostic.self) { _ = try KeyPair.create(in: folder.path) }
        #expect(fault?.code == "key-exists")
        #expect(try Files.names(in: folder.path) == [name])
        #expect(try Files.readText(folder.path.appending(name)) == "precious")
    }

    @Test("refuses a name that no certificate can hold", arguments: ["", String(repeating: "x", count: 65)])
    func badName(name: String) {
        #expect(throws: Diagnostic.self) { _ = try KeyPair.generate(commonName: name) }
    }
}
