import Diagnostics
import ScratchFolder
import Streams
import SystemPackage
import Testing
import Tools

@testable import Converters

/// Signatures, judged by gpgv.
@Suite struct OpenPGPSignerTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(arguments: ["", "-x", "--yes", "a\nb"]) func whatIsNoKeyIsRefused(_ key: String) {
        #expect(code { try OpenPGPSigner(key: key) } == "bad-package-key")
    }

    @Test func aPathIsAKeyOfSequoia() throws {
        #expect(try OpenPGPSigner(key: "./key.pgp").program == "sq")
        #expect(try OpenPGPSigner(key: "0123456789ABCDEF").program == "gpg")
    }

    /// One of another program's making in either form of the key, over bytes and over a file.
    @Test(
        .enabled(if: isInstalled("sq", "gpgv"), "needs sq and gpgv"), arguments: ["rsa3k", "cv25519"])
    func detached(_ suite: String) async throws {
        let key = scratch.path.appending("\(suite).pgp")
        let made = try await Program(
            "sq", ["key", "generate", "--cipher-suite", suite, "--userid", "<a@b.c>", "--export", key.string]
        )
        .capture()
        try #require(made.status == 0, "\(String(decoding: made.errorOutput, as: UTF8.self))")
        let signer = try OpenPGPSigner(key: key.string)
        let ring = scratch.path.appending("ring.pgp")
        try Files.write(try await signer.publicKey(armor: false), to: ring)
        let file = scratch.path.appending("data")
        try Files.write(Array("bytes\0of\n".utf8), to: file)
        let signature = scratch.path.appending("data.sig")
        for bytes in [
            try await signer.detach(Files.read(file)), try await signer.detach(file),
            try await signer.detach(file, armor: true),
        ] {
            try Files.write(bytes, to: signature)
            let outcome = try await Program(
                "gpgv", ["--keyring", ring.string, signature.string, file.string]
            )
            .capture()
            #expect(outcome.status == 0, "\(String(decoding: outcome.errorOutput, as: UTF8.self))")
        }
        let clear = scratch.path.appending("InRelease")
        try Files.write(try await signer.clearsign("Origin: x\n- dash\n"), to: clear)
        let outcome = try await Program("gpgv", ["--keyring", ring.string, clear.string]).capture()
        #expect(outcome.status == 0, "\(String(decoding: outcome.errorOutput, as: UTF8.self))")
    }
}
