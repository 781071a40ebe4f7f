import Testing

@testable import Archive

@Suite struct CalendarDateRoundTripTests {
    static let times: [Int64] = [
        0, 1, 43200, 86399, 951_782_400, 951_868_799, 1_709_251_199, 1_764_107_999, 4_102_444_799,
    ]

    @Test(arguments: times)
    func readsWhatItWrites(_ time: Int64) {
        #expect(CalendarDate.seconds(rfc2822: CalendarDate(time).rfc2822) == time)
        #expect(CalendarDate.seconds(rfc3339: CalendarDate(time).rfc3339) == time)
        #expect(
            CalendarDate.seconds(changelog: CalendarDate(time).changelog) == time - time % 86400 + 43200)
    }

    @Test(arguments: [
        ("Thu, 01 Jan 2026 00:30:00 +0100", "2025-12-31T23:30:00Z"),
        ("Sun, 29 Feb 2004 23:59:59 -0030", "2004-03-01T00:29:59Z"),
        ("Tue, 01 Mar 2005 00:00:00 +0001", "2005-02-28T23:59:00Z"),
        ("Wed, 31 Dec 2025 20:00:01 -1200", "2026-01-01T08:00:01Z"),
        ("1 Jan 1970 12:00:00 UTC", "1970-01-01"),
    ])
    func zonesCount(_ text: String, _ expected: String) {
        #expect(CalendarDate.seconds(rfc2822: text).map { CalendarDate($0).rfc3339 } == expected)
    }

    @Test(arguments: [
        "", "DATE_STAMP", "Thu, 01 Jan 1970", "Thu, 01 Jan 1970 00:00 +0000",
        "Sun, 30 Feb 2004 10:00:00 +0000",
        "Sun, 01 Foo 2004 10:00:00 +0000", "Thu, 01 Jan 1970 24:00:00 +0000", "Mon Feb 29 2015", "2026-02-29",
        "2026-1-01", "2026-01-01T09:30:00+01:00",
    ])
    func whatIsNoDateIsNone(_ text: String) {
        #expect(CalendarDate.seconds(rfc2822: text) == nil)
        #expect(CalendarDate.seconds(changelog: text) == nil)
        #expect(CalendarDate.seconds(rfc3339: text) == nil)
    }
}
