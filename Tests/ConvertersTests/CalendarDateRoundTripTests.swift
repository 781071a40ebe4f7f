import Testing

@testable import Converters

@Suite struct CalendarDateRoundTripTests {
    @Test(
        arguments: [0, 1, 86399, 951_782_400, 951_868_799, 1_709_251_199, 1_764_107_999, 4_102_444_799]
            as [Int64])
    func readsWhatItWrites(_ time: Int64) {
        #expect(CalendarDate.seconds(rfc2822: CalendarDate(time).rfc2822) == time)
    }

    @Test(arguments: [
        "", "Thu, 01 Jan 1970", "Thu, 01 Jan 1970 00:00 +0000", "Thu, 01 Jan 1970 00:00:00 +0200",
    ])
    func otherFormsAreNone(_ text: String) {
        #expect(CalendarDate.seconds(rfc2822: text) == nil)
    }
}
