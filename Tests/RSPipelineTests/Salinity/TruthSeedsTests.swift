import Foundation
import Testing

@testable import RSPipeline

/// What calibration, map and area estimate say, held against a truth that is known, a hundred times.
@Suite struct TruthSeedsTests {
    /// Fields with a salinity each, and an index that shows it with errors.
    ///
    /// 64 x 64 pixels in fields of 8 x 8. `ln ECe` is 1.5, with a standard deviation of 0.55 between fields and 0.45 within. The
    /// index is `0.2 + 0.1 (ln ECe - 1.5)` with errors of 0.03 between fields and 0.05 between pixels. So r2 with `ln ECe` is
    /// about 0.6.
    struct Landscape {
        static let side = 64
        static let fieldSide = 8
        private(set) var salinity: [Double] = []
        private(set) var index: [Double] = []
        let fields: [Int]

        init(_ chance: inout Chance) {
            let (side, across) = (Self.side, Self.side / Self.fieldSide)
            let levels = (0..<across * across).map { _ in (0.55 * chance.normal(), 0.03 * chance.normal()) }
            fields = (0..<side * side).map { $0 / side / Self.fieldSide * across + $0 % side / Self.fieldSide }
            for field in fields {
                let departure = levels[field].0 + 0.45 * chance.normal()
                salinity.append(exp(1.5 + departure))
                index.append(0.2 + 0.1 * departure + levels[field].1 + 0.05 * chance.normal())
            }
        }
    }

    struct Chance {
        var generator: SplitMix64

        init(_ seed: UInt64) { generator = SplitMix64(seed: seed) }

        /// Of the standard normal distribution (Box and Muller 1958).
        mutating func normal() -> Double {
            let (u, v) = (Double.random(in: 0..<1, using: &generator), Double.random(in: 0..<1, using: &generator))
            return (-2 * log(1 - u)).squareRoot() * cos(2 * .pi * v)
        }
    }

    /// A sample's measurement is the truth times `exp(0.2 z)`.
    private static let noise = 0.2
    private static let samples = 60

    /// Hectares of a class on the map, by estimate, and in truth.
    private struct Area {
        var counted = 0.0
        var estimated = 0.0
        var truth = 0.0
        var covered = 0
    }

    @Test func aHundredTruths() throws {
        let scheme = ClassScheme.usda
        var (crossValidated, newSamples, truths) = (0.0, 0.0, 0.0)
        var areas = [Area](repeating: Area(), count: scheme.classes.count)
        var allCovered = 0
        let seeds = 1...UInt64(100)
        for seed in seeds {
            var chance = Chance(seed)
            let land = Landscape(&chance)
            var pixels = Array(land.fields.indices)
            pixels.shuffle(using: &chance.generator)
            let (sampled, unseen) = (pixels.prefix(Self.samples), pixels.dropFirst(Self.samples))
            var table = SampleTable(predictors: ["x"])
            for pixel in sampled {
                table.rows.append(
                    SampleTable.Row(
                        facts: [
                            .id: "\(pixel)", .field: "\(land.fields[pixel])", .target: "ECe", .unit: "dS/m",
                            .value: "\(land.salinity[pixel] * exp(Self.noise * chance.normal()))",
                        ], predictors: [land.index[pixel]]))
            }
            var calibration = SalinityCalibration(
                target: SoilProperty(.saturatedPaste), method: .leastSquares, logarithm: 0)
            calibration.scheme = .group(.field)
            let model = try calibration.run(table).model
            let validation = try #require(model.crossValidation)

            let map = land.index.map { model.predict([$0]) }
            let classes = try map.map { try #require(scheme.number(of: max(0, $0))) - 1 }
            let soils = try land.salinity.map { try #require(scheme.number(of: $0)) - 1 }
            crossValidated += validation.metrics.rootMeanSquareError * validation.metrics.rootMeanSquareError
            let count = Double(unseen.count)
            for pixel in unseen {
                let new = map[pixel] - land.salinity[pixel] * exp(Self.noise * chance.normal())
                newSamples += new * new / count
                let error = map[pixel] - land.salinity[pixel]
                truths += error * error / count
            }

            // A hectare a pixel; 50 places at random within each class of the map, none of them a sample.
            var places: [(map: String, reference: String)] = []
            for number in scheme.classes.indices {
                for pixel in unseen.filter({ classes[$0] == number }).prefix(AreaEstimate.placesPerClass) {
                    places.append((scheme.classes[number].name, scheme.classes[soils[pixel]].name))
                }
            }
            let estimate = try AreaEstimate(
                ConfusionMatrix(classes: scheme.classes.map(\.name), places: places),
                mapped: scheme.classes.indices.map { number in Double(classes.count { $0 == number }) })
            var held = 0
            for number in scheme.classes.indices {
                let truth = Double(soils.count { $0 == number })
                areas[number].counted += estimate.mapped[number]
                areas[number].estimated += estimate.hectares[number].value
                areas[number].truth += truth
                if try #require(estimate.interval(ofAnyOf: [number])).contains(truth) {
                    held += 1; areas[number].covered += 1
                }
            }
            if held == areas.count { allCovered += 1 }
        }
        let runs = Double(seeds.count)
        let errors = [crossValidated, newSamples, truths].map { ($0 / runs).squareRoot() }
        func share(_ value: Double, _ truth: Double) -> String {
            "\(((value / truth - 1) * 100).rounded(toPlaces: 1)) %"
        }
        let told = areas.map { area in
            "true \((area.truth / runs).rounded()), counted \(share(area.counted, area.truth)), estimated "
                + "\(share(area.estimated, area.truth)), covered \(area.covered)"
        }
        let said = "RMSE \(errors); \(told.joined(separator: "; ")); all classes of a seed \(allCovered)"
        print("seeds \(seeds):", said)
        // What cross-validation tells is what new samples show; their own noise is in it, so the truth is nearer. Two standard
        // deviations of the mean of a hundred seeds are 6 %.
        #expect(abs(errors[0] / errors[1] - 1) < 0.06 && errors[2] < errors[1], "\(said)")
        for area in areas {
            #expect(area.covered >= 88, "\(said)")
            #expect(abs(area.estimated / area.truth - 1) < 0.05, "\(said)")
        }
        // The tails are too small on the map, the middle too large, by far more than the estimate is off.
        for tail in [0, 4] {
            #expect(areas[tail].counted < 0.8 * areas[tail].truth, "\(said)")
            #expect(
                areas[tail].truth - areas[tail].counted > 4 * abs(areas[tail].truth - areas[tail].estimated), "\(said)")
        }
        #expect(areas[2].counted > 1.1 * areas[2].truth, "\(said)")
    }
}
