import Foundation
import Testing

@testable import RSPipeline

@Suite struct WeightedDistributionTests {
    private static func quantiles(_ values: [(Float, Double)], _ shares: [Double]) -> [Double] {
        var distribution = WeightedDistribution()
        for (value, weight) in values { distribution.add(value, weight: weight) }
        return distribution.quantiles(shares)
    }

    @Test func theMedianOfEqualWeightsIsThatOfEveryTextbook() {
        #expect(Self.quantiles([(3, 1), (1, 1), (2, 1)], [0.5]) == [2])
        #expect(Self.quantiles([(4, 1), (1, 1), (2, 1), (3, 1)], [0, 0.25, 0.5, 1]) == [1, 1.5, 2.5, 4])
        #expect(Self.quantiles([(7, 0.25)], [0, 0.1, 0.5, 0.9, 1]) == [7, 7, 7, 7, 7])
        #expect(Self.quantiles([(.nan, 1)], [0.5])[0].isNaN)
    }

    @Test func weightsCount() {
        // Up to 1 lies 1/4 of the weight, up to 5 it is 7/8.
        let values: [(Float, Double)] = [(5, 0.625), (1, 0.25), (9, 0.125)]
        #expect(Self.quantiles(values, [0.1, 0.25, 0.5, 0.9]) == [1, 3, 5, 9])
        // A pixel in two halves is the same as a whole one.
        #expect(
            Self.quantiles(values + [(5, 0.5)], [0.5])
                == Self.quantiles([(5, 1), (5, 0.125), (1, 0.25), (9, 0.125)], [0.5]))
    }

    @Test func negativeValuesAndZerosAreInOrder() {
        #expect(Self.quantiles([(-0.0, 1), (0, 1), (-2, 1), (-1, 1), (3, 1)], [0, 0.3, 0.5, 1]) == [-2, -1, 0, 3])
    }

    @Test(arguments: 0..<5) func orderAndPartsChangeNothing(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let values = (0..<60_000).map { _ in
            (Float.random(in: -0.4...0.9, using: &random), Double.random(in: 0.001...1, using: &random))
        }
        let shares = [0.0, 0.1, 0.5, 0.9, 1]
        let found = Self.quantiles(values, shares)
        #expect(Self.quantiles(values.shuffled(using: &random), shares) == found, "seed \(seed)")
        var whole = WeightedDistribution()
        for part in stride(from: 0, to: values.count, by: 17_011).reversed() {
            var distribution = WeightedDistribution()
            for (value, weight) in values[part..<min(part + 17_011, values.count)] {
                distribution.add(value, weight: weight)
            }
            whole.merge(distribution)
        }
        #expect(whole.quantiles(shares) == found, "seed \(seed)")
        // Within the stated error of the exact one.
        let sorted = values.sorted { $0.0 < $1.0 }
        let total = values.reduce(0) { $0 + $1.1 }
        for (share, quantile) in zip(shares, found) where share > 0 && share < 1 {
            var sum = 0.0
            let exact = sorted.first { entry in
                sum += entry.1
                return sum > share * total
            }
            let error = abs(quantile - Double(exact?.0 ?? .nan))
            #expect(error <= whole.relativeError * abs(quantile) * 1.01, "seed \(seed), \(share): \(error)")
        }
        #expect(whole.relativeError > 0 && whole.relativeError < 2e-3, "seed \(seed): \(whole.relativeError)")
    }
}
