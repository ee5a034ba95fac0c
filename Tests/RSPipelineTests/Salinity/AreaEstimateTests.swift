import Foundation
import Testing

@testable import RSPipeline

/// The papers are Olofsson and others 2013 and 2014, see ``AreaEstimate``.
@Suite struct AreaEstimateTests {
    private func close(_ a: Double?, _ b: Double, _ tolerance: Double) -> Bool {
        a.map { abs($0 - b) <= tolerance } ?? false
    }

    /// Table 8 of the paper of 2014: deforestation, forest gain, stable forest, stable non-forest.
    private var paper: AreaEstimate {
        get throws {
            let matrix = try ConfusionMatrix(
                classes: ["D", "FG", "SF", "SNF"],
                counts: [[66, 0, 5, 4], [0, 55, 8, 12], [1, 0, 153, 11], [2, 1, 9, 313]])
            return try AreaEstimate(
                matrix, mapped: [200_000, 150_000, 3_200_000, 6_450_000].map { $0 * 0.09 })
        }
    }

    @Test func thePaperOf2014() throws {
        let estimate = try paper
        #expect(close(estimate.overallAccuracy.value, 0.946512, 1e-6))
        #expect(close(estimate.overallAccuracy.margin, 0.018483, 1e-6))
        for (index, expected) in [
            (0.88, 0.07404), (0.733333, 0.100755), (0.927273, 0.039745), (0.963077, 0.020533),
        ].enumerated() {
            #expect(close(estimate.usersAccuracies[index]?.value, expected.0, 1e-6))
            #expect(close(estimate.usersAccuracies[index]?.margin, expected.1, 1e-6))
        }
        for (index, expected) in [
            (0.748661, 0.213306), (0.847156, 0.254404), (0.934509, 0.034324), (0.961609, 0.018361),
        ].enumerated() {
            #expect(close(estimate.producersAccuracies[index]?.value, expected.0, 1e-6))
            #expect(close(estimate.producersAccuracies[index]?.margin, expected.1, 1e-6))
        }
        for (index, expected) in [
            (21157.76, 6157.52), (11686.15, 3755.76), (285769.93, 15509.55), (581386.15, 16281.36),
        ].enumerated() {
            #expect(close(estimate.hectares[index].value, expected.0, 0.005))
            #expect(close(estimate.hectares[index].margin, expected.1, 0.005))
        }
        #expect(estimate.warnings.isEmpty)
        for index in 0..<4 {
            let (value, margin) = (estimate.hectares[index].value, estimate.hectares[index].margin ?? .nan)
            let interval = try #require(estimate.interval(ofAnyOf: [index]))
            #expect(abs(interval.lowerBound - (value - margin)) < 1e-6)
            // No place of stable forest is a gain of forest: three of its 165 would be 5229 ha.
            let reach = index == 1 ? -log(0.05) * 288_000 / 165 : margin
            #expect(abs(interval.upperBound - (value + reach)) < 1e-6)
        }
    }

    /// Example 1 of the paper of 2013.
    @Test func thePaperOf2013() throws {
        let matrix = try ConfusionMatrix(
            classes: ["1", "2", "3"], counts: [[97, 0, 3], [3, 279, 18], [2, 1, 97]])
        let estimate = try AreaEstimate(matrix, mapped: [22353, 1_122_543, 610_228])
        #expect(close(estimate.overallAccuracy.value, 0.944417, 1e-6))
        #expect(close(estimate.overallAccuracy.margin, 0.021882, 1e-6))
        #expect(close(estimate.hectares[0].value, 45112.4, 0.05) && close(estimate.hectares[0].margin, 21072.4, 0.05))
        for (index, accuracy) in [0.480631, 0.994189, 0.896926].enumerated() {
            #expect(close(estimate.producersAccuracies[index]?.value, accuracy, 1e-6))
        }
    }

    @Test func areasAddUpAndGroupsAreMoreCertain() throws {
        let estimate = try paper
        #expect(abs(estimate.hectares.reduce(0) { $0 + $1.value } - 900_000) < 1e-6)
        // Of all classes there is no doubt at all.
        let all = estimate.hectares(ofAnyOf: [0, 1, 2, 3])
        #expect(abs(all.value - 900_000) < 1e-6 && close(all.standardError, 0, 1e-6))
        let rest = estimate.hectares(ofAnyOf: [1, 2, 3])
        #expect(close(rest.standardError, estimate.hectares[0].standardError ?? 0, 1e-6))
    }

    @Test func aSinglePlaceLeavesTheErrorUnknown() throws {
        let matrix = try ConfusionMatrix(classes: ["a", "b"], counts: [[1, 0], [10, 50]])
        let estimate = try AreaEstimate(matrix, mapped: [10, 90])
        #expect(abs(estimate.hectares[0].value - 25) < 1e-9)
        #expect(estimate.hectares.allSatisfy { $0.standardError == nil })
        #expect(estimate.overallAccuracy.standardError == nil && estimate.usersAccuracies[0]?.standardError == nil)
        #expect(estimate.usersAccuracies[1]?.standardError != nil)
        #expect(estimate.producersAccuracies[0]?.standardError == nil)
        #expect(estimate.warnings.count == 1 && estimate.warnings[0].contains("single place"))
    }

    @Test func strataWithoutPlacesAreRefused() throws {
        let matrix = try ConfusionMatrix(classes: ["a", "b"], counts: [[60, 2], [0, 0]])
        let error = #expect(throws: SceneError.self) { try AreaEstimate(matrix, mapped: [10, 90]) }
        #expect(error?.message.contains("'b'") == true && error?.message.contains("90.0 ha") == true)
        // A class that the map lacks needs no places, and may be found all the same.
        let estimate = try AreaEstimate(matrix, mapped: [10, 0])
        #expect(close(estimate.hectares[1].value, 10 * 2.0 / 62, 1e-12))
        #expect(estimate.usersAccuracies[1] == nil && estimate.producersAccuracies[1]?.value == 0)
        let swapped = try ConfusionMatrix(classes: ["a", "b"], counts: [[60, 2], [1, 1]])
        #expect(throws: SceneError.self) { try AreaEstimate(swapped, mapped: [10, 0]) }
        #expect(throws: SceneError.self) { try AreaEstimate(matrix, mapped: [0, 0]) }
        #expect(throws: SceneError.self) { try AreaEstimate(matrix, mapped: [.nan, 1]) }
    }

    @Test func aSmallClassWithoutPlacesIsJoinedToItsNeighbour() throws {
        let matrix = try ConfusionMatrix(classes: ["a", "b", "c"], counts: [[40, 10, 0], [0, 0, 0], [5, 5, 40]])
        let estimate = try AreaEstimate(matrix, mapped: [60, 4, 36])
        // b lies between a and c, and goes to the larger: 64 ha with 40 + 10 places.
        let expected = [64 * 0.8 + 3.6, 64 * 0.2 + 3.6, 36 * 0.8]
        for (found, area) in zip(estimate.hectares, expected) { #expect(close(found.value, area, 1e-9)) }
        let error = sqrt(64 * 64 * 0.16 / 49 + 36 * 36 * 0.09 / 49)
        #expect(close(estimate.hectares[0].standardError, error, 1e-9))
        // Its 4 ha may be of any class.
        let interval = try #require(estimate.interval(ofAnyOf: [0]))
        #expect(abs(interval.upperBound - (54.8 + 1.95996 * error + 4)) < 1e-3)
        #expect(abs(interval.lowerBound - (54.8 - 1.95996 * error - 4)) < 1e-3)
        #expect(estimate.usersAccuracies[1] == nil && estimate.warnings.count == 1)
        #expect(
            estimate.warnings[0].contains("'b': no place of its 4.0 ha") && estimate.warnings[0].contains("with 'a'"))
        // A single place is no better; with more than a twentieth of the area it leaves errors unknown, as ever.
        let single = try ConfusionMatrix(classes: ["a", "b", "c"], counts: [[40, 10, 0], [0, 1, 0], [5, 5, 40]])
        let one = try AreaEstimate(single, mapped: [60, 4, 36])
        #expect(close(one.hectares[1].value, 64.0 * 11 / 51 + 3.6, 1e-9) && one.hectares[1].standardError != nil)
        #expect(close(one.producersAccuracies[1]?.value, 64.0 / 51 / (64 * 11.0 / 51 + 3.6), 1e-9))
        let large = try AreaEstimate(single, mapped: [60, 10, 36])
        #expect(large.hectares[1].standardError == nil && large.interval(ofAnyOf: [1]) == nil)
        // A class that finds no neighbour is refused.
        let alone = try ConfusionMatrix(classes: ["a", "b"], counts: [[1, 0], [0, 0]])
        #expect(throws: SceneError.self) { try AreaEstimate(alone, mapped: [98, 2]) }
    }

    /// What no place shows is not known to be 0: three in as many places, where a place stands for most land.
    @Test func theRuleOfThree() throws {
        let matrix = try ConfusionMatrix(classes: ["a", "b"], counts: [[50, 0], [100, 0]])
        let estimate = try AreaEstimate(matrix, mapped: [40, 60])
        #expect(estimate.hectares[1].value == 0 && estimate.hectares[1].margin == 0)
        let reach = -log(0.05) * 40 / 50
        #expect(abs((estimate.interval(ofAnyOf: [1])?.upperBound ?? 0) - reach) < 1e-9)
        #expect(abs((estimate.interval(ofAnyOf: [0])?.lowerBound ?? 0) - (100 - reach)) < 1e-9)
        #expect(estimate.interval(ofAnyOf: [0, 1]) == 100...100 && estimate.interval(ofAnyOf: []) == 0...0)
        // Found in a small class of the map alone, it may be in the large one all the same.
        let rare = try AreaEstimate(
            try ConfusionMatrix(classes: ["a", "b"], counts: [[50, 0], [49, 1]]), mapped: [98, 2])
        let interval = try #require(rare.interval(ofAnyOf: [1]))
        #expect(abs(interval.upperBound - (0.04 - log(0.05) * 98 / 50)) < 1e-9 && interval.lowerBound == 0)
    }

    /// The intervals hold the truth about as often as they say.
    @Test func intervalsCoverTheTruth() throws {
        let seed: UInt64 = 20_260
        var random = SplitMix64(seed: seed)
        // Shares of the reference classes within each class of the map.
        let truth = [[0.85, 0.12, 0.03], [0.10, 0.75, 0.15], [0.02, 0.28, 0.70]]
        let mapped = [7000.0, 2500, 500]
        let areas = (0..<3).map { j in (0..<3).reduce(0.0) { $0 + mapped[$1] * truth[$1][j] } }
        var covered = [0, 0, 0]
        let runs = 400
        for _ in 0..<runs {
            let counts = truth.map { row in
                var line = [0, 0, 0]
                for _ in 0..<60 {
                    let u = Double.random(in: 0..<1, using: &random)
                    line[u < row[0] ? 0 : u < row[0] + row[1] ? 1 : 2] += 1
                }
                return line
            }
            let estimate = try AreaEstimate(ConfusionMatrix(classes: ["1", "2", "3"], counts: counts), mapped: mapped)
            for j in 0..<3 where estimate.interval(ofAnyOf: [j])?.contains(areas[j]) == true {
                covered[j] += 1
            }
        }
        for count in covered { #expect(Double(count) / Double(runs) > 0.90, "seed \(seed): \(covered)") }
    }

    @Test func sampleSizes() throws {
        // Olofsson et al. 2014, 5.1.1: W .02 .015 .320 .645, U .7 .6 .9 .95, S(OA) .01 give 641 places before rare classes are raised.
        let sizes = try #require(
            AreaEstimate.sampleSizes(
                mapped: [200_000, 150_000, 3_200_000, 6_450_000], usersAccuracies: [0.7, 0.6, 0.9, 0.95],
                standardError: 0.01))
        #expect(sizes == [50, 50, 205, 414])
        #expect(
            AreaEstimate.sampleSizes(mapped: [0, 10], usersAccuracies: [0.5, 0.5], standardError: 0.05) == [0, 100])
        #expect(AreaEstimate.sampleSizes(mapped: [10], usersAccuracies: [1.5], standardError: 0.01) == nil)
    }
}
