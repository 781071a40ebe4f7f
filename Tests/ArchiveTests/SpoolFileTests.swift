import Archive
import Diagnostics
import Streams
import SystemPackage
import Testing

@Suite struct SpoolFileTests {
    @Test func givesBackWhatItGotAndHasNoName() throws {
        let folder = try TemporaryFolder("test")
        var spool = try SpoolFile(in: folder.path)
        let pattern = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        for part in [Array(pattern[..<10]), Array(pattern[10..<270_000]), Array(pattern[270_000...])] {
            try spool.write(part)
        }
        #expect(try Files.names(in: folder.path).isEmpty)
        var back = MemorySink()
        try spool.forEachChunk { (chunk) throws(Diagnostic) in try back.write(chunk) }
        #expect(back.bytes == pattern)
        #expect(spool.count == 300_000)
    }
}
