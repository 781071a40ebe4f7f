import Diagnostics
import ScratchFolder
import Templates
import Testing
import Tools

@Suite struct QuotingTests {
    static let hostile = [
        "", "plain", "6.1.0-56-amd64", "it's", "\"quoted\"", "100%", "%{_bindir}", "$(touch /tmp/x)", "`id`",
        "a\\b",
        "\\", "two\nlines\n", " blanks  ", "naïve 漢字 🐧", "*", "~root", "-n", "#", "a;b&c|d>e", "'", "''\\'''",
        "!$?",
        "@NAME@", "a'\u{301}; echo b; '", "'\u{200D}'",
    ]

    @Test(
        .enabled(if: isInstalled("dash", "busybox"), "needs dash and busybox"),
        arguments: hostile, ["dash", "bash", "busybox"])
    func shellGetsTheValueLiterally(value: String, shell: String) async throws {
        let quoted = try Quoting.shell.quote(value)
        let script = "V=\(quoted)\nprintf '%s' \"$V\"; printf '%s' x\(quoted)y"
        let arguments = shell == "busybox" ? ["sh", "-c", script] : ["-c", script]
        let outcome = try await Program(shell, arguments).capture()
        #expect(outcome.status == 0)
        #expect(String(decoding: outcome.output, as: UTF8.self) == value + "x" + value + "y")
    }

    @Test(arguments: ["6.1.0-56-amd64", "5.10.0+", "/lib/modules/x", "hello_dkms"])
    func plainWordsStayReadable(value: String) throws {
        #expect(try Quoting.shell.quote(value) == value)
    }

    @Test func shellRefusesNUL() {
        #expect(throws: Diagnostic.self) { try Quoting.shell.quote("a\0b") }
    }

    @Test func rpmExpandsNothing() throws {
        #expect(try Quoting.rpmMacro.quote("100% %{x} ${a%%b}") == "100%% %%{x} ${a%%%%b}")
        #expect(try Quoting.rpmText.quote("a\n%post") == "a\n%%post")
        #expect(try Quoting.rpmMacro.quote("%\u{301}(id)") == "%%\u{301}(id)")
        #expect(try Quoting.rpmMacro.quote(#"\%{x} \\%"#) == #"\%{nil}%%{x} \\%{nil}%%"#)
        #expect(throws: Diagnostic.self) { try Quoting.rpmMacro.quote("a\nRequires: b") }
    }

    @Test func controlFieldsContinue() throws {
        #expect(try Quoting.deb822.quote("short\nlong\n\nmore") == "short\n long\n .\n more")
        #expect(throws: Diagnostic.self) { try Quoting.deb822.quote("a\r\nb") }
    }

    @Test func jsonEscapes() throws {
        #expect(try Quoting.json.quote("a\"\\\n\u{1}é") == #""a\"\\\n\u0001é""#)
    }

    @Test func verbatimIsVerbatim() throws {
        #expect(try Quoting.verbatim.quote("$(x) '%") == "$(x) '%")
    }
}
