import Testing

@testable import RSPipeline

@Suite struct DecimalTextTests {
    @Test(
        arguments: [
            (1_242_000.5, 0, "1,242,001"), (1_242_000.4, 1, "1,242,000.4"), (999.95, 1, "1,000.0"), (0.125, 2, "0.13"),
            (-0.004, 2, "0.00"), (-12.5, 0, "\u{2212}13"), (0, 3, "0.000"), (12, 0, "12"), (0.05, 1, "0.1"),
        ] as [(Double, Int, String)])
    func numbersInEnglish(value: Double, decimals: Int, expected: String) {
        #expect(DecimalText.text(value, decimals: decimals, group: ",", point: ".") == expected)
    }

    @Test func whatIsNoNumberIsADash() {
        #expect(DecimalText.text(.nan, decimals: 2, group: ",", point: ".") == "\u{2013}")
        #expect(DecimalText.text(-.infinity, decimals: 0, group: ",", point: ".") == "\u{2013}")
        #expect(DecimalText.text(1e300, decimals: 2, group: ",", point: ".") == "1e+300")
    }

    @Test(
        arguments: [(1.50, "1.5"), (100, "100"), (-0.001, "0"), (-2.25, "-2.25"), (0.006, "0.01")] as [(Double, String)]
    )
    func coordinates(value: Double, expected: String) {
        #expect(DecimalText.plain(value, decimals: 2) == expected)
    }

    @Test func decimalsFollowTheLargest() {
        #expect(DecimalText.decimals(for: [0.3, 99.9]) == 1 && DecimalText.decimals(for: [100, 0.1]) == 0)
        #expect(DecimalText.decimals(for: [0.3]) == 2 && DecimalText.decimals(for: [.nan]) == 2)
    }
}
