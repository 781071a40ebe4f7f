import ScratchFolder
import Streams
import SystemPackage
import Testing

@testable import Lifecycle

/// The states of packages, told from folders as dkms leaves them.
@Suite struct DkmsTreeTests {
    let scratch: Scratch
    let tree: DkmsTree
    let hello = DkmsTree.Package(module: "hello", version: "1.0")
    let build = DkmsTree.Build(kernel: "6.1.0-56-amd64", architecture: "x86_64")

    init() throws {
        scratch = try Scratch()
        tree = DkmsTree(
            root: scratch.path.appending("dkms"), sources: scratch.path.appending("src"),
            installTree: scratch.path.appending("modules"))
        try scratch.makeFolders("dkms", "src")
    }

    private func add() throws {
        try scratch.makeFolders("dkms/hello/1.0/build")
        try scratch.fill(["src/hello-1.0/dkms.conf": ""])
        try Files.makeSymbolicLink(tree.source(hello), to: tree.sourceFolder(hello).string)
    }

    private func link(_ target: String) throws {
        try Files.replaceWithLink(tree.activeLink("hello", build), to: target)
    }

    @Test func absent() {
        #expect(!tree.isAdded(hello))
        #expect(!tree.isBroken(hello))
        #expect(!tree.isBuilt(hello, build))
        #expect(tree.packages().isEmpty)
    }

    @Test func added() throws {
        try add()
        #expect(tree.isAdded(hello))
        #expect(!tree.isBroken(hello))
        #expect(tree.packages() == [hello])
        #expect(tree.builds(hello).isEmpty)
        #expect(tree.conf(hello) == scratch.path.pushing("dkms/hello/1.0/source/dkms.conf"))
    }

    @Test func namelessIsNothing() throws {
        try add()
        for package in [
            DkmsTree.Package(module: "hello", version: ""), DkmsTree.Package(module: "", version: "1.0"),
        ] {
            #expect(!tree.isAdded(package))
            #expect(!tree.isBroken(package))
        }
        try scratch.makeFolders("dkms/hello/1.0/6.1.0-56-amd64/x86_64/module")
        #expect(!tree.isBuilt(hello, .init(kernel: "6.1.0-56-amd64", architecture: "")))
    }

    @Test func brokenWithoutSource() throws {
        try add()
        try Files.removeTree(tree.sourceFolder(hello))
        #expect(tree.isBroken(hello))
        #expect(!tree.isAdded(hello))
        #expect(tree.packages() == [hello])
    }

    @Test func brokenWithoutLink() throws {
        try add()
        try Files.remove(tree.source(hello))
        #expect(tree.isBroken(hello))
        #expect(!tree.isAdded(hello))
    }

    /// Neither link nor source: dkms passes over such a folder.
    @Test func foreignFolderIsNeither() throws {
        try scratch.makeFolders("dkms/hello/1.0")
        #expect(!tree.isBroken(hello))
        #expect(!tree.isAdded(hello))
    }

    /// What `ldtarball` leaves of a tarball without sources.
    @Test func binariesOnly() throws {
        try scratch.fill(["dkms/hello/1.0/source/dkms.conf": ""])
        #expect(tree.isAdded(hello))
        #expect(!tree.isBroken(hello))
        // With a source beside it the link is what is missing.
        try scratch.makeFolders("src/hello-1.0")
        #expect(tree.isBroken(hello))
        #expect(!tree.isAdded(hello))
    }

    @Test func builtAndInstalled() throws {
        try add()
        try scratch.makeFolders("dkms/hello/1.0/6.1.0-56-amd64/x86_64/log")
        #expect(!tree.isBuilt(hello, build))
        try scratch.makeFolders("dkms/hello/1.0/6.1.0-56-amd64/x86_64/module")
        #expect(tree.isBuilt(hello, build))
        #expect(!tree.isActive(hello, build))
        try link("1.0/6.1.0-56-amd64/x86_64")
        #expect(tree.isActive(hello, build))
        #expect(tree.isInstalled(hello, build))
        #expect(tree.packages() == [hello])
        // The link stays while the build goes.
        try Files.removeTree(tree.modules(hello, build))
        #expect(tree.isActive(hello, build))
        #expect(!tree.isInstalled(hello, build))
    }

    @Test func anotherVersionIsActive() throws {
        try add()
        try scratch.makeFolders(
            "dkms/hello/1.0/6.1.0-56-amd64/x86_64/module", "dkms/hello/0.9/6.1.0-56-amd64/x86_64/module")
        try link("0.9/6.1.0-56-amd64/x86_64")
        #expect(!tree.isActive(hello, build))
        #expect(tree.isActive(.init(module: "hello", version: "0.9"), build))
        try link("0.8/6.1.0-56-amd64/x86_64")
        #expect(!tree.isActive(hello, build))
        // A folder of the link's name is no link.
        try Files.remove(tree.activeLink("hello", build))
        try Files.makeDirectory(tree.activeLink("hello", build))
        #expect(!tree.isActive(hello, build))
    }

    /// A dkms tree that is reached through a link.
    @Test func linksAboveDoNotMatter() throws {
        try add()
        try scratch.makeFolders("dkms/hello/1.0/6.1.0-56-amd64/x86_64/module")
        try link("1.0/6.1.0-56-amd64/x86_64")
        try Files.makeSymbolicLink(scratch.path.appending("other"), to: "dkms")
        let other = DkmsTree(
            root: scratch.path.appending("other"), sources: tree.sources, installTree: tree.installTree)
        #expect(other.isInstalled(hello, build))
    }

    @Test func packagesAreFolders() throws {
        try scratch.makeFolders(
            "dkms/b/2", "dkms/b/10", "dkms/a/1", "dkms/.mkdkms/locks", "dkms/a/.hidden",
            "dkms/a/kernel-6.1.0-56-amd64-x86_64", "dkms/a/kernel-1", "dkms/a/original_module")
        try scratch.fill(["dkms/post_transaction.log": "", "dkms/mok.key": "", "dkms/a/file": ""])
        #expect(
            tree.packages().map(\.description) == ["a/1", "a/kernel-1", "a/original_module", "b/10", "b/2"])
        #expect(tree.packages(module: "b").map(\.version) == ["10", "2"])
        #expect(tree.packages(module: "b", version: "2").map(\.version) == ["2"])
        #expect(tree.packages(module: "b", version: "3").isEmpty)
        #expect(tree.packages(module: "c").isEmpty)
    }

    @Test func buildsAreUnderKernelNames() throws {
        for name in [
            "6.1.0-56-amd64/x86_64/module", "6.1.0-56-amd64/i686/module", "10.0/aarch64/module",
            "build/x86_64/module", "tarball/x/module", "6/x86_64/module", "6.2.0/x86_64/log",
            "6.1.0-56-amd64/.tmp_x86_64_1/module",
        ] { try scratch.makeFolders("dkms/hello/1.0/\(name)") }
        #expect(
            tree.builds(hello).map { "\($0.kernel) \($0.architecture)" } == [
                "10.0 aarch64", "6.1.0-56-amd64 i686", "6.1.0-56-amd64 x86_64",
            ])
        #expect(tree.builds(hello, kernel: "6.1.0-56-amd64", architecture: "x86_64") == [build])
        #expect(tree.builds(hello, architecture: "aarch64").map(\.kernel) == ["10.0"])
        #expect(tree.builds(hello, kernel: "6.2.0").isEmpty)
    }

    @Test(
        arguments: [
            ("6.1.0-56-amd64", true), ("10.0", true), ("6.", true), ("6", false), ("v6.1", false),
            ("", false),
            (".6", false), ("build", false),
        ])
    func kernelNames(_ name: String, _ isOne: Bool) {
        #expect(DkmsTree.isKernelName(name) == isOne)
    }
}
