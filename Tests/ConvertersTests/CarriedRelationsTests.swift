import Archive
import Diagnostics
import Kernels
import ScratchFolder
import Settings
import SourceTree
import Testing

@testable import Converters

@Suite struct CarriedRelationsTests {
    private static let items: [RelationField: [String]] = [
        .requires: ["dkms (>= 2.1)", "libelf-dev (>= 0.150)", "nowhere", "hello-common (= 1.5.0-1)"]
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
            #expect(told.first?.hasPrefix("relations-left-out: ") == true)
            #expect(told.first?.hasSuffix(": Depends: nowhere") == true)
            #expect(told.last?.hasPrefix("files-left-out: ") == true)
            #expect(told.last?.contains("hello-common") == true)
        }
        for converter in [ArchConverter(), AlpineConverter()] as [any Converter] {
            #expect(
                try warnings(carried, converter).first?.hasSuffix(
                    ": Depends: libelf-dev (>= 0.150), nowhere") == true)
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
        let carried = CarriedRelations(debian: [.requires: ["hello-common (>= 1.5)"]])
        release.carried = carried
        #expect(release.debRelations(of: .dkms).requires == ["hello-common (>= 1.5)"])
        #expect(try warnings(carried, RPMDkmsConverter()).first?.hasPrefix("relations-left-out") == true)
        try carried.check(release.naming, release.project)
        release.project.files = [
            PayloadFile(role: .modprobe, content: .text(""), name: "hello.conf", destination: nil)
        ]
        let fault = #expect(throws: Diagnostic.self) { try carried.check(release.naming, release.project) }
        #expect(fault?.code == "foreign-common")
        let own = CarriedRelations(
            debian: [.requires: ["hello-common (= 1.5.0-1)"]], companions: ["hello-common"])
        try own.check(release.naming, release.project)
    }

    @Test func whatASpecMayAskForIsTold() throws {
        let carried = CarriedRelations(
            rpm: [.requires: ["bc", "dkms"]],
            uncertain: [
                .requires: ["kernel-devel", "bc", "%{other}"], .suggests: ["x"],
                .provides: ["hello-kmod = 1"],
            ])
        #expect(try warnings(carried, RPMDkmsConverter()).count == 1)
        #expect(
            try warnings(carried, RPMDkmsConverter()).first?.hasSuffix(": Requires: %{other}; Suggests: x")
                == true)
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
        #expect(release.rpmRelations(of: .dkms).requires == ["elfutils-libelf-devel >= 0.150"])
    }

    private func naming(_ revision: String = "2") throws -> PackageNaming {
        try PackageNaming(
            name: "hello", version: "1.5.0", revision: revision,
            carried: FormerName(of: "hello-source", version: "1.5.0-1"))
    }

    /// Within one format all is said again; what names the module's own packages is said by these themselves.
    @Test func ofTheSameKindAllGoesOn() throws {
        let said: [RelationField: [String]] = [
            .requires: ["dkms", "linux-headers-amd64 | linux-headers", "tool (>= 1:2-3) | other:any"],
            .recommends: ["linux-headers", "gui"], .suggests: ["docs"], .enhances: ["card (>> 1)"],
            .provides: [
                "hello-modules (= 1.5.0-1)", "hello-api (= 1.5.0-1)", "hello-api (= 3)", "hello-source",
            ],
            .conflicts: ["hello-dkms", "hello-source (<< 9)", "ancient", "dkms (<< 2)"],
            .breaks: ["gui (<< 2)"], .replaces: ["hello-modules", "ancient (<= 3-1~)"],
        ]
        let found = CarriedRelations(debian: said, versions: ["1.5.0-1"]).translation(
            into: .deb, try naming())
        #expect(found.leftOut.isEmpty)
        var expected = ExtraRelations()
        expected.requires = ["tool (>= 1:2-3) | other:any"]
        expected.recommends = ["gui"]
        expected.suggests = ["docs"]
        expected.enhances = ["card (>> 1)"]
        expected.provides = ["hello-api (= 1.5.0-2)", "hello-api (= 3)"]
        expected.conflicts = ["ancient", "dkms (<< 2)"]
        expected.breaks = ["gui (<< 2)"]
        expected.replaces = ["ancient (<= 3-1~)"]
        #expect(found.relations == expected)
    }

    @Test func anRpmsGoOnAsWell() throws {
        let said: [RelationField: [String]] = [
            .requires: ["rpmlib(X) <= 1", "/bin/sh", "(dkms or mkdkms)", "tool >= 1:2-3", "(a if b)"],
            .recommends: ["(kernel-devel-uname-r <= 6.999 if kernel-core)", "gui"], .enhances: ["card"],
            .supplements: ["modalias(pci:*)"],
            .provides: [
                "hello-source = 9", "hello-dkms(x86-64) = 9", "api(x86-64) = 1.5.0-1", "config(x) = 1",
            ],
            .conflicts: ["kmod-hello", "hello-source", "dkms < 2"],
            .replaces: ["hello-kmod < 2", "ancient < 1"],
        ]
        let found = CarriedRelations(rpm: said, versions: ["1.5.0-1"]).translation(into: .rpm, try naming())
        #expect(found.leftOut.isEmpty)
        var expected = ExtraRelations()
        expected.requires = ["tool >= 1:2-3", "(a if b)"]
        expected.recommends = ["gui"]
        expected.enhances = ["card"]
        expected.supplements = ["modalias(pci:*)"]
        expected.provides = ["api(x86-64) = 1.5.0-2"]
        expected.conflicts = ["kmod-hello", "dkms < 2"]
        expected.replaces = ["ancient < 1"]
        #expect(found.relations == expected)
    }

    /// A version is said on the other side where it holds there whatever epoch and revision a package has.
    @Test(arguments: [
        (RelationField.requires, "libelf-dev (>= 0.150)", "elfutils-libelf-devel >= 0.150"),
        (.requires, "libelf-dev (>= 1:0.150+dfsg-1~)", "elfutils-libelf-devel >= 0.150"),
        (.requires, "nowhere | python3:any (>= 3.9) | perl", "python3 >= 3.9"),
        (.recommends, "zstd", "zstd"), (.suggests, "bc", "bc"), (.enhances, "kmod", "kmod"),
        (.conflicts, "kmod", "kmod"), (.breaks, "dwarves (<< 1.20-3)", "dwarves < 1.20"),
    ])
    func aKnownNameHasItsVersion(_ field: RelationField, _ debian: String, _ rpm: String) throws {
        let there = CarriedRelations(debian: [field: [debian]]).translation(into: .rpm, try naming())
        #expect(there.leftOut.isEmpty)
        #expect(all(there.relations) == [rpm])
    }

    @Test(arguments: [
        (RelationField.requires, "elfutils-libelf-devel >= 0:0.150-3.el9", "libelf-dev (>= 0.150)"),
        (.recommends, "xz >= 5.2", "xz-utils (>= 5.2)"), (.conflicts, "kmod < 20", "kmod (<< 20)"),
    ])
    func soItHasBack(_ field: RelationField, _ rpm: String, _ debian: String) throws {
        let there = CarriedRelations(rpm: [field: [rpm]]).translation(into: .deb, try naming())
        #expect(there.leftOut.isEmpty)
        #expect(all(there.relations) == [debian])
    }

    /// More than was said is never said: not that a package is refused in all versions, nor in another one.
    @Test func whatCannotBeSaidIsNamed() throws {
        let said: [RelationField: [String]] = [
            .requires: ["kmod (<< 30)", "nowhere (= 1)"], .suggests: ["gui"],
            .provides: ["api (= 1)", "kmod"], .conflicts: ["kmod (>= 5)", "other"],
            .breaks: ["gui (<< 2)"], .replaces: ["ancient", "kmod (<< 1)"],
        ]
        let carried = CarriedRelations(debian: said)
        let there = carried.translation(into: .rpm, try naming())
        #expect(all(there.relations) == ["kmod"])
        #expect(
            try warnings(carried, RPMDkmsConverter()) == [
                "relations-left-out: of what the package that the tree came in says of others, an .rpm made of it leaves out: "
                    + "Depends: kmod (<< 30) but for kmod, nowhere (= 1); Suggests: gui; Provides: api (= 1), kmod; "
                    + "Conflicts: kmod (>= 5), other; Breaks: gui (<< 2); Replaces: ancient, kmod (<< 1)"
            ])
        // Only the tools of a source package can decide for which architecture this is.
        let odd = CarriedRelations(debian: [.recommends: ["tool [amd64]", "fine"]])
        #expect(try warnings(odd, DebDkmsConverter()).first?.hasSuffix(": Recommends: tool [amd64]") == true)
        #expect(odd.translation(into: .deb, try naming()).relations.recommends == ["fine"])
    }

    /// One for some architectures or build profiles, or that no Debian tool reads, never becomes one for all.
    @Test(arguments: ["kmod [i386]", "zstd <!nocheck>", "kmod (5)", "kmod (>= 5) [i386]"])
    func aConditionIsNotForgotten(_ item: String) throws {
        for field in [RelationField.requires, .conflicts] {
            let there = CarriedRelations(debian: [field: [item]]).translation(into: .rpm, try naming())
            #expect(all(there.relations).isEmpty)
            #expect(there.leftOut == [field: [item]])
        }
    }

    /// A bound that includes its version has no word there, for the sides number their revisions differently.
    @Test(arguments: [
        (RelationField.requires, "bc (>> 1.0)", "bc >= 1.0"),
        (.conflicts, "dwarves (<= 1.20-3)", "dwarves < 1.20"),
    ])
    func aWeakerBoundIsNamed(_ field: RelationField, _ debian: String, _ rpm: String) throws {
        let there = CarriedRelations(debian: [field: [debian]]).translation(into: .rpm, try naming())
        #expect(all(there.relations) == [rpm])
        #expect(there.leftOut == [field: ["\(debian) but for \(rpm)"]])
    }

    @Test func dpkgsOldSignsAreWrittenAsTheNewOnes() throws {
        let carried = CarriedRelations(debian: [.requires: ["zstd (> 1.5) | zstd (< 1)", "kmod (>> 2)"]])
        #expect(
            carried.translation(into: .deb, try naming()).relations.requires
                == ["zstd (>= 1.5) | zstd (<= 1)", "kmod (>> 2)"])
    }

    /// What every package of ours asks for anyway is no loss; what stands beside it is.
    @Test func onlyOwnAffairsAreLeftOutSilently() throws {
        let rpm = CarriedRelations(rpm: [
            .requires: [
                "dkms >= 3.1", "/usr/sbin/semodule", "(gcc >= 11 or clang)", "(kernel-devel if kernel-core)",
                "(gcc or make)", "rpmlib(FileDigests) <= 4.6.0-1",
            ]
        ])
        #expect(
            rpm.translation(into: .rpm, try naming()).relations.requires == [
                "/usr/sbin/semodule", "(gcc >= 11 or clang)",
            ])
        let debian = CarriedRelations(debian: [
            .requires: ["dkms (>= 3) | mkdkms", "linux-headers-amd64 | kmod", "gcc | make"]
        ])
        #expect(
            debian.translation(into: .deb, try naming()).relations.requires == ["linux-headers-amd64 | kmod"])
    }

    /// dpkg has no word for Supplements, be the name known or not.
    @Test func aFieldWithoutCounterpartIsNamed() throws {
        let said: [RelationField: [String]] = [
            .supplements: ["kmod", "modalias(pci:*)"], .enhances: ["kmod"],
        ]
        let there = CarriedRelations(rpm: said).translation(into: .deb, try naming())
        #expect(all(there.relations) == ["kmod"])
        #expect(there.leftOut == [.supplements: ["kmod", "modalias(pci:*)"]])
    }

    /// Versions of other programs that all of ours ask for are more than ours say.
    @Test func aVersionOfTheToolchainGoesOn() throws {
        let said: [RelationField: [String]] = [
            .requires: ["gcc (>= 4:12)", "make", "linux-headers-amd64 (>= 6.1)"],
            .recommends: ["dkms (>= 3.1)", "dkms | other"], .conflicts: ["dkms (<< 3.0.4-2)"],
        ]
        let carried = CarriedRelations(debian: said)
        #expect(
            all(carried.translation(into: .deb, try naming()).relations) == [
                "gcc (>= 4:12)", "linux-headers-amd64 (>= 6.1)", "dkms (>= 3.1)", "dkms (<< 3.0.4-2)",
            ])
        let there = carried.translation(into: .rpm, try naming())
        #expect(all(there.relations) == ["gcc >= 12", "dkms >= 3.1", "dkms < 3.0.4"])
        #expect(there.leftOut == [.requires: ["linux-headers-amd64 (>= 6.1)"]])
    }

    /// What is needed before anything else is so on both sides; rpm forgets it after the installation unless it is needed anyway.
    @Test func scriptsHaveTheirNeeds() throws {
        let debian = CarriedRelations(debian: [
            .scripts("pre"): ["kmod (>= 20-1~)", "cleaner"], .requires: ["zstd"],
        ])
        let kept = debian.translation(into: .deb, try naming())
        #expect(kept.relations.scripts == ["pre": ["kmod (>= 20-1~)", "cleaner"]])
        let there = debian.translation(into: .rpm, try naming())
        #expect(there.relations.scripts == ["pre": ["kmod >= 20"]])
        #expect(there.relations.requires == ["kmod >= 20", "zstd"])
        #expect(there.leftOut == [.scripts("pre"): ["cleaner"]])
        #expect(
            try warnings(debian, RPMDkmsConverter()).first?.hasSuffix("leaves out: Pre-Depends: cleaner")
                == true)
        let rpm = CarriedRelations(rpm: [
            .scripts("pre"): ["kmod >= 20"], .requires: ["kmod >= 20", "zstd"],
            .scripts("post,preun"): ["xz", "nowhere"], .scripts("post"): ["dkms"],
            .order(""): ["first"], .order("post"): ["xz"],
        ])
        let same = rpm.translation(into: .rpm, try naming())
        #expect(same.leftOut.isEmpty)
        #expect(same.relations.scripts == ["pre": ["kmod >= 20"], "post,preun": ["xz", "nowhere"]])
        #expect(same.relations.order == ["": ["first"], "post": ["xz"]])
        let back = rpm.translation(into: .deb, try naming())
        #expect(back.relations.scripts == ["pre": ["kmod (>= 20)"]])
        #expect(back.relations.requires == ["xz-utils", "zstd"])
        #expect(
            try warnings(rpm, DebDkmsConverter()).first?.hasSuffix(
                ": Requires(post,preun): nowhere; OrderWithRequires: first; OrderWithRequires(post): xz")
                == true)
    }

    private func all(_ relations: ExtraRelations) -> [String] {
        relations.fields.flatMap { relations[$0] }
    }
}
