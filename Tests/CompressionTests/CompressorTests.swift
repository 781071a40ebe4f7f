import Compression
import Streams
import SystemPackage
import Testing

@Suite("Compressor")
struct CompressorTests {
    private static let decoders: [CompressionFormat: (String, [String])] = [
        .gz: ("gzip", ["-dc"]), .xz: ("xz", ["-dc"]), .zst: ("zstd", ["-dc"]),
    ]

    private func compress(_ bytes: [UInt8], _ settings: CompressionSettings, chunk: Int) throws -> [UInt8] {
        var compressor = try Compressor(settings, into: MemorySink())
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            try compressor.write(Array(bytes[start..<min(bytes.count, start + chunk)]))
        }
        return try compressor.finish().bytes
    }

    @Test("is read by the format's own program", arguments: [CompressionFormat.gz, .xz, .zst])
    func oracleReads(format: CompressionFormat) async throws {
        let (program, arguments) = try #require(Self.decoders[format])
        for size in [0, 1, 100_000, 3_000_000] {
            let input = sampleBytes(size)
            let output = try compress(input, CompressionSettings(format, threads: 2), chunk: 10_240)
            #expect(try await oracle(program, arguments, input: output) == input)
            #expect(try ModuleCompression.decompress(output) == input)
        }
    }

    @Test(
        "gives the same bytes for every number of threads and cut of the input",
        arguments: [CompressionFormat.gz, .xz, .zst])
    func deterministic(format: CompressionFormat) throws {
        // Level 1 has small blocks and jobs, so that this input holds several of them.
        let input = sampleBytes(9_000_000)
        let one = try compress(input, CompressionSettings(format, level: 1, threads: 1), chunk: 7_777)
        let two = try compress(input, CompressionSettings(format, level: 1, threads: 2), chunk: 1 << 20)
        let four = try compress(input, CompressionSettings(format, level: 1, threads: 4), chunk: input.count)
        #expect(one == two)
        #expect(one == four)
    }

    @Test("passes bytes through without a compression")
    func passesThrough() throws {
        let input = sampleBytes(1000)
        #expect(try compress(input, CompressionSettings(.none), chunk: 300) == input)
    }

    @Test("writes gzip without a time and for Unix")
    func gzipHeader() throws {
        let output = try compress([1], CompressionSettings(.gz), chunk: 1)
        #expect(output.prefix(10).elementsEqual([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 3]))
    }

    @Test("writes the asked integrity check into .xz", arguments: [CompressionSettings.Check.crc32, .crc64])
    func xzCheck(check: CompressionSettings.Check) async throws {
        let folder = try TemporaryFolder("compression-test")
        let file = folder.path.appending("a.xz")
        let settings = CompressionSettings(.xz, threads: 1, check: check)
        try Files.write(try compress(sampleBytes(5000), settings, chunk: 512), to: file)
        let listing = String(decoding: try await oracle("xz", ["-lvv", file.string]), as: UTF8.self)
        #expect(listing.contains(check == .crc32 ? "CRC32" : "CRC64"))
    }
}
