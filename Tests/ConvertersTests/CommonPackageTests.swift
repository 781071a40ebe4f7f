import Archive
import DebFormat
import Diagnostics
import Kernels
import SampleModules
import ScratchFolder
import Settings
import Streams
import SystemPackage
import Testing
import Tools

@testable import Converters

/// What a settings file adds to packages, as the programs that install them read it.
@Suite struct CommonPackageTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func run(_ name: String, _ arguments: String...) async throws -> String {
        let outcome = try await Program(name, arguments, folder: scratch.path).capture()
        try #require(outcome.status == 0, "\(String(decoding: outcome.errorOutput, as: UTF8.self))")
        return String(decoding: outcome.output, as: UTF8.self)
    }

    /// Everything that some language gives a meaning.
    private static let wild = #""q" 'q' 100% %{name} %%x $(id) `id` ${HOME} \n C:\t é日本 @NAME@ <b> & ;"#

    private func release(_ files: [PayloadFile] = []) async throws -> DriverRelease {
        var release = try await sampleRelease(in: scratch.path)
        release.project.files = files
        release.project.description = [Self.wild]
        release.project.changelog = [
            ChangelogEntry(version: "1.5.0", time: 1_600_000_000, author: "Ann <a@b>", changes: [Self.wild]),
            ChangelogEntry(
                version: "1.4", time: 1_500_000_000, author: "Bob <a@b>", changes: ["one", "two"]),
        ]
        release.project.debRelations.general.requires = ["libx (>= 1)"]
        release.project.debRelations.general.provides = ["greeter"]
        release.project.rpmRelations.general.requires = ["libx >= 1", "(a if b)"]
        release.project.rpmRelations.general.replaces = ["old"]
        return release
    }

    private static let modprobe = PayloadFile(
        role: .modprobe, content: .text("options hello a=1\n"), name: "hello.conf", destination: nil)
    private static let rules = PayloadFile(
        role: .udev, content: .text("KERNEL==\"hello\"\n"), name: "60-hello.rules", destination: nil)

    private func write(_ plans: [any ArtifactPlan]) async throws -> String {
        let plan = try #require(plans.first)
        try await plan.write(to: scratch.path.appending(plan.artifact.file))
        return plan.artifact.file
    }

    @Test func aDebTakesRelationsAndWordsLiterally() async throws {
        let file = try await write(DebDkmsConverter().plan(try await release([Self.modprobe])))
        let depends = try await run("dpkg-deb", "-f", file, "Depends")
        #expect(depends == "dkms (>= 2.8) | mkdkms, hello-common (= 1.5.0-1), libx (>= 1)\n")
        let provides = try await run("dpkg-deb", "-f", file, "Provides")
        #expect(provides == "greeter, hello-modules (= 1.5.0-1)\n")
        let description = try await run("dpkg-deb", "-f", file, "Description")
        let words = description.split(whereSeparator: \.isWhitespace)
        for word in Self.wild.split(separator: " ") { #expect(words.contains(word), "\(word)") }
        _ = try await run("dpkg-deb", "-x", file, "root")
        let changelog = try await run("gzip", "-dc", "root/usr/share/doc/hello-dkms/changelog.Debian.gz")
        for word in Self.wild.split(separator: " ") { #expect(changelog.contains(word), "\(word)") }
        try Files.write(Array(changelog.utf8), to: scratch.path.appending("changelog"))
        #expect(
            try await run("dpkg-parsechangelog", "-l", "changelog", "--all", "-S", "Version")
                .split(whereSeparator: \.isWhitespace) == ["1.5.0-1"])
        #expect(changelog.contains("hello (1.4-1) unstable"))
        #expect(
            try await run("dpkg-parsechangelog", "-l", "changelog", "-o", "1", "-c", "1", "-S", "Maintainer")
                == "Bob <a@b>\n")
    }

    @Test(.enabled(if: isInstalled("rpm"), "needs rpm"))
    func anRPMTakesThemLiterally() async throws {
        let file = try await write(RPMDkmsConverter().plan(try await release([Self.modprobe])))
        let requires = try await run("rpm", "-qp", "--nosignature", "--requires", file)
        for line in ["hello-common = 1.5.0-1", "libx >= 1", "(a if b)", "(dkms or mkdkms)"] {
            #expect(requires.contains(line + "\n"), "\(line)")
        }
        #expect(requires.contains("rpmlib(RichDependencies)"))
        #expect(try await run("rpm", "-qp", "--nosignature", "--obsoletes", file) == "old\n")
        let words = try await run(
            "rpm", "-qp", "--nosignature", "--qf", "%{DESCRIPTION}\n[%{CHANGELOGTEXT}\n]", file)
        for word in Self.wild.split(separator: " ") {
            #expect(words.split(whereSeparator: \.isWhitespace).filter { $0 == word }.count >= 2, "\(word)")
        }
        let names = try await run("rpm", "-qp", "--nosignature", "--qf", "[%{CHANGELOGNAME}\n]", file)
        #expect(names == "Ann <a@b> - 1.5.0-1\nBob <a@b> - 1.4-1\n")
    }

    @Test func withoutFilesThereIsNoPackageOfThem() async throws {
        #expect(try DebCommonConverter().plan(try await release()).isEmpty)
        #expect(try RPMCommonConverter().plan(try await release()).isEmpty)
        let file = try await write(DebDkmsConverter().plan(try await release()))
        #expect(!(try await run("dpkg-deb", "-f", file, "Depends")).contains("common"))
    }

    @Test func theCommonDeb() async throws {
        let file = try await write(DebCommonConverter().plan(try await release([Self.modprobe, Self.rules])))
        #expect(file == "hello-common_1.5.0-1_all.deb")
        #expect(try await run("dpkg-deb", "-f", file, "Depends", "Provides") == "")
        #expect(try await run("dpkg-deb", "-I", file, "conffiles") == "/etc/modprobe.d/hello.conf\n")
        #expect(try await run("dpkg-deb", "-I", file, "triggers") == "activate-noawait update-initramfs\n")
        #expect(try await run("dpkg-deb", "-I", file, "postinst").contains("udevadm control --reload-rules"))
        #expect(
            try await run("dpkg-deb", "-f", file, "Description").hasPrefix(
                "Module that greets - common files\n"))
        #expect(try await run("dpkg-deb", "-f", file, "Replaces") == "hello-dkms (<= 1.5.0-1)\n")
        let names = try await run("dpkg-deb", "-c", file)
        #expect(names.contains("./lib/udev/rules.d/60-hello.rules\n"))
    }

    /// Debian's programs would take the comma for the end of a name, and the full stop for what it is not.
    @Test func wordsThatAreMoreThanWordsToDebian() async throws {
        var release = try await release([Self.rules])
        release.project.description = ["first", ".second"]
        release.project.changelog[0].author = "Acme Co., Ltd. <a@b>"
        let package = try DebDkmsConverter.package(release)
        #expect(package.control["Description"]?.contains("\n\n .second\n") == true)
        #expect(
            DebDocumentation(release: release).changelog.contains("\n -- \"Acme Co., Ltd.\" <a@b>  Sun, 13"))
    }

    /// Whatever kernels it is made beside, so that one version of it is one package.
    @Test func theCommonDebDoesNotHangOnKernels() async throws {
        var release = try await sampleRelease([.sample("6.1.0-56-amd64")], in: scratch.path)
        release.project.files = [Self.modprobe]
        var relations = ExtraRelations()
        relations.breaks = ["old (<< 2)"]
        relations.replaces = ["old (<< 2)"]
        release.project.debRelations.particular[.common] = relations
        let other = try await self.release([Self.modprobe])
        let package = try #require(try DebCommonConverter.package(release))
        #expect(package.control["Breaks"] == "old (<< 2)")
        #expect(package.control["Replaces"] == "hello-dkms (<= 1.5.0-1), old (<< 2)")
        #expect(package.scripts.isEmpty)
        let same = try #require(try DebCommonConverter.package(other))
        #expect(same.conffiles == package.conffiles && same.triggers == package.triggers)
        #expect(same.control["Replaces"] == "hello-dkms (<= 1.5.0-1)")
    }

    /// What Debian 12's package has in /etc goes, even where its version is the same.
    @Test func aConffileThatMoved() async throws {
        var release = try await sampleRelease(
            in: scratch.path, settings: .sample(target: Distribution(.debian, "13")))
        release.project.files = [Self.modprobe]
        let package = try #require(try DebCommonConverter.package(release))
        #expect(Set(package.scripts.keys) == [.preinst, .postinst, .postrm])
        for script in package.scripts.values {
            #expect(script.contains("OBSOLETE=/etc/modprobe.d/hello.conf\n"))
            #expect(script.contains(#"rm_conffile "$conffile" 1.5.0-1 hello-common -- "$@""#))
        }
        // A place in /lib is the one in /usr/lib.
        var rulesToChange = Self.rules
        rulesToChange.isConfiguration = true
        release.project.files = [rulesToChange]
        let rules = try #require(try DebCommonConverter.package(release))
        #expect(rules.conffiles == ["/usr/lib/udev/rules.d/60-hello.rules"])
        #expect(Set(rules.scripts.keys) == [.postinst, .postrm])
        #expect(rules.scripts.values.allSatisfy { !$0.contains("conffile") })
    }

    @Test(.enabled(if: isInstalled("rpm"), "needs rpm")) func theCommonRPM() async throws {
        var tool = PayloadFile(
            role: .plain, content: .text("#!/bin/sh\n"), name: "t", destination: "usr/lib/hello/t",
            permissions: 0o755)
        tool.isConfiguration = true
        let file = try await write(RPMCommonConverter().plan(try await release([Self.modprobe, tool])))
        #expect(file == "hello-common-1.5.0-1.noarch.rpm")
        let list = try await run("rpm", "-qp", "--nosignature", "-l", file)
        #expect(
            list == """
                /usr/lib/hello
                /usr/lib/hello/t
                /usr/lib/modprobe.d/hello.conf
                /usr/share/doc/hello-common
                /usr/share/doc/hello-common/README

                """)
        #expect(try await run("rpm", "-qp", "--nosignature", "-c", file) == "/usr/lib/hello/t\n")
        let flags = try await run(
            "rpm", "-qp", "--nosignature", "--qf", "[%{FILENAMES} %{FILEFLAGS:fflags}\n]", file)
        #expect(flags.contains("/usr/lib/hello/t cn\n"))
        #expect(
            try await run("rpm", "-qp", "--nosignature", "--requires", file).contains(
                "config(hello-common) = 1.5.0-1\n"))
        let scripts = try await run("rpm", "-qp", "--nosignature", "--scripts", file)
        #expect(scripts.contains("posttrans") && !scripts.contains("postuninstall"))
    }

    /// An ELF header of a machine makes the package one for it; firmware that looks like a program doesn't.
    @Test func programsGiveThePackageTheirArchitecture() async throws {
        func elf(_ machine: UInt8, _ role: PayloadFile.Role, _ name: String) -> PayloadFile {
            var bytes = [UInt8](repeating: 0, count: 64)
            bytes.replaceSubrange(0..<7, with: [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1])
            bytes[16] = 2
            bytes[18] = machine
            bytes[52] = 64
            return PayloadFile(
                role: role, content: .bytes(bytes), name: name,
                destination: role == .firmware ? nil : "usr/bin/\(name)", permissions: 0o755)
        }
        let release = try await release([elf(183, .plain, "tool"), elf(40, .firmware, "dsp")])
        #expect(
            try DebCommonConverter().plan(release).first?.artifact.file == "hello-common_1.5.0-1_arm64.deb")
        #expect(
            try RPMCommonConverter().plan(release).first?.artifact.file == "hello-common-1.5.0-1.aarch64.rpm")
        let mixed = try await self.release([elf(183, .plain, "a"), elf(62, .plain, "b")])
        #expect(code { try DebCommonConverter().plan(mixed) } == "mixed-architectures")
    }

    @Test func proseIsBrokenWhereItMayBe() {
        #expect(Prose.wrapped("a  b\nc", width: 80) == "a b c")
        #expect(Prose.wrapped("aaa bbb ccc", width: 7) == "aaa bbb\nccc")
        #expect(Prose.wrapped("- a\n- b", width: 3) == "- a\n- b")
        #expect(Prose.wrapped("aaaaaaaaaa b", width: 4) == "aaaaaaaaaa\nb")
        #expect(Prose.wrapped("aa b %if # . cc", width: 4) == "aa\nb %if # .\ncc")
        #expect(Prose.wrapped("%if b", width: 4) == "%if\nb")
        #expect(Prose.wrapped("- a \n  b\t", width: 3) == "- a\n  b")
        #expect(Prose.item("aa bb cc", bullet: "  * ", width: 9) == "  * aa bb\n    cc")
    }
}
