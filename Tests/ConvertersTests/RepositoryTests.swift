import Cryptography
import Diagnostics
import ScratchFolder
import Streams
import SystemPackage
import Testing
import Tools

@testable import Converters

/// Repositories stay whole: what fails leaves them as they were, and clients that are on their way find what they look for.
@Suite struct RepositoryTests {
    let scratch: Scratch
    private var folder: FilePath { scratch.path.appending("repository") }

    init() throws {
        scratch = try Scratch()
        try Files.makeDirectories(folder)
    }

    /// A further package for the folder.
    private func add(_ converter: some Converter, revision: String) async throws {
        let sample = try await sampleRelease(in: scratch.path)
        let release = DriverRelease(
            tree: sample.tree, identity: sample.identity, conf: sample.conf,
            naming: try PackageNaming(name: "hello", version: "1.5.0", revision: revision),
            metadata: sample.metadata, units: [], settings: sample.settings)
        for plan in try converter.plan(release) {
            try await plan.write(to: folder.appending(plan.artifact.file))
        }
    }

    /// Every file with its digest.
    private func state() throws -> [String: String] {
        var state: [String: String] = [:]
        func enter(_ place: FilePath) throws {
            for name in try Files.names(in: place) {
                let path = place.appending(name)
                if Files.isDirectory(path) {
                    try enter(path)
                } else {
                    state[path.string] = try FileDigests([.sha256], of: path).hex(.sha256)
                }
            }
        }
        try enter(folder)
        return state
    }

    private static func settingsWithoutKey() -> ReleaseSettings { .sample() }

    /// A signer that fails once everything else is made.
    private func settingsWithBadKey() throws -> ReleaseSettings {
        var settings = ReleaseSettings.sample()
        settings.packageSigner = try OpenPGPSigner(key: scratch.path.appending("no-such.pgp").string)
        return settings
    }

    @Test func aFailureLeavesTheAptRepository() async throws {
        try await add(DebDkmsConverter(), revision: "1")
        try await AptRepository(folder, Self.settingsWithoutKey()).write()
        try await add(DebDkmsConverter(), revision: "2")
        let before = try state()
        let repository = AptRepository(folder, try settingsWithBadKey())
        let fault = await #expect(throws: Diagnostic.self) { try await repository.write() }
        #expect(fault?.code == "package-signing-failed")
        #expect(try state() == before)
        #expect(!(try Files.names(in: folder)).contains { $0.hasSuffix(".part") })
    }

    @Test func aPlaceThatIsTakenIsFoundBeforeAnyRename() async throws {
        try await add(DebDkmsConverter(), revision: "1")
        try Files.write(Array("in the way".utf8), to: folder.appending("by-hash"))
        let before = try state()
        let repository = AptRepository(folder, Self.settingsWithoutKey())
        let fault = await #expect(throws: Diagnostic.self) { try await repository.write() }
        #expect(fault?.code == "file-error")
        #expect(try state() == before)
    }

    @Test func oneRunAtATimeHasAStage() throws {
        let left = folder.appending(".repository.1abc.part")
        try Files.makeDirectories(left)
        let stage = try RepositoryStage.begin(in: folder)
        #expect(!Files.exists(left))
        let fault = #expect(throws: Diagnostic.self) { _ = try RepositoryStage.begin(in: folder) }
        #expect(fault?.code == "repository-busy")
        #expect(Files.isDirectory(stage.path))
        _ = consume stage
        _ = try RepositoryStage.begin(in: folder)
        #expect(try Files.names(in: folder).allSatisfy { !$0.hasSuffix(".part") })
    }

    /// apt would ask for files that aren't there, or refuse those that are.
    @Test func aSourcePackageIsThereWithItsFilesOnly() async throws {
        func prepared() async throws -> (sources: Bool, index: RepositoryIndex) {
            let stage = try RepositoryStage.begin(in: folder)
            let index = try await AptRepository(folder, Self.settingsWithoutKey()).prepare(in: stage.path)
            return (Files.exists(stage.path.appending("Sources")), index)
        }
        try await add(DebDkmsConverter(), revision: "1")
        try await add(DebSourceConverter([.package]), revision: "1")
        #expect(try await prepared().sources)
        let original = folder.appending("hello_1.5.0.orig.tar.xz")
        let bytes = try Files.read(original)
        try Files.write(bytes + [0], to: original)
        var found = try await prepared()
        #expect(!found.sources && found.index.leftOut == ["hello_1.5.0-1.dsc"])
        #expect(found.index.warnings.map(\.code) == ["not-a-package"])
        #expect(found.index.warnings.first?.message.contains("\(original) is not the file") == true)
        #expect(found.index.warnings.first?.hint?.contains("anew") == true)
        try Files.removeFile(original)
        found = try await prepared()
        #expect(!found.sources)
        #expect(found.index.warnings.first?.message.contains("there is no \(original)") == true)
        try Files.write(bytes, to: original)
        #expect(try await prepared().index.leftOut.isEmpty)
        let dsc = folder.appending("hello_1.5.0-1.dsc")
        try Files.write(Array("Source: hello\nVersion: 1.5.0-1\n".utf8), to: dsc)
        #expect(try await prepared().index.leftOut == ["hello_1.5.0-1.dsc"])
    }

    /// apt asks for a list by the digest that it has just read, which may be that of the repository before.
    @Test func listsAreThereByTheirDigests() async throws {
        var generations: [Set<String>] = []
        for revision in ["1", "2", "3"] {
            try await add(DebDkmsConverter(), revision: revision)
            try await AptRepository(folder, Self.settingsWithoutKey()).write()
            let release = try Files.readText(folder.appending("Release"))
            #expect(release.contains("\nAcquire-By-Hash: yes\n"))
            generations.append(Set(release.matches(of: /[0-9a-f]{64}/).map { String($0.0) }))
        }
        let place = folder.pushing("by-hash/SHA256")
        let names = try Files.names(in: place)
        #expect(Set(names) == generations[1].union(generations[2]))
        for name in names {
            #expect(try FileDigests([.sha256], of: place.appending(name)).hex(.sha256) == name)
        }
        #expect(try Files.readText(folder.appending("Packages")).contains("Version: 1.5.0-1\n"))
    }

    @Test(.enabled(if: isInstalled("createrepo_c"), "needs createrepo_c"))
    func aFailureLeavesTheDnfRepository() async throws {
        try await add(RPMDkmsConverter(), revision: "1")
        try await DnfRepository(folder, Self.settingsWithoutKey()).write()
        try await add(RPMDkmsConverter(), revision: "2")
        let before = try state()
        let repository = DnfRepository(folder, try settingsWithBadKey())
        let fault = await #expect(throws: Diagnostic.self) { try await repository.write() }
        #expect(fault?.code == "package-signing-failed")
        #expect(try state() == before)
    }

    @Test(.enabled(if: isInstalled("createrepo_c"), "needs createrepo_c"))
    func listsOfTheRepositoryBeforeStay() async throws {
        var generations: [Set<String>] = []
        for revision in ["1", "2", "3"] {
            try await add(RPMDkmsConverter(), revision: revision)
            try await DnfRepository(folder, Self.settingsWithoutKey()).write()
            let list = try Files.readText(folder.pushing("repodata/repomd.xml"))
            generations.append(Set(list.matches(of: /repodata\/([^"]+)"/).map { String($0.1) }))
        }
        let names = Set(try Files.names(in: folder.appending("repodata")))
        #expect(names == generations[1].union(generations[2]).union(["repomd.xml"]))
        #expect(generations[0].isDisjoint(with: generations[1]))
        #expect(
            try Files.names(in: folder) == [
                "hello-dkms-1.5.0-1.noarch.rpm", "hello-dkms-1.5.0-2.noarch.rpm",
                "hello-dkms-1.5.0-3.noarch.rpm",
                "repodata",
            ])
    }

    @Test func aReleaseIntoARepositoryHasToSayWhich() throws {
        try RepositoryKind.check(folder, chosen: [], hasKey: false)
        try scratch.fill(["repository/Packages": "", "repository/InRelease": ""])
        #expect(code { try RepositoryKind.check(folder, chosen: [], hasKey: true) } == "in-repository")
        #expect(code { try RepositoryKind.check(folder, chosen: [.apt], hasKey: true) } == nil)
        #expect(
            code { try RepositoryKind.check(folder, chosen: [.apt], hasKey: false) } == "unsigned-repository")
        try Files.makeDirectories(folder.appending("repodata"))
        try scratch.fill(["repository/repodata/repomd.xml": ""])
        #expect(code { try RepositoryKind.check(folder, chosen: [.apt], hasKey: true) } == "in-repository")
    }
}
