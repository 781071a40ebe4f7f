import KernelModule
import Compression
import Diagnostics
import BundleFormat
import Cryptography
import Kernels
import SampleModules
import ScratchFolder
import Streams
import SystemPackage
import Testing
import Tools

@testable import Converters

/// Bundles as the converter plans them; what their format promises is tested where the format is.
@Suite(.enabled(if: AssembledModule.isPossible, Comment(rawValue: AssembledModule.reason)))
struct BundleConverterTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func plan(_ release: DriverRelease, carriesSource: Bool = false) throws -> BundlePlan {
        let plans = try BundleConverter(carriesSource: carriesSource).plan(release)
        #expect(plans.count == 1)
        return try #require(plans.first as? BundlePlan)
    }

    @Test func oneArchiveForAllKernelsOfAnArchitecture() async throws {
        let release = try await sampleRelease(
            [.sample("6.1.0-2"), .sample("6.1.0-1"), .sample("6.1.0-1", arch: "aarch64")], in: scratch.path)
        let plans = try BundleConverter(carriesSource: false).plan(release)
        #expect(
            plans.map(\.artifact.file) == [
                "hello-1.5.0-bundle-aarch64.tar.xz", "hello-1.5.0-bundle-x86_64.tar.xz",
            ])
        let plan = try #require(plans.last as? BundlePlan)
        #expect(plan.plan.manifest.kernels.map(\.release) == ["6.1.0-1", "6.1.0-2"])
        #expect(plan.plan.manifest.kernels.map(\.moduleLayoutCRC) == [0x9060_323F, 0x9060_323F])
        #expect(plan.plan.manifest.kernels.first?.modules.map(\.destination) == ["updates/hello/hello.ko"])
    }

    /// A symbol that one of the bundle's modules offers is in no other kernel's symvers.
    @Test func symbolsOfItsOwnModulesAreLeftOut() async throws {
        var release = try await sampleRelease(in: scratch.path)
        let core = AssembledModule(name: "two_core", exports: ["two_core_next"])
        var user = AssembledModule(name: "two_user")
        user.needs.append(("two_core_next", 0x8709_C145))
        let unit = PreparedUnit(
            kernel: .sample("6.1.0-56-amd64"),
            modules: [
                try await preparedModule(core, in: scratch.path),
                try await preparedModule(user, in: scratch.path),
            ], compression: .none, log: nil)
        release = DriverRelease(
            tree: release.tree, identity: release.identity, conf: release.conf, naming: release.naming,
            metadata: release.metadata, units: [unit], settings: release.settings)
        #expect(unit.modules.last?.facts?.symbolVersions.map(\.name).contains("two_core_next") == true)
        let modules = try #require(try plan(release).plan.manifest.kernels.first?.modules)
        #expect(modules.map(\.name) == ["two_core", "two_user"])
        for module in modules {
            #expect(
                module.symbols == ["module_layout": 0x9060_323F, "_printk": 0x9299_7ED8], "\(module.name)")
        }
    }

    @Test func theKernelsOwnFolderIsNeverADestination() async throws {
        var release = try await sampleRelease([.sample("6.1")], in: scratch.path)
        let module = try #require(release.units.first?.modules.first)
        for (given, expected) in [
            ("/kernel/drivers/misc", "updates"), ("/updates/dkms", "updates/dkms"), ("/extra", "extra"),
            ("", "updates"),
        ] {
            let moved = PreparedModule(
                name: module.name, destination: given, facts: module.facts, plain: module.plain,
                packed: module.packed, packedFormat: module.packedFormat)
            release = DriverRelease(
                tree: release.tree, identity: release.identity, conf: release.conf, naming: release.naming,
                metadata: release.metadata,
                units: [PreparedUnit(kernel: .sample("6.1"), modules: [moved], compression: .none, log: nil)],
                settings: release.settings)
            #expect(
                try plan(release).plan.manifest.kernels.first?.modules.map(\.destination) == [
                    "\(expected)/hello/hello.ko"
                ])
        }
    }

    /// Unpacked by tar and checked by sha256sum and openssl, in the words of docs/bundle.md.
    @Test(.enabled(if: isInstalled("openssl"), "needs openssl")) func whoTrustsTheCertificateCanCheckIt()
        async throws
    {
        let keys = try KeyPair.create(in: scratch.path.appending("keys")).paths
        let identity = try SigningIdentity(keyFile: keys.key, certificateFile: keys.pem)
        let release = try await sampleRelease(
            [.sample("6.1")], in: scratch.path, settings: .sample(identity: identity))
        let plan = try plan(release, carriesSource: true)
        try plan.write(to: scratch.path.appending("bundle.tar.xz"))
        let script = """
            tar -xJf bundle.tar.xz && cd hello-1.5.0-bundle-x86_64 && sha256sum --quiet -c SHA256SUMS &&
            openssl cms -verify -binary -inform DER -in SHA256SUMS.p7s -content SHA256SUMS -certfile "$1" \
                -nointern -noverify -out /dev/null && cmp mok.pem "$1" && test -x install &&
            cmp source/hello.c "$2"
            """
        let outcome = try await Program(
            "sh", ["-ec", script, "sh", keys.pem.string, fixtures.pushing("hello-1.5.0/hello.c").string],
            folder: scratch.path
        ).capture()
        #expect(outcome.status == 0, "\(String(decoding: outcome.errorOutput, as: UTF8.self))")
    }
}
