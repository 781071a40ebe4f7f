import Converters
import SourceTree
import SystemPackage
import Testing

@Suite struct PackageMetadataTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func metadata(
        _ sources: [String: String], _ given: PackageMetadata.Given = .init()
    ) throws -> PackageMetadata {
        try scratch.fill(sources.merging(["dkms.conf": ""]) { text, _ in text })
        let tree = try SourceTree(root: scratch.path, isNamed: false)
        return PackageMetadata(given, of: tree, PackageIdentity(name: "Hello", version: "1.5.0"))
    }

    private let source = """
        #include <linux/module.h>
        MODULE_AUTHOR("No Mail");
        MODULE_AUTHOR("Ann Author <ann@example.org>");
        MODULE_DESCRIPTION("driver for a thing.");
        MODULE_LICENSE( "Dual MIT/GPL" );
        """

    @Test func comesFromTheModule() throws {
        let metadata = try metadata(["src/hello.c": source])
        #expect(metadata.maintainer == "Ann Author <ann@example.org>")
        #expect(metadata.summary == "Driver for a thing")
        #expect(metadata.license == "GPL-2.0-only OR MIT")
        #expect(metadata.homepage == nil)
    }

    @Test func whatIsGivenCounts() throws {
        let given = PackageMetadata.Given(
            maintainer: "Me <me@example.org>", summary: "Mine", homepage: "https://example.org")
        let metadata = try metadata(["hello.c": source], given)
        #expect(metadata.maintainer == "Me <me@example.org>")
        #expect(metadata.summary == "Mine")
        #expect(metadata.license == "GPL-2.0-only OR MIT")
        #expect(metadata.homepage == "https://example.org")
    }

    /// A value for every field that no package may lack, whatever the tree holds.
    @Test func aTreeThatSaysNothingStillHasIt() throws {
        let metadata = try metadata(["hello.c": "int x;\n", "notes.txt": "MODULE_LICENSE(\"Other\")\n"])
        #expect(metadata.maintainer == "Maintainers of Hello <hello@packages.invalid>")
        #expect(metadata.license == "LicenseRef-Unknown")
        #expect(metadata.summary == "Linux kernel module Hello")
    }

    @Test func aSummaryIsOneLine() throws {
        let metadata = try metadata(["hello.c": ""], .init(summary: "first line.\nsecond line"))
        #expect(metadata.summary == "First line")
    }
}
