import Diagnostics
import Testing
import Tools

@testable import Archive

/// Dates as `date -u -R` writes them.
@Suite struct CalendarDateTests {
    /// Every turn of a year from 1968 to 2105 by a second, leap days, and moments strewn over years 1019 to 9000.
    static let moments: [Int64] = {
        var moments: [Int64] = [
            0, -1, 1, 86399, 86400, -86400, -86401, 951_782_400, 951_868_800, 4_107_542_400,
        ]
        moments += (-2..<136).flatMap { year -> [Int64] in
            let turn = Int64(year) * 31_556_952
            return [turn - 1, turn, turn + 5_097_600]
        }
        var state: UInt64 = 42
        for _ in 0..<3000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            moments.append(Int64(state >> 16) % 250_000_000_000 - 30_000_000_000)
        }
        return moments
    }()

    @Test func areThoseOfDate() async throws {
        let lines = Self.moments.map { "@\($0)\n" }.joined()
        let outcome = try await Program("date", ["-u", "-R", "-f", "-"]).capture(input: Array(lines.utf8))
        try #require(outcome.status == 0)
        let told = String(decoding: outcome.output, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(told.count == Self.moments.count)
        for (moment, expected) in zip(Self.moments, told) where CalendarDate(moment).rfc2822 != expected {
            Issue.record("@\(moment): \(CalendarDate(moment).rfc2822) instead of \(expected)")
        }
    }
}
