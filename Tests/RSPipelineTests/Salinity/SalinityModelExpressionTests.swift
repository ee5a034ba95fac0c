import Foundation
import Testing

@testable import RSPipeline

/// What the fused program computes of a model, against the model's own prediction.
@Suite struct SalinityModelExpressionTests {
    private static let names = ["ndvi", "sqrt_GR", "red", "gdvi(n=3)"]

    private func evaluate(_ formula: RSPipeline.Expression, _ values: [Double], x: Double? = nil) -> Double {
        formula.evaluate { name in
            name == "x" ? x : Self.names.firstIndex(of: name).flatMap { values.indices.contains($0) ? values[$0] : nil }
        }
    }

    @Test func aLineByHand() throws {
        let model = SalinityModel(
            target: SoilProperty(.saturatedPaste),
            predictors: [.init(name: "ndvi"), .init(name: "red")],
            form: .linear(intercept: 2, coefficients: [-4, 10]), method: "ols")
        let formula = try #require(model.formula)
        #expect(evaluate(formula, [0.25, 0, 0.5]) == 2 - 1 + 5)
        #expect("\(formula)" == "2 + ndvi * -4 + red * 10")
        #expect(model.prediction(from: .name("x")) == .name("x"))
    }

    /// Of logarithms the mean takes the smearing factor, the ends of the interval do not.
    @Test func aModelOfLogarithmsByHand() {
        var model = SalinityModel(
            target: SoilProperty(.saturatedPaste), predictors: [.init(name: "ndvi")],
            form: .linear(intercept: 0, coefficients: [1]), method: "ols")
        model.transform = .logarithm(constant: 0.5, smearing: 1.25)
        #expect(abs(evaluate(model.prediction(from: .name("x")), [], x: log(2)) - 2) < 1e-12)
        #expect(abs(evaluate(model.intervalEnd(from: .name("x")), [], x: log(2)) - 1.5) < 1e-12)
    }

    /// One predictor at 1, 2 and 3: (X'X)^-1 = [[7/3, -1], [-1, 1/2]]; at the mean the form is 1/3, one beside it 5/6.
    @Test func leastSquaresByHand() throws {
        let interval = PredictionInterval.leastSquares(sigma: 2, quantile: 3, inverse: [7.0 / 3, -1, 0.5])
        let half = try #require(interval.halfWidth(["ndvi"]))
        #expect(abs(evaluate(half, [2]) - 6 * (4.0 / 3).squareRoot()) < 1e-12)
        #expect(abs(evaluate(half, [3]) - 6 * (11.0 / 6).squareRoot()) < 1e-12)
        #expect(PredictionInterval.crossValidated(halfWidth: 1.5).halfWidth(["ndvi"]) == .constant(1.5))
        // No matrix of a fit: negative, or of another size.
        #expect(PredictionInterval.leastSquares(sigma: 1, quantile: 2, inverse: [1, 0, -1]).halfWidth(["a"]) == nil)
        #expect(PredictionInterval.leastSquares(sigma: 1, quantile: 2, inverse: [1]).halfWidth(["a"]) == nil)
    }

    /// The completed square is the quadratic form: random fits, random places.
    @Test(arguments: 0..<40) func theIntervalIsThatOfTheModel(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let count = Int.random(in: 1...4, using: &random)
        // X'X of random samples about a centre far from 0, inverted by Gauss-Jordan.
        let samples = (0..<12).map { _ in
            [1.0] + (0..<count).map { 5 * Double($0) + Double.random(in: 0...1, using: &random) }
        }
        var rows = (0...count).map { row in
            (0...count).map { column in samples.reduce(0) { $0 + $1[row] * $1[column] } }
                + (0...count).map { $0 == row ? 1.0 : 0 }
        }
        for pivot in 0...count {
            rows[pivot] = rows[pivot].map { $0 / rows[pivot][pivot] }
            for row in 0...count where row != pivot {
                let factor = rows[row][pivot]
                rows[row] = zip(rows[row], rows[pivot]).map { $0 - factor * $1 }
            }
        }
        let triangle = (0...count).flatMap { row in (row...count).map { rows[row][count + 1 + $0] } }
        let interval = PredictionInterval.leastSquares(sigma: 1.7, quantile: 2.1, inverse: triangle)
        let half = try #require(interval.halfWidth(Array(Self.names.prefix(count))))
        for _ in 0..<20 {
            let place = (0..<count).map { 5 * Double($0) + Double.random(in: -1...2, using: &random) }
            let expected = interval.halfWidth(place)
            #expect(abs(evaluate(half, place) - expected) < 1e-6 * expected, "seed \(seed)")
        }
    }
}
