import ScratchFolder
import Settings
import SourceTree
import Testing

@testable import Converters

/// The changelog of packages: a version once, the packaged one on top.
@Suite struct ReleaseChangelogTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func entry(_ version: String, _ change: String) -> ChangelogEntry {
        ChangelogEntry(version: version, time: 1_600_000_000, author: "Ann <a@b>", changes: [change])
    }

    /// `VERSION: CHANGES` of each entry, for the revision.
    private func changelog(_ revision: String, _ written: [String]) async throws -> [String] {
        var release = try await sampleRelease(in: scratch.path, revision: revision)
        release.project.changelog = written.map { entry($0, "of \($0)") }
        return release.changelog.map { "\($0.version): \($0.changes.joined(separator: ", "))" }
    }

    @Test func anOlderRevisionKnowsNothingOfTheNewer() async throws {
        #expect(
            try await changelog("1", ["1.5.0-2", "1.5.0-1", "1.4.0"]) == [
                "1.5.0-1: of 1.5.0-1", "1.4.0-1: of 1.4.0",
            ])
        #expect(
            try await changelog("2", ["1.5.0-2", "1.5.0-1"]) == [
                "1.5.0-2: of 1.5.0-2", "1.5.0-1: of 1.5.0-1",
            ])
    }

    @Test func aRevisionWithoutAnEntryGetsOne() async throws {
        #expect(
            try await changelog("3", ["1.5.0-2", "1.4.0-1"]) == [
                "1.5.0-3: Packaged version 1.5.0.", "1.5.0-2: of 1.5.0-2", "1.4.0-1: of 1.4.0-1",
            ])
    }

    /// The one without a revision is for the packaged one only where no other is.
    @Test func entriesWithoutARevision() async throws {
        #expect(try await changelog("4", ["1.5.0", "1.4.0"]) == ["1.5.0-4: of 1.5.0", "1.4.0-1: of 1.4.0"])
        #expect(
            try await changelog("2", ["1.5.0-2", "1.5.0"]) == ["1.5.0-2: of 1.5.0-2", "1.5.0-1: of 1.5.0"])
        // None is for this revision, but another one is for this version.
        #expect(
            try await changelog("3", ["1.5.0-2", "1.5.0"]) == [
                "1.5.0-3: Packaged version 1.5.0.", "1.5.0-2: of 1.5.0-2", "1.5.0-1: of 1.5.0",
            ])
        #expect(try await changelog("1", ["1.5.0-2", "1.5.0"]) == ["1.5.0-1: of 1.5.0"])
    }

    @Test func aVersionOfAChangelog() throws {
        let naming = try PackageNaming(name: "hello", version: "1.5.0-rc1", revision: "3")
        for (written, revision) in [
            ("1.5.0-rc1", nil), ("1.5.0-rc1-2", "2"), ("1.5.0~rc1", nil), ("1.5.0~rc1-2", "2"),
        ] {
            #expect(naming.own(written) == CarriedHistory.Version(upstream: "1.5.0~rc1", revision: revision))
        }
        for other in ["1.5.0", "1.5.0-1", "1.5.0~rc2-2"] { #expect(naming.own(other) == nil) }
    }

    @Test func entriesOfOneVersionAreOne() async throws {
        #expect(
            try await changelog("1", ["1.5.0-1", "1.5.0", "1.4.0-1", "1.4.0"]) == [
                "1.5.0-1: of 1.5.0-1, of 1.5.0", "1.4.0-1: of 1.4.0-1, of 1.4.0",
            ])
    }
}
