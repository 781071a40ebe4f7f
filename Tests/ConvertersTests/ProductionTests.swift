import KernelModule
import Compression
import Cryptography
import Diagnostics
import Kbuild
import Kernels
import SampleModules
import ScratchFolder
import Settings
import SourceTree
import Streams
import SystemPackage
import Synchronization
import Testing
import Tools

@testable import Converters

/// The whole way from a tree and ready modules to files.
@Suite(.enabled(if: AssembledModule.isPossible, Comment(rawValue: AssembledModule.reason)))
struct ProductionTests {
    let scratch: Scratch
    private var output: FilePath { scratch.path.appending("out") }

    init() throws { scratch = try Scratch() }

    private func production(
        _ kernels: [String], isDryRun: Bool = false,
        signing: SigningPolicy = .init(identity: nil, hash: nil, isDeclined: true, isRequired: false)
    ) async throws -> Production {
        let identity = PackageIdentity(name: "hello", version: "1.5.0")
        let folder = ModuleFolder(scratch.path.appending("modules"))
        let tree = try SourceTree(root: fixtures.appending("hello-1.5.0"))
        for kernel in kernels {
            let module = try await preparedModule(
                AssembledModule(name: "hello", release: kernel), in: scratch.path)
            let unit = PreparedUnit(kernel: .sample(kernel), modules: [module], compression: .xz, log: nil)
            let built = BuiltModule(
                name: "hello", destination: "/updates", path: scratch.path.appending("hello.ko"))
            _ = try folder.write(
                UnitResult(kernel: .sample(kernel), state: .built([built]), log: nil, seconds: 0), unit,
                of: identity, sourceDigest: try tree.digest())
        }
        return Production(
            tree: tree, metadata: .init(), revision: "1",
            modules: kernels.isEmpty ? .none : .folder(folder.path, releases: []),
            build: BuildOptions(jobs: 2, epoch: 1_700_000_000, logFolder: scratch.path.appending("logs")),
            signing: signing, settings: .sample(), output: output, isDryRun: isDryRun)
    }

    @Test func writesWhatItPlansAndNothingElse() async throws {
        let result = try await production(["6.1.0-1", "6.1.0-2"]).run([
            DebModulesConverter(), RPMKmodConverter(), TarballConverter.sourceOnly,
        ])
        #expect(result.artifacts.count == 5)
        #expect(Set(result.artifacts.map(\.name.file)) == Set(try Files.names(in: output)))
        for artifact in result.artifacts {
            #expect(artifact.size == (try Files.status(artifact.path).size))
            let sum = try await sha256sum(artifact.path)
            #expect(try artifact.sha256() == sum)
        }
    }

    @Test(arguments: [
        ("1.5.0-4", "4", "4"), ("1.5.0-4ubuntu1", "4ubuntu1", "4"), ("1.5.0", "7", "7"), ("1.4-4", "7", "7"),
    ])
    func theRevisionIsThatOfTheChangelog(_ newest: String, _ ofDeb: String, _ ofArch: String) async throws {
        var production = try await production([])
        production.revision = nil
        let identity = PackageIdentity(name: "hello", version: "1.5.0")
        #expect(production.revision(of: identity, for: [DebDkmsConverter()]) == "1")
        production.history = CarriedHistory(version: .init("1.5.0-7"), changes: [])
        production.project.changelog = [
            ChangelogEntry(version: newest, time: 0, author: "Ann <ann@example.org>", changes: ["Greet."])
        ]
        #expect(production.revision(of: identity, for: [DebDkmsConverter()]) == ofDeb)
        #expect(production.revision(of: identity, for: [ArchConverter()]) == ofArch)
        production.revision = "9"
        #expect(production.revision(of: identity, for: [ArchConverter()]) == "9")
    }

    @Test func theSourceIsOfTheTimeOfTheFirstRevision() async throws {
        let entries = (1...25).reversed().map { day in
            "hello (1.5.0-\(day)) unstable; urgency=low\n\n  * Greet.\n\n -- Ann <ann@example.org>  Mon, \(day) Jan 2024 00:00:00 +0000\n"
        }
        try scratch.fill([
            "tree/dkms.conf": "PACKAGE_NAME=hello\nPACKAGE_VERSION=1.5.0\n",
            "tree/debian/changelog": entries.joined(separator: "\n"),
        ])
        var production = try await production([])
        production.revision = nil
        production.tree = try SourceTree(root: scratch.path.appending("tree"), isNamed: false)
        let dated = try production.dated(PackageIdentity(name: "hello", version: "1.5.0"))
        let first: Int64 = 1_704_067_200
        #expect(
            try dated.time == ArtifactTime(of: production.tree, released: first + 24 * 86400, first: first))
    }

    /// Users of el and fedora look for the release that uname -r prints.
    @Test(.enabled(if: isInstalled("rpm"), "needs rpm"))
    func anRPMIsNamedAfterItsKernelAsItIs() async throws {
        let kernel = "5.14.0-503.el9.x86_64+rt"
        let result = try await production([kernel]).run([RPMKmodConverter()])
        let path = try #require(result.artifacts.first?.path)
        #expect(path.lastComponent?.string == "kmod-hello-\(kernel)-1.5.0-1.x86_64.rpm")
        let outcome = try await Program("rpm", ["-qp", "--qf", "%{NEVRA}", path.string]).capture()
        #expect(String(decoding: outcome.output, as: UTF8.self) == "kmod-hello-\(kernel)-1.5.0-1.x86_64")
        // rpmlint calls a longer line of a description an error.
        let text = try await Program("rpm", ["-qp", "--qf", "%{DESCRIPTION}", path.string]).capture().output
        #expect(text.split(separator: UInt8(ascii: "\n")).allSatisfy { $0.count < 80 })
    }

    /// A kernel that nothing could be built for: there is nothing in its Makefile.
    @Test func aDryRunBuildsNothing() async throws {
        var production = try await production([], isDryRun: true)
        let headers = scratch.path.appending("headers")
        try scratch.fill([
            "headers/include/config/auto.conf": "CONFIG_X86_64=y\n",
            "headers/include/generated/utsrelease.h": "#define UTS_RELEASE \"6.1.0-1\"\n",
            "headers/Makefile": "",
        ])
        production.modules = .kernels(try KernelFinder().find([headers.string]))
        let result = try await production.run([
            DebModulesConverter(), RPMKmodConverter(), BundleConverter(carriesSource: false),
            TarballConverter(isBinariesOnly: false, isOneFile: false),
        ])
        #expect(result.units.map(\.stateName) == ["planned"])
        #expect(result.artifacts.isEmpty)
        #expect(result.plans.count == 4)
        for plan in result.plans {
            #expect(plan.outline.contains { $0.contains("/hello.ko") }, "\(plan.artifact.file)")
        }
        #expect(!Files.exists(output))
    }

    @Test func aDryRunWritesNothing() async throws {
        let result = try await production(["6.1.0-1"], isDryRun: true).run([DebModulesConverter()])
        #expect(result.artifacts.isEmpty)
        #expect(result.plans.map(\.artifact.file) == ["hello-modules-6.1.0-1_1.5.0-1_amd64.deb"])
        #expect(!Files.exists(output))
    }

    @Test func twoArtifactsOfOneNameAreRefused() async throws {
        let production = try await production(["6.1.0-A_b", "6.1.0-a-b"])
        let fault = await #expect(throws: Diagnostic.self) {
            _ = try await production.run([DebModulesConverter()])
        }
        #expect(fault?.code == "name-collision")
        #expect(!Files.exists(output))
    }

    @Test func aRequiredSignatureThatIsMissingIsAFault() async throws {
        let production = try await production(
            ["6.1.0-1"], signing: .init(identity: nil, hash: nil, isDeclined: false, isRequired: true))
        let fault = await #expect(throws: Diagnostic.self) {
            _ = try await production.run([DebModulesConverter()])
        }
        #expect(fault?.code == "signature-required")
        #expect(!Files.exists(output))
    }

    // MARK: What is found before anything is built

    /// Kernels that a build would fail for: their Makefiles are empty.
    private func kernelsWithoutBuild(_ releases: String...) throws -> [KernelTarget] {
        for release in releases {
            try scratch.fill([
                "\(release)/include/config/auto.conf": "CONFIG_X86_64=y\n",
                "\(release)/include/generated/utsrelease.h": "#define UTS_RELEASE \"\(release)\"\n",
                "\(release)/Makefile": "",
            ])
        }
        return try KernelFinder().find(releases.map { scratch.path.appending($0).string })
    }

    @Test func whatCannotBePackagedIsNotBuilt() async throws {
        var production = try await production([])
        production.modules = .kernels(
            try kernelsWithoutBuild("5.14.0-427.el9.x86_64", "5.14.0-503.el9.x86_64"))
        let fault = await #expect(throws: Diagnostic.self) {
            _ = try await production.run([RPMKabiConverter()])
        }
        #expect(fault?.code == "one-kernel")
        #expect(!Files.exists(scratch.path.appending("logs")))
    }

    /// The hello fixture with further lines in its dkms.conf.
    private func tree(adding lines: String...) throws -> SourceTree {
        let root = scratch.path.appending("tree").appending("hello-1.5.0")
        for name in ["Makefile", "hello.c"] {
            try scratch.fill([
                "tree/hello-1.5.0/\(name)": try Files.readText(
                    fixtures.pushing(FilePath("hello-1.5.0/\(name)")))
            ])
        }
        let conf = try Files.readText(fixtures.pushing("hello-1.5.0/dkms.conf"))
        try scratch.fill(["tree/hello-1.5.0/dkms.conf": conf + lines.map { $0 + "\n" }.joined()])
        return try SourceTree(root: root)
    }

    private static let demanding = SigningPolicy(
        identity: nil, hash: nil, isDeclined: false, isRequired: true)

    @Test func aSignatureThatNobodyCanGiveIsFoundBeforeTheBuild() async throws {
        var production = try await production([], signing: Self.demanding)
        production.modules = .kernels(try kernelsWithoutBuild("6.1.0-1"))
        for isDryRun in [true, false] {
            production.isDryRun = isDryRun
            let fault = await #expect(throws: Diagnostic.self) {
                _ = try await production.run([DebModulesConverter()])
            }
            #expect(fault?.code == "signature-required")
            #expect(fault?.message == "hello.ko for 6.1.0-1: the module is not signed")
        }
        let fault = await #expect(throws: Diagnostic.self) { _ = try await production.writeModules() }
        #expect(fault?.code == "signature-required")
        #expect(!Files.exists(scratch.path.appending("logs")))
    }

    /// POST_BUILD may sign the module, and so may make where nothing strips it after.
    @Test(arguments: ["POST_BUILD=\"sign.sh\"", "STRIP[0]=\"no\""])
    func aSignatureThatTheBuildMayGiveIsWaitedFor(_ line: String) async throws {
        var production = try await production([], isDryRun: true, signing: Self.demanding)
        production.tree = try tree(adding: line)
        production.modules = .kernels(try kernelsWithoutBuild("6.1.0-1"))
        let said = Mutex<[Diagnostic.Code]>([])
        production.build.events = { event in
            if case .diagnostic(let diagnostic) = event { said.withLock { $0.append(diagnostic.code) } }
        }
        let result = try await production.run([DebModulesConverter()])
        #expect(result.units.map(\.stateName) == ["planned"])
        #expect(!said.withLock { $0 }.contains("unsigned"))
        // Then it is built, and the build is what fails.
        production.isDryRun = false
        let built = try await production.run([DebModulesConverter()])
        #expect(built.units.map(\.stateName) == ["failed"])
    }

    @Test func aDigestThatIsMissingIsFoundBeforeTheBuild() async throws {
        let keys = try KeyPair.create(in: scratch.path.appending("keys")).paths
        let identity = try SigningIdentity(keyFile: keys.key, certificateFile: keys.pem)
        var production = try await production(
            [], signing: .init(identity: identity, hash: nil, isDeclined: false, isRequired: false))
        production.modules = .kernels(try kernelsWithoutBuild("6.1.0-1"))
        for isDryRun in [true, false] {
            production.isDryRun = isDryRun
            let fault = await #expect(throws: Diagnostic.self) {
                _ = try await production.run([DebModulesConverter()])
            }
            #expect(fault?.code == "no-signature-hash")
        }
        let fault = await #expect(throws: Diagnostic.self) { _ = try await production.writeModules() }
        #expect(fault?.code == "no-signature-hash")
        #expect(!Files.exists(scratch.path.appending("logs")))
        // A kernel that is excluded asks for none.
        production.tree = try tree(adding: "BUILD_EXCLUSIVE_KERNEL=\"^5\"")
        let result = try await production.run([DebModulesConverter()])
        #expect(result.units.map(\.stateName) == ["excluded"])
    }

    @Test func aKeyThatCannotSignIsFoundBeforeTheBuild() async throws {
        var production = try await production([])
        production.settings.packageSigner = try OpenPGPSigner(
            key: scratch.path.appending("no-such.pgp").string)
        production.modules = .kernels(try kernelsWithoutBuild("6.1.0-1"))
        let fault = await #expect(throws: Diagnostic.self) {
            _ = try await production.run([DebModulesConverter()])
        }
        #expect(fault?.code == "package-signing-failed")
        #expect(!Files.exists(scratch.path.appending("logs")))
        // Nothing in a tarball is signed with it.
        production.modules = .none
        _ = try await production.run([TarballConverter.sourceOnly])
    }

    /// Planned or written.
    @Test(arguments: ["out", "out/below"])
    func aFileWhereTheOutputFolderIsToBe(_ place: String) async throws {
        try scratch.fill(["out": "x"])
        for isDryRun in [true, false] {
            var production = try await production([], isDryRun: isDryRun)
            production.output = scratch.path.pushing(FilePath(place))
            let fault = await #expect(throws: Diagnostic.self) {
                _ = try await production.run([DebDkmsConverter()])
            }
            #expect(fault?.code == "no-folder")
        }
    }

    /// The tarball beside the spec file is what somebody's edits are for.
    @Test func nothingIsWrittenBesideAnEditedSkeleton() async throws {
        let production = try await production([])
        let converters: [any Converter] = [RPMSourceConverter([.skeleton]), DebSourceConverter([.folder])]
        _ = try await production.run(converters)
        for name in ["hello-dkms.spec", "hello-1.5.0/debian/control"] {
            let edited = output.pushing(FilePath(name))
            let text = try Files.read(edited)
            try Files.write(Array("# mine\n".utf8), to: edited)
            for tarball in ["hello-1.5.0.tar.gz", "hello_1.5.0.orig.tar.xz"] {
                try Files.write(Array("as it was".utf8), to: output.appending(tarball))
            }
            let fault = await #expect(throws: Diagnostic.self) { _ = try await production.run(converters) }
            #expect(fault?.code == "edited-skeleton")
            for tarball in ["hello-1.5.0.tar.gz", "hello_1.5.0.orig.tar.xz"] {
                #expect(try Files.readText(output.appending(tarball)) == "as it was")
            }
            try Files.write(text, to: edited)
        }
    }
}
