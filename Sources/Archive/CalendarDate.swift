/// A moment in UTC as people and formats write it.
package struct CalendarDate {
    private let day: Int
    private let month: Int
    package let year: Int
    private let weekday: Int
    private let secondOfDay: Int

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static let noon = 43200

    /// - Parameter epoch: seconds since 1970.
    package init(_ epoch: Int64) {
        let days = Int((epoch - (epoch % 86400 + 86400) % 86400) / 86400)
        secondOfDay = Int((epoch % 86400 + 86400) % 86400)
        weekday = ((days % 7) + 11) % 7
        // Counted from 1 March of year 0, so that leap days come last in a year.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    // MARK: Written

    /// As in `Thu, 01 Jan 1970 00:00:00 +0000`.
    package var rfc2822: String {
        "\(Self.weekdays[weekday]), \(two(day)) \(Self.months[month - 1]) \(year) "
            + "\(two(secondOfDay / 3600)):\(two(secondOfDay / 60 % 60)):\(two(secondOfDay % 60)) +0000"
    }

    /// As in `Thu Jan 01 1970`, which the changelog of a spec file wants.
    package var changelog: String {
        "\(Self.weekdays[weekday]) \(Self.months[month - 1]) \(two(day)) \(year)"
    }

    /// As in `1970-01-01T00:00:00Z`; the day alone at noon, which is what a day alone is read as.
    package var rfc3339: String {
        let date = "\(year)-\(two(month))-\(two(day))"
        guard secondOfDay != Self.noon else { return date }
        return "\(date)T\(two(secondOfDay / 3600)):\(two(secondOfDay / 60 % 60)):\(two(secondOfDay % 60))Z"
    }

    private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    // MARK: Read

    /// Seconds since 1970 of `Thu, 01 Jan 1970 01:00:00 +0100`, the day of the week with it or not; nil for no date.
    package static func seconds(rfc2822 text: String) -> Int64? {
        guard
            let match = text.wholeMatch(
                of:
                    /\s*(?:[A-Z][a-z]{2}, *)?([0-9]{1,2}) ([A-Z][a-z]{2}) ([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) (?:UTC|GMT|([+-])([0-9]{2})([0-9]{2}))\s*/
            ),
            let days = days(match.3, month(match.2), match.1),
            let second = second(match.4, match.5, match.6)
        else { return nil }
        let zone = (Int64(match.8 ?? "") ?? 0) * 3600 + (Int64(match.9 ?? "") ?? 0) * 60
        return days * 86400 + second - (match.7 == "-" ? -zone : zone)
    }

    /// Noon, as rpm has it, of the day `Thu Jan 01 1970`; nil for no date.
    package static func seconds(changelog text: String) -> Int64? {
        guard let match = text.wholeMatch(of: /[A-Z][a-z]{2} ([A-Z][a-z]{2}) +([0-9]{1,2}) ([0-9]{4})/),
            let days = days(match.3, month(match.1), match.2)
        else { return nil }
        return days * 86400 + Int64(noon)
    }

    /// Of `1970-01-01T00:00:00Z`, or noon of the day alone; nil for no date.
    package static func seconds(rfc3339 text: String) -> Int64? {
        guard
            let match = text.wholeMatch(
                of: /([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):([0-9]{2}):([0-9]{2})Z)?/),
            let days = days(match.1, Int64(match.2), match.3),
            let second = second(match.4 ?? "12", match.5 ?? "00", match.6 ?? "00")
        else { return nil }
        return days * 86400 + second
    }

    private static func month(_ name: Substring) -> Int64? {
        months.firstIndex(of: String(name)).map { Int64($0) + 1 }
    }

    private static func second(_ hour: Substring, _ minute: Substring, _ second: Substring) -> Int64? {
        guard let hour = Int64(hour), let minute = Int64(minute), let second = Int64(second),
            hour < 24, minute < 60, second < 60
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }

    /// Days since 1970 of a day that there is; nil for others.
    private static func days(_ year: Substring, _ month: Int64?, _ day: Substring) -> Int64? {
        guard let year = Int64(year), let month, let day = Int64(day), (1...12).contains(month),
            (1...length(month, year)).contains(day)
        else { return nil }
        // Counted from 1 March of year 0, as above.
        let march = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return march * 365 + march / 4 - march / 100 + march / 400 + dayOfYear - 719_468
    }

    private static func length(_ month: Int64, _ year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
