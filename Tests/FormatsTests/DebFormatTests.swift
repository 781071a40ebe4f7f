import Archive
import Compression
import DebFormat
import Diagnostics
import ScratchFolder
import Streams
import SystemPackage
import Testing

@Suite struct DebFormatTests {
    static func package() throws(Diagnostic) -> DebPackage {
        // The change log's gzip bytes, as `gzip -9n` makes them.
        var compressor = try Compressor(CompressionSettings(.gz, level: 9), into: MemorySink())
        try compressor.write(
            """
            hello (1.5.0-2) unstable; urgency=medium

              * Packaged by mkdkms.

             -- A. Packager <packager@example.org>  Tue, 14 Nov 2023 22:13:20 +0000

            hello (1.5.0-1) unstable; urgency=medium

              * Initial release. (Closes: #1)

             -- A. Packager <packager@example.org>  Mon, 13 Nov 2023 22:13:20 +0000

            """)
        let changelog = try compressor.finish().bytes
        let document = "usr/share/doc/hello-dkms"
        let tree = try DebSamples.tree().moved(under: "usr/src/hello-1.5.0")
        let files = try FileList(
            tree.entries + [
                DebSamples.file(
                    "\(document)/copyright",
                    "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"
                        + "Files: *\nCopyright: 2023 A. Packager\nLicense: GPL-2\n"
                        + " See /usr/share/common-licenses/GPL-2.\n"),
                FileEntry(
                    path: "\(document)/changelog.Debian.gz", kind: .file(.bytes(changelog)),
                    permissions: 0o644, modified: DebSamples.epoch),
                DebSamples.file("etc/hello.conf", "setting=1\n"),
            ])
        return DebPackage(
            control: ControlFields([
                "Package": "hello-dkms", "Source": "hello", "Version": "1.5.0-2", "Architecture": "all",
                "Maintainer": "A. Packager <packager@example.org>", "Depends": "dkms (>= 2.8)",
                "Section": "kernel", "Priority": "optional",
                "Description":
                    "greeting driver (DKMS)\nThis builds the module that greets whoever loads it.\n\n"
                    + "It does nothing else, and it does that well.",
            ]),
            files: files,
            scripts: [.postinst: "#!/bin/sh\nset -e\nif [ \"$1\" = configure ]; then echo hello; fi\n"],
            conffiles: ["/etc/hello.conf"],
            triggers: ["activate-noawait update-initramfs"])
    }

    /// Who signed a package makes no difference to what it is; anything else does.
    @Test func contentAndSignature() async throws {
        let folder = try TemporaryFolder("test")
        let settings = DebSamples.settings[0]
        var package = try Self.package()
        let (plain, signed) = (folder.path.appending("plain.deb"), folder.path.appending("signed.deb"))
        try DebWriter.write(package, to: plain, compression: settings, epoch: DebSamples.epoch)
        try await DebWriter.write(package, to: signed, compression: settings, epoch: DebSamples.epoch) { _ in
            Array("signature".utf8)
        }
        let digest = try DebReader(plain).contentDigest()
        #expect(try Files.read(plain) != Files.read(signed))
        #expect(try DebReader(signed).contentDigest() == digest)
        package.control["Version"] = "1.5.0-3"
        try DebWriter.write(package, to: signed, compression: settings, epoch: DebSamples.epoch)
        #expect(try DebReader(signed).contentDigest() != digest)
    }

    private func write(_ settings: CompressionSettings, in folder: FilePath) throws -> FilePath {
        let package = try Self.package()
        let path = folder.appending(package.fileName)
        try DebWriter.write(package, to: path, compression: settings, epoch: DebSamples.epoch)
        return path
    }

    @Test(arguments: DebSamples.settings)
    func readsBackTheSame(_ settings: CompressionSettings) throws {
        let folder = try TemporaryFolder("test")
        let package = try Self.package()
        let path = try write(settings, in: folder.path)
        #expect(path.lastComponent?.string == "hello-dkms_1.5.0-2_all.deb")
        let deb = try DebReader(path)
        for field in package.control.fields { #expect(deb.control[field.name] == field.value) }
        #expect(deb.scripts == package.scripts)
        #expect(deb.conffiles == package.conffiles)
        #expect(deb.triggers == package.triggers)
        #expect(
            deb.memberNames == ["control.tar\(settings.format.suffix)", "data.tar\(settings.format.suffix)"])
        let out = folder.path.appending("out")
        try Files.makeDirectory(out)
        try deb.extract(into: out)
        let back = try FileList(folder: out)
        let expected = package.files.addingParents(mtime: DebSamples.epoch).clamped(to: DebSamples.epoch)
        #expect(back.map(\.path) == expected.map(\.path))
        #expect(back.map(\.permissions) == expected.map(\.permissions))
        #expect(back.map(\.modified) == expected.map(\.modified))
        #expect(
            Set(deb.md5sums.keys) == Set(expected.compactMap(\.regularPath)).subtracting(["etc/hello.conf"]))
        #expect(deb.md5sums["usr/src/hello-1.5.0/empty"] == "d41d8cd98f00b204e9800998ecf8427e")
    }

    /// So many bytes that the sums are made while the data is written, each file's beside its own name.
    @Test(.enabled(if: isInstalled("dpkg-deb"), "dpkg-deb is not installed"))
    func md5sumFindsEverySumRight() async throws {
        let folder = try TemporaryFolder("test")
        let files = try FileList(
            (0..<40).map { number in
                FileEntry(
                    path: "usr/src/big/\(number)",
                    kind: .file(.bytes([UInt8](repeating: UInt8(number), count: number * 20_000))),
                    permissions: 0o644, modified: DebSamples.epoch)
            })
        let package = DebPackage(
            control: try Self.package().control, files: files, scripts: [:], conffiles: [], triggers: [])
        let path = folder.path.appending(package.fileName)
        try DebWriter.write(
            package, to: path, compression: CompressionSettings(.gz, level: 1, threads: 3),
            epoch: DebSamples.epoch)
        let out = folder.path.appending("out")
        try await DebTool.run("dpkg-deb", ["-R", path.string, out.string])
        let sums = out.appending("DEBIAN").appending("md5sums")
        #expect(try Files.readText(sums).split(separator: "\n").count == 40)
        let checked = try await DebTool.text(
            "env", ["--chdir", out.string, "md5sum", "--check", "--strict", sums.string])
        #expect(checked.split(separator: "\n").allSatisfy { $0.hasSuffix(": OK") })
    }

    @Test func aFileThatCannotBeReadIsNamed() throws {
        let folder = try TemporaryFolder("test")
        let content = [UInt8](repeating: 1, count: 3 << 20)
        var entries = (0..<8).map { number in
            FileEntry(
                path: "usr/src/big/\(number)", kind: .file(.bytes(content)), permissions: 0o644,
                modified: DebSamples.epoch)
        }
        let missing = folder.path.appending("missing")
        entries[5].kind = .file(.onDisk(missing, size: 5))
        let package = DebPackage(
            control: try Self.package().control, files: try FileList(entries), scripts: [:], conffiles: [],
            triggers: [])
        let fault = #expect(throws: Diagnostic.self) {
            try DebWriter.write(
                package, to: folder.path.appending("a.deb"),
                compression: CompressionSettings(.gz, level: 1, threads: 4), epoch: DebSamples.epoch)
        }
        #expect(fault?.message.contains(missing.string) == true)
        #expect(try Files.names(in: folder.path).isEmpty)
    }

    @Test func aCancelledTaskWritesNothing() async throws {
        let package = try Self.package()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            let folder = try TemporaryFolder("test")
            try DebWriter.write(
                package, to: folder.path.appending("a.deb"), compression: CompressionSettings(.none),
                epoch: DebSamples.epoch)
        }
        task.cancel()
        let fault = await #expect(throws: Diagnostic.self) { try await task.value }
        #expect(fault?.status == .interrupted)
    }

    @Test(arguments: DebSamples.settings)
    func dpkgReadsIt(_ settings: CompressionSettings) async throws {
        let folder = try TemporaryFolder("test")
        let path = try write(settings, in: folder.path)
        let info = try await DebTool.text("dpkg-deb", ["-I", path.string])
        #expect(info.contains(" Description: greeting driver (DKMS)\n  This builds"), "\(info)")
        #expect(info.contains("\n  .\n  It does nothing else"), "\(info)")
        let list = try await DebTool.text("dpkg-deb", ["-c", path.string])
        let lines = list.split(separator: "\n")
        #expect(lines.first == "drwxr-xr-x root/root         0 2023-11-14 22:13 ./")
        #expect(
            lines.contains(
                "-rwxr-xr-x root/root        17 2023-11-14 22:11 ./usr/src/hello-1.5.0/scripts/run"))
        #expect(
            lines.contains(
                "lrwxrwxrwx root/root         0 2023-11-14 22:13 ./usr/src/hello-1.5.0/link -> hello.c"))
        let tar = try await DebTool.run("dpkg-deb", ["--fsys-tarfile", path.string])
        var reader = try ArchiveReader(.bytes(tar))
        var count = 0
        while try reader.next() != nil { count += 1 }
        #expect(count == lines.count)
    }

    @Test(.enabled(if: isInstalled("dpkg-gencontrol"), "dpkg-dev is not installed"))
    func installedSizeIsThatOfDpkgGencontrol() async throws {
        let folder = try TemporaryFolder("test")
        let path = try write(DebSamples.settings[0], in: folder.path)
        let tree = folder.path.appending("tree")
        try await DebTool.run("dpkg-deb", ["-x", path.string, tree.string])
        let control = folder.path.appending("control")
        let changelog = folder.path.appending("changelog")
        try Files.write(
            Array(
                "Source: a1\nMaintainer: A <a@b>\n\nPackage: a1\nArchitecture: all\nDescription: x\n y\n".utf8
            ),
            to: control)
        try Files.write(
            Array(
                "a1 (1) unstable; urgency=low\n\n  * A\n\n -- A <a@b>  Tue, 14 Nov 2023 22:13:20 +0000\n".utf8
            ),
            to: changelog)
        let text = try await DebTool.text(
            "dpkg-gencontrol",
            [
                "-c\(control)", "-l\(changelog)", "-f\(folder.path)/files", "-P\(tree)", "-O",
                "-T/dev/null",
            ])
        let expected = try #require(try ControlFields(parsing: text)["Installed-Size"])
        #expect(try DebReader(path).control["Installed-Size"] == expected)
    }

    @Test(.enabled(if: DebTool.isRoot, "dpkg unpacks as root only"), arguments: DebSamples.settings)
    func dpkgUnpacksAndVerifiesIt(_ settings: CompressionSettings) async throws {
        let folder = try TemporaryFolder("test")
        let path = try write(settings, in: folder.path)
        let root = folder.path.appending("root")
        for name in ["var/lib/dpkg/info", "var/lib/dpkg/updates", "var/lib/dpkg/triggers"] {
            try Files.makeDirectories(root.appending(name))
        }
        try Files.write([], to: root.appending("var/lib/dpkg/status"))
        try await DebTool.run("dpkg", ["--root=\(root)", "--unpack", path.string])
        #expect(try Files.status(root.appending("usr/src/hello-1.5.0/scripts/run")).permissions == 0o755)
        // dpkg compares all files with the md5sums; the conffile waits for its configuration.
        let changed = try await DebTool.text("dpkg", ["--root=\(root)", "--verify", "hello-dkms"])
        #expect(changed == "missing   c /etc/hello.conf\n")
    }

    @Test(.enabled(if: isInstalled("lintian"), "lintian is not installed"))
    func lintianFindsNoFault() async throws {
        let folder = try TemporaryFolder("test")
        let path = try write(DebWriter.defaultSettings(threads: 2), in: folder.path)
        let found = try await DebTool.text(
            "lintian", ["--allow-root", "--fail-on", "none", "--tag-display-limit", "0", path.string])
        let tags = found.split(separator: "\n").filter { $0.hasPrefix("E:") || $0.hasPrefix("W:") }
        #expect(tags.isEmpty, "\(found)")
    }

    @Test func threadsAndTimeDontMatter() throws {
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
        package.control["Version"] = "v1"
        package.control["Maintainer"] = nil
        package.control["Depends"] = "a\r\nb"
        package.conffiles = ["/etc/missing"]
        let folder = try TemporaryFolder("test")
        let fault = #expect(throws: Diagnostic.self) {
            try DebWriter.write(
                package, to: folder.path.appending("a.deb"), compression: DebSamples.settings[0], epoch: 0)
        }
        #expect(fault?.code == "bad-package")
        #expect(fault?.related.count == 4)
        #expect(try Files.names(in: folder.path).isEmpty)
    }

    @Test func leavesNothingWhenAFileIsGone() throws {
        let folder = try TemporaryFolder("test")
        var package = try Self.package()
        package.files = try FileList([
            FileEntry(
                path: "gone", kind: .file(.onDisk("/nonexistent", size: 3)), permissions: 0o644, modified: 0)
        ])
        package.conffiles = []
        #expect(throws: Diagnostic.self) {
            try DebWriter.write(
                package, to: folder.path.appending("a.deb"), compression: DebSamples.settings[0], epoch: 0)
        }
        #expect(try Files.names(in: folder.path).isEmpty)
    }

    @Test(arguments: DebSamples.settings)
    func noticesEveryCut(_ settings: CompressionSettings) throws {
        let folder = try TemporaryFolder("test")
        let bytes = try Files.read(try write(settings, in: folder.path))
        let path = folder.path.appending("cut.deb")
        // The last byte may only pad the archive to an even size.
        for length in stride(from: 0, to: bytes.count - 1, by: max(1, bytes.count / 150)) {
            try Files.write(Array(bytes[..<length]), to: path)
            let fault = #expect(throws: Diagnostic.self, "\(length) of \(bytes.count)") {
                try DebReader(path).forEachMember { (_, _) throws(Diagnostic) in }
            }
            #expect(fault?.code == "bad-deb")
        }
    }

    @Test func survivesEveryFlippedByte() throws {
        let folder = try TemporaryFolder("test")
        let bytes = try Files.read(try write(DebSamples.settings[1], in: folder.path))
        let path = folder.path.appending("bad.deb")
        for position in stride(from: 0, to: bytes.count, by: 7) {
            var damaged = bytes
            damaged[position] ^= 0xff
            try Files.write(damaged, to: path)
            do throws(Diagnostic) {
                try DebReader(path).forEachMember { (_, _) throws(Diagnostic) in }
            } catch {
                #expect(error.code == "bad-deb", "byte \(position): \(error.message)")
            }
        }
    }

    @Test(
        .enabled(if: isInstalled("dpkg-deb"), "dpkg-deb is not installed"),
        arguments: ["gzip", "xz", "zstd", "none"])
    func readsWhatDpkgDebWrote(_ compression: String) async throws {
        let folder = try TemporaryFolder("test")
        let tree = folder.path.appending("tree")
        try Files.makeDirectories(tree.appending("DEBIAN"))
        try Files.makeDirectories(tree.appending("usr/src"))
        try Files.write(Array("x".utf8), to: tree.appending("usr/src/file"))
        // dpkg-deb wants it to be as open, whatever the umask.
        try Files.setPermissions(tree.appending("DEBIAN"), 0o755)
        let control =
            "Package: a1\nVersion: 1\nArchitecture: all\nMaintainer: A <a@b>\nDescription: short\n long\n"
        try Files.write(Array(control.utf8), to: tree.appending("DEBIAN/control"))
        let path = folder.path.appending("a.deb")
        try await DebTool.run("dpkg-deb", ["-Z\(compression)", "-b", tree.string, path.string])
        let deb = try DebReader(path)
        #expect(deb.control["description"] == "short\nlong")
        var paths: [String] = []
        try deb.forEachMember { (member, _) throws(Diagnostic) in paths.append(member.path) }
        #expect(paths.contains("./usr/src/file"))
    }

    @Test func aFieldThatIsThereTakesFurtherItems() {
        var fields = ControlFields(["Package": "x", "Depends": "a", "Section": "kernel"])
        fields.insert("Provides", "b", after: "Depends")
        fields.insert("provides", "c (= 1)", after: "Package")
        fields.insert("Conflicts", "d", after: "Nothing")
        #expect(
            fields.text == "Package: x\nDepends: a\nProvides: b, c (= 1)\nSection: kernel\nConflicts: d\n")
    }

    @Test func controlTextFoldsAndUnfolds() throws {
        let text = "A: one\nB: first\n second\n .\n   deeper\nC:\n x\n"
        let fields = try ControlFields(parsing: text)
        #expect(fields["b"] == "first\nsecond\n\n  deeper")
        #expect(fields.text == text)
        #expect(throws: Diagnostic.self) { try ControlFields(parsing: " leading\n") }
        #expect(throws: Diagnostic.self) { try ControlFields(parsing: "A: 1\na: 2\n") }
        #expect(throws: Diagnostic.self) { try ControlFields(parsing: "no colon\n") }
    }
}

extension FileEntry {
    /// The path, if this is a regular file.
    var regularPath: String? {
        if case .file = kind { return path }
        return nil
    }
}
