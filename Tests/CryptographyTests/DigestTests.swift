import Cryptography
import Diagnostics
import Streams
import SystemPackage
import Testing

@Suite("Digest")
struct DigestTests {
    @Test("equals openssl's", arguments: DigestAlgorithm.allCases)
    func equalsOpenssl(algorithm: DigestAlgorithm) async throws {
        let input = Array("The quick brown fox\n".utf8)
        let printed = try await openssl("dgst", "-\(algorithm.rawValue)", "-r", input: input)
        #expect(printed.split(separator: " ").first.map(String.init) == algorithm.hexHash(input))
        #expect(algorithm.hash(input).count == algorithm.size)
    }

    @Test("does not depend on how the bytes are cut")
    func incremental() {
        var digest = Digest(.sha256)
        digest.update([])
        digest.update(Array("ab".utf8))
        digest.update(Array("c".utf8))
        #expect(
            Hex.string(digest.finish())
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(DigestAlgorithm.md5.hexHash([]) == "d41d8cd98f00b204e9800998ecf8427e")
    }

    @Test("a sink hashes what passes with several algorithms")
    func sink() throws {
        var sink = DigestingSink([.md5, .sha256], MemorySink())
        try sink.write("hello ")
        try sink.write("world")
        let result = sink.finish()
        let bytes = Array("hello world".utf8)
        #expect(result.count == bytes.count)
        #expect(result.digests[.md5] == DigestAlgorithm.md5.hash(bytes))
        #expect(result.digests[.sha256] == DigestAlgorithm.sha256.hash(bytes))
        #expect(result.digests.count == 2)
        #expect(result.takeBase().bytes == bytes)
    }

    @Test("of a file and of a part of it")
    func files() throws {
        let folder = try TemporaryFolder("digests")
        let path = folder.path.appending("file")
        let bytes = [UInt8]((0..<600_000).map { UInt8(truncatingIfNeeded: $0 / 7) })
        try Files.write(bytes, to: path)
        let whole = try FileDigests([.md5, .sha256], of: path)
        #expect(whole.size == 600_000)
        #expect(whole.hex(.md5) == DigestAlgorithm.md5.hexHash(bytes))
        #expect(whole[.sha256] == DigestAlgorithm.sha256.hash(bytes))
        let part = try FileDigests([.sha256], of: path, in: 1000..<300_000)
        #expect(part.size == 299_000)
        #expect(part.hex(.sha256) == DigestAlgorithm.sha256.hexHash(Array(bytes[1000..<300_000])))
        #expect(throws: Diagnostic.self) { try FileDigests([.sha256], of: path, in: 1000..<600_001) }
        #expect(throws: Diagnostic.self) { try FileDigests([.sha256], of: folder.path.appending("none")) }
    }

    @Test("reads algorithm names")
    func names() throws {
        #expect(try DigestAlgorithm(parsing: "SHA512") == .sha512)
        let fault = #expect(throws: Diagnostic.self) { try DigestAlgorithm(parsing: "crc32") }
        #expect(fault?.code == "unknown-hash")
    }
}
