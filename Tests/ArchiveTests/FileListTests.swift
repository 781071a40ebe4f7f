import Archive
import Diagnostics
import Streams
import SystemPackage
import Testing

@Suite struct FileListTests {
    @Test func sortsByBytesAndPutsFoldersFirst() throws {
        let list = try FileList([
            ArchiveSamples.file("a/b", ""), ArchiveSamples.file("a-b", ""), ArchiveSamples.folder("a"),
            ArchiveSamples.file("B", ""),
        ])
        #expect(list.map(\.path) == ["B", "a", "a-b", "a/b"])
        #expect(list[path: "a/b"]?.permissions == 0o644)
        #expect(list[path: "a/c"] == nil)
    }

    @Test(arguments: ["", "/etc", "a/../b", "./a", "a//b", "a/", "a/.", "a\0b"])
    func refusesPath(_ path: String) {
        #expect(throws: Diagnostic.self) { try FileList([ArchiveSamples.file(path, "")]) }
    }

    @Test func refusesDoublePathsAndFilesBeneathFiles() throws {
        let double = #expect(throws: Diagnostic.self) {
            try FileList([ArchiveSamples.file("a", ""), ArchiveSamples.link("a", "b")])
        }
        #expect(double?.code == "duplicate-path")
        let beneath = #expect(throws: Diagnostic.self) {
            try FileList([ArchiveSamples.link("a", "b"), ArchiveSamples.file("a/c", "")])
        }
        #expect(beneath?.code == "duplicate-path")
    }

    @Test func addsParentsClampsMovesAndCuts() throws {
        let list = try FileList([ArchiveSamples.file("a/b/c", "four")])
            .addingParents(mtime: 5).clamped(to: 7).moved(under: "usr/src")
        #expect(list.map(\.path) == ["usr/src/a", "usr/src/a/b", "usr/src/a/b/c"])
        #expect(list.map(\.modified) == [5, 5, 7])
        #expect(list.totalSize == 4)
        #expect(list.beneath("usr/src/a").map(\.path) == ["b", "b/c"])
    }

    @Test func mergesSharedFoldersOnly() throws {
        let one = try FileList([ArchiveSamples.folder("a"), ArchiveSamples.file("a/b", "")])
        let other = try FileList([ArchiveSamples.folder("a"), ArchiveSamples.file("a/c", "")])
        #expect(try one.merging(other).map(\.path) == ["a", "a/b", "a/c"])
        #expect(throws: Diagnostic.self) { try one.merging(one) }
    }

    @Test func readsAFolderWithNormalModes() async throws {
        let folder = try TemporaryFolder("test")
        try Files.makeDirectory(folder.path.appending("sub"), mode: 0o700)
        try Files.write([1, 2], to: folder.path.appending("sub/tool"), mode: 0o4701)
        try Files.write([1], to: folder.path.appending("plain"), mode: 0o600)
        try Files.makeSymbolicLink(folder.path.appending("link"), to: "sub/tool")
        let list = try FileList(folder: folder.path)
        #expect(list.map(\.path) == ["link", "plain", "sub", "sub/tool"])
        #expect(list.map(\.permissions) == [0o777, 0o644, 0o755, 0o755])
        #expect(list[path: "link"]?.kind == .symbolicLink(target: "sub/tool"))
        #expect(list.totalSize == 3)
        #expect(
            try FileList(folder: folder.path) { path, _ in path == "sub" }.map(\.path) == ["link", "plain"])

        try await Tool.run("mkfifo", [folder.path.appending("pipe").string])
        let fault = #expect(throws: Diagnostic.self) { try FileList(folder: folder.path) }
        #expect(fault?.code == "unsupported-file")
        #expect(fault?.related.map(\.message) == ["pipe is a socket, pipe or device"])
    }
}
