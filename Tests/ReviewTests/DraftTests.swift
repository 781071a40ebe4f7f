import Testing

@testable import Review

@Suite struct DraftTests {
    @Test(arguments: [
        ("Thu, 01 Jan 2026 00:30:00 +0100", "2025-12-31T23:30:00Z"),
        ("Sun, 29 Feb 2004 23:59:59 -0030", "2004-03-01T00:29:59Z"),
        ("Tue, 01 Mar 2005 00:00:00 +0001", "2005-02-28T23:59:00Z"),
        ("Wed, 31 Dec 2025 20:00:01 -1200", "2026-01-01T08:00:01Z"),
    ])
    func datesOfDebianAreUTC(_ text: String, _ date: String) {
        #expect(DraftDate.debian(text) == date)
    }

    @Test(arguments: ["", "DATE_STAMP", "Sun, 30 Feb 2004 10:00:00 +0000", "Sun, 01 Foo 2004 10:00:00 +0000"])
    func whatIsNoDateIsNone(_ text: String) {
        #expect(DraftDate.debian(text) == nil)
        #expect(DraftDate.spec(text) == nil)
    }

    @Test func aSpecHasTheDayOnly() {
        #expect(DraftDate.spec("Mon Feb 29 2016") == "2016-02-29")
        #expect(DraftDate.spec("Mon Feb 29 2015") == nil)
    }

    @Test func textIsQuotedForYAML() {
        #expect(DraftYAML.quoted("a \"b\" \\n\té\u{07}") == "\"a \\\"b\\\" \\\\n\\té\"")
        #expect(DraftYAML.block("one\n\n  two") == "|\n  one\n\n    two")
        #expect(DraftYAML.block(" one") == "\" one\"")
        #expect(DraftYAML.block("one\n") == "\"one\\n\"")
    }

    @Test func nameAndVersionTakeTheirPlaces() {
        let text = "PACKAGE_NAME=\"a\"\nPACKAGE_VERSION=\"#MODULE_VERSION#\"\nX=\"#MODULE_VERSION#\"\n"
        #expect(
            DraftConf.filled(text, name: "b", version: "2")
                == "PACKAGE_NAME=\"b\"\nPACKAGE_VERSION=\"2\"\nX=\"2\"\n")
        #expect(DraftConf.facts(text, "debian/a.dkms").map(\.value) == ["a"])
    }
}
