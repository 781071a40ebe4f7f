import Diagnostics
import ScratchFolder
import Streams
import SystemPackage
import Testing

/// Moves that have to leave one whole file or folder, whatever the file system can do.
@Suite struct FilesMovingTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func text(_ path: FilePath) throws -> String { try Files.readText(path) }

    @Test func swapsFolders() throws {
        let folder = try scratch.fill(["one/name": "one", "other/name": "other"])
        try Files.swap(folder.appending("one"), folder.appending("other"), aside: folder.appending("aside"))
        #expect(try text(folder.appending("one").appending("name")) == "other")
        #expect(try text(folder.appending("other").appending("name")) == "one")
        #expect(!Files.exists(folder.appending("aside")))
    }

    /// Two file systems can't exchange names: the swap goes by way of copies.
    @Test(.enabled(if: Self.hasSecondFileSystem, "/dev/shm and the temporary folder are one file system"))
    func swapsFoldersOfTwoFileSystems() throws {
        let folder = try scratch.fill(["one/name": "one", "one/deep/er": "one"])
        let memory = try TemporaryFolder("streams-test", in: "/dev/shm")
        let other = memory.path.appending("other")
        try Files.makeDirectory(other)
        try Files.write(Array("other".utf8), to: other.appending("name"))
        try Files.swap(folder.appending("one"), other, aside: memory.path.appending("aside"))
        #expect(try text(folder.appending("one").appending("name")) == "other")
        #expect(try text(other.appending("deep").appending("er")) == "one")
        #expect(try Files.names(in: memory.path) == ["other"])
        #expect(try Files.names(in: folder.appending("one")) == ["name"])
    }

    private static var hasSecondFileSystem: Bool {
        guard let memory = try? Files.status("/dev/shm"),
            let scratch = try? TemporaryFolder("streams-test"), let own = try? Files.status(scratch.path)
        else { return false }
        return memory.device != own.device
    }

    /// What a killed run left of this very file goes; what only looks like it stays.
    @Test func removesThePartsOfOneFile() throws {
        let target = scratch.path.appending("hello.ko.xz")
        let part = try #require(Files.partial(of: target).lastComponent?.string)
        let others = [
            ".hello.ko.1a.part", ".hello.ko.xz.1-a.part", ".hello.ko.xz.part", "hello.ko.xz", "x.part",
        ]
        try scratch.fill(Dictionary(uniqueKeysWithValues: (others + [part]).map { ($0, "") }))
        Files.removePartials(of: target)
        #expect(try Files.names(in: scratch.path) == others.sorted())
    }

    @Test(arguments: [
        (".a.b.1x.part", "a.b"), (".a.1.part", "a"), ("a.1.part", nil), (".a.part", nil), (".a..part", nil),
        (".a.b c.part", nil), (".1.part", nil), (".part", nil), ("", nil),
    ])
    func knowsItsPartialNames(_ name: String, _ target: String?) {
        #expect(Files.partialTarget(name).map(String.init) == target)
    }
}
