import Cryptography
import Diagnostics
import ScratchFolder
import Streams
import SystemPackage
import Testing

@Suite("SigningIdentity")
struct SigningIdentityTests {
    private let folder: Scratch
    private var path: FilePath { folder.path }

    init() throws { folder = try Scratch() }

    /// A key and certificate that openssl made.
    private func make(_ name: String, _ algorithm: [String]) async throws -> (key: FilePath, cert: FilePath) {
        let key = path.appending("\(name).key")
        let cert = path.appending("\(name).pem")
        _ = try await oracle(
            "openssl",
            ["req", "-new", "-x509", "-nodes", "-days", "3650", "-subj", "/CN=\(name)"] + algorithm
                + ["-keyout", key.string, "-out", cert.string])
        return (key, cert)
    }

    @Test(
        "reads every form of key and certificate that openssl writes",
        arguments: [["-newkey", "rsa:2048"], ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]])
    func forms(algorithm: [String]) async throws {
        let (key, cert) = try await make("forms", algorithm)
        let der = path.appending("forms.cert.der")
        _ = try await openssl("x509", "-in", cert.string, "-outform", "DER", "-out", der.string)
        var keys = [key]
        for (suffix, options) in [
            ("p8.der", ["pkcs8", "-topk8", "-nocrypt", "-outform", "DER"]),
            ("trad.pem", ["pkey", "-traditional"]),
            ("trad.der", ["pkey", "-traditional", "-outform", "DER"]),
        ] {
            let file = path.appending("forms.\(suffix)")
            _ = try await oracle("openssl", options + ["-in", key.string, "-out", file.string])
            keys.append(file)
        }
        for file in keys {
            let identity = try SigningIdentity(keyFile: file, certificateFile: der)
            #expect(identity.certificate.commonName == "forms", "\(file)")
            _ = try SigningIdentity(keyFile: file, certificateFile: cert)
        }
    }

    @Test("opens a protected key with its passphrase only", arguments: ["PEM", "DER"])
    func passphrase(form: String) async throws {
        let (key, cert) = try await make("pin", ["-newkey", "rsa:2048"])
        let locked = path.appending("locked.\(form)")
        _ = try await openssl(
            "pkcs8", "-topk8", "-in", key.string, "-outform", form, "-out", locked.string, "-passout",
            "pass:secret")
        _ = try SigningIdentity(keyFile: locked, certificateFile: cert, passphrase: "secret")
        #expect(code { try PrivateKey(contentsOf: locked) } == "key-passphrase-needed")
        #expect(code { try PrivateKey(contentsOf: locked, passphrase: "wrong") } == "wrong-passphrase")
        #expect(
            code { try PrivateKey(contentsOf: locked, passphrase: String(repeating: "x", count: 5000)) }
                == "wrong-passphrase")
    }

    @Test("tells a foreign certificate, a missing file and garbage apart")
    func faults() async throws {
        let (key, cert) = try await make("one", ["-newkey", "rsa:2048"])
        let (_, other) = try await make("two", ["-newkey", "rsa:2048"])
        let (_, curve) = try await make("three", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"])
        #expect(code { try SigningIdentity(keyFile: key, certificateFile: other) } == "key-mismatch")
        #expect(code { try SigningIdentity(keyFile: key, certificateFile: curve) } == "key-mismatch")
        #expect(code { try PrivateKey(contentsOf: path.appending("absent")) } == "file-error")
        #expect(code { try PrivateKey(contentsOf: cert) } == "unreadable-key")
        #expect(code { try Certificate(contentsOf: key) } == "unreadable-certificate")
        for garbage in [[], [0x30], [0x30, 0x82, 0xFF, 0xFF, 1], Array("-----BEGIN".utf8), [0, 1, 2]]
            as [[UInt8]]
        {
            #expect(code { try PrivateKey(garbage, name: "garbage") } == "unreadable-key")
            #expect(code { try Certificate(garbage, name: "garbage") } == "unreadable-certificate")
        }
    }

    @Test(
        "openssl verifies a document's signature",
        arguments: [["-newkey", "rsa:2048"], ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"]])
    func document(algorithm: [String]) async throws {
        let (key, cert) = try await make("document", algorithm)
        let identity = try SigningIdentity(keyFile: key, certificateFile: cert)
        let content = Array("00  a\n11  b\r\n".utf8)
        let sums = path.appending("SHA256SUMS")
        try Files.write(content, to: sums)
        let signature = path.appending("SHA256SUMS.p7s")
        try Files.write(try identity.sign(content, .sha256), to: signature)
        let arguments = [
            "cms", "-verify", "-binary", "-inform", "DER", "-in", signature.string, "-content", sums.string,
            "-certfile", cert.string, "-nointern", "-noverify", "-out", "/dev/null",
        ]
        _ = try await oracle("openssl", arguments)
        try Files.write(content + [0], to: sums)
        await #expect(throws: Diagnostic.self) { _ = try await oracle("openssl", arguments) }

        let facts = try CMSSignature(der: Files.read(signature))
        #expect(facts.signer == "document")
        #expect(facts.hash == "sha256")
        #expect(facts.keyIdentifier == identity.certificate.serial)
    }

    @Test("our own key pair signs documents that openssl verifies, always with the same bytes")
    func ownKey() async throws {
        let (pair, paths) = try KeyPair.create(in: path)
        let content = Array("content".utf8)
        let signature = path.appending("content.p7s")
        let file = path.appending("content")
        try Files.write(content, to: file)
        let bytes = try pair.identity.sign(content, .sha256)
        #expect(try pair.identity.sign(content, .sha256) == bytes)
        try Files.write(bytes, to: signature)
        _ = try await openssl(
            "cms", "-verify", "-binary", "-inform", "DER", "-in", signature.string, "-content", file.string,
            "-certfile", paths.pem.string, "-nointern", "-noverify", "-out", "/dev/null")
        // A certificate in it could be damaged without anybody's noticing.
        let printed = try await openssl("cms", "-cmsout", "-print", "-inform", "DER", "-in", signature.string)
        #expect(!printed.contains("tbsCertificate"))
    }

    @Test("many tasks sign with one identity")
    func concurrent() async throws {
        let identity = try KeyPair.generate().identity
        let expected = try (0..<16).map { try identity.sign([UInt8($0)], .sha512) }
        try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
            for index in 0..<64 {
                group.addTask { (index % 16, try identity.sign([UInt8(index % 16)], .sha512)) }
            }
            for try await (index, signature) in group { #expect(signature == expected[index]) }
        }
    }

    @Test("an empty document can be signed, and no prefix of a signature passes for one")
    func edges() throws {
        let identity = try KeyPair.generate().identity
        let whole = try identity.sign([], .sha256)
        for length in 0..<whole.count {
            #expect(code { try CMSSignature(der: Array(whole[..<length])) } == "bad-signature")
        }
    }
}
