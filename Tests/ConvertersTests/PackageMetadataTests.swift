import Converters
import Diagnostics
import SourceTree
import Streams
import SystemPackage
import Testing

@Suite struct PackageMetadataTests {
    private func metadata(
        of sources: String..., given: PackageMetadata.Given = .init()
    ) throws -> PackageMetadata {
        let folder = try TemporaryFolder("metadata")
        for (index, source) in sources.enumerated() {
            try Files.write(Array(source.utf8), to: folder.path.appending("\(index).c"))
        }
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

    @Test func everyFileHasItsLicence() throws {
        let metadata = try metadata(
            of: "MODULE_LICENSE(\"Dual MIT/GPL\");\n", "MODULE_LICENSE(\"GPL\");\n",
            "// MODULE_LICENSE(\"Proprietary\"); MODULE_AUTHOR(\"Nobody\");\n/* MODULE_DESCRIPTION(\"old\"); */\n",
            "// SPDX-License-Identifier: MIT\nint helper;\n",
            "MODULE_LICENSE(\"GPL\");\nMODULE_DESCRIPTION(\"new\");\n")
        #expect(metadata.license == "(GPL-2.0-only OR MIT) AND GPL-2.0-only")
        #expect(metadata.summary == "New")
        #expect(metadata.authors.isEmpty)
    }

    @Test(arguments: [
        ("MIT", "Proprietary", true), ("MIT", "NVIDIA", true), ("LicenseRef-Own", "GPL", true),
        ("GPL-2.0", "Dual MIT/GPL", false), ("MIT", "Dual MIT/GPL", false), ("MIT", "MIT", false),
        ("BUSL-1.1", "GPL", true), ("GPL-2.0", "BUSL-1.1", true), ("CC-BY-NC-4.0", "Proprietary", false),
        ("LicenseRef-Own", "Proprietary", false), ("GPL-2.0 OR BSD-3-Clause", "Dual BSD/GPL", false),
    ])
    func whatContradictsItselfIsTold(identifier: String, module: String, isTold: Bool) throws {
        let source =
            "// SPDX-License-Identifier: \(identifier)\nMODULE_AUTHOR(\"A <a@b.c>\");\n\nMODULE_LICENSE(\"\(module)\");\n"
        let warnings = try metadata(of: source).warnings
        #expect(warnings.map(\.code) == (isTold ? ["license-conflict"] : []))
        #expect(warnings.allSatisfy { $0.location?.line == 4 && $0.location?.file.hasSuffix("/0.c") == true })
        #expect(try metadata(of: source, given: .init(license: "MIT")).warnings.isEmpty)
    }

    @Test(arguments: ["Jane Doe", "jane@example.org", "Jane Doe <jane>", "A <a@b.c>, B <b@b.c>", ""])
    func aMaintainerHasANameAndAnAddress(_ maintainer: String) {
        #expect(
            throws: Diagnostic.error(
                "bad-metadata", "the packages' metadata cannot be used",
                hint: "correct the option or environment variable",
                related: [
                    .error(
                        "bad-metadata",
                        "the maintainer is \"\(maintainer)\", and has to be a name with a mail address: \"Name <mail>\""
                    )
                ], status: .usage)
        ) { try PackageMetadata.Given(maintainer: maintainer).check() }
    }

    @Test func whatIsGivenWins() throws {
        let metadata = try metadata(
            of: "MODULE_AUTHOR(\"Jane Doe <jane@example.org>\");\nMODULE_LICENSE(\"GPL\");\n",
            given: .init(maintainer: "Acme <a@example.com>", license: "MIT", summary: "The best one"))
        #expect(metadata.maintainer == "Acme <a@example.com>")
        #expect(metadata.license == "MIT")
        #expect(metadata.summary == "Best one")
    }

    @Test func aNameWithoutAddressIsNoMaintainer() throws {
        let metadata = try metadata(
            of: "MODULE_AUTHOR(\"Jane Doe <jane@example.org>\");\nMODULE_LICENSE(\"GPL\");\n",
            given: .init(maintainer: "Some Project"))
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
