import Archive
import Compression
import Diagnostics
import ScratchFolder
import Streams
import SystemPackage
import Testing

@testable import RPMFormat

@Suite struct RPMSignatureTests {
    /// The first bytes of signature packets by RSA, DSA, ECDSA and EdDSA keys, in both forms of packet headers.
    @Test(
        arguments: [
            ([0x89, 1, 0x33, 4, 0, 1, 8], 268), ([0x88, 0x5d, 4, 0, 17, 8], 267),
            ([0x88, 0x75, 4, 0, 22, 8], 267),
            ([0xc2, 0x75, 4, 0, 19, 8], 267), ([0xc2, 0xc0, 0x33, 4, 0, 1, 8], 268),
        ] as [([UInt8], UInt32)])
    func theKeyDecidesTheTag(_ bytes: [UInt8], _ tag: UInt32) throws {
        #expect(try RPMSignature(bytes).tag == RPMTag(tag))
    }

    @Test(
        arguments: [
            [], [0x89], Array("-----BEGIN PGP SIGNATURE-----".utf8), [0x88, 0x75, 6, 0, 22, 8],
            [0x98, 0x75, 4, 0, 1, 8],
        ] as [[UInt8]])
    func whatIsNoneIsRefused(_ bytes: [UInt8]) {
        let fault = #expect(throws: Diagnostic.self) { try RPMSignature(bytes) }
        #expect(fault?.code == "bad-package-signature")
    }

    /// A signature takes its place out of the room reserved for one: what follows stays where it was.
    @Test func signingMovesNothing() async throws {
        let folder = try TemporaryFolder("test")
        let package = try RPMFormatTests.package()
        let plain = folder.path.appending("plain.rpm")
        let signed = folder.path.appending("signed.rpm")
        let settings = DebSamples.settings[0]
        try RPMWriter.write(package, to: plain, compression: settings)
        let signature: [UInt8] = [0x88, 0x75, 4, 0, 22, 8] + [UInt8](repeating: 1, count: 113)
        var seen: [UInt8] = []
        try await RPMWriter.write(package, to: signed, compression: settings) { header in
            seen = header
            return signature
        }
        #expect(seen.starts(with: [0x8e, 0xad, 0xe8, 1]))
        let (before, after) = (try RPMReader(plain), try RPMReader(signed))
        #expect(before.headerOffset == after.headerOffset)
        #expect(after.signature[.dsaHeader] == .binary(signature))
        #expect(try Files.read(plain).suffix(seen.count) == Files.read(signed).suffix(seen.count))
        #expect(try before.contentDigest() == after.contentDigest())
        var other = package
        other.release = "9"
        try RPMWriter.write(other, to: plain, compression: settings)
        #expect(try RPMReader(plain).contentDigest() != after.contentDigest())
    }

    @Test(.enabled(if: isInstalled("rpm"), "rpm is not installed")) func aSourcePackage() async throws {
        let folder = try TemporaryFolder("test")
        var package = try RPMFormatTests.package()
        package.files = try FileList([
            DebSamples.file("hello.spec", "Name: hello\n"), DebSamples.file("hello.tar.gz", "x"),
        ])
        package.flags = [:]
        package.relations = [:]
        package.scriptlets = [:]
        package.sources = RPMPackage.Sources(specification: "hello.spec", archives: ["hello.tar.gz"])
        #expect(package.fileName == "hello-dkms-1.5.0~rc1-1.src.rpm")
        let path = folder.path.appending(package.fileName)
        try RPMWriter.write(package, to: path, compression: DebSamples.settings[1])
        #expect(try RPMReader(path).isSource)
        let told = try await DebTool.text(
            "rpm",
            [
                "-qp", "--qf", "[%{FILENAMES} %{FILEFLAGS:fflags}\\n]%{SOURCE} %{SOURCEPACKAGE}\\n",
                path.string,
            ])
        #expect(told == "hello.spec s\nhello.tar.gz \nhello.tar.gz 1\n")
        #expect(
            try await DebTool.text("rpm", ["-qp", "--provides", path.string]).contains("rpmlib") == false)
        let check = try await DebTool.text("rpm", ["-Kv", path.string])
        #expect(check.contains("Payload SHA256 digest: OK") && !check.contains("BAD"), "\(check)")
        package.sources?.archives = ["missing.tar.gz"]
        let fault = #expect(throws: Diagnostic.self) {
            try RPMWriter.write(package, to: path, compression: DebSamples.settings[1])
        }
        #expect(fault?.code == "bad-package")
    }
}
