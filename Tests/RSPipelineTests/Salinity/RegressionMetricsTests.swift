import Testing

@testable import RSPipeline

@Suite struct RegressionMetricsTests {
    private static func isClose(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-7 * max(1, abs(b)) }

    /// Worked by hand in another language (numpy, 64 bits).
    @Test func sevenPairs() {
        let metrics = RegressionMetrics(
            observed: [1.2, 2.5, 4.1, 6.3, 9.0, 13.2, 18.5], predicted: [1.8, 2.2, 5.0, 5.5, 10.1, 11.9, 16.4])
        #expect(metrics.count == 7)
        #expect(Self.isClose(metrics.rootMeanSquareError, 1.1470459))
        #expect(Self.isClose(metrics.meanAbsoluteError, 1.0142857))
        #expect(Self.isClose(metrics.bias, -0.2714286))
        #expect(Self.isClose(metrics.efficiency, 0.9604168))
        #expect(Self.isClose(metrics.squaredCorrelation, 0.9765961))
        #expect(Self.isClose(metrics.ratioToDeviation, 5.4289742))
        #expect(Self.isClose(metrics.ratioToQuartiles, 6.8000766))
        #expect(Self.isClose(metrics.concordance, 0.9774997))
    }

    /// r2 does not see what R2 does.
    @Test func efficiencyAndCorrelationAreNotTheSame() {
        let metrics = RegressionMetrics(observed: [1, 2, 3], predicted: [12, 14, 16])
        #expect(Self.isClose(metrics.squaredCorrelation, 1))
        #expect(metrics.efficiency < -100)
        let mean = RegressionMetrics(observed: [1, 2, 3], predicted: [2, 2, 2])
        #expect(mean.efficiency == 0 && mean.squaredCorrelation.isNaN && mean.concordance == 0)
    }

    @Test func whatCannotBeSaidIsNaN() {
        let none = RegressionMetrics(observed: [], predicted: [])
        #expect(none.count == 0 && none.rootMeanSquareError.isNaN && none.efficiency.isNaN)
        let constant = RegressionMetrics(observed: [4, 4], predicted: [3, 5])
        #expect(constant.efficiency.isNaN && constant.squaredCorrelation.isNaN && constant.rootMeanSquareError == 1)
        let perfect = RegressionMetrics(observed: [1, 2], predicted: [1, 2])
        #expect(perfect.efficiency == 1 && perfect.ratioToDeviation.isNaN && perfect.concordance == 1)
    }

    @Test func quartilesAreOfTypeSeven() {
        #expect(RegressionMetrics.quantile(0.25, of: [1, 2, 3, 4]) == 1.75)
        #expect(RegressionMetrics.quantile(0.75, of: [1, 2, 3, 4]) == 3.25)
        #expect(RegressionMetrics.quantile(1, of: [1, 2, 3, 4]) == 4)
        #expect(RegressionMetrics.quantile(0.5, of: [7]) == 7)
    }
}
