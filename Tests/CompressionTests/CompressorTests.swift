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
        for size in [0, 1, 100_000, 1 << 20, 1 << 20 + 1, 3_000_000] {
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

    @Test(
        "takes small input as a whole, whose bytes depend on no cut either",
        arguments: [CompressionFormat.gz, .xz, .zst])
    func small(format: CompressionFormat) throws {
        let input = sampleBytes(300_000)
        let settings = CompressionSettings(format, threads: 2)
        let whole = try compress(input, settings, chunk: input.count)
        #expect(try compress(input, settings, chunk: 999) == whole)
    }

    @Test("asks no more memory of who unpacks it than the input needs")
    func smallDictionary() async throws {
        let folder = try TemporaryFolder("compression-test")
        let file = folder.path.appending("a.xz")
        for (size, limit) in [(5000, "memlimit-decompress=200KiB"), (1 << 20, "memlimit-decompress=2MiB")] {
            let input = sampleBytes(size)
            try Files.write(try compress(input, CompressionSettings(.xz), chunk: size), to: file)
            #expect(try await oracle("xz", ["-dc", "--no-adjust", "--\(limit)", file.string]) == input)
        }
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
