import Foundation

/// Reads acquisition times as products write them, independent of locale and time zone.
enum AcquisitionTime {
    /// The moment of `2022-05-06T23:39:59.2851330Z`, with or without time, fraction and `Z`; nil for anything else.
    static func date(_ text: String) -> Date? {
        let halves = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = halves.first, let day = days(first) else { return nil }
        var seconds = 0.0
        if halves.count == 2 {
            guard let time = secondsOfDay(halves[1]) else { return nil }
            seconds = time
        }
        return Date(timeIntervalSince1970: Double(day) * 86_400 + seconds)
    }

    /// Days since 1970-01-01 of `yyyy-mm-dd`.
    private static func days(_ text: Substring) -> Int? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let year = digits(parts[0], 4), let month = digits(parts[1], 2),
            let day = digits(parts[2], 2), (1900...2999).contains(year), (1...12).contains(month)
        else { return nil }
        let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...lengths[month - 1]).contains(day) else { return nil }
        var total = lengths[..<(month - 1)].reduce(0, +) + day - 1
        let before = year - 1
        total += before * 365 + before / 4 - before / 100 + before / 400
        return total - 719_162
    }

    private static func secondsOfDay(_ text: Substring) -> Double? {
        var time = text
        if time.last == "Z" || time.last == "z" { time = time.dropLast() }
        let parts = time.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let hour = digits(parts[0], 2), let minute = digits(parts[1], 2), hour < 24,
            minute < 60
        else { return nil }
        let pieces = parts[2].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = pieces.first, let whole = digits(first, 2), whole <= 60 else { return nil }
        var fraction = 0.0
        if pieces.count == 2 {
            guard (1...12).contains(pieces[1].count), pieces[1].allSatisfy({ $0.isASCII && $0.isNumber }),
                let read = Double("0.\(pieces[1])")
            else { return nil }
            fraction = read
        }
        return Double(hour * 3600 + minute * 60 + whole) + fraction
    }

    private static func digits(_ text: Substring, _ count: Int) -> Int? {
        text.count == count && text.allSatisfy { $0.isASCII && $0.isNumber } ? Int(text) : nil
    }
}
