import Archive
import BundleFormat
import Compression
import Cryptography
import Diagnostics
import Streams
import SystemPackage
import Testing
import Tools

@Suite struct BundleWriterTests {
    private func write(_ content: BundleContent, to folder: FilePath, signature: [UInt8]? = nil) throws
        -> FilePath
    {
        let path = folder.appending("\(content.folder).tar.xz")
        var sign: BundleWriter.Signer?
        if let signature { sign = { (_: [UInt8]) throws(Diagnostic) -> [UInt8] in signature } }
        let plan = try BundleWriter.plan(content, epoch: BundleSamples.epoch, sign: sign)
        try BundleWriter.write(plan, to: path, compression: CompressionSettings(.xz))
        return path
    }

    @Test func readsWhatItWrote() throws {
        let folder = try TemporaryFolder("bundle")
        let path = try write(BundleSamples.content(), to: folder.path, signature: [1, 2, 3])
        #expect(BundleReader.recognises(path))
        var modules: [String: [UInt8]] = [:]
        let bundle = try BundleReader.read(path) { (name, bytes) throws(Diagnostic) in modules[name] = bytes }
        #expect(bundle.faults == [])
        #expect(bundle.folder == "hello-1.5.0-bundle-x86_64")
        #expect(bundle.signature == [1, 2, 3])
        #expect(bundle.manifest.kernels.map(\.release) == ["5.10.0", "6.1.0-56-amd64"])
        #expect(modules["modules/6.1.0-56-amd64/hello.ko"] == Array("amd64".utf8))
        for module in bundle.manifest.kernels.flatMap(\.modules) {
            #expect(DigestAlgorithm.sha256.hexHash(try #require(modules[module.file])) == module.sha256)
        }
    }

    @Test func tarAndSha256sumAgree() async throws {
        let folder = try TemporaryFolder("bundle")
        let path = try write(BundleSamples.content(), to: folder.path, signature: [1])
        let unpacked = try await Program("tar", ["-xJf", path.string, "-C", folder.path.string]).capture()
        #expect(unpacked.status == 0)
        let inner = folder.path.appending("hello-1.5.0-bundle-x86_64")
        let checked = try await Program("sha256sum", ["-c", "--strict", "SHA256SUMS"], folder: inner)
            .capture()
        let said = String(decoding: checked.output, as: UTF8.self)
        #expect(checked.status == 0)
        #expect(
            said.split(separator: "\n").map(String.init) == [
                "install: OK", "kernels.tsv: OK", "manifest.json: OK", "modules/5.10.0/hello.ko: OK",
                "modules/6.1.0-56-amd64/hello.ko: OK", "modules/6.1.0-56-amd64/two.ko.xz: OK",
            ])
        #expect(try Files.status(inner.appending("install")).permissions == 0o755)
    }

    @Test func sameInputSameBytes() throws {
        let one = try TemporaryFolder("bundle")
        let two = try TemporaryFolder("bundle")
        var content = BundleSamples.content()
        let first = try Files.read(try write(content, to: one.path))
        content.kernels.reverse()
        #expect(try Files.read(try write(content, to: two.path)) == first)
    }

    @Test func kernelsOfOneNameGetFoldersOfTheirOwn() throws {
        let kernels = [UInt32(1), 2].map { (crc: UInt32) in
            BundleContent.Kernel(
                release: "4.19.0-uos", moduleLayoutCRC: crc, vermagic: "4.19.0-uos SMP ",
                modules: [BundleSamples.module("\(crc)")])
        }
        let plan = try BundleWriter.plan(
            BundleSamples.content(kernels: kernels), epoch: BundleSamples.epoch)
        #expect(plan.manifest.kernels.map(\.folder) == ["4.19.0-uos~0x00000001", "4.19.0-uos~0x00000002"])
    }

    @Test(arguments: ["a b", "../x", "", "-x", "a\tb", "a'b", "a/b", "é"])
    func refusesNamesThatScriptsCannotTake(name: String) throws {
        var content = BundleSamples.content()
        content.version = name
        #expect(throws: Diagnostic.self) { try BundleWriter.plan(content, epoch: 0) }
        content = BundleSamples.content()
        content.kernels[0].modules[0].destination = "updates/../\(name)"
        #expect(throws: Diagnostic.self) { try BundleWriter.plan(content, epoch: 0) }
    }

    @Test func linksInTheSourceBecomeFiles() throws {
        var content = BundleSamples.content()
        let file = FileEntry(path: "src/a.c", kind: .file(.text("code")), permissions: 0o644, modified: 5)
        let link = FileEntry(
            path: "b.c", kind: .symbolicLink(target: "./src/../src/a.c"), permissions: 0o777, modified: 5)
        content.source = try FileList([file, link])
        let files = try BundleWriter.plan(content, epoch: BundleSamples.epoch).files
        let copy = try #require(files[path: "hello-1.5.0-bundle-x86_64/source/b.c"])
        #expect(copy.kind == .file(.text("code")))
        for target in ["../outside", "/etc/passwd", "src", "gone"] {
            content.source = try FileList([
                file,
                FileEntry(path: "b.c", kind: .symbolicLink(target: target), permissions: 0o777, modified: 5),
            ])
            #expect(throws: Diagnostic.self) { try BundleWriter.plan(content, epoch: 0) }
        }
    }

    @Test func wrongSumsAreNamed() throws {
        let folder = try TemporaryFolder("bundle")
        let plan = try BundleWriter.plan(BundleSamples.content(), epoch: BundleSamples.epoch)
        let path = folder.path.appending("changed.tar")
        var tar = TarWriter(into: try OutputFile(path))
        for var entry in plan.files {
            if entry.path.hasSuffix("two.ko.xz") { continue }
            if entry.path.hasSuffix("/install") { entry.kind = .file(.text("other")) }
            try tar.append(entry)
        }
        try tar.append(
            FileEntry(
                path: "hello-1.5.0-bundle-x86_64/zzz", kind: .file(.text("")), permissions: 0o644, modified: 0
            ))
        let file = try tar.finish()
        try file.commit()
        let faults = try BundleReader.read(path).faults
        #expect(faults.map(\.code) == ["wrong-checksum", "unlisted-file", "missing-file"])
    }

    @Test func otherArchivesAreNoBundles() throws {
        let folder = try TemporaryFolder("bundle")
        let path = folder.path.appending("other.tar")
        var tar = TarWriter(into: try OutputFile(path))
        try tar.append(
            FileEntry(path: "a/b", kind: .file(.text("x")), permissions: 0o644, modified: 0))
        let file = try tar.finish()
        try file.commit()
        #expect(!BundleReader.recognises(path))
        #expect(throws: Diagnostic.self) { try BundleReader.read(path) }
    }
}
