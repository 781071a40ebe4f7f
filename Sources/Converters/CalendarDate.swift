/// A moment in UTC as changelogs write it.
struct CalendarDate {
    private let day: Int
    private let month: Int
    let year: Int
    private let weekday: Int
    private let secondOfDay: Int

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// - Parameter epoch: seconds since 1970.
    init(_ epoch: Int64) {
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

    /// As in `Thu, 01 Jan 1970 00:00:00 +0000`.
    var rfc2822: String {
        "\(Self.weekdays[weekday]), \(two(day)) \(Self.months[month - 1]) \(year) "
            + "\(two(secondOfDay / 3600)):\(two(secondOfDay / 60 % 60)):\(two(secondOfDay % 60)) +0000"
    }

    /// Reads what ``rfc2822`` writes, and gives seconds since 1970; nil for any other form.
    static func seconds(rfc2822 text: String) -> Int64? {
        let fields = text.split(separator: " ")
        guard fields.count == 6, let month = months.firstIndex(of: String(fields[2])),
            let day = Int(fields[1]),
            let year = Int(fields[3]), ["+0000", "UTC", "GMT"].contains(fields[5])
        else { return nil }
        let clock = fields[4].split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3 else { return nil }
        // Counted from 1 March of year 0, as above.
        let shifted = month < 2 ? year - 1 : year
        let dayOfYear = (153 * (month < 2 ? month + 10 : month - 2) + 2) / 5 + day - 1
        let days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
        return Int64(days * 86400 + clock[0] * 3600 + clock[1] * 60 + clock[2])
    }

    /// As in `Thu Jan 01 1970`, which the changelog of a spec file wants.
    var changelog: String {
        "\(Self.weekdays[weekday]) \(Self.months[month - 1]) \(two(day)) \(year)"
    }

    private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
