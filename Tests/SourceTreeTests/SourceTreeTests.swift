import Archive
import Diagnostics
import DkmsConf
import ScratchFolder
import SourceTree
import Streams
import SystemPackage
import Testing

@Suite struct SourceTreeTests {
    @Test func leftOversAreLeftOut() throws {
        let scratch = try Scratch()
        try scratch.fill([
            "dkms.conf": sound, "hello.c": "", "Makefile": "", "blob.o_shipped": "", "nv-kernel.o_binary": "",
            "modules.txt": "", "lib.a": "", ".gitignore": "", "src/x.c": "",
            "hello.o": "", "hello.ko": "", "hello.ko.xz": "", "hello.mod": "", "hello.mod.c": "",
            "hello.mod.o": "", ".hello.o.cmd": "", "modules.order": "", "Module.symvers": "", "hello.c~": "",
            ".tmp_versions/hello.mod": "", ".git/config": "", ".svn/x": "", ".hg/x": "", "src/CVS/x": "",
            "src/x.o": "", "src/built-in.a": "",
        ])
        let tree = try SourceTree(root: scratch.path)
        #expect(
            tree.files.map(\.path) == [
                "Makefile", "blob.o_shipped", "dkms.conf", "hello.c", "lib.a", "modules.txt",
                "nv-kernel.o_binary", "src", "src/x.c",
            ])
        #expect(tree.leftovers.count == 18)
        #expect(tree.leftovers.contains(".git"))
        #expect(tree.warnings.map(\.code) == ["left-overs"])
        #expect(tree.warnings.first?.message.hasPrefix("18 left-overs") == true)
    }

    @Test func cleanTree() throws {
        let tree = try SourceTree(root: fixtures.appending("hello-1.5.0"))
        #expect(tree.files.map(\.path) == ["Makefile", "README.md", "dkms.conf", "hello.c"])
        #expect(tree.warnings.isEmpty && tree.leftovers.isEmpty)
        #expect(tree.folderName == "hello-1.5.0")
    }

    @Test func scriptsStayExecutable() throws {
        let tree = try SourceTree(root: fixtures.appending("two-modules-2.1"))
        #expect(tree.files[path: "scripts/pre-build.sh"]?.permissions == 0o755)
        #expect(tree.files[path: "dkms.conf"]?.permissions == 0o644)
    }

    @Test func epoch() async throws {
        let scratch = try Scratch()
        try scratch.fill(["dkms.conf": sound, "hello.c": ""])
        #expect(try await scratch.run("touch", "-d", "@1000000000", "dkms.conf") == nil)
        #expect(try await scratch.run("touch", "-d", "@1234567890", "hello.c") == nil)
        let tree = try SourceTree(root: scratch.path)
        #expect(tree.newest == 1_234_567_890)
        func time(_ environment: String?, released: Int64? = nil) throws -> ArtifactTime {
            try ArtifactTime(of: tree, released: released, environment: environment)
        }
        #expect(try time(nil).seconds == 1_234_567_890)
        #expect(try time("").seconds == 1_234_567_890)
        #expect(try time("86400", released: 5).seconds == 86400)
        #expect(try time(nil, released: 90000).seconds == 90000)
        for bad in ["yesterday", "-1", "1e9", "99999999999999999999"] {
            #expect { try time(bad) } throws: { ($0 as? Diagnostic)?.code == "bad-source-date-epoch" }
        }
    }

    @Test func aTimeThatWasSaidIsThatOfEveryFile() async throws {
        let scratch = try Scratch()
        try scratch.fill(["dkms.conf": sound, "src/hello.c": ""])
        #expect(try await scratch.run("touch", "-d", "@1000000000", "dkms.conf") == nil)
        #expect(try await scratch.run("touch", "-d", "@1234567890", "src/hello.c") == nil)
        let tree = try SourceTree(root: scratch.path)
        for environment in ["86400", "2000000000"] {
            let time = try ArtifactTime(of: tree, released: nil, environment: environment)
            let dated = time.dating(tree)
            #expect(Set((dated.files.entries + dated.topFiles).map(\.modified)) == [time.seconds])
        }
        let own = try ArtifactTime(of: tree, released: nil, environment: nil)
        #expect(own.dating(tree) == tree)
    }

    @Test func linksOutOfTheTree() throws {
        let scratch = try Scratch()
        try scratch.fill(["tree/dkms.conf": sound, "tree/a.c": "a", "shared.h": "shared"])
        let tree = scratch.path.appending("tree")
        try Files.makeSymbolicLink(tree.appending("b.c"), to: "a.c")
        try Files.makeSymbolicLink(tree.appending("gone.h"), to: "/nowhere/gone.h")
        let source = try SourceTree(root: tree)
        #expect(source.files[path: "b.c"]?.kind == .symbolicLink(target: "a.c"))
        #expect(source.files[path: "gone.h"]?.kind == .symbolicLink(target: "/nowhere/gone.h"))
        #expect(source.warnings.map(\.code) == ["link-outside"])
        // What is outside may be anything, a secret too, and nobody expects it in a package.
        try Files.makeSymbolicLink(tree.appending("shared.h"), to: "../shared.h")
        #expect { try SourceTree(root: tree) } throws: { ($0 as? Diagnostic)?.code == "link-outside" }
    }

    @Test func privateKeysAreLeftOut() throws {
        let scratch = try Scratch()
        let pem = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n"
        try scratch.fill([
            "dkms.conf": sound, "hello.c": "/* PRIVATE KEY----- is only a word here */", "keys/mok.key": pem,
            "keys/MOK.priv": "\u{30}\u{82}", "signing": pem, "keys/mok.pem": "-----BEGIN CERTIFICATE-----\n",
        ])
        let tree = try SourceTree(root: scratch.path)
        #expect(tree.files.map(\.path) == ["dkms.conf", "hello.c", "keys", "keys/mok.pem"])
        #expect(tree.warnings.map(\.code) == ["private-key", "private-key", "private-key"])
    }

    @Test func topFilesAreThoseOfTheTopFolder() throws {
        let tree = try SourceTree(root: fixtures.appending("two-modules-2.1"))
        #expect(tree.topFiles.contains { $0.path == "dkms.conf" })
        #expect(tree.topFiles.allSatisfy { !$0.path.contains("/") && $0.kind != .directory })
        #expect(tree.topFiles.count < tree.files.filter { $0.kind != .directory }.count)
    }

    /// Of an unpacked tree the user knows the package or archive, and the path in it.
    @Test func whatAnUnpackedTreeIsCalled() throws {
        let folder: FilePath = "/tmp/x/tree"
        let package = TreeOrigin(
            "/tmp/x/tree/usr/src/a-1", unpackedBelow: folder, from: "/home/a-dkms.deb")
        #expect(package.description == "/home/a-dkms.deb:usr/src/a-1")
        #expect(package.path("dkms.conf") == "/home/a-dkms.deb:usr/src/a-1/dkms.conf")
        let archive = TreeOrigin(folder, unpackedBelow: folder, from: "/home/a.tar")
        #expect(archive.description == "/home/a.tar")
        #expect(archive.path("dkms.conf") == "/home/a.tar:dkms.conf")
        let plain = TreeOrigin(folder: "/home/a-1")
        #expect(plain.description == "/home/a-1")
        #expect(plain.path("src/a.c") == "/home/a-1/src/a.c")
    }

    @Test func noConfNamesWhatIsNear() {
        #expect { try SourceTree(root: fixtures.appending("hello-as-found")) } throws: {
            let diagnostic = $0 as? Diagnostic
            return diagnostic?.code == "no-dkms-conf"
                && diagnostic?.hint?.contains("hello-as-found/hello-1.5.0") == true
        }
    }

    @Test func versionIsSettled() async throws {
        let root = fixtures.pushing("hello-as-found/hello-1.5.0")
        let context = ConfContext(kernelRelease: "6.1.0", arch: "x86_64")
        let found = try SourceTree(root: root)
        let conf = try await found.evaluate(in: context)
        #expect { try found.identity(conf) } throws: {
            let diagnostic = $0 as? Diagnostic
            return diagnostic?.code == "version-mismatch"
                && diagnostic?.hint?.contains("--package-version 1.5.0") == true
        }
        let settled = try SourceTree(root: root, packageVersion: "1.5.0")
        let corrected = try await settled.evaluate(in: context)
        #expect(corrected.packageVersion == "1.5.0")
        #expect(corrected.warnings.count == conf.warnings.count)
        #expect(corrected.warnings.map(\.location) == conf.warnings.map(\.location))
        #expect(try settled.identity(corrected).description == "hello/1.5.0")
        guard case .file(let content) = settled.files[path: "dkms.conf"]?.kind else {
            Issue.record("dkms.conf is no file")
            return
        }
        let text = String(decoding: try content.readAll(), as: UTF8.self)
        #expect(text.contains("\nPACKAGE_VERSION='1.5.0'\n") && !text.contains("0.1"))
    }
}

@Suite struct PackageIdentityTests {
    @Test(
        arguments: [
            ("hello-1.5.0", true), ("hello-1.5.1", false), ("hello-v1.5.0", false), ("hello", true),
            ("hello-main", true), ("hello-3f2c81d90a", true), ("other-2.0", true), ("Hello-2.0", false),
            (nil, true),
            ("hello-1.5.0-1", false),
        ] as [(String?, Bool)])
    func agreement(_ folder: String?, _ agrees: Bool) async throws {
        let tree = try SourceTree(root: fixtures.appending("hello-1.5.0"))
        let conf = try await tree.evaluate(in: ConfContext(arch: "x86_64"))
        let identity = try? PackageIdentity(conf: conf, folderName: folder)
        #expect((identity != nil) == agrees)
        let settled = try PackageIdentity(conf: conf, folderName: folder, settled: "9")
        #expect(settled.folderName == "hello-9")
    }
}

@Suite struct ConfVersionTests {
    @Test(
        arguments: [
            ("PACKAGE_VERSION=\"0.1\"\nX=1\n", "PACKAGE_VERSION='2'\nX=1\n"),
            ("  export PACKAGE_VERSION=0.1 # old\r\nX=1\r\n", "  export PACKAGE_VERSION='2'\r\nX=1\r\n"),
            ("X=1", "X=1\nPACKAGE_VERSION='2'\n"), ("X=1\n", "X=1\nPACKAGE_VERSION='2'\n"),
        ])
    func setting(_ text: String, _ expected: String) {
        let changed = ConfVersion.setting("2", in: Array(text.utf8))
        #expect(String(decoding: changed, as: UTF8.self) == expected)
    }
}
