import SampleModules
import ScratchFolder
import Streams
import SystemPackage
import Testing

@testable import Lifecycle

@Suite struct ModuleStoreTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// The later of .gz, .xz, .zst wins wherever it lies, as in dkms.
    @Test func suffixIsTheStrongest() throws {
        func suffix() -> String { ModuleStore.compressedSuffix(below: scratch.path) }
        #expect(suffix() == "")
        try scratch.fill(["kernel/a.ko": "", "kernel/b.gz": "", "kernel/c.ko.bz2": ""])
        #expect(suffix() == "")
        try scratch.fill(["kernel/net/z.ko.gz": ""])
        #expect(suffix() == ".gz")
        try scratch.fill(["kernel/a.ko.xz": ""])
        #expect(suffix() == ".xz")
        try scratch.fill(["updates/dkms/q.ko.zst": ""])
        #expect(suffix() == ".zst")
        #expect(ModuleStore.compressedSuffix(below: scratch.path.appending("nowhere")) == "")
    }

    @Test func plainComesBeforeCompressed() throws {
        let folder = scratch.path
        #expect(ModuleStore.file("hello", in: folder, suffix: ".xz") == nil)
        try scratch.fill(["hello.ko.xz": "", "hello.ko.gz": ""])
        #expect(ModuleStore.file("hello", in: folder, suffix: ".xz") == folder.appending("hello.ko.xz"))
        #expect(ModuleStore.file("hello", in: folder, suffix: "") == nil)
        try scratch.fill(["hello.ko": ""])
        #expect(ModuleStore.file("hello", in: folder, suffix: ".xz") == folder.appending("hello.ko"))
    }

    @Test func danglingLinksAreNoModules() throws {
        try Files.makeSymbolicLink(scratch.path.appending("hello.ko"), to: "nowhere")
        #expect(ModuleStore.file("hello", in: scratch.path, suffix: "") == nil)
        try scratch.fill(["nowhere": ""])
        #expect(ModuleStore.file("hello", in: scratch.path, suffix: "") != nil)
    }

    @Test func filesAreSortedByPath() throws {
        try scratch.fill([
            "hello.ko": "", "hello.ko.xz": "", "extra/hello.ko": "", "kernel/drivers/hello.ko.xz": "",
            "kernel/drivers/hello.ko.gz": "", "kernel/hello2.ko": "", "updates/hello.ko/other": "",
        ])
        try Files.makeSymbolicLink(scratch.path.pushing("kernel/hello.ko"), to: "../hello.ko")
        let listing = ModuleStore.listing(below: scratch.path)
        let found = ModuleStore.files("hello", in: listing, suffix: ".xz")
        #expect(
            found
                == [
                    "extra/hello.ko", "hello.ko", "hello.ko.xz", "kernel/drivers/hello.ko.xz",
                ].map { scratch.path.pushing($0) })
    }

    @Test(
        arguments: [
            (["version=1.5.0", "srcversion=ABCDEF"], "1.5.0", "ABCDEF"),
            // modinfo of old printed a checksum behind the version.
            (["version=1.5.0 12345"], "1.5.0", "12345"),
            (["version=1.5.0 12345", "srcversion=A"], "1.5.0", "A"),
            (["srcversion=ABCDEF"], "", "ABCDEF"), (["license=GPL"], "", ""),
        ])
    func versionsOfModules(_ info: [String], _ version: String, _ source: String) throws {
        try scratch.write(SyntheticElf(moduleInfo: info).bytes, to: "m.ko")
        let found = ModuleVersion(scratch.path.appending("m.ko"))
        #expect(found.version == version)
        #expect(found.source == source)
        #expect(found.isUnversioned == (version.isEmpty && source.isEmpty))
    }

    @Test func whatIsNoModuleHasNoVersion() throws {
        try scratch.fill(["m.ko": "no module"])
        #expect(ModuleVersion(scratch.path.appending("m.ko")).isUnversioned)
        #expect(ModuleVersion(scratch.path.appending("n.ko")).isUnversioned)
        #expect(ModuleVersion(nil).isUnversioned)
    }
}
