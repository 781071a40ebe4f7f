import Compression
import Diagnostics
import Streams
import SystemPackage
import Testing

@Suite("ModuleCompression")
struct ModuleCompressionTests {
    private static let sizes = [0, 1, 4096, 5000, 70_000, 700_000, 2_500_000]

    @Test("round-trips every format", arguments: CompressionFormat.allCases, sizes)
    func roundTrip(format: CompressionFormat, size: Int) throws {
        let input = sampleBytes(size)
        let output = try ModuleCompression.compress(input, format)
        if size > 0 || format == .none { #expect((CompressionFormat(magicOf: output) ?? .none) == format) }
        #expect(try ModuleCompression.decompress(output) == input)
    }

    @Test("writes what xz with kbuild's options writes", arguments: sizes)
    func equalsXz(size: Int) async throws {
        let input = sampleBytes(size)
        let theirs = try await oracle(
            "xz", ["-T1", "--check=crc32", "--lzma2=dict=1MiB", "-c"], input: input)
        let ours = try ModuleCompression.compress(input, .xz)
        #expect(try await oracle("xz", ["-dc"], input: ours) == input)
        #expect(ours == theirs)
    }

    @Test("xz shows CRC32, a 1 MiB dictionary and one stream")
    func xzListing() async throws {
        let folder = try TemporaryFolder("compression-test")
        let file = folder.path.appending("a.ko.xz")
        try Files.write(try ModuleCompression.compress(sampleBytes(50_000), .xz), to: file)
        let listing = String(decoding: try await oracle("xz", ["-lvv", file.string]), as: UTF8.self)
        #expect(listing.contains("CRC32"))
        #expect(listing.contains("dict=1MiB"))
        let summary = listing.split(separator: "\n").map { $0.split(separator: " ") }
        #expect(summary.contains(["Streams:", "1"]))
        #expect(summary.contains(["Blocks:", "1"]))
    }

    @Test("writes gzip and zstd that their programs read")
    func oraclesRead() async throws {
        let input = sampleBytes(300_000)
        let gzip = try ModuleCompression.compress(input, .gz)
        #expect(try await oracle("gzip", ["-dc"], input: gzip) == input)
        #expect(gzip[4..<8].allSatisfy { $0 == 0 })
        let zstd = try ModuleCompression.compress(input, .zst)
        #expect(try await oracle("zstd", ["-dc"], input: zstd) == input)
        let folder = try TemporaryFolder("compression-test")
        let file = folder.path.appending("a.ko.zst")
        try Files.write(zstd, to: file)
        let listing = String(decoding: try await oracle("zstd", ["-lv", file.string]), as: UTF8.self)
        #expect(listing.contains("Check: XXH64"))
        #expect(listing.contains("(300000 B)"))
    }

    @Test("joins concatenated streams", arguments: [CompressionFormat.gz, .xz, .zst])
    func concatenated(format: CompressionFormat) throws {
        let one = try ModuleCompression.compress(Array("one ".utf8), format)
        let two = try ModuleCompression.compress(Array("two".utf8), format)
        #expect(try ModuleCompression.decompress(one + two) == Array("one two".utf8))
    }

    @Test("refuses cut off data at every length", arguments: [CompressionFormat.gz, .xz, .zst])
    func truncated(format: CompressionFormat) throws {
        let whole = try ModuleCompression.compress(sampleBytes(3000), format)
        for length in 6..<whole.count {
            let fault = #expect(throws: Diagnostic.self) {
                try ModuleCompression.decompress(Array(whole[..<length]))
            }
            #expect(fault?.code == "truncated-compression", "\(length) of \(whole.count) bytes")
        }
    }

    @Test("never gives other bytes back without an error", arguments: [CompressionFormat.gz, .xz, .zst])
    func corrupted(format: CompressionFormat) throws {
        let input = sampleBytes(3000)
        let whole = try ModuleCompression.compress(input, format)
        var refused = 0
        for index in 6..<whole.count {
            var damaged = whole
            damaged[index] ^= 0x41
            do {
                // Unused header bits, such as gzip's system code, may change without harm.
                #expect(try ModuleCompression.decompress(damaged) == input, "byte \(index)")
            } catch {
                refused += 1
            }
        }
        #expect(refused > whole.count / 2)
    }

    @Test("refuses trailing garbage", arguments: [CompressionFormat.gz, .xz, .zst])
    func trailing(format: CompressionFormat) throws {
        let whole = try ModuleCompression.compress(sampleBytes(3000), format)
        #expect(throws: Diagnostic.self) { try ModuleCompression.decompress(whole + Array("garbage!".utf8)) }
    }

    @Test("stops at a bound", arguments: [CompressionFormat.gz, .xz, .zst])
    func bounded(format: CompressionFormat) throws {
        let input = [UInt8](repeating: 0, count: 4 << 20)
        let small = try ModuleCompression.compress(input, format)
        #expect(try ModuleCompression.decompress(small, limit: 4 << 20) == input)
        let fault = #expect(throws: Diagnostic.self) {
            try ModuleCompression.decompress(small + small, limit: 4 << 20)
        }
        #expect(fault?.code == "oversized-module")
    }
}
