import KernelModule
import Diagnostics
import Inspection
import SampleModules
import ScratchFolder
import Streams
import SystemPackage
import Testing
import Tools

/// Artifacts that other programs made, and what is none.
@Suite struct InspectorTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func run(_ name: String, _ arguments: String...) async throws -> String {
        let outcome = try await Program(name, arguments, folder: scratch.path).capture()
        try #require(outcome.status == 0, "\(String(decoding: outcome.errorOutput, as: UTF8.self))")
        return String(decoding: outcome.output, as: UTF8.self)
    }

    private func digest(_ file: String) async throws -> String {
        String(try await run("sha256sum", file).prefix(64))
    }

    private func inspect(_ file: String) throws -> InspectedArtifact {
        try Inspector.inspect(scratch.path.appending(file))
    }

    @Test(
        .enabled(if: AssembledModule.isPossible, Comment(rawValue: AssembledModule.reason)),
        arguments: ["none", "xz", "gzip"])
    func aModule(_ compressor: String) async throws {
        try await AssembledModule(name: "hello").write(to: scratch.path)
        var file = "hello.ko"
        if compressor != "none" {
            _ = try await run(compressor, file)
            file += compressor == "xz" ? ".xz" : ".gz"
        }
        let artifact = try inspect(file)
        #expect(artifact.format == .ko)
        #expect(artifact.name == "hello")
        #expect(artifact.version == "1.5.0")
        #expect(artifact.modules.first?.facts.vermagicRelease == "6.1.0-56-amd64")
        // The name of a file decides nothing but which reader is tried first.
        try Files.rename(scratch.path.appending(file), to: scratch.path.appending("some.ko.bin"))
        #expect(try inspect("some.ko.bin").name == "hello")
    }

    @Test(.enabled(if: AssembledModule.isPossible, Comment(rawValue: AssembledModule.reason)))
    func aPackageThatDpkgBuilt() async throws {
        try scratch.fill([
            "root/DEBIAN/control": """
            Package: hello-modules
            Version: 1.5.0-1
            Architecture: amd64
            Maintainer: Ann <ann@example.org>
            Description: modules

            """, "root/DEBIAN/postinst": "#!/bin/sh\nexit 0\n",
        ])
        try Files.setPermissions(scratch.path.pushing("root/DEBIAN/postinst"), 0o755)
        let folder = scratch.path.pushing("root/lib/modules/6.1.0-56-amd64/updates")
        try Files.makeDirectories(folder)
        try await AssembledModule(name: "hello").write(to: folder)
        // dpkg-deb wants it to be as open, whatever the umask.
        try Files.setPermissions(scratch.path.pushing("root/DEBIAN"), 0o755)
        _ = try await run("dpkg-deb", "--root-owner-group", "--build", "root", "it.deb")
        let artifact = try inspect("it.deb")
        #expect(artifact.format == .deb)
        #expect(artifact.kind == "modules")
        #expect(artifact.name == "hello-modules")
        #expect(artifact.version == "1.5.0-1")
        #expect(artifact.scripts == ["postinst": "#!/bin/sh\nexit 0\n"])
        #expect(artifact.metadata.contains { $0.name == "Maintainer" && $0.value == "Ann <ann@example.org>" })
        let module = "lib/modules/6.1.0-56-amd64/updates/hello.ko"
        #expect(artifact.files.map(\.path) == [module])
        #expect(artifact.files.first?.sha256 == (try await digest("root/\(module)")))
        #expect(artifact.modules.map(\.path) == [module])
    }

    /// The rest of the package is told, with what is wrong beside it.
    @Test(.enabled(if: AssembledModule.isPossible, Comment(rawValue: AssembledModule.reason)))
    func aDamagedModuleHidesNothingElse() async throws {
        try scratch.fill([
            "root/DEBIAN/control": """
            Package: hello-modules
            Version: 1.5.0-1
            Architecture: amd64
            Maintainer: Ann <ann@example.org>
            Description: modules

            """, "root/lib/modules/6.1.0-1/updates/cut.ko.xz": "cut",
        ])
        let folder = scratch.path.pushing("root/lib/modules/6.1.0-1/updates")
        let whole = try await AssembledModule(name: "hello").write(to: folder)
        try Files.write(Array(try Files.read(whole).prefix(100)), to: folder.appending("damaged.ko"))
        // dpkg-deb wants it to be as open, whatever the umask.
        try Files.setPermissions(scratch.path.pushing("root/DEBIAN"), 0o755)
        _ = try await run("dpkg-deb", "--root-owner-group", "--build", "root", "it.deb")
        let artifact = try inspect("it.deb")
        #expect(artifact.kind == "modules")
        #expect(artifact.files.count == 3)
        #expect(artifact.modules.map(\.path) == ["lib/modules/6.1.0-1/updates/hello.ko"])
        #expect(artifact.faults.count == 2)
        for name in ["updates/cut.ko.xz", "updates/damaged.ko"] {
            #expect(artifact.faults.contains { $0.message.contains(name) && $0.severity == .error })
        }
    }

    @Test(.enabled(if: Files.isRegularFile("/usr/bin/rpmbuild"), "needs rpmbuild"))
    func aPackageThatRpmbuildBuilt() async throws {
        try scratch.fill([
            "it.spec": """
            Name: hello-dkms
            Version: 1.5.0
            Release: 2
            Summary: a source
            License: GPL
            BuildArch: noarch
            %description
            a source
            %install
            mkdir -p %{buildroot}/usr/src/hello-1.5.0
            echo 'PACKAGE_NAME=hello' >%{buildroot}/usr/src/hello-1.5.0/dkms.conf
            %files
            /usr/src/hello-1.5.0
            %post
            echo installed

            """
        ])
        _ = try await run("rpmbuild", "-bb", "--define", "_topdir \(scratch.path)/top", "it.spec")
        let file = "top/RPMS/noarch/hello-dkms-1.5.0-2.noarch.rpm"
        let artifact = try Inspector.inspect(scratch.path.pushing(FilePath(file)))
        #expect(artifact.format == .rpm)
        #expect(artifact.kind == "dkms")
        #expect(artifact.name == "hello-dkms")
        #expect(artifact.version == "1.5.0")
        #expect(artifact.scripts.values.contains { $0.contains("echo installed") })
        #expect(artifact.files.map(\.path) == ["usr/src/hello-1.5.0/dkms.conf"])
        #expect(artifact.files.first?.size == 19)
    }

    @Test func aTarballThatTarMade() async throws {
        try scratch.fill([
            "dkms_source_tree/dkms.conf": "PACKAGE_NAME=\"hello\"\n PACKAGE_VERSION='1.5.0' # really\n",
            "dkms_source_tree/hello.c": "int x;\n",
            "dkms_main_tree/6.1.0-56-amd64/x86_64/log/make.log": "log\n",
        ])
        _ = try await run("tar", "-czf", "it.dkms.tar.gz", "dkms_source_tree", "dkms_main_tree")
        let artifact = try inspect("it.dkms.tar.gz")
        #expect(artifact.format == .tarball)
        #expect(artifact.kind == "source")
        #expect(artifact.name == "hello")
        #expect(artifact.version == "1.5.0")
        #expect(artifact.metadata.first { $0.name == "kernels" }?.value == "6.1.0-56-amd64")
        #expect(artifact.files.map(\.path).contains("dkms_source_tree/hello.c"))
        let file = try #require(artifact.files.first { $0.path.hasSuffix("hello.c") })
        #expect(file.sha256 == (try await digest("dkms_source_tree/hello.c")))
        #expect(file.size == 7)
    }

    @Test func anArchiveWithoutAConfIsNone() async throws {
        try scratch.fill(["folder/readme": "text\n"])
        _ = try await run("tar", "-cf", "it.tar", "folder")
        #expect(code { try inspect("it.tar") } == "unknown-artifact")
        #expect(code { try Inspector.inspect(scratch.path) } == "unknown-artifact")
        #expect(code { try inspect("missing") } == "file-error")
    }

    @Test func whatIsNoneOfTheFormatsIsNotCalledDamaged() async throws {
        try scratch.fill([
            "text": "hello\n", "empty": "", "folder/dkms_source_tree/dkms.conf": "PACKAGE_NAME=a\n",
        ])
        for name in ["text", "empty"] {
            #expect(code { try inspect(name) } == "unknown-artifact")
        }
        _ = try await run("gzip", "-k", "text")
        do {
            _ = try inspect("text.gz")
            Issue.record("a text is no archive")
        } catch {
            #expect(
                (error as? Diagnostic)?.message.hasSuffix("text.gz is no archive that can be read") == true)
        }
        // The tar of 1979 has no mark, and one that is cut off is damaged.
        _ = try await run("tar", "--format=v7", "-C", "folder", "-cf", "old.tar", "dkms_source_tree")
        #expect(try inspect("old.tar").format == .tarball)
        _ = try await run("tar", "-C", "folder", "-cf", "new.tar", "dkms_source_tree")
        let bytes = try Files.read(scratch.path.appending("new.tar"))
        try Files.write(Array(bytes.prefix(700)), to: scratch.path.appending("cut.tar"))
        #expect(code { try inspect("cut.tar") } == "bad-archive")
    }

    /// Every one ends with a diagnostic and none with a crash.
    @Test(
        arguments: [
            [], [0x7F, 0x45, 0x4C, 0x46], Array("!<arch>\n".utf8), Array("!<arch>\ndebian-binary".utf8),
            [0xED, 0xAB, 0xEE, 0xDB], [0xED, 0xAB, 0xEE, 0xDB, 3, 0, 0, 0], [0x1F, 0x8B],
            [0xFD, 0x37, 0x7A, 0x58],
            [0x28, 0xB5, 0x2F, 0xFD], Array("just a text\n".utf8),
        ] as [[UInt8]])
    func damagedFilesAreFaults(_ bytes: [UInt8]) throws {
        try Files.write(bytes, to: scratch.path.appending("file"))
        #expect(throws: Diagnostic.self) { try inspect("file") }
        try Files.write(bytes, to: scratch.path.appending("file.ko.xz"))
        #expect(throws: Diagnostic.self) { try inspect("file.ko.xz") }
    }

    @Test(.enabled(if: AssembledModule.isPossible, Comment(rawValue: AssembledModule.reason)))
    func cutOffAtAnyPlaceIsAFaultOrAWholeModule() async throws {
        let bytes = try Files.read(try await AssembledModule(name: "hello").write(to: scratch.path))
        for length in stride(from: 4, to: bytes.count, by: 97) {
            try Files.write(Array(bytes[..<length]), to: scratch.path.appending("cut.ko"))
            #expect(throws: Diagnostic.self) { try inspect("cut.ko") }
        }
    }
}
