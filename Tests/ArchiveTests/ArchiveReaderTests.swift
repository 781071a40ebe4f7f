import Archive
import Diagnostics
import Streams
import SystemPackage
import Testing

@Suite struct ArchiveReaderTests {
    static let programs = ["cat", "gzip", "xz", "bzip2", "zstd"]

    /// The sample compressed by a program of the system, in a file of its own.
    private func archive(_ program: String, in folder: FilePath) async throws -> FilePath {
        let path = folder.appending("sample.tar")
        try Files.write(try ArchiveSamples.tar(try ArchiveSamples.list()), to: path)
        if program == "cat" { return path }
        try await Tool.run(program, ["-q", path.string])
        let name = try #require(try Files.names(in: folder).first { $0 != "sample.tar" })
        return folder.appending(name)
    }

    private func count(_ source: ArchiveSource) throws(Diagnostic) -> Int {
        var reader = try ArchiveReader(source)
        var count = 0
        while try reader.next() != nil {
            try reader.forEachChunk { _ in }
            count += 1
        }
        return count
    }

    @Test(arguments: programs)
    func readsEveryCompression(_ program: String) async throws {
        let folder = try TemporaryFolder("test")
        let path = try await archive(program, in: folder.path)
        let expected = try ArchiveSamples.list().count
        #expect(try count(.file(path)) == expected)
        let bytes = try Files.read(path)
        #expect(try count(.bytes(bytes)) == expected)
        let padded = folder.path.appending("padded")
        try Files.write([1, 2, 3] + bytes + [4, 5], to: padded)
        #expect(try count(.range(padded, 3..<Int64(3 + bytes.count))) == expected)
    }

    @Test(arguments: programs)
    func noticesEveryCut(_ program: String) async throws {
        let folder = try TemporaryFolder("test")
        let bytes = try Files.read(try await archive(program, in: folder.path))
        // Behind the first of the two zero blocks of a plain tar nothing is missing but the second.
        let step = bytes.count > 4000 ? 64 : 1
        for length in stride(from: 0, to: bytes.count, by: step) {
            let fault = #expect(throws: Diagnostic.self, "\(length) of \(bytes.count) bytes") {
                try count(.bytes(Array(bytes[..<length])))
            }
            #expect(fault?.code == "bad-archive")
        }
    }

    @Test(arguments: ["gzip", "xz", "bzip2", "zstd"])
    func noticesEveryFlippedBit(_ program: String) async throws {
        let folder = try TemporaryFolder("test")
        let bytes = try Files.read(try await archive(program, in: folder.path))
        let intact = try ArchiveSamples.readAll(bytes).map(\.1)
        for position in 0..<bytes.count {
            var damaged = bytes
            damaged[position] ^= 0x10
            // Fields such as gzip's time and name mean nothing for the content.
            guard let contents = try? ArchiveSamples.readAll(damaged).map(\.1) else { continue }
            #expect(contents == intact, "byte \(position)")
        }
    }

    @Test func noticesCutsOfCpio() throws {
        let bytes = try ArchiveSamples.cpio(try ArchiveSamples.list())
        #expect(try count(.bytes(bytes)) == ArchiveSamples.list().count)
        // The last four bytes pad the trailer.
        for length in 0..<bytes.count - 4 {
            #expect(throws: Diagnostic.self, "\(length)") { try count(.bytes(Array(bytes[..<length]))) }
        }
    }

    @Test func noticesARangePastTheEnd() throws {
        let folder = try TemporaryFolder("test")
        let path = folder.path.appending("a.tar")
        let bytes = try ArchiveSamples.tar(try ArchiveSamples.list())
        try Files.write(bytes, to: path)
        let fault = #expect(throws: Diagnostic.self) {
            try count(.range(path, 0..<Int64(bytes.count + 1)))
        }
        #expect(fault?.message.contains("ends too early") == true)
    }

    @Test func acceptsSeveralGzipFilesInARow() async throws {
        let folder = try TemporaryFolder("test")
        let bytes = try ArchiveSamples.tar(try ArchiveSamples.list())
        let halves = [Array(bytes[..<1000]), Array(bytes[1000...])]
        for (index, half) in halves.enumerated() {
            try Files.write(half, to: folder.path.appending("\(index)"))
            try await Tool.run("gzip", [folder.path.appending("\(index)").string])
        }
        let joined = try ["0.gz", "1.gz"].flatMap { try Files.read(folder.path.appending($0)) }
        var reader = try ArchiveReader(.bytes(joined))
        while try reader.next() != nil {}
        #expect(reader.warnings.map(\.code) == ["unverified-archive"])
    }

    @Test func saysWhichFileIsMissing() {
        let fault = #expect(throws: Diagnostic.self) { try count(.file("/nonexistent/a.tar")) }
        #expect(fault?.code == "file-error")
    }
}
