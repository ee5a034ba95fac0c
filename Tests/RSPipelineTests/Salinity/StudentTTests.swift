import Testing

@testable import RSPipeline

@Suite struct StudentTTests {
    /// From the tables of the distribution.
    @Test(arguments: [
        (1, 12.706_204_736), (2, 4.302_652_730), (5, 2.570_581_836), (10, 2.228_138_852), (30, 2.042_272_456),
        (120, 1.979_930_405), (1000, 1.962_339_081), (100_000, 1.959_987_708),
    ])
    func quantilesOfTables(freedom: Int, expected: Double) {
        #expect(abs(StudentT.quantile(0.975, degreesOfFreedom: freedom) - expected) < 1e-8)
    }

    @Test func halfLiesBelowZero() {
        #expect(StudentT.cumulative(0, 7) == 0.5)
        // One degree of freedom: 1/2 + atan(1) / pi.
        #expect(abs(StudentT.cumulative(1, 1) - 0.75) < 1e-14)
    }
}
