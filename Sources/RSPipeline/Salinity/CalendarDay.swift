public import Foundation

/// A day of the Gregorian calendar, without a time.
public struct CalendarDay: Sendable, Hashable, Comparable {
    /// Days since 1970-01-01.
    public let number: Int
    /// The day as `2023-07-15`.
    public let text: String

    /// The day of a moment, in UTC.
    public init?(_ date: Date) {
        let days = (date.timeIntervalSince1970 / 86_400).rounded(.down)
        guard abs(days) < 1e6 else { return nil }
        self.init(number: Int(days))
    }

    /// Reads `2023-07-15` (a time may follow), `15.07.2023` or `2023/07/15`; nil for anything else.
    ///
    /// `07/08/2023` is two days, one here and one there, and is not read.
    public init?(_ text: String) {
        let day = text.prefix { $0 != "T" && $0 != " " }
        let iso: String
        if day.contains(".") {
            let parts = day.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0].count <= 2, parts[1].count <= 2, parts[2].count == 4 else { return nil }
            iso = "\(parts[2])-\(Self.two(parts[1]))-\(Self.two(parts[0]))"
        } else {
            iso = String(day).replacing("/", with: "-")
        }
        guard let date = AcquisitionTime.date(iso) else { return nil }
        self.init(date)
    }

    /// Civil date from a count of days, after Hinnant, "chrono-compatible low-level date algorithms".
    private init(number: Int) {
        self.number = number
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let part = (5 * dayOfYear + 2) / 153
        let month = part < 10 ? part + 3 : part - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let day = dayOfYear - (153 * part + 2) / 5 + 1
        text = "\(year)-\(Self.two(String(month)))-\(Self.two(String(day)))"
    }

    private static func two(_ digits: some StringProtocol) -> String { digits.count == 1 ? "0\(digits)" : "\(digits)" }

    /// Whether a day comes before another.
    public static func < (a: CalendarDay, b: CalendarDay) -> Bool { a.number < b.number }

    /// The day some days later, or earlier.
    public func adding(days: Int) -> CalendarDay { CalendarDay(number: number + days) }
}
