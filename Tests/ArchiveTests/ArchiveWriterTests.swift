import Archive
import Diagnostics
import ScratchFolder
import Streams
import SystemPackage
import Testing

@Suite struct ArchiveWriterTests {
    @Test(arguments: ["", "./"])
    func tarReadsBackTheSame(_ prefix: String) throws {
        let list = try ArchiveSamples.list()
        let members = try ArchiveSamples.readAll(try ArchiveSamples.tar(list, prefix: prefix))
            .filter { $0.0.relativePath != "" }
        try compare(list, members)
    }

    @Test func cpioReadsBackTheSame() throws {
        let list = try ArchiveSamples.list()
        try compare(list, try ArchiveSamples.readAll(try ArchiveSamples.cpio(list)))
    }

    private func compare(_ list: FileList, _ members: [(ArchiveMember, [UInt8])]) throws {
        #expect(members.map { $0.0.relativePath } == list.map(\.path))
        for ((member, content), entry) in zip(members, list) {
            #expect(member.permissions == entry.permissions, "\(entry.path)")
            #expect(member.modified == entry.modified, "\(entry.path)")
            switch entry.kind {
            case .directory: #expect(member.kind == .directory)
            case .symbolicLink(let target): #expect(member.kind == .symbolicLink(target: target))
            case .file(let bytes):
                #expect(member.kind == .file)
                #expect(content == (try bytes.readAll()))
            }
        }
    }

    @Test func gnuTarListsIt() async throws {
        let folder = try TemporaryFolder("test")
        let path = folder.path.appending("a.tar")
        let list = try ArchiveSamples.list()
        try Files.write(try ArchiveSamples.tar(list, prefix: "./"), to: path)
        let lines = try await Tool.run("tar", ["-tvf", path.string, "--full-time"]).split(separator: "\n")
        #expect(lines.count == list.count + 1)
        #expect(lines.first == "drwxr-xr-x root/root         0 2020-09-13 12:26:40 ./")
        #expect(lines.contains("-rwxr-xr-x root/root        10 2020-09-13 12:26:40 ./src/run"))
        let long = String(repeating: "long-", count: 30)
        #expect(lines.contains { $0.hasSuffix(" ./src/\(long)/\(long)") })
        #expect(lines.contains { $0.hasSuffix(" ./src/far -> \(long)/\(long)") })
    }

    @Test(.enabled(if: isInstalled("cpio"), "cpio is not installed"))
    func gnuCpioListsIt() async throws {
        let list = try ArchiveSamples.list()
        let output = try await Tool.run("cpio", ["-itv", "--quiet"], input: try ArchiveSamples.cpio(list))
        let lines = output.split(separator: "\n")
        #expect(lines.count == list.count)
        #expect(lines.contains { $0.hasPrefix("-rwxr-xr-x   1 root") && $0.hasSuffix(" ./src/run") })
    }

    @Test func cpioCountsItsBytes() throws {
        var writer = CpioWriter(into: MemorySink())
        for entry in try ArchiveSamples.list() { try writer.append(entry) }
        let announced = writer.count + CpioWriter<MemorySink>.trailerSize
        #expect(Int64(try writer.finish().bytes.count) == announced)
    }

    @Test func largeSizesAndOldTimesSurvive() throws {
        // Only the header is read, so the content may be missing.
        var writer = TarWriter(into: MemorySink())
        let entry = FileEntry(
            path: "huge", kind: .file(.onDisk("/dev/null", size: 1 << 40)), permissions: 0o644, modified: -5)
        let fault = #expect(throws: Diagnostic.self) { try writer.append(entry) }
        #expect(fault?.code == "file-changed")
        var reader = try ArchiveReader(.bytes(try writer.finish().bytes))
        let member = try #require(try reader.next())
        #expect(member.size == 1 << 40)
        #expect(member.modified == -5)
    }

    @Test(.enabled(if: isInstalled("ar"), "ar is not installed"))
    func arListsIt() async throws {
        let folder = try TemporaryFolder("test")
        let path = folder.path.appending("a.ar")
        var writer = try ArWriter(into: MemorySink(), modified: 7)
        try writer.append("debian-binary", Array("2.0\n".utf8))
        try writer.append("odd", [1, 2, 3])
        try writer.append("even", [4, 5])
        try Files.write(writer.finish().bytes, to: path)
        let output = try await Tool.run("ar", ["tvO", path.string])
        let expected = """
            rw-r--r-- 0/0      4 Jan  1 00:00 1970 debian-binary 0x44
            rw-r--r-- 0/0      3 Jan  1 00:00 1970 odd 0x84
            rw-r--r-- 0/0      2 Jan  1 00:00 1970 even 0xc4

            """
        #expect(output == expected)
    }

    @Test(.enabled(if: isInstalled("ar"), "ar is not installed"), arguments: [0, 3, 300_000])
    func arListsAMemberWhoseSizeCameLast(_ size: Int) async throws {
        let folder = try TemporaryFolder("test")
        let path = folder.path.appending("a.ar")
        var writer = try ArWriter(into: try OutputFile(path), modified: 7)
        try writer.append("first", [1])
        try writer.begin("data")
        try writer.write([UInt8](repeating: 5, count: size))
        let content = try writer.endSized()
        #expect(content == 130..<130 + Int64(size))
        try writer.append("last", [2, 3])
        var copy = MemorySink()
        try writer.copy(content, to: &copy)
        #expect(copy.bytes == [UInt8](repeating: 5, count: size))
        let file = writer.finish()
        try file.commit()
        let names = try await Tool.run("ar", ["t", path.string])
        #expect(names == "first\ndata\nlast\n")
        #expect(try await Tool.run("ar", ["p", path.string, "data"]).utf8.count == size)
        #expect(try await Tool.run("ar", ["p", path.string, "last"]) == "\u{2}\u{3}")
    }

    @Test func arRefusesLongNames() throws {
        #expect(throws: Diagnostic.self) { try ArHeader(name: "sixteen-letters-", size: 1, modified: 0) }
        #expect(throws: Diagnostic.self) { try ArHeader(name: "a", size: 10_000_000_000, modified: 0) }
    }
}
