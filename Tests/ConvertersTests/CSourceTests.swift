import ScratchFolder
import SourceTree
import Streams
import SystemPackage
import Testing

@testable import Converters

@Suite struct CSourceTests {
    private func arguments(_ text: String) -> [String] {
        CSource(text).constantArguments(of: "MODULE_VERSION").map { "\($0.line) \($0.argument)" }
    }

    @Test(arguments: [
        ("MODULE_VERSION(\"1\" \".5\");\n\nMODULE_VERSION(\"2\");", ["1 1.5", "3 2"]),
        ("#define V \"1.5\"\n#define W \"2\"\nMODULE_VERSION(W);\nMODULE_VERSION( V );", ["3 2", "4 1.5"]),
        ("MODULE_VERSION(V);\n # define V \"1.\" \"5\"\n", ["1 1.5"]),
        // Another directive has its say, or the compiler's command line.
        ("#ifndef V\n#define V \"1.5\"\n#endif\nMODULE_VERSION(V);", []),
        ("#define V \"1.5\"\n#define V \"2\"\n#define V \"3\"\nMODULE_VERSION(V);", []),
        ("#define V(x) \"1.5\"\nMODULE_VERSION(V);", []), ("#define V W\nMODULE_VERSION(V);", []),
        ("#define V 15\nMODULE_VERSION(V);", []), ("#define VV \"1.5\"\nMODULE_VERSION(V);", []),
        ("MODULE_VERSION(V);", []), ("MY_MODULE_VERSION(\"1\");", []), ("MODULE_VERSION", []), ("", []),
    ])
    func argumentsThatAreConstant(_ text: String, _ expected: [String]) {
        #expect(arguments(text) == expected)
    }

    @Test(.timeLimit(.minutes(1)))
    func manyUsesTakeNoLonger() {
        let text = "#define V \"1\"\n" + String(repeating: "MODULE_VERSION(V);\n", count: 20_000)
        #expect(arguments(text).last == "20001 1")
    }

    @Test func theFilesOfATree() throws {
        let folder = try TemporaryFolder("sources")
        for name in ["b.c", "a.c", "c.h", "dkms.conf"] {
            try Files.write(Array("PACKAGE_NAME=\(name)\n".utf8), to: folder.path.appending(name))
        }
        try Files.write([UInt8](repeating: 10, count: 4 << 20), to: folder.path.appending("long.c"))
        let tree = try SourceTree(root: folder.path, isNamed: false)
        #expect(tree.cSources.map { $0.path } == ["a.c", "b.c"])
        #expect(
            tree.cSources.allSatisfy { $0.source.contains("PACKAGE_NAME") && !$0.source.contains("KAGE") })
        _ = consume folder
    }
}
