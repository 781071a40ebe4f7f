import Archive
import Compression
import DebFormat
import Diagnostics
import DkmsConf
import Kbuild
import Kernels
import SampleModules
import ScratchFolder
import Settings
import SourceTree
import Streams
import SystemPackage
import Testing
import Tools

@testable import Converters

/// What Debian packages are planned to be.
@Suite(.enabled(if: AssembledModule.isPossible, Comment(rawValue: AssembledModule.reason)))
struct DebPlanTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func release(_ kernels: String...) async throws -> DriverRelease {
        try await sampleRelease(kernels.map { .sample($0) }, in: scratch.path)
    }

    @Test(
        arguments: [
            ("6.1.0-56-amd64", "amd64", "6.1.0+56"), ("6.1.0-56-cloud-amd64", "cloud-amd64", "6.1.0+56"),
            ("6.12.43+deb13-amd64", "amd64", "6.12.43+deb13"), ("6.8.0-45-generic", "generic", "6.8.0+45"),
            ("5.15.90.1-microsoft-standard-WSL2", "microsoft-standard-wsl2", "5.15.90.1"),
            ("6.12.0+rt-x86_64", "x86-64+rt", "6.12.0+rt"), ("6.12-rc3-amd64", "amd64", "6.12~rc3"),
            ("5.14.0-503.el9.aarch64+64k", "+64k", "5.14.0+503~el9~aarch64+64k"), ("6.6.1", "", "6.6.1"),
        ])
    func flavours(_ release: String, _ flavour: String, _ version: String) {
        let kernel = DebianKernel(release)
        #expect(kernel.flavour == flavour)
        #expect(kernel.version == version)
    }

    /// A number counts as a number, and a candidate comes before its release.
    @Test func theNewestKernelOfEachFlavour() async throws {
        let release = try await release(
            "6.1.0-9-amd64", "6.1.0-56-amd64", "6.12-rc3-generic", "6.12-generic", "6.1.0-10-cloud-amd64")
        let plans = try DebModulesConverter(followsFlavours: true).plan(release).compactMap { $0 as? DebPlan }
        let meta = plans.filter { $0.kind == "meta" }
        #expect(
            meta.map(\.artifact.file) == [
                "hello-modules-amd64_1.5.0-1~6.1.0+56_amd64.deb",
                "hello-modules-cloud-amd64_1.5.0-1~6.1.0+10_amd64.deb",
                "hello-modules-generic_1.5.0-1~6.12_amd64.deb",
            ])
        #expect(
            meta.map { $0.package.control["Depends"] } == [
                "hello-modules-6.1.0-56-amd64 (= 1.5.0-1)", "hello-modules-6.1.0-10-cloud-amd64 (= 1.5.0-1)",
                "hello-modules-6.12-generic (= 1.5.0-1)",
            ])
        #expect(meta.allSatisfy { $0.package.control["Source"] == "hello (1.5.0-1)" })
        #expect(try DebModulesConverter().plan(release).count == 5)
    }

    /// An older kernel in the place of one that failed would be taken for an update.
    @Test func noOlderKernelIsFollowed() async throws {
        var release = try await release("6.1.0-9-amd64", "6.1.0-10-cloud-amd64")
        release.failedKernels = [.sample("6.1.0-56-amd64"), .sample("6.1.0-3-cloud-amd64")]
        let converters: [any Converter] = [
            DebModulesConverter(followsFlavours: true), RPMKmodConverter(followsKernels: true),
        ]
        let files = [
            "hello-modules-cloud-amd64_1.5.0-1~6.1.0+10_amd64.deb",
            "kmod-hello-latest-cloud-amd64-1.5.0-1~6.1.0_10_cloud_amd64.x86_64.rpm",
        ]
        for (converter, file) in zip(converters, files) {
            let plans = try converter.plan(release)
            #expect(plans.map(\.artifact).filter { $0.kind == "meta" }.map(\.file) == [file])
            #expect(plans.flatMap(\.warnings).map(\.code) == ["not-followed"])
        }
    }

    @Test func theKernelsPackage() async throws {
        var release = try await release("6.6.1-acme")
        func depends() throws -> String? {
            (try DebModulesConverter().plan(release).first as? DebPlan)?.package.control["Depends"]
        }
        #expect(try depends()?.hasPrefix("linux-image-6.6.1-acme | ") == true)
        release.project.kernelPackage = "acme-kernel-{kernel}"
        #expect(try depends() == "acme-kernel-6.6.1-acme, kmod")
        release.project.kernelPackage = ""
        #expect(try depends() == "kmod")
    }

    /// Two releases that one package name stands for cannot be told apart afterwards.
    @Test func oneNameForTwoKernels() async throws {
        let plans = try DebModulesConverter().plan(try await release("6.1.0-a_b", "6.1.0-A-B"))
        #expect(Set(plans.map(\.artifact.file)).count == 1)
    }

    @Test(
        arguments: [
            ("", "dkms (>= 2.8) | mkdkms", nil),
            ("BUILD_EXCLUSIVE_CONFIG=\"CONFIG_PCI\"", "dkms (>= 3.0.3-4~) | mkdkms", "3.0.11"),
            ("BUILD_EXCLUSIVE_KERNEL_MIN=5.4", "dkms (>= 3.0.11) | mkdkms", "3.0.11"),
            ("OBSOLETE_BY=5.4", "dkms (>= 2.8) | mkdkms", nil),
            (
                "BUILD_DEPENDS[0]=Big_thing\nBUILD_DEPENDS[1]=spl",
                "dkms (>= 2.8) | mkdkms, big-thing-dkms, spl-dkms", nil
            ),
            (
                "BUILT_MODULE_NAME[1]=two\nDEST_MODULE_LOCATION[1]=/updates\nBUILD_EXCLUSIVE_ARCH[1]=x86_64",
                "dkms (>= 3.3.0) | mkdkms", "3.3.0"
            ),
        ])
    func whatTheDirectivesNeed(_ lines: String, _ expected: String, _ ofRPM: String?) async throws {
        let conf = """
            PACKAGE_NAME=one
            PACKAGE_VERSION=1
            BUILT_MODULE_NAME[0]=one
            DEST_MODULE_LOCATION[0]=/updates
            \(lines)

            """
        let folder = try scratch.fill(["one-1/dkms.conf": conf, "one-1/Makefile": "obj-m += one.o\n"])
        let tree = try SourceTree(root: folder.appending("one-1"))
        let read = try await tree.evaluate(in: .anyKernel(target: nil))
        #expect(DkmsDependency(read).debian == expected)
        #expect(EngineNeed.floor(of: read, in: .rpm) == ofRPM)
    }

    @Test func modulesThatTravelWithTheSource() async throws {
        let release = try await release("6.1.0-9-amd64", "6.1.0-56-amd64")
        let plan = try #require(try DebDkmsConverter(carriesModules: true).plan(release).first as? DebPlan)
        #expect(plan.artifact.file == "hello-dkms_1.5.0-1_amd64.deb")
        #expect(plan.kernels == ["6.1.0-9-amd64", "6.1.0-56-amd64"])
        let plain = try DebDkmsConverter.package(release)
        #expect(plan.package.scripts[.prerm] == plain.scripts[.prerm])
        #expect(
            plan.package.scripts[.postinst]?.contains("}\n\n# Modules that the package carries") == true)
        #expect(plan.package.scripts[.postinst]?.contains("PREBUILT=/usr/share/hello-dkms\n") == true)
        #expect(plain.scripts[.postinst]?.contains("PREBUILT") == false)
        #expect(
            plan.tarballs.map(\.path) == [
                "usr/share/hello-dkms/hello-1.5.0-kernel6.1.0-9-amd64-x86_64.dkms.tar.gz",
                "usr/share/hello-dkms/hello-1.5.0.dkms.tar.gz",
            ])
        try await plan.write(to: scratch.path.appending("a.deb"))
        try await plan.write(to: scratch.path.appending("b.deb"))
        #expect(
            try Files.read(scratch.path.appending("a.deb")) == Files.read(scratch.path.appending("b.deb")))
        #expect(code { try PrebuiltModules(try DebPlanTests.without(release)) } == "kernel-needed")
    }

    private static func without(_ release: DriverRelease) throws -> DriverRelease {
        DriverRelease(
            tree: release.tree, identity: release.identity, conf: release.conf, naming: release.naming,
            metadata: release.metadata, units: [], settings: release.settings)
    }

    /// debian/ says of each file what debhelper would get wrong.
    @Test func filesBesideTheModuleInASourcePackage() async throws {
        func file(_ path: String, _ content: FileContent, _ mode: UInt16 = 0o644) -> PayloadFile {
            PayloadFile(
                role: .plain, content: content, name: "x", destination: path, permissions: mode)
        }
        var release = try await release()
        var outside = file("usr/lib/hello/b", .text("b"))
        outside.isConfiguration = true
        release.project.files = [
            file("etc/hello/a", .text("a"), 0o640), outside, file("usr/bin/c d", .bytes([1, 0]), 0o755),
            file("usr/share/doc/hello-common/changelog", .text("e")),
            file("usr/src/hello-1.5.0/f", .text("f")),
        ]
        let packages = [
            try DebDkmsConverter.package(release), try #require(try DebCommonConverter.package(release)),
        ]
        let files = try DebianFolder(release, packages).files()
        func text(_ path: String) throws -> String? {
            guard case .file(let content) = files[path: path]?.kind else { return nil }
            return String(decoding: try content.readAll(), as: UTF8.self)
        }
        #expect(
            try text("hello-common.modes") == """
                0640 etc/hello/a
                0755 usr/bin/c d
                0644 usr/lib/hello/b
                0644 usr/share/doc/hello-common/changelog
                0644 usr/src/hello-1.5.0/f

                """)
        #expect(try text("hello-common.conffiles") == "/etc/hello/a\n/usr/lib/hello/b\n")
        #expect(try text("source/include-binaries") == "debian/hello-common.files/usr/bin/c d\n")
        #expect(files[path: "hello-common.files/etc/hello/a"]?.permissions == 0o644)
        #expect(try text("hello-common.files/usr/share/doc/hello-common/changelog") == "e")
        #expect(
            files.filter { $0.path.hasPrefix("hello-dkms.files") || $0.path == "hello-dkms.modes" }.isEmpty)
        #expect(try text("control")?.contains("hello-dkms (<= ${binary:Version})") == true)
    }

    @Test func whatDpkgSourceCannotRead() async throws {
        var settings = ReleaseSettings.sample()
        settings.archiveCompression = CompressionSettings(.zst)
        let release = try await sampleRelease(in: scratch.path, settings: settings)
        #expect(code { try DebSourceConverter([.folder]).plan(release) } == "bad-compression")
        #expect(try DebDkmsConverter().plan(release).count == 1)
    }

    /// One of two packages may hold files of the other's only where it is the same file.
    @Test func bothFormsOfTheSource() async throws {
        let plans = try DebSourceConverter([.package, .folder]).plan(try await release())
        #expect(plans.map(\.artifact.file) == ["hello_1.5.0-1.dsc", "hello-1.5.0/debian/control"])
        let files = plans.flatMap(\.files).map(\.file)
        #expect(Set(files).count == files.count)
        #expect(files.contains("hello_1.5.0.orig.tar.xz"))
        #expect(files.contains("hello-1.5.0/debian/hello-dkms.postinst"))
    }
}
