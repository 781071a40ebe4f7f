import Archive
import Diagnostics
import Kernels
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
        _ revision: String, _ place: String = "out", of carried: String? = nil
    ) async throws -> FilePath {
        let release = try await release(revision, of: carried)
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

    /// What a run leaves that is killed on its way to another revision.
    @Test func halfOfARevision() async throws {
        let folder = try await writeDeb("1")
        let other = try await writeDeb("2", "other")
        try Files.removeFile(folder.appending("hello-dkms.lintian-overrides"))
        let script = "hello-common.preinst"
        try Files.write(try Files.read(other.appending(script)), to: folder.appending(script))
        try await writeDeb("2")
        #expect(try await differences(folder, other) == "")
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
        await #expect(throws: (any Error).self) { try await writeDeb("2") }
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
        #expect(try Files.readText(path) == second.text)
        try first.write(to: path)
        #expect(try Files.readText(path) == first.text)
        try Files.write(Array((first.text + "# mine\n").utf8), to: path)
        #expect(code { try first.check(at: path) } == "edited-skeleton")
        #expect(code { try second.write(to: path) } == "edited-skeleton")
        #expect(try Files.readText(path) == first.text + "# mine\n")
    }
}
