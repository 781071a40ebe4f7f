/// Dates of changelogs as mkdkms.yaml has them.
enum DraftDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `Mon, 01 Mar 2026 09:30:00 +0100` in UTC; nil for no date.
    static func debian(_ text: String) -> String? {
        guard
            let match = text.firstMatch(
                of:
                    /([0-9]{1,2}) ([A-Z][a-z]{2}) ([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) ([+-])([0-9]{2})([0-9]{2})/
            ),
            let day = Int(match.1), let month = month(match.2), let year = Int(match.3),
            let hour = Int(match.4), let minute = Int(match.5), let second = Int(match.6),
            let zoneHours = Int(match.8), let zoneMinutes = Int(match.9),
            (1...length(year, month)).contains(day), hour < 24, minute < 60, second < 60, year >= 1970
        else { return nil }
        let zone = (zoneHours * 60 + zoneMinutes) * (match.7 == "-" ? -1 : 1)
        var minutes = hour * 60 + minute - zone
        var date = (year, month, day)
        if minutes < 0 { (minutes, date) = (minutes + 1440, before(date)) }
        if minutes >= 1440 { (minutes, date) = (minutes - 1440, after(date)) }
        return "\(written(date))T\(two(minutes / 60)):\(two(minutes % 60)):\(two(second))Z"
    }

    /// The day of `Mon Mar 01 2026`, as a spec has it.
    static func spec(_ text: String) -> String? {
        guard let match = text.firstMatch(of: /[A-Z][a-z]{2} ([A-Z][a-z]{2}) +([0-9]{1,2}) ([0-9]{4})/),
            let month = month(match.1), let day = Int(match.2), let year = Int(match.3),
            (1...length(year, month)).contains(day), year >= 1970
        else { return nil }
        return written((year, month, day))
    }

    private static func month(_ name: Substring) -> Int? {
        months.firstIndex(of: String(name)).map { $0 + 1 }
    }

    private static func length(_ year: Int, _ month: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func before(_ date: (Int, Int, Int)) -> (Int, Int, Int) {
        let (year, month, day) = date
        if day > 1 { return (year, month, day - 1) }
        return month > 1 ? (year, month - 1, length(year, month - 1)) : (year - 1, 12, 31)
    }

    private static func after(_ date: (Int, Int, Int)) -> (Int, Int, Int) {
        let (year, month, day) = date
        if day < length(year, month) { return (year, month, day + 1) }
        return month < 12 ? (year, month + 1, 1) : (year + 1, 1, 1)
    }

    private static func written(_ date: (Int, Int, Int)) -> String {
        "\(date.0)-\(two(date.1))-\(two(date.2))"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
