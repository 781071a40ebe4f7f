import Archive
import Compression
import Diagnostics
import DkmsConf
import Kernels
import RPMFormat
import SampleModules
import ScratchFolder
import Settings
import Streams
import SystemPackage
import Templates
import Testing

@testable import Converters

/// What the kinds of .rpm are called, and what they say of the modules in them.
@Suite(.enabled(if: AssembledModule.isPossible, Comment(rawValue: AssembledModule.reason)))
struct RPMKindsTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func release(_ kernels: String..., target: Distribution? = nil) async throws -> DriverRelease {
        try await sampleRelease(
            kernels.map { .sample($0) }, in: scratch.path, settings: .sample(target: target))
    }

    private func package(_ plans: [any ArtifactPlan]) throws -> RPMPackage {
        try #require(plans.first as? RPMPlan).package
    }

    private func texts(_ package: RPMPackage, _ relation: RPMRelation) -> [String] {
        package.dependencies(relation).map(\.text)
    }

    @Test(arguments: [
        ("5.14.0-503.11.1.el9.x86_64", "kmod-hello-1.5.0-1.x86_64.rpm"),
        ("5.14.0-503.11.1.el9.x86_64+rt", "kmod-hello-rt-1.5.0-1.x86_64.rpm"),
        ("5.14.0-503.11.1.el9.x86_64+64k-debug", "kmod-hello-64k-debug-1.5.0-1.x86_64.rpm"),
        ("6.12.43+deb13-amd64", "kmod-hello-1.5.0-1.x86_64.rpm"),
    ])
    func kabiNames(_ kernel: String, _ file: String) async throws {
        let package = try package(RPMKabiConverter().plan(try await release(kernel)))
        #expect(package.fileName == file)
        #expect(texts(package, .requires).contains("kernel-uname-r >= \(kernel)"))
        #expect(texts(package, .requires).contains("kernel(module_layout) = 0x9060323f"))
        #expect(texts(package, .requires).contains("kernel(_printk) = 0x92997ed8"))
        #expect(texts(package, .provides).contains("kmod(hello.ko)"))
        let name = package.name
        #expect(
            package.flags == [
                "etc/depmod.d/\(name).conf": [.config, .noReplace],
                "usr/share/doc/\(name)/README.md": .documentation,
            ])
    }

    @Test func kabiTakesOneKernel() async throws {
        let release = try await release("5.14.0-427.el9.x86_64", "5.14.0-503.el9.x86_64")
        #expect(code { try RPMKabiConverter().plan(release) } == "one-kernel")
    }

    /// weak-modules of el9 reads no .zst, and so finds the modules as they are.
    @Test func kabiModulesAreWhatWeakModulesReads() async throws {
        let release = try await release("5.14.0-503.el9.x86_64")
        let unit = try #require(release.units.first)
        let packed = PreparedUnit(kernel: unit.kernel, modules: unit.modules, compression: .zst, log: nil)
        let other = DriverRelease(
            tree: release.tree, identity: release.identity, conf: release.conf, naming: release.naming,
            metadata: release.metadata, units: [packed], settings: release.settings)
        let paths = try package(RPMKabiConverter().plan(other)).files.map(\.path)
        #expect(paths.contains("lib/modules/5.14.0-503.el9.x86_64/extra/hello/hello.ko"))
        let native = try package(RPMKabiConverter().plan(release)).files.map(\.path)
        #expect(native.contains("lib/modules/5.14.0-503.el9.x86_64/extra/hello/hello.ko.xz"))
    }

    @Test func aliasesAndFirmware() async throws {
        var module = AssembledModule(name: "hello", exports: ["hello_next"])
        module.info = ["alias=pci:v00008086d*sv*", "alias=of:N*T*Cacme,hello", "firmware=acme/hello.bin"]
        let prepared = try await preparedModule(module, in: scratch.path)
        let unit = PreparedUnit(
            kernel: .sample("6.4.0-150600.21-default"), modules: [prepared], compression: .none, log: nil)
        let relations = try RPMSymbolRelations(unit)
        #expect(
            relations.redHatProvides.map(\.text) == [
                "kmod(hello.ko)", "ksym(hello_next)", "modalias(pci:v00008086d*sv*) = 1.5.0",
                "modalias(of:N*T*Cacme_hello) = 1.5.0",
            ])
        #expect(relations.recommends.map(\.text) == ["firmware(acme/hello.bin)"])
        #expect(
            relations.suseSupplements("default").map(\.text) == [
                "modalias(kernel-default:pci:v00008086d*sv*)",
                "modalias(kernel-default:of:N*T*Cacme%2Chello)",
            ])
        #expect(
            relations.suseRequires("default").map(\.text) == [
                "ksym(default:_printk) = 92997ed8", "ksym(default:module_layout) = 9060323f",
            ])
    }

    @Test func symbolsThatTheKernelLacksComeFromOtherPackages() async throws {
        let module = AssembledModule(name: "user", needs: [("module_layout", 1), ("core_next", 0xab)])
        let symvers = scratch.path.appending("Module.symvers")
        try Files.write(Array("0x00000001\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n".utf8), to: symvers)
        var kernel = KernelFacts.sample("5.14.0-503.el9.x86_64")
        kernel.symvers = symvers
        let unit = PreparedUnit(
            kernel: kernel, modules: [try await preparedModule(module, in: scratch.path)], compression: .none,
            log: nil)
        #expect(
            try RPMSymbolRelations(unit).redHatRequires(foreign: unit.foreignSymbols()).map(\.text) == [
                "ksym(core_next) = 0x000000ab", "kernel(module_layout) = 0x00000001",
            ])
        let unversioned = AssembledModule(name: "plain", needs: [])
        let other = PreparedUnit(
            kernel: kernel, modules: [try await preparedModule(unversioned, in: scratch.path)],
            compression: .none, log: nil)
        #expect(code { try RPMSymbolRelations(other) } == "no-symbol-versions")
    }

    /// The record of the build knows better than any headers; without either nothing is claimed.
    @Test func whereSymbolsComeFromIsRemembered() async throws {
        let module = try await preparedModule(
            AssembledModule(
                name: "user", needs: [("module_layout", 1), ("core_next", 0xab), ("_printk", 2)]),
            in: scratch.path)
        let sample = try await release("9.9.9-none.el9.x86_64")
        func requires(_ recorded: [String]?) throws -> (symbols: [String], warnings: [Diagnostic.Code]) {
            let unit = PreparedUnit(
                kernel: .sample("9.9.9-none.el9.x86_64"), modules: [module], compression: .none, log: nil,
                recordedForeignSymbols: recorded)
            let other = DriverRelease(
                tree: sample.tree, identity: sample.identity, conf: sample.conf, naming: sample.naming,
                metadata: sample.metadata, units: [unit], settings: sample.settings)
            let plans = try RPMKabiConverter().plan(other)
            let symbols = texts(try package(plans), .requires).filter {
                $0.contains("(") && $0.contains("0x")
            }
            return (symbols, plans.flatMap(\.warnings).map(\.code))
        }
        let known = try requires(["core_next"])
        #expect(
            known.symbols.sorted() == [
                "kernel(_printk) = 0x00000002", "kernel(module_layout) = 0x00000001",
                "ksym(core_next) = 0x000000ab",
            ])
        #expect(known.warnings.isEmpty)
        let unknown = try requires(nil)
        #expect(unknown.symbols == ["kernel(module_layout) = 0x00000001"])
        #expect(unknown.warnings == ["no-symvers"])
    }

    @Test func kmp() async throws {
        let kernel = "6.4.0-150600.21-default"
        let package = try package(
            RPMKmpConverter().plan(try await release(kernel, target: .init(.opensuse, "tumbleweed"))))
        #expect(package.fileName == "hello-kmp-default-1.5.0_k6.4.0_150600.21-1.x86_64.rpm")
        #expect(package.files.contains { $0.path == "usr/lib/modules/\(kernel)/updates/hello/hello.ko.xz" })
        #expect(texts(package, .provides).contains("hello-kmp = 1.5.0_k6.4.0_150600.21-1"))
        #expect(texts(package, .provides).contains("multiversion(kernel)"))
        #expect(texts(package, .enhances) == ["kernel-default"])
        #expect(package.scriptlets.count == 5)
        let post = try #require(package.scriptlets[.post])
        #expect(post.contains("--kernelrelease 6.4.0-150600.21 --flavor default --usrmerged 1"))
        let red = try await release("5.14.0-503.el9.x86_64")
        #expect(code { try RPMKmpConverter().plan(red) } == "no-flavour")
    }

    @Test func theLatestOfEachKind() async throws {
        let release = try await release(
            "5.14.0-427.el9.x86_64", "5.14.0-503.el9.x86_64", "5.14.0-99.el9.x86_64+rt")
        let files = try RPMKmodConverter(followsKernels: true).plan(release).map(\.artifact.file)
        #expect(
            files.suffix(2) == [
                "kmod-hello-latest-1.5.0-1~5.14.0_503.el9.x86_64.rpm",
                "kmod-hello-latest-rt-1.5.0-1~5.14.0_99.el9+rt.x86_64.rpm",
            ])
        #expect(try RPMKmodConverter().plan(release).count == 3)
    }

    @Test(arguments: [
        ("6.1.0+64k", "kmod-hello-6.1.0+64k-1.5.0-1.x86_64.rpm", "hello-latest-1.5.0"),
        (
            "5.15.90.1-microsoft-standard-WSL2",
            "kmod-hello-5.15.90.1-microsoft-standard-WSL2-1.5.0-1.x86_64.rpm",
            "hello-latest-microsoft-standard-WSL2-1.5.0"
        ),
        ("6.12.0+rt-x86_64", "kmod-hello-6.12.0+rt-x86_64-1.5.0-1.x86_64.rpm", "hello-latest-x86_64-1.5.0"),
    ])
    func oddKernels(_ kernel: String, _ file: String, _ latest: String) async throws {
        let files = try RPMKmodConverter(followsKernels: true).plan(try await release(kernel))
            .map(\.artifact.file)
        #expect(files.first == file)
        #expect(files.last?.hasPrefix("kmod-\(latest)") == true)
    }

    @Test(arguments: [
        (BuildExclusive(kernelMin: "4.18", kernelMax: "6.8"), "4.18", "6.8"),
        (BuildExclusive(kernel: #"^5\.15\.."#), nil, nil),
        (BuildExclusive(kernel: #"^5\.15\."#), "5.15", "5.15"),
        (BuildExclusive(kernel: #"^6\..*"#), "6", "6"),
        (BuildExclusive(kernel: #"^(5|6)\."#), nil, nil),
        (BuildExclusive(kernel: "amd64"), nil, nil),
        (BuildExclusive(kernelMax: "$(id)"), nil, nil),
    ])
    func fences(_ conditions: BuildExclusive, _ lowest: String?, _ highest: String?) {
        let fences = KernelFences(conditions)
        #expect(fences.lowest == lowest && fences.highest == highest)
        #expect(fences.kernels.map(\.text) == (highest.map { ["kernel-uname-r > \($0).999"] } ?? []))
    }

    /// Kernels from there on have the module themselves: they are no danger.
    @Test func whatIsObsoleteIsNotFencedOut() {
        let fences = KernelFences(BuildExclusive(kernelMax: "6.12"), obsoleteBy: "6.12")
        #expect(fences.kernels.isEmpty && fences.highest == nil)
    }

    @Test func aSpecFileTakesValuesLiterally() async throws {
        let release = try await release()
        var package = try RPMDkmsConverter.package(release)
        package.summary = #"100 % of "$(id)" \ ünd %{nil}"#
        package.description = "A %{version} and %% stay.\n%define x 1"
        let source = SourceTarball(release, tree: package.files)
        func spec() throws -> String {
            try SpecFile(.init(package: package, source: source)).text(TemplateLibrary(folders: []))
        }
        let text = try spec()
        #expect(text.contains(#"Summary: 100 %% of "$(id)" \ ünd %%{nil}"#))
        #expect(text.contains("A %%{version} and %%%% stay.\n%%define x 1\n"))
        for word in ["post", "POST", "Files"] {
            package.description = "Text.\n  %\(word) is no section"
            #expect(code { try spec() } == "unquotable-value")
        }
    }

    /// A list of files has a syntax of its own, and programs make a package that is not for any architecture.
    @Test func aSpecFileOfSeveralPackages() async throws {
        var release = try await release()
        var elf = [UInt8](repeating: 0, count: 64)
        elf.replaceSubrange(0..<7, with: [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1])
        elf[18] = 183
        elf[52] = 64
        release.project.files = [
            PayloadFile(
                role: .plain, content: .bytes(elf), name: "tool", destination: "usr/bin/the 100% tool",
                permissions: 0o755),
            PayloadFile(role: .config, content: .text("x\n"), name: "x", destination: "etc/hello/x"),
        ]
        let plans = try RPMSourceConverter([.skeleton]).plan(release)
        #expect(
            plans.map(\.artifact.file) == [
                "hello-dkms.spec", "hello-dkms.rpmlintrc", "hello-1.5.0.tar.gz", "hello-common-1.5.0.tar.gz",
            ])
        let spec = try #require(plans.first as? SkeletonFilePlan).content.text
        for line in [
            "Name: hello-common", "ExclusiveArch: aarch64", "Source1: hello-common-1.5.0.tar.gz",
            "%package -n hello-dkms", "%files -n hello-dkms",
            "%attr(755,root,root) \"/usr/bin/the 100%% tool\"",
            "%attr(644,root,root) %config(noreplace) \"/etc/hello/x\"",
            "%attr(755,root,root) %dir \"/etc/hello\"",
        ] {
            #expect(spec.contains("\n\(line)\n"), "\(line)")
        }
        release.project.files[1].destination = "etc/hello/[x]*"
        #expect(code { try RPMSourceConverter([.skeleton]).plan(release) } == "unquotable-value")
    }

    @Test func anEditedSpecFileStays() async throws {
        let plans = try RPMSourceConverter([.skeleton]).plan(try await release())
        #expect(
            plans.map(\.artifact.file) == ["hello-dkms.spec", "hello-dkms.rpmlintrc", "hello-1.5.0.tar.gz"])
        let path = scratch.path.appending("hello-dkms.spec")
        let plan = try #require(plans.first)
        try await plan.write(to: path)
        try await plan.write(to: path)
        try Files.write(Array("# mine\n".utf8), to: path)
        let fault = await #expect(throws: Diagnostic.self) { try await plan.write(to: path) }
        #expect(fault?.code == "edited-skeleton")
    }

    @Test func theSamePackagesAgain() async throws {
        let release = try await release("6.1.0-56-amd64")
        let converters: [any Converter] = [
            RPMSourceConverter([.package, .skeleton]), RPMKabiConverter(), RPMKmpConverter(),
            RPMKmodConverter(followsKernels: true),
        ]
        for plan in try converters.flatMap({ try $0.plan(release) }) {
            var bytes: [[UInt8]] = []
            for name in ["first", "second"] {
                let path = scratch.path.appending("\(name)-\(plan.artifact.file)")
                try await plan.write(to: path)
                bytes.append(try Files.read(path))
            }
            #expect(bytes[0] == bytes[1], "\(plan.artifact.file)")
        }
    }
}
