import DkmsConf
import Testing

/// The words of a dkms.conf, for who has to do by hand what they ask for.
@Suite struct StatementTests {
    @Test(
        arguments: [
            (#"MAKE="make KVER=$kernelver""#, [#"MAKE="make KVER=$kernelver""#]),
            ("A=1\nMAKE[0]='a\n  b'\nB=2\n", ["MAKE[0]='a\n  b'"]),
            ("MAKE=\"make \\\n  MAKE=x\"\nMAKE[1]=\"b\"\n", ["MAKE=\"make \\\n  MAKE=x\"", "MAKE[1]=\"b\""]),
            ("if x; then MAKE=a; else\n  MAKE=b\nfi\n", ["if x; then MAKE=a; else", "  MAKE=b"]),
            // An apostrophe in a comment opens nothing.
            ("MAKE=a # it's\nCLEAN=b\n", ["MAKE=a # it's"]),
            ("MAKE=\"a # it's\n\"\nCLEAN=b\n", ["MAKE=\"a # it's\n\""]),
            (#"MAKE="a \" b""# + "\nCLEAN=b\n", [#"MAKE="a \" b""#]),
            ("MAKE=a\\\\\nCLEAN=b\n", ["MAKE=a\\\\"]),
            ("MAKE=a\r\nCLEAN=b\r\n", ["MAKE=a"]), ("# MAKE=a\nMAKE_MATCH=b\n", []),
            ("MAKE=\"never closed", ["MAKE=\"never closed"]),
        ] as [(String, [String])])
    func areAsTheyAreWritten(_ text: String, _ statements: [String]) {
        #expect(DkmsConf.statements(setting: "MAKE", in: text) == statements)
    }
}
