import Testing

@testable import RSPipeline

@Suite struct CalendarDayTests {
    @Test(arguments: [
        ("1970-01-01", 0, "1970-01-01"), ("2023-07-15", 19_553, "2023-07-15"), ("15.07.2023", 19_553, "2023-07-15"),
        ("5.7.2023", 19_543, "2023-07-05"), ("2023/07/15", 19_553, "2023-07-15"), ("2000-02-29", 11_016, "2000-02-29"),
        ("2024-02-13T11:52:00Z", 19_766, "2024-02-13"), ("1962-12-31", -2558, "1962-12-31"),
    ])
    func daysAreRead(text: String, number: Int, iso: String) throws {
        let day = try #require(CalendarDay(text))
        #expect(day.number == number && day.text == iso)
    }

    /// What is two days, or none, is not read.
    @Test(arguments: ["07/08/2023", "2023-02-29", "31.04.2023", "15.7.23", "2023", "", "13-02-2024", "July 15"])
    func othersAreNot(text: String) { #expect(CalendarDay(text) == nil) }

    @Test func everyDayReadsBack() throws {
        let first = try #require(CalendarDay("1900-01-01"))
        for distance in stride(from: 0, to: 110_000, by: 7) {
            let day = first.adding(days: distance)
            #expect(CalendarDay(day.text)?.number == first.number + distance, "\(day.text)")
        }
    }
}
