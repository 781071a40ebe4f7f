import Diagnostics
import ScratchFolder
import Streams
import SystemPackage
import Testing

/// Files that appear whole or not at all, seen by their folder's names.
@Suite struct OutputFileTests {
    let scratch: Scratch
    var target: FilePath { scratch.path.appending("artifact") }

    init() throws { scratch = try Scratch() }

    private func names() throws -> [String] { try Files.names(in: scratch.path) }

    private func abandon(_ bytes: [UInt8]) throws {
        var file = try OutputFile(target)
        try file.write(bytes)
    }

    @Test(arguments: [0, 10, 256 * 1024, 600_000])
    func leavesNothingWhenDropped(_ size: Int) throws {
        try abandon([UInt8](repeating: 7, count: size))
        #expect(try names().isEmpty)
    }

    @Test func leavesTheOlderFileWhenDropped() throws {
        try Files.write([1, 2, 3], to: target)
        try abandon([4])
        #expect(try Files.read(target) == [1, 2, 3])
        #expect(try names() == ["artifact"])
    }

    @Test func hasItsNameOnlyAfterCommit() throws {
        var file = try OutputFile(target)
        try file.write([UInt8](repeating: 9, count: 300_000))
        #expect(!Files.exists(target))
        #expect(try names().allSatisfy { $0.hasPrefix(".") })
        try file.commit()
        #expect(try names() == ["artifact"])
    }

    /// Sizes around the buffer's, in pieces that fit it and pieces that don't.
    @Test(arguments: [1, 1000, 262_143, 262_144, 262_145, 400_000])
    func keepsTheOrderOfPieces(_ piece: Int) throws {
        var expected: [UInt8] = []
        var file = try OutputFile(target)
        for number in 0..<4 {
            let bytes = (0..<piece).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ number) }
            expected += bytes
            try file.write(bytes)
        }
        try file.commit(syncing: false)
        #expect(try Files.read(target) == expected)
    }

    @Test func overwritesWhatIsBuffered() throws {
        var file = try OutputFile(target)
        try file.write("0123456789")
        try file.overwrite(Array("ab".utf8), at: 3)
        try file.write("XY")
        try file.commit()
        #expect(try Files.readText(target) == "012ab56789XY")
    }

    @Test(arguments: [0..<0, 0..<3, 2..<300_000, 262_143..<262_145, 299_999..<300_000] as [Range<Int64>])
    func readsBackWhatIsWritten(_ range: Range<Int64>) throws {
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        var file = try OutputFile(target)
        try file.write(bytes)
        var copy = MemorySink()
        try file.copy(range, to: &copy)
        #expect(copy.bytes == Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)]))
        // What follows goes on where it was.
        try file.write("end")
        try file.commit()
        #expect(try Files.read(target) == bytes + Array("end".utf8))
    }

    @Test func hasNothingToReadBehindItsEnd() throws {
        var file = try OutputFile(target)
        try file.write("abc")
        var copy = MemorySink()
        let fault = #expect(throws: Diagnostic.self) { try file.copy(0..<4, to: &copy) }
        #expect(fault?.code == "file-error")
    }

    /// More bits than any umask of a test machine lets through.
    @Test(arguments: [0o777, 0o666, 0o600] as [UInt16])
    func hasItsModeWhateverTheUmask(_ mode: UInt16) throws {
        let file = try OutputFile(target, mode: mode)
        try file.commit()
        #expect(try Files.status(target).permissions == mode)
    }

    @Test func namesTheFileThatCannotBeMade() throws {
        let missing = scratch.path.appending("no").appending("such").appending("file")
        let fault = #expect(throws: Diagnostic.self) { try OutputFile(missing).commit() }
        #expect(fault?.code == "file-error")
        #expect(fault?.message.contains(missing.string) == true)
    }

    @Test func aCancelledTaskCommitsNothing() async throws {
        let target = target
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            var file = try OutputFile(target)
            try file.write("too late")
            try file.commit()
        }
        task.cancel()
        let fault = await #expect(throws: Diagnostic.self) { try await task.value }
        #expect(fault?.status == .interrupted)
        #expect(try names().isEmpty)
    }
}
