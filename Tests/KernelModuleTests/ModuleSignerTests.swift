import Cryptography
import Diagnostics
import KernelModule
import ScratchFolder
import Streams
import SystemPackage
import Testing

@Suite("ModuleSigner", .enabled(if: ExampleModules.canSign, "needs linux-headers and the kernel's sign-file"))
struct ModuleSignerTests {
    private let folder: Scratch
    private var path: FilePath { folder.path }

    init() throws { folder = try Scratch() }

    /// A key pair that openssl made, in the way of dkms.
    private func makeKey(_ algorithm: [String]) async throws -> (key: FilePath, cert: FilePath) {
        let key = path.appending("sign.key")
        let cert = path.appending("sign.der")
        _ = try await oracle(
            "openssl",
            ["req", "-new", "-x509", "-nodes", "-days", "36500", "-subj", "/O=Example/CN=Example module key"]
                + algorithm + ["-outform", "DER", "-keyout", key.string, "-out", cert.string])
        return (key, cert)
    }

    @Test(
        "writes sign-file's bytes with RSA keys", arguments: [DigestAlgorithm.sha256, .sha512], [2048, 4096])
    func equalsSignFile(hash: DigestAlgorithm, bits: Int) async throws {
        let built = try await ExampleModules.built()
        let (key, cert) = try await makeKey(["-newkey", "rsa:\(bits)"])
        let signer = ModuleSigner(
            try SigningIdentity(keyFile: key, certificateFile: cert), hash: hash)
        let signFile = try #require(ExampleModules.signFile).string
        for (name, module) in [("provider", built.provider), ("user", built.user)] {
            let file = path.appending("\(name).ko")
            try Files.write(module, to: file)
            _ = try await oracle(signFile, ["-d", hash.rawValue, key.string, cert.string, file.string])
            #expect(try Files.read(path.appending("\(name).ko.p7s")) == signer.detachedSignature(of: module))
            _ = try await oracle(signFile, [hash.rawValue, key.string, cert.string, file.string])
            #expect(try Files.read(file) == signer.sign(module))
        }
    }

    @Test("writes sign-file's bytes with the keys of key new, too")
    func ownKey() async throws {
        let module = try await ExampleModules.built().user
        let (pair, paths) = try KeyPair.create(in: path)
        let file = path.appending("user.ko")
        try Files.write(module, to: file)
        let signFile = try #require(ExampleModules.signFile).string
        _ = try await oracle(signFile, ["sha256", paths.key.string, paths.pem.string, file.string])
        #expect(try Files.read(file) == ModuleSigner(pair.identity, hash: .sha256).sign(module))
    }

    @Test(
        "modinfo and openssl read what it writes",
        arguments: [["-newkey", "rsa:2048"], ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"]])
    func oraclesRead(algorithm: [String]) async throws {
        let module = try await ExampleModules.built().user
        let (key, cert) = try await makeKey(algorithm)
        let signer = ModuleSigner(
            try SigningIdentity(keyFile: key, certificateFile: cert), hash: .sha512)
        let file = path.appending("user.ko")
        try Files.write(try signer.sign(module), to: file)
        let signature = try #require(ModuleFile(contentsOf: file).signature)
        #expect(try await modinfo("signer", file) == [signature.signer])
        #expect(try await modinfo("sig_hashalgo", file) == [signature.hash])
        // modinfo breaks long keys over several lines.
        let theirKey = try await modinfo("sig_key", file).joined().filter { !$0.isWhitespace }
        #expect(theirKey == signature.keyIdentifierText)
        #expect(signature.signer == "Example module key")

        let content = path.appending("content")
        let message = path.appending("message.p7s")
        let pem = path.appending("sign.pem")
        try Files.write(module, to: content)
        try Files.write(signature.message, to: message)
        _ = try await oracle(
            "openssl", ["x509", "-inform", "DER", "-in", cert.string, "-out", pem.string])
        _ = try await oracle(
            "openssl",
            [
                "cms", "-verify", "-binary", "-inform", "DER", "-in", message.string, "-content",
                content.string,
                "-certfile", pem.string, "-CAfile", pem.string, "-purpose", "any", "-out", "/dev/null",
            ])
    }

    @Test("signs once, replaces when asked, and takes signatures off")
    func replaces() async throws {
        let module = try await ExampleModules.built().user
        let first = try KeyPair.generate(commonName: "first").identity
        let second = try KeyPair.generate(commonName: "second").identity
        let signed = try ModuleSigner(first, hash: .sha256).sign(module)
        #expect(code { try ModuleSigner(second, hash: .sha256).sign(signed) } == "already-signed")
        let replaced = try ModuleSigner(second, hash: .sha256, replaces: true).sign(signed)
        #expect(try replaced == ModuleSigner(second, hash: .sha256).sign(module))
        #expect(try ModuleFile(replaced).signature?.signer == "second")
        #expect(try ModuleSignature.strippedOff(replaced) == module)
        #expect(try ModuleSignature.strippedOff(module) == module)

        let detached = try ModuleSigner(first, hash: .sha256).detachedSignature(of: module)
        #expect(try ModuleSigner.attach(detached, to: module) == signed)
        #expect(code { try ModuleSigner.attach(detached, to: signed) } == "already-signed")
        #expect(code { try ModuleSigner.attach([1, 2, 3], to: module) } == "bad-signature")
        #expect(code { try ModuleSigner(first, hash: .sha256).sign([0x1F, 0x8B, 8]) } == "compressed-module")
    }
}
