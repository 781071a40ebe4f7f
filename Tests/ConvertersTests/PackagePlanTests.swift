import Compression
import Diagnostics
import Kernels
import SampleModules
import ScratchFolder
import Streams
import SystemPackage
import Testing
import Tools

@testable import Converters

/// The packages that converters plan, written and read back by the programs that install them.
@Suite(.enabled(if: AssembledModule.isPossible, Comment(rawValue: AssembledModule.reason)))
struct PackagePlanTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func release(_ kernels: String..., target: Distribution? = nil) async throws -> DriverRelease {
        try await sampleRelease(
            kernels.map { .sample($0) }, in: scratch.path, settings: .sample(target: target))
    }

    private func run(_ name: String, _ arguments: String...) async throws -> String {
        let outcome = try await Program(name, arguments, folder: scratch.path).capture()
        try #require(outcome.status == 0, "\(String(decoding: outcome.errorOutput, as: UTF8.self))")
        return String(decoding: outcome.output, as: UTF8.self)
    }

    /// Writes the only plan and returns the file's name.
    private func write(_ plans: [any ArtifactPlan]) async throws -> String {
        let plan = try #require(plans.first)
        #expect(plans.count == 1)
        #expect(!plan.outline.isEmpty)
        try await plan.write(to: scratch.path.appending(plan.artifact.file))
        return plan.artifact.file
    }

    @Test func aDebOfTheSource() async throws {
        let file = try await write(DebDkmsConverter().plan(try await release()))
        #expect(file == "hello-dkms_1.5.0-1_all.deb")
        let fields = try await run(
            "dpkg-deb", "-f", file, "Package", "Source", "Version", "Architecture", "Maintainer", "Depends",
            "Provides", "Section")
        #expect(
            fields == """
                Package: hello-dkms
                Source: hello
                Version: 1.5.0-1
                Architecture: all
                Maintainer: Ann <ann@example.org>
                Depends: dkms (>= 2.8) | mkdkms
                Provides: hello-modules (= 1.5.0-1)
                Section: kernel

                """)
        let names = try await run("dpkg-deb", "--fsys-tarfile", file)
        #expect(names.contains("usr/src/hello-1.5.0/dkms.conf"))
    }

    /// Releases that put every kind of character into names.
    @Test(
        arguments: [
            ("6.1.0-56-amd64", "hello-modules-6.1.0-56-amd64_1.5.0-1_amd64.deb"),
            (
                "5.15.90.1-microsoft-standard-WSL2",
                "hello-modules-5.15.90.1-microsoft-standard-wsl2_1.5.0-1_amd64.deb"
            ),
            ("6.12.0+rt-x86_64", "hello-modules-6.12.0+rt-x86-64_1.5.0-1_amd64.deb"),
        ])
    func aDebOfModules(_ kernel: String, _ expected: String) async throws {
        let file = try await write(DebModulesConverter().plan(try await release(kernel)))
        #expect(file == expected)
        let fields = try await run("dpkg-deb", "-f", file, "Depends", "Conflicts", "Provides", "Architecture")
        #expect(fields.contains("Architecture: amd64\n"))
        #expect(fields.contains("Conflicts: hello-dkms\n"))
        #expect(fields.contains("Provides: hello-modules (= 1.5.0-1)\n"))
        // The kernel's own package, whose name has to be one for dpkg too.
        #expect(fields.contains("linux-image-\(PackageNaming.debianKernel(kernel)) |"))
        _ = try await run("dpkg-deb", "-x", file, "root")
        #expect(
            Files.isRegularFile(
                scratch.path.pushing(FilePath("root/lib/modules/\(kernel)/updates/hello/hello.ko.xz"))))
    }

    @Test func theTargetDecidesWhereModulesLie() async throws {
        let file = try await write(
            DebModulesConverter().plan(try await release("6.12.43+deb13-amd64", target: .init(.debian, "13")))
        )
        _ = try await run("dpkg-deb", "-x", file, "root")
        #expect(
            Files.isRegularFile(
                scratch.path.pushing("root/usr/lib/modules/6.12.43+deb13-amd64/updates/hello/hello.ko.xz")))
    }

    @Test(.enabled(if: isInstalled("rpm"), "needs rpm")) func anRPMOfTheSource() async throws {
        let file = try await write(RPMDkmsConverter().plan(try await release()))
        #expect(file == "hello-dkms-1.5.0-1.noarch.rpm")
        let told = try await run(
            "rpm", "-qp", "--nosignature", "--qf", "%{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}.rpm %{PACKAGER}\n",
            file)
        #expect(told == "\(file) Ann <ann@example.org>\n")
        #expect(
            try await run("rpm", "-qp", "--nosignature", "--requires", file).contains("(dkms or mkdkms)\n"))
        #expect(
            try await run("rpm", "-qp", "--nosignature", "-l", file).contains(
                "/usr/src/hello-1.5.0/dkms.conf\n"))
    }

    @Test(.enabled(if: isInstalled("rpm"), "needs rpm")) func anRPMOfModules() async throws {
        let kernel = "5.14.0-503.11.1.el9.x86_64"
        let file = try await write(RPMKmodConverter().plan(try await release(kernel)))
        let told = try await run(
            "rpm", "-qp", "--nosignature", "--qf", "%{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}.rpm", file)
        #expect(told == file)
        #expect(file.hasPrefix("kmod-hello-5.14.0-503.11.1.el9.x86"))
        let provides = try await run("rpm", "-qp", "--nosignature", "--provides", file)
        #expect(provides.contains("kmod(hello.ko)\n"))
        #expect(provides.contains("hello-kmod = 1.5.0-1\n"))
        let requires = try await run("rpm", "-qp", "--nosignature", "--requires", file)
        #expect(requires.contains("kernel-uname-r = \(kernel)\n"))
        #expect(try await run("rpm", "-qp", "--nosignature", "--conflicts", file) == "hello-dkms\n")
        #expect(
            try await run("rpm", "-qp", "--nosignature", "-l", file)
                .contains("/lib/modules/\(kernel)/extra/hello/hello.ko.xz\n"))
    }

    @Test func tarballs() async throws {
        let release = try await release("6.1.0-1-amd64", "6.1.0-2-amd64")
        #expect(
            try TarballConverter.sourceOnly.plan(release).map(\.artifact.file) == [
                "hello-1.5.0-source-only.dkms.tar.gz"
            ])
        let plans = try TarballConverter(isBinariesOnly: false, isOneFile: false).plan(release)
        #expect(
            plans.map(\.artifact.file) == [
                "hello-1.5.0-kernel6.1.0-1-amd64-x86_64.dkms.tar.gz",
                "hello-1.5.0-kernel6.1.0-2-amd64-x86_64.dkms.tar.gz",
            ])
        #expect(try TarballConverter(isBinariesOnly: false, isOneFile: true).plan(release).count == 1)
        let plan = try #require(plans.first)
        try await plan.write(to: scratch.path.appending("one.tar.gz"))
        let names = try await run("tar", "-tzf", "one.tar.gz")
        #expect(names.contains("dkms_main_tree/6.1.0-1-amd64/x86_64/module/hello.ko"))
        #expect(names.contains("dkms_source_tree/dkms.conf"))
        let binaries = try TarballConverter(isBinariesOnly: true, isOneFile: false).plan(release)
        try await #require(binaries.first).write(to: scratch.path.appending("binaries.tar.gz"))
        let few = try await run("tar", "-tzf", "binaries.tar.gz")
        #expect(few.contains("dkms_binaries_only"))
        #expect(!few.contains("hello.c"))
    }

    /// The same release gives the same bytes, in whatever order and under whatever name it is written.
    @Test func writingTwiceGivesTheSameBytes() async throws {
        let release = try await release("6.1.0-56-amd64")
        let converters: [any Converter] = [
            DebDkmsConverter(), DebModulesConverter(), RPMDkmsConverter(), RPMKmodConverter(),
            TarballConverter.sourceOnly, BundleConverter(carriesSource: true),
        ]
        for converter in converters {
            let plan = try #require(try converter.plan(release).first)
            let again = try #require(try converter.plan(release).first)
            try await plan.write(to: scratch.path.appending("first"))
            try await again.write(to: scratch.path.appending("second"))
            #expect(
                try Files.read(scratch.path.appending("first"))
                    == Files.read(scratch.path.appending("second")),
                "\(plan.artifact.file)")
        }
    }
}
