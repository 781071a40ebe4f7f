import Archive
import Diagnostics
import Inputs
import ScratchFolder
import SourceTree
import Streams
import SystemPackage
import Testing
import Tools

@Sendable private func rpmbuildIsInstalled() async -> Bool {
    (try? await Program("rpmbuild", ["--version"]).capture())?.status == 0
}

/// Packages that rpmbuild makes, the way vendors write their specs.
@Suite(.enabled("rpmbuild is not installed") { await rpmbuildIsInstalled() })
struct RPMInputTests {
    private static let spec = """
        Name: hello-dkms
        Version: 1.5.0
        Release: 1
        Summary: A module that greets
        License: GPL-2.0-only
        URL: https://example.com/hello
        Packager: Ann Example <ann@example.com>
        BuildArch: noarch
        %description
        Says hello.
        %install
        mkdir -p %{buildroot}/usr/src/hello-1.5.0 %{buildroot}/etc
        cp %{fixture}/* %{buildroot}/usr/src/hello-1.5.0
        echo x > %{buildroot}/etc/hello.conf
        %files
        /usr/src/hello-1.5.0
        /etc/hello.conf

        """

    private func build(_ scratch: borrowing Scratch, _ option: String) async throws -> FilePath {
        try scratch.fill(["hello.spec": Self.spec])
        let fault = try await scratch.run(
            "rpmbuild", option, "-D", "_topdir \(scratch.path)/top", "-D",
            "fixture \(fixtures.appending("hello-1.5.0"))", "hello.spec")
        try #require(fault == nil)
        return scratch.path.pushing(
            FilePath(
                option == "-bb"
                    ? "top/RPMS/noarch/hello-dkms-1.5.0-1.noarch.rpm" : "top/SRPMS/hello-dkms-1.5.0-1.src.rpm"
            ))
    }

    @Test func loads() async throws {
        let scratch = try Scratch()
        let loaded = try LoadedTree(try await build(scratch, "-bb").string)
        #expect(loaded.kind == .rpm)
        #expect(loaded.tree.folderName == "hello-1.5.0")
        #expect(loaded.tree.files.map(\.path) == ["Makefile", "README.md", "dkms.conf", "hello.c"])
        let stated = loaded.metadata
        let metadata = try #require(stated)
        #expect(metadata.packageName == "hello-dkms")
        #expect(metadata.summary == "A module that greets")
        #expect(metadata.description == "Says hello.")
        #expect(metadata.homepage == "https://example.com/hello")
        #expect(metadata.license == "GPL-2.0-only")
        #expect(metadata.maintainer == "Ann Example <ann@example.com>")
        #expect(!Files.exists(loaded.tree.root.pushing("../../../etc").lexicallyNormalized()))
        _ = loaded.kind
    }

    @Test func sourcePackage() async throws {
        let scratch = try Scratch()
        let path = try await build(scratch, "-bs")
        #expect { _ = try LoadedTree(path.string) } throws: { ($0 as? Diagnostic)?.code == "no-source" }
    }

    /// A source package whose further sources are `sources`, each with a text that is no archive.
    private func withSources(_ scratch: borrowing Scratch, _ sources: [String]) async throws -> LoadedTree {
        var spec = "Source0: hello-1.5.0.tar.gz\n"
        var files = ["SOURCES/": ""]
        for (index, source) in sources.enumerated() {
            spec += "Source\(index + 1): \(source)\n"
            files["SOURCES/\(source)"] = "x"
        }
        files["hello.spec"] =
            spec + Self.spec.replacing("%install", with: "%prep\n%setup -q -n hello-1.5.0\n%install")
        try scratch.fill(files)
        let parent = fixtures.string
        try #require(
            try await scratch.run(
                "tar", "-C", parent, "-czf", "SOURCES/hello-1.5.0.tar.gz", "hello-1.5.0") == nil)
        try #require(
            try await scratch.run(
                "rpmbuild", "-bs", "-D", "_topdir \(scratch.path)", "-D", "fixture /none", "hello.spec")
                == nil)
        return try await LoadedTree.load(scratch.path.pushing("SRPMS/hello-dkms-1.5.0-1.src.rpm").string)
    }

    @Test func signaturesAndFiltersAreNoFilesLeftOut() async throws {
        let scratch = try Scratch()
        let loaded = try await withSources(
            scratch,
            [
                "hello-1.5.0.tar.gz.asc", "hello-1.5.0.tar.gz.sig", "hello-1.5.0.tar.sign", "keyring.gpg",
                "hello-rpmlintrc", "hello.rpmlintrc",
            ])
        #expect(loaded.filesBesideTree?.paths == [])
        _ = loaded.kind
    }

    /// It is read for the sake of a warning only.
    @Test func anArchiveBesideTheTreeThatIsNone() async throws {
        let scratch = try Scratch()
        let loaded = try await withSources(scratch, ["hello.conf", "hello-common-1.5.0.tar.gz"])
        #expect(
            loaded.filesBesideTree?.warning()?.message.hasSuffix(": hello-common-1.5.0.tar.gz, hello.conf")
                == true)
        // Something else was left out: the files of the package hello-common are not known for it.
        #expect(loaded.metadata?.areFilesTold == false)
        _ = loaded.kind
    }

    @Test func truncated() async throws {
        let scratch = try Scratch()
        let path = try await build(scratch, "-bb")
        let bytes = try Files.read(path)
        for length in [10, 200, bytes.count / 2, bytes.count - 1] {
            try Files.write(Array(bytes.prefix(length)), to: path)
            #expect { _ = try LoadedTree(path.string) } throws: { ($0 as? Diagnostic)?.code == "bad-rpm" }
        }
    }
}
