import Archive
import Diagnostics
import DkmsConf
import Inputs
import ScratchFolder
import SourceTree
import Streams
import SystemPackage
import Testing
import Tools

@Suite struct LoadedTreeTests {
    private static let files = ["Makefile", "README.md", "dkms.conf", "hello.c"]
    private let fixture = fixtures.appending("hello-1.5.0")

    /// The code of what loading throws; nil where it throws nothing.
    private func fault(_ input: String, sourceRoot: FilePath = "/nowhere") -> Diagnostic? {
        do throws(Diagnostic) {
            _ = try LoadedTree(input, sourceRoot: sourceRoot)
            return nil
        } catch {
            return error
        }
    }

    @Test func folderAndConf() throws {
        let folder = try LoadedTree(fixture.string)
        #expect(folder.kind == .folder)
        #expect(folder.tree.files.map(\.path) == Self.files)
        let conf = try LoadedTree(fixture.appending("dkms.conf").string)
        #expect(conf.kind == .conf)
        #expect(conf.tree == folder.tree)
    }

    @Test func nameAndVersion() throws {
        let loaded = try LoadedTree("hello/1.5.0", sourceRoot: fixtures)
        #expect(loaded.kind == .installed)
        #expect(loaded.tree.folderName == "hello-1.5.0")
        #expect(fault("hello/9", sourceRoot: fixtures)?.code == "no-input")
        #expect(fault("../hello", sourceRoot: fixtures)?.code == "no-input")
        #expect(fault("nowhere")?.code == "no-input")
    }

    @Test(arguments: ["", "-z", "-j", "-J", "--zstd"])
    func archives(_ compression: String) async throws {
        let scratch = try Scratch()
        let archive = scratch.path.appending("misleading.deb")
        let options =
            ["-C", fixtures.string, "-cf", archive.string] + (compression.isEmpty ? [] : [compression])
        #expect(try await scratch.tar(options + ["hello-1.5.0"]) == nil)
        let loaded = try LoadedTree(archive.string)
        #expect(loaded.kind == .archive)
        #expect(loaded.tree.folderName == "hello-1.5.0")
        #expect(loaded.tree.files.map(\.path) == Self.files)
        let folder = try LoadedTree(fixture.string)
        #expect(loaded.tree.newest == folder.tree.newest)
    }

    /// The folder that it was unpacked into is gone when somebody reads of it.
    @Test(arguments: [("a", "a.tar:a"), (".", "a.tar")])
    func messagesNameTheArchive(_ folder: String, _ shown: String) async throws {
        let scratch = try Scratch()
        let pem = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n"
        try scratch.fill([
            "\(folder)/dkms.conf": sound + "if\n", "\(folder)/hello.o": "", "\(folder)/mok.key": pem,
        ])
        let archive = scratch.path.pushing("out/a.tar")
        try Files.makeDirectories(archive.removingLastComponent())
        #expect(
            try await scratch.tar(
                ["--exclude=out", "-cf", archive.string, folder]) == nil)
        let loaded = try LoadedTree(archive.string)
        let place = try Files.canonical(archive.removingLastComponent()).pushing(FilePath(shown)).string
        let prefix = place.hasSuffix(".tar") ? "\(place):" : "\(place)/"
        let warnings = loaded.tree.warnings
        #expect(warnings.map(\.code) == ["left-overs", "private-key"])
        #expect(warnings.first?.message.hasPrefix("hello.o in \(place) is left out") == true)
        #expect(warnings.last?.location?.file == "\(prefix)mok.key")
        let fault = await #expect(throws: Diagnostic.self) {
            try await loaded.tree.evaluate(in: ConfContext(kernelRelease: "6.1", arch: "x86_64"))
        }
        #expect(fault?.location?.file == "\(prefix)dkms.conf")
        let text = "\(String(describing: fault)) \(warnings)"
        #expect(!text.contains(loaded.tree.root.string))
    }

    @Test func archiveWithoutFolder() async throws {
        let scratch = try Scratch()
        let archive = scratch.path.appending("a.tar")
        #expect(try await scratch.tar(["-C", fixture.string, "-cf", archive.string, "."]) == nil)
        let loaded = try LoadedTree(archive.string)
        #expect(loaded.tree.folderName == nil)
        #expect(loaded.tree.files.map(\.path) == Self.files)
    }

    @Test func dkmsTarball() async throws {
        let scratch = try Scratch()
        try scratch.fill([
            "t/dkms_source_tree/dkms.conf": sound, "t/dkms_source_tree/hello.c": "",
            "t/dkms_main_tree/6.1.0/x86_64/module/hello.ko": "", "t/dkms_main_tree/dkms_dbversion": "2.0.0\n",
        ])
        let archive = scratch.path.appending("a.dkms.tar.gz")
        #expect(try await scratch.tar(["-C", "t", "-czf", archive.string, "."]) == nil)
        let loaded = try LoadedTree(archive.string)
        #expect(loaded.tree.files.map(\.path) == ["dkms.conf", "hello.c"])
        #expect(loaded.tree.folderName == nil)
    }

    @Test func binariesOnly() async throws {
        let scratch = try Scratch()
        try scratch.fill(["t/dkms_binaries_only/dkms.conf": sound, "t/dkms_main_tree/": ""])
        let archive = scratch.path.appending("a.tar")
        #expect(try await scratch.tar(["-C", "t", "-cf", archive.string, "."]) == nil)
        #expect(fault(archive.string)?.code == "no-source")
    }

    @Test func severalTrees() async throws {
        let scratch = try Scratch()
        try scratch.fill(["t/a/dkms.conf": sound, "t/b/dkms.conf": sound, "t/b/examples/dkms.conf": sound])
        let archive = scratch.path.appending("a.tar")
        #expect(try await scratch.tar(["-C", "t", "-cf", archive.string, "a", "b"]) == nil)
        let several = try #require(fault(archive.string))
        #expect(several.code == "several-dkms-confs")
        #expect(several.message.hasSuffix("a/dkms.conf, b/dkms.conf"))
        #expect(try await scratch.tar(["-C", "t", "-cf", archive.string, "b"]) == nil)
        #expect(try LoadedTree(archive.string).tree.folderName == "b")
    }

    @Test func archiveWithoutConf() async throws {
        let scratch = try Scratch()
        try scratch.fill(["t/hello.c": ""])
        let archive = scratch.path.appending("a.tar.gz")
        #expect(try await scratch.tar(["-czf", archive.string, "t"]) == nil)
        #expect(fault(archive.string)?.code == "no-dkms-conf")
    }

    @Test func hostileArchives() async throws {
        let scratch = try Scratch()
        try scratch.fill(["t/dkms.conf": sound, "evil": "x"])
        let archive = scratch.path.appending("a.tar")
        for transform in ["s,^evil,../evil,", "s,^evil,/tmp/evil,", "s,^evil,t/../../evil,"] {
            let options = ["-P", "--transform", transform, "-cf", archive.string, "t", "evil"]
            #expect(try await scratch.tar(options) == nil)
            #expect(fault(archive.string)?.code == "unsafe-archive")
        }
    }

    @Test(arguments: [1, 100, 300, 600])
    func truncated(_ length: Int) async throws {
        let scratch = try Scratch()
        let archive = scratch.path.appending("a.tar.gz")
        #expect(try await scratch.tar(["-C", fixtures.string, "-czf", archive.string, "hello-1.5.0"]) == nil)
        let bytes = try Files.read(archive)
        try Files.write(Array(bytes.prefix(length)), to: archive)
        let code = try #require(fault(archive.string)).code
        #expect(code == (length == 1 ? "unknown-input" : "bad-archive"))
    }

    @Test func otherFiles() throws {
        let scratch = try Scratch()
        try scratch.fill(["empty.tar": "", "readme.txt": "hello", "tree/dkms.conf": ""])
        #expect(fault(scratch.path.appending("empty.tar").string)?.code == "empty-input")
        #expect(fault(scratch.path.appending("readme.txt").string)?.code == "unknown-input")
        #expect(fault(scratch.path.string)?.code == "no-dkms-conf")
        #expect(fault("/dev/null")?.code == "unknown-input")
        // What is wrong with an empty dkms.conf is the evaluation's to say.
        #expect(fault(scratch.path.pushing("tree/dkms.conf").string) == nil)
    }

    @Test func nothingIsLeftBehind() async throws {
        let scratch = try Scratch()
        let archive = scratch.path.appending("a.tar")
        #expect(try await scratch.tar(["-C", fixtures.string, "-cf", archive.string, "hello-1.5.0"]) == nil)
        let root = try root(of: archive)
        #expect(!Files.exists(root))
    }

    private func root(of archive: FilePath) throws -> FilePath {
        let loaded = try LoadedTree(archive.string)
        let root = loaded.tree.root
        #expect(Files.exists(root))
        _ = loaded.kind
        return root
    }
}

extension Scratch {
    func tar(_ arguments: [String]) async throws -> String? {
        let outcome = try await Program("tar", arguments, folder: path).capture()
        return outcome.status == 0 ? nil : String(decoding: outcome.errorOutput, as: UTF8.self)
    }
}
