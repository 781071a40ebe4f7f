import Archive
import DebFormat
import RPMFormat
import Testing

@Suite struct ChangelogTests {
    private static let debian = """
        hello (1:1.5.0+dfsg-2) unstable; urgency=medium

          [ Ann Lee ]
          * Greet in "Unicode",
            everywhere.
          * Greet:
            - those who come,
            - those who go.\u{07}

          [ Bob ]
          + Fix C:\\path.

         -- Bob Poe <bob@example.org>  Thu, 01 Jan 2026 00:30:00 +0100

        hello (1.4) stable; urgency=low
          Greet.
         -- Ann <ann@example.org>  yesterday

        hello (1.3-1) stable; urgency=low

          * Not ended.

        Local variables:
        mode: debian-changelog
        """

    @Test func entriesOfDebian() throws {
        let entries = DebianChangelog(Self.debian).entries
        #expect(entries.map(\.version) == ["1:1.5.0+dfsg-2", "1.4", "1.3-1"])
        #expect(entries.map(\.line) == [1, 15, 19])
        #expect(entries.map(\.author) == ["Bob Poe <bob@example.org>", "Ann <ann@example.org>", ""])
        #expect(entries.map(\.time) == [CalendarDate.seconds(rfc3339: "2025-12-31T23:30:00Z"), nil, nil])
        let first = try #require(entries.first)
        #expect(
            first.changes == [
                "Greet in \"Unicode\", everywhere.", "Greet:\n- those who come,\n- those who go.",
                "Fix C:\\path.",
            ])
        #expect(entries.dropFirst().map(\.changes) == [["Greet."], ["Not ended."]])
        #expect(DebianChangelog(Self.debian, limit: 1).entries == [first])
        #expect(DebianChangelog("").entries.isEmpty)
    }

    @Test(arguments: [
        ("Ann Lee <ann@example.org> - 1.5.0-1", "Ann Lee <ann@example.org>", "1.5.0-1"),
        ("Ann Lee <ann@example.org> 2:1.5.0-3.el9", "Ann Lee <ann@example.org>", "2:1.5.0-3.el9"),
        ("Ann  Lee - 1.5", "Ann  Lee", "1.5"), ("ann@example.org", "ann@example.org", nil),
        ("ann@example.org 1.4.0-1", "ann@example.org", "1.4.0-1"), ("Team 42", "Team 42", nil),
        ("Ann Lee <ann@example.org>", "Ann Lee <ann@example.org>", nil),
    ])
    func headingsOfRPM(_ text: String, _ author: String, _ version: String?) {
        let heading = RPMPackage.Change(time: 0, author: text, text: "").heading
        #expect(heading.author == author)
        #expect(heading.version == version)
    }

    /// A heading longer than anybody's name is taken as it is, at once: looking into it took minutes.
    @Test func headingThatIsNone() {
        let text = String(repeating: "@a", count: 20_000)
        let heading = RPMPackage.Change(time: 0, author: text, text: "").heading
        #expect(heading.author == text && heading.version == nil)
    }

    /// Forty lines of a spec can stand for more than a machine holds.
    @Test func macrosThatStandForTooMuch() {
        let doubling = (1...40).map { ("b\($0)", "%{b\($0 - 1)}%{b\($0 - 1)}") }
        var macros = SpecMacros(["b0": "0123456789"])
        for (name, value) in doubling { macros.values[name] = try? macros.expanded(value) }
        #expect(macros.values["b10"]?.utf8.count == 10_240)
        #expect(macros.values["b40"] == nil)
    }

    @Test func itemsOfRPM() {
        let change = RPMPackage.Change(
            time: 0, author: "", text: "- Greet twice\n  and loudly\n- Greet:\n  - one\n  - two\n\n* Fix")
        #expect(change.items == ["Greet twice and loudly", "Greet:\n- one\n- two", "Fix"])
        #expect(RPMPackage.Change(time: 0, author: "", text: "Rebuilt.\n").items == ["Rebuilt."])
        #expect(RPMPackage.Change(time: 0, author: "", text: "").items.isEmpty)
    }
}
