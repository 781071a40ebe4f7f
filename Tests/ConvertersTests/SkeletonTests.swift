import Archive
import Diagnostics
import Kernels
import ScratchFolder
import Settings
import SourceTree
import Streams
import SystemPackage
import Testing
import Tools

@testable import Converters

/// Folders and spec files that are for editing: what nobody has edited may be written anew.
@Suite struct SkeletonTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// With a conffile that moved, whose scripts name the version.
    private func release(_ revision: String, of carried: String? = nil) async throws -> DriverRelease {
        var release = try await sampleRelease(
            in: scratch.path, settings: .sample(target: Distribution(.debian, "13")), revision: revision,
            carried: carried.flatMap { FormerName(of: $0, version: "1:1.5.0-1") })
        release.project.files = [
            PayloadFile(role: .modprobe, content: .text("a\n"), name: "hello.conf", destination: nil)
        ]
        return release
    }

    /// Writes the folder for a revision below `place`.
    @discardableResult
    private func writeDeb(
        _ revision: String, _ place: String = "out", of carried: String? = nil,
        with files: [PayloadFile]? = nil
    ) async throws -> FilePath {
        var release = try await release(revision, of: carried)
        if let files { release.project.files = files }
        let plan = try #require(try DebSourceConverter([.folder]).plan(release).first)
        let path = scratch.path.appending(place).pushing(FilePath(plan.artifact.file))
        try Files.makeDirectories(scratch.path.appending(place))
        try plan.check(at: path)
        try await plan.write(to: path)
        return path.removingLastComponent()
    }

    private func differences(_ first: FilePath, _ second: FilePath) async throws -> String {
        let outcome = try await Program("diff", ["-r", first.string, second.string]).capture()
        return String(decoding: outcome.output, as: UTF8.self)
    }

    @Test func aFolderOfAnotherRevisionIsMadeAnew() async throws {
        let folder = try await writeDeb("1")
        let other = try await writeDeb("2", "other")
        #expect(Files.exists(folder.appending("hello-dkms.lintian-overrides")))
        #expect(!(try await differences(folder, other)).isEmpty)
        try scratch.fill(["out/hello-1.5.0/debian/patches/mine": "x"])
        try await writeDeb("2")
        #expect(try Files.readText(folder.pushing("patches/mine")) == "x")
        try Files.removeTree(folder.appending("patches"))
        #expect(try await differences(folder, other) == "")
        try await writeDeb("1")
        #expect(try Files.readText(folder.appending("changelog")).hasPrefix("hello (1.5.0-1) "))
    }

    @Test(arguments: ["hello-modules-dkms", "hello-source"])
    func aFolderOfAConversionIsMadeAnew(_ carried: String) async throws {
        let folder = try await writeDeb("1", of: carried)
        let other = try await writeDeb("2", "other", of: carried)
        #expect(!(try await differences(folder, other)).isEmpty)
        try await writeDeb("2", of: carried)
        #expect(try await differences(folder, other) == "")
    }

    /// Other settings are no edit either, whatever comes and goes with them.
    @Test func aFolderOfOtherSettingsIsMadeAnew() async throws {
        let rules = [
            PayloadFile(role: .udev, content: .text("b\n"), name: "60-hello.rules", destination: nil)
        ]
        let folder = try await writeDeb("1")
        let other = try await writeDeb("1", "other", with: rules)
        let options = "source/local-options"
        let own = "single-debian-patch\n"
        try Files.write(
            Array((own + (try Files.readText(folder.pushing(FilePath(options))))).utf8),
            to: folder.pushing(FilePath(options)))
        try await writeDeb("1", with: rules)
        #expect(
            try Files.readText(folder.pushing(FilePath(options)))
                == own + Files.readText(other.pushing(FilePath(options))))
        try Files.write(
            try Files.read(other.pushing(FilePath(options))), to: folder.pushing(FilePath(options)))
        #expect(try await differences(folder, other) == "")
        try await writeDeb("1")
        #expect(!Files.exists(folder.pushing("hello-common.files/usr/lib/udev")))
        #expect(
            try Files.readText(folder.pushing("hello-common.files/usr/lib/modprobe.d/hello.conf")) == "a\n")
    }

    /// What a run leaves that is killed on its way to another revision.
    @Test func halfOfARevision() async throws {
        let folder = try await writeDeb("1")
        let other = try await writeDeb("2", "other")
        let files = try #require(try SkeletonRecord(in: folder.removingLastComponent()))
        let new = try #require(try SkeletonRecord(in: other.removingLastComponent()))
        try files.joined(new).write(in: folder.removingLastComponent())
        try Files.removeFile(folder.appending("hello-dkms.lintian-overrides"))
        let script = "hello-common.preinst"
        try Files.write(try Files.read(other.appending(script)), to: folder.appending(script))
        // Nor need the next one be on the same way.
        try await writeDeb("1")
        try await writeDeb("2")
        #expect(try await differences(folder, other) == "")
    }

    /// One that nobody knows the beginnings of.
    @Test func aFolderWithoutARecord() async throws {
        let folder = try await writeDeb("1")
        try Files.removeFile(folder.pushing(FilePath("source/local-options")))
        try await writeDeb("1")
        try Files.removeFile(folder.pushing(FilePath("source/local-options")))
        try Files.removeFile(folder.appending("copyright"))
        let fault = await #expect(throws: Diagnostic.self) { try await writeDeb("2") }
        #expect(fault?.code == "edited-skeleton")
        #expect(fault?.message.contains("no record of how it was written") == true)
        let related = fault?.related.map(\.message) ?? []
        #expect(
            related.contains("debian/changelog differs") && related.contains("debian/copyright is missing"))
    }

    @Test(arguments: ["rules", "hello-common.preinst", "changelog"])
    func anEditedFolderStays(_ file: String) async throws {
        let folder = try await writeDeb("1")
        let text = try Files.readText(folder.appending(file)) + "# mine\n"
        try Files.write(Array(text.utf8), to: folder.appending(file))
        await #expect(throws: (any Error).self) { try await writeDeb("1") }
        await #expect(throws: (any Error).self) { try await writeDeb("2") }
        #expect(try Files.readText(folder.appending(file)) == text)
        #expect(try Files.readText(folder.appending("changelog")).hasPrefix("hello (1.5.0-1) "))
    }

    @Test func aFileThatSomebodyTookAway() async throws {
        let folder = try await writeDeb("1")
        try Files.removeFile(folder.appending("copyright"))
        let fault = await #expect(throws: Diagnostic.self) { try await writeDeb("2") }
        #expect(fault?.related.map(\.message) == ["debian/copyright is gone"])
    }

    @Test(arguments: [nil, "hello-modules-dkms", "hello-source"])
    func aSpecFile(of carried: String?) async throws {
        let path = scratch.path.appending("any.spec")
        func plan(_ revision: String) async throws -> SkeletonFilePlan {
            try #require(
                try RPMSourceConverter([.skeleton]).plan(try await release(revision, of: carried)).first
                    as? SkeletonFilePlan)
        }
        let first = try await plan("1")
        let second = try await plan("2.el9")
        try first.write(to: path)
        try second.write(to: path)
        #expect(try Files.readText(path) == second.content.text)
        try first.write(to: path)
        #expect(try Files.readText(path) == first.content.text)
        // One of another tree, or of other options.
        try Files.write(Array(SkeletonText("Name: other\n").text.utf8), to: path)
        try first.write(to: path)
        #expect(try Files.readText(path) == first.content.text)
        try Files.write(Array((first.content.text + "# mine\n").utf8), to: path)
        #expect(code { try first.check(at: path) } == "edited-skeleton")
        #expect(code { try second.write(to: path) } == "edited-skeleton")
        #expect(try Files.readText(path) == first.content.text + "# mine\n")
        try Files.write(Array("Name: hello\n".utf8), to: path)
        let fault = #expect(throws: Diagnostic.self) { try first.check(at: path) }
        #expect(fault?.code == "edited-skeleton")
        #expect(fault?.message.contains("no record of how it was written") == true)
    }
}
