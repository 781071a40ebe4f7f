import Archive
import Diagnostics
import Inputs
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
