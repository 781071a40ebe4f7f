import ScratchFolder
import Streams
import SystemPackage
import Testing

@testable import Lifecycle

@Suite struct JournalTests {
    let scratch: Scratch
    let tree: DkmsTree

    init() throws {
        scratch = try Scratch()
        tree = DkmsTree(
            root: scratch.path.appending("dkms"), sources: scratch.path.appending("src"),
            installTree: scratch.path.appending("modules"))
        try scratch.makeFolders("dkms")
    }

    private var folder: FilePath { scratch.path.pushing("dkms/.mkdkms") }

    private func journal(_ module: String, kernel: String = "6.1.0", kind: Journal.Kind = .install) -> Journal
    {
        Journal(
            kind: kind, package: .init(module: module, version: "1.0"),
            build: .init(kernel: kernel, architecture: "x86_64"), previous: "0.9/6.1.0/x86_64",
            steps: [
                .init(destination: "/a b/\n\"ü", original: "/o", archive: "/o.arch", replaced: ""),
                .init(destination: "/c", original: "", archive: "", replaced: "/r"),
            ])
    }

    @Test func comesBackAsWritten() throws {
        let written = journal("hello")
        try written.write(tree)
        #expect(Journal.left(tree) == [written])
        let other = journal("hello", kind: .uninstall)
        try other.write(tree)
        #expect(Journal.left(tree) == [other])
        let bare = Journal(kind: .install, package: written.package, build: written.build)
        try bare.write(tree)
        #expect(Journal.left(tree) == [bare])
        try bare.remove(tree)
        #expect(Journal.left(tree).isEmpty)
        #expect(((try? Files.names(in: folder)) ?? []).isEmpty)
        // Whoever was first has removed it.
        try bare.remove(tree)
    }

    @Test func oneForEachModuleAndKernel() throws {
        let all = [journal("hello", kernel: "6.1.0"), journal("hello", kernel: "6.2.0"), journal("hello2")]
        for journal in all { try journal.write(tree) }
        #expect(Set(Journal.left(tree)) == Set(all))
        #expect(Journal.left(tree, module: "hello") == Array(all.prefix(2)))
        #expect(Journal.left(tree, module: "hello2") == [all[2]])
        #expect(Journal.left(tree, module: "hell").isEmpty)
    }

    @Test func anotherModulesNameIsNotEnough() throws {
        try journal("hello").write(tree)
        try Files.rename(
            folder.appending("journal,hello,6.1.0,x86_64"), to: folder.appending("journal,world,6.1.0,x86_64")
        )
        #expect(Journal.left(tree, module: "world").isEmpty)
        #expect(Journal.left(tree, module: "hello").isEmpty)
    }

    @Test func noFolderIsNoJournal() { #expect(Journal.left(tree).isEmpty) }

    /// Every cut off journal, and a few others that are none.
    @Test func damagedOnesAreIgnored() throws {
        try journal("hello").write(tree)
        let file = folder.appending("journal,hello,6.1.0,x86_64")
        let bytes = try Files.read(file)
        for count in 0..<bytes.count {
            try Files.write(Array(bytes.prefix(count)), to: file)
            // A cut between two steps is a journal with fewer of them; it is written whole, so no such cut happens.
            let left = Journal.left(tree)
            #expect(left.isEmpty || left.first?.steps.count ?? 2 < 2, "\(count)")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        for other in [
            text.replacing("journal 1", with: "journal 2"), text.replacing("install", with: "upgrade"),
            text + "more", text + "more\0", "\0" + text,
        ] {
            try Files.write(Array(other.utf8), to: file)
            #expect(Journal.left(tree).isEmpty)
            #expect(Journal.unreadable(tree) == [file])
        }
        try Files.write(bytes, to: file)
        #expect(Journal.unreadable(tree).isEmpty)
        #expect(Journal.left(tree) == [journal("hello")])
    }

    @Test func unfinishedWritesAreNoJournals() throws {
        try journal("hello").write(tree)
        try Files.rename(
            folder.appending("journal,hello,6.1.0,x86_64"), to: folder.appending(".journal,hello.x.part"))
        #expect(Journal.left(tree).isEmpty)
    }
}
