import Diagnostics
import ScratchFolder
import Streams
import SystemPackage
import Testing
import Tools

/// The system calls, against what the system's own programs say of the same files.
@Suite struct FilesTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func run(_ name: String, _ arguments: String...) async throws -> String {
        let outcome = try await Program(name, arguments, folder: scratch.path).capture()
        try #require(outcome.status == 0, "\(String(decoding: outcome.errorOutput, as: UTF8.self))")
        return String(decoding: outcome.output, as: UTF8.self)
    }

    @Test func statusIsWhatStatSays() async throws {
        try scratch.fill(["file": "12345"])
        let file = scratch.path.appending("file")
        try Files.setPermissions(file, 0o4751)
        try Files.setModified(file, 1_700_000_123)
        let status = try Files.status(file)
        let told = try await run("stat", "-c", "%s %a %Y %i %u", "file")
        #expect(
            told
                == "\(status.size) \(String(status.permissions, radix: 8)) \(status.modified) \(status.inode) \(status.owner)\n"
        )
        #expect(status.modified == 1_700_000_123)
    }

    @Test func tellsKindsApart() async throws {
        try scratch.fill(["file": "", "folder/inner": ""])
        try Files.makeSymbolicLink(scratch.path.appending("link"), to: "folder")
        try Files.makeSymbolicLink(scratch.path.appending("dangling"), to: "nowhere")
        _ = try await run("mkfifo", "pipe")
        let kinds = try ["file", "folder", "link", "dangling", "pipe"].map {
            try Files.status(scratch.path.appending($0)).kind
        }
        #expect(kinds == [.regular, .directory, .symbolicLink, .symbolicLink, .other])
        #expect(Files.isDirectory(scratch.path.appending("link")))
        #expect(!Files.isRegularFile(scratch.path.appending("link")))
        #expect(Files.exists(scratch.path.appending("dangling")))
        #expect(!Files.isRegularFile(scratch.path.appending("dangling")))
        #expect(!Files.exists(scratch.path.appending("nothing")))
        #expect(try Files.readLink(scratch.path.appending("link")) == "folder")
    }

    @Test func namesAreSortedByBytes() async throws {
        try scratch.fill(["b": "", "a": "", "B": "", "é": "", ".hidden": "", "10": "", "9": ""])
        let listed = try await run("sh", "-c", "LC_ALL=C ls -A")
        #expect(try Files.names(in: scratch.path) == listed.split(separator: "\n").map(String.init))
    }

    @Test func canonicalIsWhatRealpathSays() async throws {
        try scratch.fill(["one/two/file": ""])
        try Files.makeSymbolicLink(scratch.path.appending("link"), to: "one/../one/two")
        let path = scratch.path.appending("link").appending("file")
        let told = try await run("realpath", "link/file")
        #expect(try Files.canonical(path).string + "\n" == told)
        #expect(throws: Errno.noSuchFileOrDirectory) { try Files.canonical(scratch.path.appending("none")) }
    }

    @Test func makesMissingFoldersOnly() throws {
        let deep = scratch.path.pushing("a/b/c")
        try Files.makeDirectories(deep)
        try Files.makeDirectories(deep)
        #expect(Files.isDirectory(deep))
        try scratch.fill(["file": ""])
        #expect(throws: Errno.self) { try Files.makeDirectories(scratch.path.pushing("file/below")) }
        #expect(throws: Errno.fileExists) { try Files.makeDirectories(scratch.path.pushing("file")) }
    }

    @Test func removingATreeFollowsNoLink() throws {
        try scratch.fill(["keep/precious": "x", "tree/sub/file": "y"])
        try Files.makeSymbolicLink(scratch.path.pushing("tree/link"), to: "../keep")
        try Files.setPermissions(scratch.path.pushing("tree/sub"), 0)
        try Files.removeTree(scratch.path.appending("tree"))
        #expect(try Files.names(in: scratch.path) == ["keep"])
        #expect(try Files.readText(scratch.path.pushing("keep/precious")) == "x")
        try Files.removeTree(scratch.path.appending("tree"))
    }

    @Test func readsFilesThatTellNoSize() throws {
        // procfs reports a size of 0 for everything.
        #expect(try Files.readText("/proc/self/status").contains("VmRSS:"))
    }

    @Test(arguments: [0, 1, 4095, 4096, 4097, 1_048_576, 1_500_000])
    func readsBackWhatItWrote(_ size: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let file = scratch.path.appending("file")
        try Files.write(bytes, to: file, mode: 0o640)
        #expect(try Files.read(file) == bytes)
        #expect(try Files.status(file).permissions == 0o640)
    }

    @Test func renamingReplaces() throws {
        try scratch.fill(["new": "new", "old": "old"])
        try Files.rename(scratch.path.appending("new"), to: scratch.path.appending("old"))
        #expect(try Files.names(in: scratch.path) == ["old"])
        #expect(try Files.readText(scratch.path.appending("old")) == "new")
    }

    @Test func aMissingFileIsNamed() throws {
        let path = scratch.path.appending("missing")
        let fault = #expect(throws: Diagnostic.self) { try Files.read(path) }
        #expect(fault?.message.contains(path.string) == true)
        #expect(fault?.hint != nil)
    }
}
