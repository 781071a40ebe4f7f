import Converters
import Diagnostics
import SourceTree
import Streams
import SystemPackage
import Testing

@Suite struct PackageMetadataTests {
    private func metadata(
        of source: String, _ given: PackageMetadata.Given = .init()
    ) throws -> PackageMetadata {
        let folder = try TemporaryFolder("metadata")
        try Files.write(Array(source.utf8), to: folder.path.appending("a.c"))
        try Files.write(
            Array("PACKAGE_NAME=a\nPACKAGE_VERSION=1\n".utf8), to: folder.path.appending("dkms.conf"))
        let tree = try SourceTree(root: folder.path, isNamed: false)
        let metadata = PackageMetadata(given, of: tree, PackageIdentity(name: "Some_Mod", version: "1"))
        _ = consume folder
        return metadata
    }

    @Test func theSourceSpeaksForTheModule() throws {
        let metadata = try metadata(
            of: """
                MODULE_AUTHOR("Jane Doe "
                    "<jane@example.org>");
                MODULE_AUTHOR(OTHER);
                MODULE_DESCRIPTION("a driver for a thing.");
                MODULE_LICENSE("Dual MIT/GPL");
                """)
        #expect(metadata.maintainer == "Jane Doe <jane@example.org>")
        #expect(metadata.authors == ["Jane Doe <jane@example.org>"])
        #expect(metadata.summary == "Driver for a thing")
        #expect(metadata.license == "GPL-2.0-only OR MIT")
        #expect(metadata.warnings.isEmpty)
    }

    @Test func whatIsGivenWins() throws {
        let metadata = try metadata(
            of: "MODULE_AUTHOR(\"Jane Doe <jane@example.org>\");\nMODULE_LICENSE(\"GPL\");\n",
            .init(maintainer: "Acme <a@example.com>", license: "MIT", summary: "The best one"))
        #expect(metadata.maintainer == "Acme <a@example.com>")
        #expect(metadata.license == "MIT")
        #expect(metadata.summary == "Best one")
    }

    @Test func aNameWithoutAddressIsNoMaintainer() throws {
        let metadata = try metadata(
            of: "MODULE_AUTHOR(\"Jane Doe <jane@example.org>\");\nMODULE_LICENSE(\"GPL\");\n",
            .init(maintainer: "Some Project"))
        #expect(metadata.maintainer == "Jane Doe <jane@example.org>")
    }

    @Test func whatNobodySaysIsSaidOnce() throws {
        let metadata = try metadata(of: "MODULE_AUTHOR(\"Jane and Joe\");\n")
        #expect(metadata.maintainer == "Maintainers of Some_Mod <some_mod@packages.invalid>")
        #expect(metadata.license == "LicenseRef-Unknown")
        #expect(metadata.summary == "Linux kernel module Some_Mod")
        #expect(metadata.warnings.map(\.code.description) == ["no-license", "no-maintainer"])
    }
}
