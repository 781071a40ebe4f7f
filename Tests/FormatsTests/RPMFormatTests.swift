import Archive
import Compression
import Diagnostics
import RPMFormat
import ScratchFolder
import Streams
import SystemPackage
import Testing

@Suite struct RPMFormatTests {
    static func package() throws(Diagnostic) -> RPMPackage {
        let tree = try DebSamples.tree().moved(under: "usr/src/hello-1.5.0")
        let files = try FileList(
            tree.entries + [
                FileEntry(
                    path: "usr/src/hello-1.5.0", kind: .directory, permissions: 0o755,
                    modified: DebSamples.epoch),
                DebSamples.file("etc/hello.conf", "setting=1\n"),
                DebSamples.file("usr/share/doc/hello/README", "Read me.\n"),
                DebSamples.file("var/lib/hello.state", ""),
                FileEntry(
                    path: "lib/modules/6.1/hello.ko", kind: .file(.bytes(Self.object)), permissions: 0o644,
                    modified: DebSamples.epoch),
            ])
        var package = RPMPackage(
            name: "hello-dkms", epoch: 2, version: "1.5.0~rc1", release: "1", architecture: "x86_64",
            summary: "Greeting driver", description: "Greets whoever loads it.\n\nNothing else.",
            license: "GPL-2.0-only", files: files, buildTime: DebSamples.epoch)
        package.url = "https://example.org/hello"
        package.packager = "A. Packager <packager@example.org>"
        package.flags = [
            "etc/hello.conf": [.config, .noReplace], "usr/share/doc/hello/README": .documentation,
            "var/lib/hello.state": .ghost,
        ]
        package.relations = [
            .requires: [RPMDependency("dkms", [.greater, .equal], "2.8"), RPMDependency("gcc")],
            .provides: [RPMDependency("hello-kmod", .equal, "1.5.0")],
            .recommends: [RPMDependency("(kernel-devel if kernel)")],
            .conflicts: [RPMDependency("kmod-hello")],
        ]
        package.scriptlets = [.post: "exit 0\n", .preUninstall: "exit 0\n", .postTransaction: "exit 0\n"]
        package.changelog = [
            .init(
                time: DebSamples.epoch, author: "A. Packager <p@example.org> - 2:1.5.0~rc1-1", text: "- First"
            )
        ]
        return package
    }

    /// The first bytes of an x86-64 ELF relocatable file.
    static let object: [UInt8] =
        [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 9) + [1, 0, 62, 0, 1, 0, 0, 0]

    private func write(_ settings: CompressionSettings, in folder: FilePath) throws -> FilePath {
        let package = try Self.package()
        let path = folder.appending(package.fileName)
        try RPMWriter.write(package, to: path, compression: settings)
        return path
    }

    @Test(arguments: DebSamples.settings)
    func readsBackTheSame(_ settings: CompressionSettings) throws {
        let folder = try TemporaryFolder("test")
        let package = try Self.package()
        let path = try write(settings, in: folder.path)
        #expect(path.lastComponent?.string == "hello-dkms-1.5.0~rc1-1.x86_64.rpm")
        let rpm = try RPMReader(path)
        #expect(rpm.name == package.name && rpm.version == package.version && rpm.release == package.release)
        #expect(rpm.epoch == 2 && rpm.architecture == "x86_64" && !rpm.isSource)
        #expect(rpm.text(.description) == package.description)
        #expect(rpm.scriptlets == package.scriptlets)
        #expect(rpm.changelog == package.changelog)
        #expect(rpm.files.map(\.path) == package.files.map { "/" + $0.path })
        #expect(rpm.files.map(\.mode) == package.files.map(\.mode))
        #expect(rpm.files.map(\.size) == package.files.map(\.size))
        #expect(rpm.files.first { $0.path == "/etc/hello.conf" }?.flags == [.config, .noReplace])
        let dkms = rpm.relations(.requires).first { $0.name == "dkms" }
        #expect(dkms?.text == "dkms >= 2.8")

        let out = folder.path.appending("out")
        try Files.makeDirectory(out)
        try rpm.extract(into: out)
        let back = try FileList(folder: out)
        for entry in package.files where package.flags[entry.path] != .ghost {
            let extracted = back[path: entry.path]
            #expect(extracted?.permissions == entry.permissions, "\(entry.path)")
            #expect(extracted?.modified == entry.modified, "\(entry.path)")
            #expect(extracted?.size == entry.size, "\(entry.path)")
        }
        #expect(back[path: "var/lib/hello.state"] == nil)
    }

    @Test(.enabled(if: isInstalled("rpm"), "rpm is not installed"), arguments: DebSamples.settings)
    func rpmReadsAndChecksIt(_ settings: CompressionSettings) async throws {
        let folder = try TemporaryFolder("test")
        let path = try write(settings, in: folder.path)
        let check = try await DebTool.text("rpm", ["-Kv", path.string])
        #expect(check.contains("Header SHA256 digest: OK"), "\(check)")
        #expect(check.contains("Payload SHA256 digest: OK"), "\(check)")
        #expect(check.contains("MD5 digest: OK"), "\(check)")
        #expect(!check.contains("BAD") && !check.contains("NOTFOUND"), "\(check)")
        let info = try await DebTool.text("rpm", ["-qpi", path.string])
        #expect(
            info.contains("Epoch       : 2\n") && info.contains("License     : GPL-2.0-only\n"), "\(info)")
        let requires = try await DebTool.text("rpm", ["-qp", "--requires", path.string])
        #expect(requires.split(separator: "\n").contains("dkms >= 2.8"), "\(requires)")
        #expect(requires.contains("rpmlib(RichDependencies) <= 4.12.0-1"), "\(requires)")
        let provides = try await DebTool.text("rpm", ["-qp", "--provides", path.string])
        #expect(
            provides.split(separator: "\n").sorted() == [
                "config(hello-dkms) = 2:1.5.0~rc1-1", "hello-dkms = 2:1.5.0~rc1-1",
                "hello-dkms(x86-64) = 2:1.5.0~rc1-1", "hello-kmod = 1.5.0",
            ], "\(provides)")
        let classes = try await DebTool.text("rpm", ["-qp", "--fileclass", path.string])
        #expect(
            classes.contains("hello.ko\tELF 64-bit LSB relocatable, x86-64, version 1 (SYSV)"), "\(classes)")
        let scripts = try await DebTool.text("rpm", ["-qp", "--scripts", path.string])
        #expect(scripts.contains("posttrans scriptlet (using /bin/sh)"), "\(scripts)")
    }

    @Test(
        .enabled(if: isInstalled("rpm") && DebTool.isRoot, "needs rpm and root"),
        arguments: DebSamples.settings)
    func rpmInstallsVerifiesAndErasesIt(_ settings: CompressionSettings) async throws {
        let folder = try TemporaryFolder("test")
        let path = try write(settings, in: folder.path)
        let root = ["--root", folder.path.appending("root").string]
        try Files.makeDirectory(folder.path.appending("root"))
        try await DebTool.run("rpm", root + ["--initdb"])
        try await DebTool.run(
            "rpm", root + ["-i", "--nodeps", "--noscripts", "--ignorearch", path.string])
        let changed = try await DebTool.text("rpm", root + ["-V", "--nodeps", "--noscripts", "hello-dkms"])
        #expect(changed.isEmpty || changed.contains("missing   c") == false, "\(changed)")
        #expect(Files.exists(folder.path.appending("root/usr/src/hello-1.5.0/dkms.conf")))
        try await DebTool.run("rpm", root + ["-e", "--nodeps", "--noscripts", "hello-dkms"])
        #expect(!Files.exists(folder.path.appending("root/usr/src/hello-1.5.0")))
    }

    @Test(
        .enabled(
            if: isInstalled("rpm2cpio") && isInstalled("cpio"), "needs rpm2cpio and cpio"),
        arguments: DebSamples.settings)
    func cpioListsItsPayload(_ settings: CompressionSettings) async throws {
        let folder = try TemporaryFolder("test")
        let path = try write(settings, in: folder.path)
        let cpio = try await DebTool.run("rpm2cpio", [path.string])
        let list = try await DebTool.text("cpio", ["-it", "--quiet"], input: cpio)
        let expected = try Self.package().files.filter { $0.path != "var/lib/hello.state" }
        #expect(list.split(separator: "\n").map(String.init) == expected.map { "./" + $0.path })
    }

    @Test(.enabled(if: isInstalled("createrepo_c"), "createrepo_c is not installed"))
    func createrepoIndexesIt() async throws {
        let folder = try TemporaryFolder("test")
        for settings in DebSamples.settings {
            let sub = folder.path.appending(settings.format.rawValue)
            try Files.makeDirectory(sub)
            _ = try write(settings, in: sub)
        }
        let output = try await DebTool.text("createrepo_c", [folder.path.string])
        #expect(!output.lowercased().contains("error"), "\(output)")
        let names = try Files.names(in: folder.path.appending("repodata"))
        let primary = try #require(names.first { $0.contains("primary.xml") })
        let xml = try await DebTool.text(
            "gzip", ["-dc", folder.path.appending("repodata").appending(primary).string])
        #expect(xml.contains("packages=\"4\""))
    }

    @Test(.enabled(if: isInstalled("rpmlint"), "rpmlint is not installed"))
    func rpmlintReadsIt() async throws {
        let folder = try TemporaryFolder("test")
        let path = try write(DebSamples.settings[1], in: folder.path)
        let program = try await DebTool.text("sh", ["-c", "rpmlint \"$1\"; true", "sh", path.string])
        #expect(program.contains("1 packages and 0 specfiles checked"), "\(program)")
        for tag in ["no-changelogname-tag", "incoherent-version", "non-coherent-filename", "wrong-"] {
            #expect(!program.contains(tag), "\(program)")
        }
    }

    @Test func threadsDontMatter() throws {
        let folder = try TemporaryFolder("test")
        for format in [CompressionFormat.xz, .zst] {
            let bytes = try [1, 2].map { threads in
                try Files.read(try write(CompressionSettings(format, threads: threads), in: folder.path))
            }
            #expect(bytes[0] == bytes[1])
        }
    }

    @Test func collectsFaults() throws {
        var package = try Self.package()
        package.version = "1-2"
        package.summary = ""
        package.flags["usr/missing"] = .config
        let folder = try TemporaryFolder("test")
        let fault = #expect(throws: Diagnostic.self) {
            try RPMWriter.write(
                package, to: folder.path.appending("a.rpm"), compression: DebSamples.settings[0])
        }
        #expect(fault?.code == "bad-package")
        #expect(fault?.related.count == 3)
        #expect(try Files.names(in: folder.path).isEmpty)
    }

    @Test(arguments: DebSamples.settings)
    func noticesEveryCut(_ settings: CompressionSettings) throws {
        let folder = try TemporaryFolder("test")
        let bytes = try Files.read(try write(settings, in: folder.path))
        let path = folder.path.appending("cut.rpm")
        for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 200)) {
            try Files.write(Array(bytes[..<length]), to: path)
            let fault = #expect(throws: Diagnostic.self, "\(length)") { try RPMReader(path).verifyPayload() }
            #expect(fault?.code == "bad-rpm")
        }
    }

    @Test func noticesEveryFlippedByteThatMatters() throws {
        let folder = try TemporaryFolder("test")
        let bytes = try Files.read(try write(DebSamples.settings[1], in: folder.path))
        let start = try RPMReader(folder.path.appending(try Self.package().fileName)).headerOffset
        let path = folder.path.appending("bad.rpm")
        for position in stride(from: 0, to: bytes.count, by: 13) {
            var damaged = bytes
            damaged[position] ^= 0xff
            try Files.write(damaged, to: path)
            do throws(Diagnostic) {
                try RPMReader(path).verifyPayload()
                // The lead and the reserved space mean nothing; header and payload are under digests.
                #expect(position < start, "byte \(position)")
            } catch {
                #expect(error.code == "bad-rpm", "byte \(position): \(error.message)")
            }
        }
    }

    @Test(.enabled(if: isInstalled("rpmbuild"), "rpmbuild is not installed"))
    func readsWhatRpmbuildWrote() async throws {
        let folder = try TemporaryFolder("test")
        let spec = """
            Name: made
            Version: 1
            Release: 2
            Summary: Made by rpmbuild
            License: MIT
            BuildArch: noarch
            Requires: other >= 3
            %description
            Text.
            %install
            mkdir -p %{buildroot}/usr/share/made
            echo x > %{buildroot}/usr/share/made/x
            %post
            exit 0
            %files
            /usr/share/made
            """
        let file = folder.path.appending("made.spec")
        try Files.write(Array(spec.utf8), to: file)
        try await DebTool.run(
            "rpmbuild", ["--quiet", "--define", "_topdir \(folder.path)", "-ba", file.string])
        let rpm = try RPMReader(folder.path.appending("RPMS/noarch/made-1-2.noarch.rpm"))
        #expect(rpm.name == "made" && rpm.scriptlets[.post] == "exit 0")
        #expect(rpm.relations(.requires).map(\.text).contains("other >= 3"))
        #expect(rpm.files.map(\.path) == ["/usr/share/made", "/usr/share/made/x"])
        let out = folder.path.appending("out")
        try Files.makeDirectory(out)
        try rpm.extract(into: out)
        #expect(try Files.readText(out.appending("usr/share/made/x")) == "x\n")
        #expect(try RPMReader(folder.path.appending("SRPMS/made-1-2.src.rpm")).isSource)
    }
}
