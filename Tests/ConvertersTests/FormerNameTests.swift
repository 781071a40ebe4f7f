import DebFormat
import Diagnostics
import RPMFormat
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

    private func written(_ converter: any Converter, from carried: String) async throws -> String {
        var release = try await sampleRelease(in: scratch.path)
        release = DriverRelease(
            tree: release.tree, identity: release.identity, conf: release.conf,
            naming: try naming("hello", carried: carried), metadata: release.metadata, units: [],
            settings: release.settings)
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

    @Test(.enabled("needs rpm") { await isInstalled("rpm") })
    func anRPMTakesThePlace() async throws {
        let file = try await written(RPMDkmsConverter(), from: "hello-source")
        #expect(file == "hello-dkms-1.5.0-2.noarch.rpm")
        let provides = try await run("rpm", "-qp", "--nosignature", "--provides", file)
        #expect(provides.contains("hello-source = 1:1.5.0+dfsg-1.1\n"))
        let obsoletes = try await run("rpm", "-qp", "--nosignature", "--obsoletes", file)
        #expect(obsoletes == "hello-source < 1:1.5.0+dfsg-1.1\n")
    }

    @Test func modulesAreInConflictWithEveryName() async throws {
        let sample = try await sampleRelease([.sample("6.1.0-56-amd64")], in: scratch.path)
        let release = DriverRelease(
            tree: sample.tree, identity: sample.identity, conf: sample.conf,
            naming: try naming("hello", carried: "hello-modules-dkms"), metadata: sample.metadata,
            units: sample.units, settings: sample.settings)
        let plan = try #require(try DebModulesConverter().plan(release).first as? DebPlan)
        #expect(plan.package.control["Conflicts"] == "hello-modules-dkms, hello-dkms")
        let rpm = try #require(try RPMKmodConverter().plan(release).first as? RPMPlan)
        #expect(rpm.package.relations[.conflicts]?.map(\.name) == ["hello-modules-dkms", "hello-dkms"])
    }
}
