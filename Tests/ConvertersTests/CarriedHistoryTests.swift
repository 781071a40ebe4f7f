import Converters
import Settings
import Testing

@Suite struct CarriedHistoryTests {
    private static let deb: [any Converter] = [DebDkmsConverter()]
    private static let rpm: [any Converter] = [RPMDkmsConverter()]

    private func history(_ revision: String?, _ changes: [CarriedHistory.Change] = []) -> CarriedHistory {
        CarriedHistory(version: .init(upstream: "1.5.0", revision: revision), changes: changes)
    }

    private func change(
        _ upstream: String?, _ revision: String?, time: Int64, author: String = "Ann <ann@example.org>"
    ) -> CarriedHistory.Change {
        .init(
            version: upstream.map { .init(upstream: $0, revision: revision) }, time: time, author: author,
            changes: ["Greet."])
    }

    @Test(arguments: [
        ("1", "1", "1"), ("1+b2", "1+b2", "1+b2"), ("1ubuntu3", "1ubuntu3", "1ubuntu3"),
        ("1~deb12u1", "1~deb12u1", "1~deb12u1"), ("3.el9", "3", "3.el9"), ("3.el9_4.2", "3", "3.el9+4.2"),
        ("0.2.fc41", "0.2", "0.2.fc41"), ("1.oe2203sp4", "1", "1.oe2203sp4"), ("1^git2", "1+git2", "1+git2"),
        ("lp155.3.1", "lp155.3.1", "lp155.3.1"), ("~rc1", nil, nil), ("", nil, nil), (nil, nil, nil),
    ])
    func revisions(_ given: String?, _ ofDeb: String?, _ ofRPM: String?) {
        #expect(history(given).revision(for: Self.deb) == ofDeb)
        #expect(history(given).revision(for: Self.deb + Self.rpm) == ofDeb)
        #expect(history(given).revision(for: Self.rpm) == ofRPM)
    }

    @Test(arguments: [("3.el9", "3"), ("1ubuntu3", "1"), ("0ubuntu1", nil), ("lp155.1", nil)])
    func numbersAlone(_ given: String, _ expected: String?) {
        #expect(history(given).revision(for: [ArchConverter()]) == expected)
        #expect(history(given).revision(for: Self.deb + [AlpineConverter()]) == expected)
    }

    @Test(
        arguments: [
            (DebModulesConverter(), "3"), (DebCommonConverter(), "3"), (RPMKmpConverter(), "3.el9"),
            (RPMCommonConverter(), "3.el9"), (TarballConverter.sourceOnly, "3.el9"),
        ] as [(any Converter, String)])
    func everyKindOfPackages(_ converter: any Converter, _ expected: String) {
        #expect(history("3.el9").revision(for: [converter]) == expected)
    }

    @Test func theNewestEntryIsThatOfThePackage() {
        let tagged = history("3.el9", [change("1.5.0", "3", time: 2), change("1.4.9", "1.el9", time: 1)])
        #expect(
            tagged.changelog(for: Self.rpm, of: "1.5.0").map(\.version) == ["1.5.0-3.el9", "1.4.9-1.el9"])
        #expect(tagged.changelog(for: Self.deb, of: "1.5.0").map(\.version) == ["1.5.0-3", "1.4.9-1"])
        // SUSE names no versions.
        let silent = history("1", [change(nil, nil, time: 2), change(nil, nil, time: 1)])
        #expect(silent.changelog(for: Self.deb, of: "1.5.0").map(\.version) == ["1.5.0-1"])
        let native = history(nil, [change("1.5.0", nil, time: 2)])
        #expect(native.changelog(for: Self.rpm, of: "1.5.0").map(\.version) == ["1.5.0"])
        let repacked = history(
            "2", [change("1.5.0+dfsg", "2", time: 2), change("1.5.0~rc1+dfsg1", "1", time: 1)])
        #expect(repacked.changelog(for: Self.rpm, of: "1.5.0").map(\.version) == ["1.5.0-2", "1.5.0~rc1-1"])
        #expect(
            repacked.changelog(for: Self.rpm, of: "1.5.0+dfsg").map(\.version)
                == ["1.5.0+dfsg-2", "1.5.0~rc1+dfsg1-1"])
    }

    @Test func whatNoChangelogTakesStaysBehind() {
        let changes = [
            change("1.5.0", "1", time: 100), change("1.4.0", "1", time: 200), change("main", "1", time: 50),
            change("1.3.0", "1", time: -1),
            CarriedHistory.Change(version: nil, time: 1, author: "", changes: []),
        ]
        let old = (0..<20).map { change("1.2.\(20 - $0)", "1", time: 40 - Int64($0)) }
        let entries = history("1", changes + old).changelog(for: Self.deb, of: "1.5.0")
        #expect(entries.map(\.time) == [100] + (0..<9).map { 40 - $0 })
        #expect(entries.map(\.changes) == Array(repeating: ["Greet."], count: 10))
    }

    @Test(arguments: [
        ("Ann Lee <ann@example.org>", "Ann Lee <ann@example.org>"),
        ("ann@example.org", "ann <ann@example.org>"),
        ("<ann@example.org>", "ann <ann@example.org>"),
        ("Ann Lee ann@example.org", "Ann Lee <ann@example.org>"),
        ("Ann Lee", "Ann Lee <unknown@packages.invalid>"),
    ])
    func authorsHaveAnAddress(_ given: String, _ expected: String) {
        let entries = history("1", [change("1.5.0", "1", time: 1, author: given)]).changelog(
            for: Self.deb, of: "1.5.0")
        #expect(entries.map(\.author) == [expected])
    }

    @Test func nobodyMadeNothing() {
        #expect(
            history("1", [change("1.5.0", "1", time: 1, author: " ")]).changelog(for: Self.deb, of: "1.5.0")
                .isEmpty)
    }
}
