import Archive
import Diagnostics
import Kernels
import Settings
import Testing

@testable import Converters

@Suite struct CarriedRelationsTests {
    private static let items = [
        "dkms (>= 2.1)", "libelf-dev (>= 0.150)", "nowhere", "hello-common (= 1.5.0-1)",
    ]

    private func warnings(
        _ carried: CarriedRelations, _ converters: any Converter..., project: ProjectSettings = .init()
    ) throws -> [String] {
        let naming = try PackageNaming(name: "hello", version: "1.5.0", revision: "1")
        return carried.warnings(for: converters, naming, project).map { "\($0.code): \($0.message)" }
    }

    /// What each kind of packages with the source lacks; a kind that is forgotten here does not compile there.
    @Test func everyFormatTellsWhatItLacks() throws {
        let carried = CarriedRelations(debian: Self.items, companions: ["hello-common"])
        #expect(try warnings(carried, DebDkmsConverter(), DebSourceConverter([.package])).isEmpty)
        #expect(try warnings(carried, RPMKmodConverter(), TarballConverter.sourceOnly).isEmpty)
        for converter in [RPMDkmsConverter(), RPMSourceConverter([.package])] as [any Converter] {
            let told = try warnings(carried, converter)
            #expect(told.count == 2)
            #expect(told.first?.hasPrefix("relation-dropped: ") == true)
            #expect(told.first?.hasSuffix(": nowhere") == true)
            #expect(told.last?.hasPrefix("files-left-out: ") == true)
            #expect(told.last?.contains("hello-common") == true)
        }
        for converter in [ArchConverter(), AlpineConverter()] as [any Converter] {
            #expect(
                try warnings(carried, converter).first?.hasSuffix(": libelf-dev (>= 0.150), nowhere") == true)
        }
        #expect(try warnings(carried, RPMDkmsConverter(), ArchConverter(), DebDkmsConverter()).count == 4)
    }

    @Test func whatTheProjectSaysItselfIsNotMissed() throws {
        let carried = CarriedRelations(debian: Self.items, companions: ["hello-common"])
        var project = ProjectSettings()
        project.rpmRelations.general.requires = ["somewhere"]
        #expect(
            try warnings(carried, RPMDkmsConverter(), project: project).map { $0.prefix(14) } == [
                "files-left-out"
            ])
        project.files = [
            PayloadFile(role: .modprobe, content: .text(""), name: "hello.conf", destination: nil)
        ]
        #expect(try warnings(carried, RPMDkmsConverter(), project: project).isEmpty)
        let told = CarriedRelations(debian: Self.items, companions: ["hello-common"], areFilesTold: true)
        #expect(try warnings(told, RPMDkmsConverter()).count == 1)
    }

    /// Such as Debian's xtables-addons-common, which is no package of files beside the module.
    @Test func aPackageOfSomebodyElseKeepsItsName() async throws {
        let scratch = try Scratch()
        var release = try await sampleRelease(in: scratch.path)
        let carried = CarriedRelations(debian: ["hello-common (>= 1.5)"])
        release.carried = carried
        #expect(release.debRelations(of: .dkms).requires == ["hello-common (>= 1.5)"])
        #expect(try warnings(carried, RPMDkmsConverter()).first?.hasPrefix("relation-dropped") == true)
        try carried.check(release.naming, release.project)
        release.project.files = [
            PayloadFile(role: .modprobe, content: .text(""), name: "hello.conf", destination: nil)
        ]
        let fault = #expect(throws: Diagnostic.self) { try carried.check(release.naming, release.project) }
        #expect(fault?.code == "foreign-common")
        let own = CarriedRelations(debian: ["hello-common (= 1.5.0-1)"], companions: ["hello-common"])
        try own.check(release.naming, release.project)
    }

    @Test func whatASpecMayAskForIsTold() throws {
        let carried = CarriedRelations(rpm: ["bc", "dkms"], uncertain: ["kernel-devel", "bc", "%{other}"])
        #expect(try warnings(carried, RPMDkmsConverter()).count == 1)
        #expect(try warnings(carried, RPMDkmsConverter()).first?.hasSuffix(": %{other}") == true)
        #expect(try warnings(carried, RPMKmodConverter()).isEmpty)
    }

    /// The package of the files beside the module is of the release that asks for it, not of the one before.
    @Test func filesAreOfOneRelease() async throws {
        let scratch = try Scratch()
        var release = try await sampleRelease(in: scratch.path)
        release.carried = CarriedRelations(debian: Self.items, companions: ["hello-common"])
        #expect(release.debRelations(of: .dkms).requires.last == "hello-common (= 1.5.0-1)")
        release.project.files = [
            PayloadFile(role: .modprobe, content: .text(""), name: "hello.conf", destination: nil)
        ]
        #expect(release.debRelations(of: .dkms).requires == ["libelf-dev (>= 0.150)", "nowhere"])
        #expect(release.rpmRelations(of: .dkms).requires == ["elfutils-libelf-devel"])
    }
}
