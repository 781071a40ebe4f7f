import Archive
import Compression
import Diagnostics
import Streams
import SystemPackage
import TarballFormat
import Testing

@Suite struct TarballFormatTests {
    static func kernel(_ release: String) throws(Diagnostic) -> DkmsTarball.Kernel {
        DkmsTarball.Kernel(
            release: release, architecture: "x86_64",
            modules: try FileList([
                DebSamples.file("hello.ko.xz", "no real module"),
                DebSamples.file("Module.symvers", "0x1\thello\n"),
            ]), log: .text("make: done\n"))
    }

    static func tarballs() throws(Diagnostic) -> [DkmsTarball] {
        let tree = try DebSamples.tree()
        let conf = FileContent.text("PACKAGE_NAME=hello\nPACKAGE_VERSION=1.5.0\n")
        return [
            DkmsTarball(name: "hello", version: "1.5.0", source: .tree(tree)),
            DkmsTarball(name: "hello", version: "1.5.0", source: .tree(tree), kernels: [try kernel("6.1-1")]),
            DkmsTarball(
                name: "hello", version: "1.5.0", source: .binariesOnly(conf: conf),
                kernels: [try kernel("6.1-1"), try kernel("6.5-2")]),
        ]
    }

    private func write(_ tarball: DkmsTarball, in folder: FilePath) throws -> FilePath {
        let settings = CompressionSettings(.gz)
        let path = folder.appending(tarball.fileName(settings.format))
        try tarball.write(to: path, compression: settings, epoch: DebSamples.epoch)
        return path
    }

    @Test func namesAreThoseOfTheInterface() throws {
        let tarballs = try Self.tarballs()
        #expect(tarballs[0].fileName(.gz) == "hello-1.5.0-source-only.dkms.tar.gz")
        #expect(tarballs[1].fileName(.xz) == "hello-1.5.0-kernel6.1-1-x86_64.dkms.tar.xz")
        #expect(
            tarballs[2].fileName(.gz) == "hello-1.5.0-kernel6.1-1-x86_64-kernel6.5-2-x86_64.dkms.tar.gz")
        var many = tarballs[0]
        many.kernels = try (0..<20).map { number throws in try Self.kernel("6.1.0-\(number)") }
        #expect(many.fileName(.gz) == "hello-1.5.0-manykernels.dkms.tar.gz")
    }

    @Test(arguments: 0..<3)
    func readsBackTheSame(_ index: Int) throws {
        let folder = try TemporaryFolder("test")
        let tarball = try Self.tarballs()[index]
        let path = try write(tarball, in: folder.path)
        let out = folder.path.appending("out")
        try Files.makeDirectory(out)
        let back = try DkmsTarball(reading: path, into: out)
        #expect(back.kernels.map(\.release) == tarball.kernels.map(\.release))
        #expect(back.kernels.map { $0.modules.map(\.path) } == tarball.kernels.map { $0.modules.map(\.path) })
        #expect(try back.kernels.first?.log?.readAll() == tarball.kernels.first?.log?.readAll())
        switch (back.source, tarball.source) {
        case (.tree(let left), .tree(let right)):
            #expect(left.map(\.path) == right.map(\.path))
            #expect(left.map(\.permissions) == right.map(\.permissions))
        case (.binariesOnly(let left), .binariesOnly(let right)):
            #expect(try left.readAll() == right.readAll())
            #expect(back.name == "hello" && back.version == "1.5.0")
        default: Issue.record("another kind of source")
        }
        // Equal input, equal bytes.
        let again = folder.path.appending("again")
        try Files.makeDirectory(again)
        #expect(try Files.read(try write(tarball, in: again)) == Files.read(path))
    }

    @Test func tarListsTheLayout() async throws {
        let folder = try TemporaryFolder("test")
        let path = try write(try Self.tarballs()[2], in: folder.path)
        let list = try await DebTool.text("tar", ["-tzf", path.string])
        let expected = [
            "./", "./dkms_binaries_only/", "./dkms_binaries_only/PACKAGE_NAME",
            "./dkms_binaries_only/PACKAGE_VERSION", "./dkms_binaries_only/dkms.conf", "./dkms_main_tree/",
            "./dkms_main_tree/6.1-1/", "./dkms_main_tree/6.1-1/x86_64/", "./dkms_main_tree/6.1-1/x86_64/log/",
            "./dkms_main_tree/6.1-1/x86_64/log/make.log", "./dkms_main_tree/6.1-1/x86_64/module/",
        ]
        #expect(list.split(separator: "\n").prefix(11).map(String.init) == expected)
        let version = try await DebTool.text(
            "tar", ["-xzOf", path.string, "./dkms_main_tree/dkms_dbversion"])
        #expect(version == "2.0.0\n")
    }

    @Test func refusesWhatTheLayoutCannotHold() throws {
        let kernel = try Self.kernel("6.1")
        let faulty = [
            DkmsTarball(name: "a/b", version: "1", source: .binariesOnly(conf: .text("")), kernels: [kernel]),
            DkmsTarball(name: "a", version: "1", source: .binariesOnly(conf: .text(""))),
            DkmsTarball(name: "a", version: "1", source: .tree(FileList())),
            DkmsTarball(
                name: "a", version: "1", source: .binariesOnly(conf: .text("")), kernels: [kernel, kernel]),
        ]
        for tarball in faulty {
            let fault = #expect(throws: Diagnostic.self) { try tarball.files(epoch: 0) }
            #expect(fault?.code == "bad-tarball")
        }
    }

    @Test func refusesOtherArchives() async throws {
        let folder = try TemporaryFolder("test")
        let path = folder.path.appending("other.tar.gz")
        try await DebTool.run(
            "tar", ["-C", folder.path.string, "-czf", path.string, "--files-from=/dev/null"])
        let fault = #expect(throws: Diagnostic.self) {
            _ = try DkmsTarball(reading: path, into: folder.path)
        }
        #expect(fault?.code == "bad-tarball")
    }
}
