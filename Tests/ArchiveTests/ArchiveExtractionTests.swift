import Archive
import Diagnostics
import ScratchFolder
import Streams
import SystemPackage
import Testing

@Suite struct ArchiveExtractionTests {
    private func extract(
        _ bytes: [UInt8], into folder: FilePath, limits: ArchiveExtraction.Limits = .init()
    ) throws(Diagnostic) {
        var reader = try ArchiveReader(.bytes(bytes))
        try ArchiveExtraction(into: folder, limits: limits).extract(&reader)
    }

    @Test func keepsContentsModesAndTimes() throws {
        let folder = try TemporaryFolder("test")
        let list = try ArchiveSamples.list()
        try extract(try ArchiveSamples.tar(list, prefix: "./"), into: folder.path)
        let back = try FileList(folder: folder.path)
        #expect(back.map(\.path) == list.map(\.path))
        #expect(back.map(\.permissions) == list.map(\.permissions))
        #expect(back.map(\.modified) == list.map(\.modified))
        for (entry, original) in zip(back, list) {
            guard case .file(let content) = entry.kind, case .file(let expected) = original.kind else {
                #expect(entry.kind == original.kind)
                continue
            }
            #expect(try content.readAll() == expected.readAll())
        }
    }

    /// Members that together want something outside the folder `in`.
    static let attacks: [(String, [FileEntry])] = [
        ("absolute", [ArchiveSamples.file("/tmp/mkdkms-escaped", "x")]),
        ("parent", [ArchiveSamples.file("../escaped", "x")]),
        ("inner parent", [ArchiveSamples.file("a/../../escaped", "x")]),
        (
            "link to a folder outside",
            [
                ArchiveSamples.link("a", ".."), ArchiveSamples.file("a/escaped", "x"),
            ]
        ),
        ("absolute link", [ArchiveSamples.link("a", "/tmp")]),
        ("link that climbs out", [ArchiveSamples.link("a/b", "../../escaped")]),
        (
            "link through a link",
            [
                ArchiveSamples.link("s", "."), ArchiveSamples.link("t", "s/../escaped"),
            ]
        ),
        (
            "file through a link inside",
            [
                ArchiveSamples.folder("d"), ArchiveSamples.link("a", "d"), ArchiveSamples.file("a/f", "x"),
            ]
        ),
        ("file, then folder", [ArchiveSamples.file("a", "x"), ArchiveSamples.folder("a")]),
        ("link, then file", [ArchiveSamples.link("a", "b"), ArchiveSamples.file("a", "x")]),
        ("folder, then link", [ArchiveSamples.folder("a"), ArchiveSamples.link("a", "b")]),
        ("the folder itself", [ArchiveSamples.file(".", "x")]),
        ("endless", [ArchiveSamples.file(String(repeating: "a/", count: 3000) + "b", "x")]),
    ]

    @Test(arguments: attacks.indices)
    func refuses(_ index: Int) throws {
        let folder = try TemporaryFolder("test")
        let inside = folder.path.appending("in")
        try Files.makeDirectory(inside)
        let (name, members) = Self.attacks[index]
        let bytes = try ArchiveSamples.tar(unchecked: members)
        let fault = #expect(throws: Diagnostic.self, "\(name)") { try extract(bytes, into: inside) }
        #expect(fault?.code == "unsafe-archive", "\(name)")
        #expect(try Files.names(in: folder.path) == ["in"])
        #expect(!Files.exists("/tmp/mkdkms-escaped"))
    }

    @Test(.enabled(if: isInstalled("python3"), "python3 is not installed"))
    func refusesWhatOtherToolsWrote() async throws {
        let script = """
            import sys, tarfile, io
            kind, path = sys.argv[1:]
            with tarfile.open(path, 'w:gz', format=tarfile.PAX_FORMAT) as t:
                i = tarfile.TarInfo('x')
                if kind == 'hard': i.type, i.linkname = tarfile.LNKTYPE, '../outside'
                if kind == 'absolutehard': i.type, i.linkname = tarfile.LNKTYPE, '/etc/passwd'
                if kind == 'device': i.type = tarfile.CHRTYPE
                if kind == 'pipe': i.type = tarfile.FIFOTYPE
                if kind == 'pax': i.name = '../' + 'x' * 200
                t.addfile(i)
            """
        for kind in ["hard", "absolutehard", "device", "pipe", "pax"] {
            let folder = try TemporaryFolder("test")
            let inside = folder.path.appending("in")
            try Files.makeDirectory(inside)
            try Files.write([7], to: folder.path.appending("outside"))
            let path = folder.path.appending("a.tar.gz")
            try await Tool.run("python3", ["-c", script, kind, path.string])
            var reader = try ArchiveReader(file: path)
            let fault = #expect(throws: Diagnostic.self, "\(kind)") {
                try ArchiveExtraction(into: inside).extract(&reader)
            }
            #expect(fault?.code == "unsafe-archive", "\(kind)")
            #expect(try Files.names(in: inside).isEmpty)
        }
    }

    @Test func refusesALinkThatWasThereBefore() throws {
        let folder = try TemporaryFolder("test")
        let inside = folder.path.appending("in")
        try Files.makeDirectory(inside)
        try Files.makeSymbolicLink(inside.appending("a"), to: "..")
        let bytes = try ArchiveSamples.tar(unchecked: [ArchiveSamples.file("a/escaped", "x")])
        let fault = #expect(throws: Diagnostic.self) { try extract(bytes, into: inside) }
        #expect(fault?.code == "unsafe-archive")
        #expect(try Files.names(in: folder.path) == ["in"])
    }

    @Test func keepsHardLinksInside() async throws {
        let folder = try TemporaryFolder("test")
        let from = folder.path.appending("from")
        let into = folder.path.appending("into")
        for path in [from, into] { try Files.makeDirectory(path) }
        try Files.write([7], to: from.appending("a"))
        let archive = folder.path.appending("a.tar")
        try await Tool.run("ln", [from.appending("a").string, from.appending("b").string])
        try await Tool.run("tar", ["-C", from.string, "-cf", archive.string, "."])
        var reader = try ArchiveReader(file: archive)
        try ArchiveExtraction(into: into).extract(&reader)
        #expect(try Files.read(into.appending("b")) == [7])
        #expect(try FileList(folder: into).map(\.path) == ["a", "b"])
    }

    @Test func lastOfTwoFilesStays() throws {
        let folder = try TemporaryFolder("test")
        let bytes = try ArchiveSamples.tar(unchecked: [
            ArchiveSamples.file("a", "old"), ArchiveSamples.file("a", "new"),
        ])
        try extract(bytes, into: folder.path)
        #expect(try Files.readText(folder.path.appending("a")) == "new")
    }

    @Test func keepsToItsLimits() throws {
        let folder = try TemporaryFolder("test")
        let bytes = try ArchiveSamples.tar(unchecked: [
            ArchiveSamples.file("a", "12345"), ArchiveSamples.file("b/c", "12345"),
        ])
        #expect(throws: Diagnostic.self) {
            try extract(bytes, into: folder.path, limits: .init(bytes: 9, members: 10))
        }
        let other = try TemporaryFolder("test")
        #expect(throws: Diagnostic.self) {
            try extract(bytes, into: other.path, limits: .init(bytes: 10, members: 2))
        }
        let third = try TemporaryFolder("test")
        try extract(bytes, into: third.path, limits: .init(bytes: 10, members: 3))
    }
}
