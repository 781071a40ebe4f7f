/// A date of a changelog, in UTC.
enum SettingsDate {
    /// Seconds since 1970 of `2026-03-01` (noon, as rpm has it) or `2026-03-01T09:30:00Z` (RFC 3339); nil for no date.
    static func seconds(_ text: String) -> Int64? {
        guard
            let match = text.wholeMatch(
                of: /([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):([0-9]{2}):([0-9]{2})Z)?/)
        else { return nil }
        guard let year = Int64(match.1), let month = Int64(match.2), let day = Int64(match.3) else {
            return nil
        }
        guard year >= 1970, (1...12).contains(month), (1...length(month, year)).contains(day) else {
            return nil
        }
        let hour = match.4.flatMap { Int64($0) } ?? 12
        let minute = match.5.flatMap { Int64($0) } ?? 0
        let second = match.6.flatMap { Int64($0) } ?? 0
        guard hour < 24, minute < 60, second < 60 else { return nil }
        return days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second
    }

    private static func isLeap(_ year: Int64) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    private static func length(_ month: Int64, _ year: Int64) -> Int64 {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970, counted in years that begin on 1 March, so that a leap day is a year's last.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let march = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return march * 365 + march / 4 - march / 100 + march / 400 + dayOfYear - 719_468
    }
}
