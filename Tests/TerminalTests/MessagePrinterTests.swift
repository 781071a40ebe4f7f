import Diagnostics
import Terminal
import Testing

/// The texts that interface.md fixes: `mkdkms: error: TEXT [code]` and `hint: TEXT`.
@Suite struct MessagePrinterTests {
    private let plain = MessagePrinter(isColored: false, isQuiet: false)

    @Test func anError() {
        let fault = Diagnostic.error("no-input", "there is no x", hint: "give a folder")
        #expect(plain.text(fault) == "mkdkms: error: there is no x [no-input]\nhint: give a folder\n")
    }

    @Test func aWarningWithAPlace() {
        let warning = Diagnostic.warning("odd", "it is odd", at: .init(file: "/t/dkms.conf", line: 7))
        #expect(plain.text(warning) == "mkdkms: warning: /t/dkms.conf:7: it is odd [odd]\n")
        let file = Diagnostic.warning("odd", "it is odd", at: .init(file: "/t/dkms.conf"))
        #expect(plain.text(file) == "mkdkms: warning: /t/dkms.conf: it is odd [odd]\n")
    }

    @Test func theSingleFaultsComeBeforeTheHint() {
        let fault = Diagnostic.error(
            "invalid-conf", "two faults", hint: "correct them",
            related: [
                .error("a", "first", hint: "do a", at: .init(file: "f", line: 1)),
                .warning("b", "second"),
            ])
        #expect(
            plain.text(fault) == """
                mkdkms: error: two faults [invalid-conf]
                  f:1: first
                    hint: do a
                  warning: second
                hint: correct them

                """)
    }

    /// Colour marks one word; without the marks the text is the plain one.
    @Test(arguments: [Diagnostic.Severity.error, .warning, .note])
    func colourChangesNoWord(_ severity: Diagnostic.Severity) {
        let message = Diagnostic(severity, "c", "text")
        let colored = MessagePrinter(isColored: true, isQuiet: false).text(message)
        #expect(colored != plain.text(message))
        #expect(colored.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain.text(message))
    }
}
