import Archive
import DebFormat
import Diagnostics
import Kernels
import RPMFormat
import ScratchFolder
import Settings
import Streams
import SystemPackage
import Testing
import Tools

@testable import Converters

/// What the package with the source is called, and how it takes the place of the one that its tree came in.
@Suite struct FormerNameTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func naming(_ name: String, carried: String? = nil) throws -> PackageNaming {
        try PackageNaming(
            name: name, version: "1.5.0", revision: "2",
            carried: carried.flatMap { FormerName(of: $0, version: "1:1.5.0+dfsg-1") })
    }

    @Test(arguments: [
        ("hello", "hello", "hello-dkms"), ("jool-dkms", "jool", "jool-dkms"), ("Foo_DKMS", "foo", "foo-dkms"),
        ("dkms", "dkms", "dkms-dkms"), ("x-dkms", "x-dkms", "x-dkms-dkms"),
        ("dkms-x", "dkms-x", "dkms-x-dkms"),
    ])
    func theSuffixIsThereOnce(_ name: String, _ base: String, _ package: String) throws {
        let naming = try naming(name)
        #expect(naming.name == base)
        #expect(naming.dkmsPackage == package)
        #expect(naming.formerNames.isEmpty)
        #expect(PackageNaming.dkmsPackage(of: name) == package)
    }

    @Test(arguments: [
        ("1.5.0+dfsg-1", true, true), ("1.5.0-3", true, true), ("1.5.0-2", false, false),
        ("1.5.0-1.1", false, false), ("1.5.0~rc1-3", false, false), ("1.5.0-2~deb12u1", false, false),
        ("1.5.0^git1-1", true, true), ("1.5.0-2.el9", true, true), ("1.5.0", false, false),
    ])
    func aDowngradeIsTold(_ version: String, _ isOfDeb: Bool, _ isOfRPM: Bool) throws {
        let naming = try PackageNaming(name: "hello", version: "1.5.0", revision: "2")
        let former = try #require(FormerName(of: "hello-dkms", version: version))
        #expect(former.olderWarning(naming, .deb)?.code == (isOfDeb ? "older-than-input" : nil))
        #expect(former.olderWarning(naming, .rpm)?.code == (isOfRPM ? "older-than-input" : nil))
        #expect(former.olderWarning(naming, .apk) == nil)
        #expect(FormerName(of: "hello-source", version: version)?.olderWarning(naming, .deb) == nil)
    }

    @Test(arguments: [
        ("hello-dkms", "hello-dkms", []), ("openafs-modules-dkms", "openafs-modules-dkms", ["hello-dkms"]),
        ("nvidia-dkms-535", "nvidia-dkms-535", ["hello-dkms"]), ("dkms-hello", "dkms-hello", ["hello-dkms"]),
        ("DKMS_Hello", "dkms-hello", ["hello-dkms", "DKMS_Hello"]),
        ("bcmwl-kernel-source", "hello-dkms", ["bcmwl-kernel-source"]), ("dkms", "hello-dkms", ["dkms"]),
        ("hello (<< 9), libc6", "hello-dkms", []),
    ])
    func aPackageForDkmsKeepsItsName(_ carried: String, _ package: String, _ former: [String]) throws {
        let naming = try naming("hello", carried: carried)
        #expect(naming.name == "hello")
        #expect(naming.dkmsPackage == package)
        #expect(naming.formerNames.map(\.name) == former)
    }

    @Test func anEpochIsMissed() throws {
        let warning = { (name: String, version: String) throws -> Diagnostic? in
            let former = try #require(FormerName(of: name, version: version))
            return former.epochWarning(
                try PackageNaming(name: "hello", version: "1", revision: "1", carried: former))
        }
        #expect(try warning("hello-dkms", "2:1-1")?.code == "epoch-left-out")
        #expect(try warning("hello-modules-dkms", "1:1-1")?.message.contains("the epoch 1,") == true)
        #expect(try warning("hello-dkms", "0:1-1") == nil)
        #expect(try warning("hello-dkms", "1-1") == nil)
        // This one is obsoleted with its epoch.
        #expect(try warning("hello-source", "2:1-1") == nil)
    }

    @Test(arguments: ["", "a b", "1,2", "1)", "x\n"])
    func versionsThatNoRelationHas(_ version: String) {
        #expect(FormerName(of: "hello", version: version) == nil)
    }

    private func run(_ name: String, _ arguments: String...) async throws -> String {
        let outcome = try await Program(name, arguments, folder: scratch.path).capture()
        try #require(outcome.status == 0, "\(String(decoding: outcome.errorOutput, as: UTF8.self))")
        return String(decoding: outcome.output, as: UTF8.self)
    }

    private func release(
        _ kernels: [KernelFacts] = [], from carried: String, _ version: String = "1:1.5.0+dfsg-1"
    ) async throws -> DriverRelease {
        try await sampleRelease(
            kernels, in: scratch.path, revision: "2", carried: FormerName(of: carried, version: version))
    }

    private func written(_ converter: any Converter, from carried: String) async throws -> String {
        let release = try await release(from: carried)
        let plan = try #require(try converter.plan(release).first)
        try await plan.write(to: scratch.path.appending(plan.artifact.file))
        return plan.artifact.file
    }

    @Test func aDebTakesThePlace() async throws {
        let other = try await written(DebDkmsConverter(), from: "hello-source")
        #expect(other == "hello-dkms_1.5.0-2_all.deb")
        #expect(
            try await run("dpkg-deb", "-f", other, "Provides", "Conflicts", "Replaces") == """
                Provides: hello-modules (= 1.5.0-2), hello-source (= 1:1.5.0+dfsg-1)
                Conflicts: hello-source
                Replaces: hello-source (<= 1:1.5.0+dfsg-1)

                """)
        let same = try await written(DebDkmsConverter(), from: "hello-modules-dkms")
        #expect(same == "hello-modules-dkms_1.5.0-2_all.deb")
        #expect(
            try await run("dpkg-deb", "-f", same, "Provides", "Conflicts", "Replaces") == """
                Provides: hello-modules (= 1.5.0-2), hello-dkms (= 1.5.0-2)
                Conflicts: hello-dkms
                Replaces: hello-dkms (<= 1.5.0-2)

                """)
    }

    @Test(.enabled(if: isInstalled("rpm"), "needs rpm"))
    func anRPMTakesThePlace() async throws {
        let file = try await written(RPMDkmsConverter(), from: "hello-source")
        #expect(file == "hello-dkms-1.5.0-2.noarch.rpm")
        let provides = try await run("rpm", "-qp", "--nosignature", "--provides", file)
        #expect(provides.contains("hello-source = 1:1.5.0+dfsg-1.1\n"))
        let obsoletes = try await run("rpm", "-qp", "--nosignature", "--obsoletes", file)
        #expect(obsoletes == "hello-source < 1:1.5.0+dfsg-1.1\n")
    }

    @Test func modulesAreInConflictWithEveryName() async throws {
        let release = try await release([.sample("6.1.0-56-amd64")], from: "hello-modules-dkms")
        let plan = try #require(try DebModulesConverter().plan(release).first as? DebPlan)
        #expect(plan.package.control["Conflicts"] == "hello-modules-dkms, hello-dkms")
        let rpm = try #require(try RPMKmodConverter().plan(release).first as? RPMPlan)
        #expect(rpm.package.relations[.conflicts]?.map(\.name) == ["hello-modules-dkms", "hello-dkms"])
    }

    /// dpkg-gencontrol ends at a relation to one.
    @Test(arguments: [
        ("mlnx-ofa_kernel-dkms", "mlnx-ofa-kernel-dkms", "hello-dkms"), ("Hello-source", "hello-dkms", nil),
    ])
    func aNameThatNoDebHas(_ carried: String, _ name: String, _ known: String?) async throws {
        var release = try await release([.sample("6.1.0-56-amd64")], from: carried)
        release.project.files = [
            PayloadFile(role: .modprobe, content: .text("a\n"), name: "hello.conf", destination: nil)
        ]
        let source = try DebDkmsConverter.package(release).control
        #expect(source["Package"] == name)
        #expect(source["Conflicts"] == known)
        #expect(source["Replaces"] == known.map { "\($0) (<= 1.5.0-2)" })
        #expect(
            source["Provides"]
                == (["hello-modules"] + [known].compactMap(\.self))
                .map { "\($0) (= 1.5.0-2)" }.joined(separator: ", "))
        let modules = try #require(try DebModulesConverter().plan(release).first as? DebPlan)
        #expect(
            modules.package.control["Conflicts"]
                == ([name] + [known].compactMap(\.self)).joined(separator: ", "))
        #expect(try DebCommonConverter.package(release)?.control["Replaces"]?.contains(carried) == false)
        // An .rpm may be called so.
        let rpm = try RPMDkmsConverter.package(release)
        #expect(rpm.relations[.obsoletes]?.contains { $0.name == carried } == true)
    }

    /// What `debian/control` says of the package.
    private func control(_ carried: String) async throws -> ControlFields {
        var release = try await release(from: carried, "1.5.0-2")
        release.project.debRelations.general.replaces = ["x-hello-dkms (<= 1.5.0-2)"]
        let folder = DebianFolder(release, [try DebDkmsConverter.package(release)])
        guard case .file(let content) = try folder.files()[path: "control"]?.kind else {
            return ControlFields()
        }
        let text = String(decoding: try content.readAll(), as: UTF8.self)
        let stanzas: [Substring] = text.split(separator: "\n\n")
        return try ControlFields(parsing: String(try #require(stanzas.last)))
    }

    /// The next version is that of the changelog's next entry.
    @Test func onlyOurOwnNamesFollowTheChangelog() async throws {
        let renamed = try await control("hello-modules-dkms")
        #expect(
            renamed["Provides"]
                == "hello-modules (= ${binary:Version}), hello-dkms (= ${binary:Version})")
        #expect(renamed["Replaces"] == "x-hello-dkms (<= 1.5.0-2), hello-dkms (<= ${binary:Version})")
        let foreign = try await control("hello-source")
        #expect(
            foreign["Provides"] == "hello-modules (= ${binary:Version}), hello-source (= 1.5.0-2)")
        #expect(foreign["Replaces"] == "x-hello-dkms (<= 1.5.0-2), hello-source (<= 1.5.0-2)")
    }
}
