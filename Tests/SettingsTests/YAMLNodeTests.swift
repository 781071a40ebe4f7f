import Diagnostics
import Testing

@testable import Settings

/// YAML as libyaml reads it, with the limits that a file of a stranger needs.
@Suite struct YAMLNodeTests {
    private func read(_ text: String) throws(Diagnostic) -> YAMLNode {
        try YAMLNode.read(Array(text.utf8), from: "x.yaml")
    }

    private func refusal(_ text: String) -> Diagnostic? {
        do {
            _ = try read(text)
            return nil
        } catch {
            return error
        }
    }

    @Test func aTreeWithItsLines() throws {
        let node = try read("# comment\na: one\nb:\n  - 'true'\n  - |\n    two\n    lines\nc: {d: ~}\n")
        guard case .mapping(let pairs) = node.content else {
            Issue.record("no mapping")
            return
        }
        #expect(pairs.map(\.key.line) == [2, 3, 8])
        #expect(pairs[0].value.content == .scalar("one", isPlain: true))
        guard case .sequence(let items) = pairs[1].value.content else {
            Issue.record("no list")
            return
        }
        #expect(
            items.map(\.content) == [
                .scalar("true", isPlain: false), .scalar("two\nlines\n", isPlain: false),
            ])
        #expect(items.map(\.line) == [4, 5])
        guard case .mapping(let inner) = pairs[2].value.content else {
            Issue.record("no inner mapping")
            return
        }
        #expect(inner.first?.value.isEmpty == true)
    }

    @Test(arguments: ["", "# nothing\n", "---\n", "~\n"]) func anEmptyFileSaysNothing(_ text: String) throws {
        #expect(try read(text).content == .mapping([]))
    }

    @Test(
        arguments: [
            ("a: &x [1, 2]\nb: *x\n", 1, "anchor"), ("a:\n  b: *x\n", 2, "alias"), ("a: !!str b\n", 1, "tag"),
            ("a: b\n---\nc: d\n", 2, "second document"), ("a: [1, 2\nb: c\n", 2, ""), ("a: \u{1}\n", 1, ""),
            (String(repeating: "[", count: 100_000), 1, "deeper"), ("a:\n\t- b\n", 2, ""),
        ])
    func isRefused(_ text: String, _ line: Int, _ word: String) throws {
        let fault = try #require(refusal(text))
        #expect(fault.code == "bad-yaml")
        #expect(fault.location == .init(file: "x.yaml", line: line))
        #expect(word.isEmpty || fault.message.contains(word), "\(fault.message)")
    }

    /// Nine lines that would unfold to a billion words.
    @Test func aBombOfAliasesIsRefusedAtOnce() throws {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            text +=
                "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
        }
        #expect(try #require(refusal(text)).message.contains("anchor"))
    }

    @Test func bytesThatAreNoTextAreRefused() throws {
        #expect(throws: Diagnostic.self) {
            try YAMLNode.read([0x61, 0x3A, 0x20, 0xFF, 0xFE], from: "x.yaml")
        }
        #expect(throws: Diagnostic.self) {
            try YAMLNode.read([UInt8](repeating: 0x20, count: YAMLNode.largest + 1), from: "x.yaml")
        }
    }
}
