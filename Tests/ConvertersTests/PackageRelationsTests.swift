import Archive
import DebFormat
import Kernels
import RPMFormat
import ScratchFolder
import Settings
import SourceTree
import Testing

@testable import Converters

/// Which packages have which of the settings' relations.
@Suite struct PackageRelationsTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private static func requiring(_ names: String...) -> ExtraRelations {
        var relations = ExtraRelations()
        relations.requires = names
        return relations
    }

    /// One relation for all and one of each kind's own, each called as it is.
    private func release() async throws -> DriverRelease {
        var release = try await sampleRelease(
            [.sample("5.14.0-427.el9.x86_64")], in: scratch.path, settings: .sample())
        var relations = PackageRelations()
        relations.general = Self.requiring("for-all")
        for kind in PackageKind.allCases {
            relations.particular[kind] = Self.requiring("for-\(kind.rawValue)")
        }
        release.project.debRelations = relations
        release.project.rpmRelations = relations
        release.project.files = [
            PayloadFile(role: .modulesLoad, content: .text("hello\n"), name: "hello.conf", destination: nil)
        ]
        return release
    }

    private func extras(_ names: [Substring]) -> [String] {
        names.filter { $0.hasPrefix("for-") }.map(String.init)
    }

    @Test func debs() async throws {
        let release = try await release()
        var found: [String: [String]] = [:]
        for plan in try DebDkmsConverter().plan(release)
            + DebModulesConverter(followsFlavours: true).plan(release)
            + DebCommonConverter().plan(release)
        {
            let control = try #require(plan as? DebPlan).package.control
            found[plan.artifact.kind] = extras((control["Depends"] ?? "").split(separator: ", "))
        }
        #expect(
            found == [
                "dkms": ["for-all", "for-dkms"], "modules": ["for-all", "for-modules"], "meta": ["for-meta"],
                "common": ["for-common"],
            ])
    }

    @Test func rpms() async throws {
        let release = try await release()
        var found: [String: [String]] = [:]
        for plan in try RPMDkmsConverter().plan(release)
            + RPMKmodConverter(followsKernels: true).plan(release)
            + RPMKabiConverter().plan(release) + RPMCommonConverter().plan(release)
        {
            let package = try #require(plan as? RPMPlan).package
            found[plan.artifact.kind] = extras(package.dependencies(.requires).map { Substring($0.text) })
        }
        #expect(
            found == [
                "dkms": ["for-all", "for-dkms"], "kmod": ["for-all", "for-modules"],
                "kabi": ["for-all", "for-modules"], "meta": ["for-meta"], "common": ["for-common"],
            ])
    }

    @Test func aRelationOfSeveralIsThereOnce() {
        var relations = PackageRelations()
        relations.general = Self.requiring("a", "b")
        relations.particular[.dkms] = Self.requiring("b", "c")
        #expect(relations.of(.dkms).requires == ["a", "b", "c"])
        #expect(relations.of(.modules).requires == ["a", "b"])
        #expect(relations.of(.meta) == ExtraRelations())
    }

    /// What the tree's package needed is for the one with the source, unless the settings say what that needs.
    @Test func carriedOnesAreOfTheSource() async throws {
        var release = try await release()
        release.project = ProjectSettings()
        release.carried = CarriedRelations(debian: [.requires: ["libelf-dev"]])
        #expect(release.debRelations(of: .dkms).requires == ["libelf-dev"])
        #expect(release.debRelations(of: .modules).requires.isEmpty)
        release.project.debRelations.particular[.modules] = Self.requiring("a")
        #expect(release.debRelations(of: .dkms).requires == ["libelf-dev"])
        release.project.debRelations.particular[.dkms] = Self.requiring("b")
        #expect(release.debRelations(of: .dkms).requires == ["b"])
    }
}
