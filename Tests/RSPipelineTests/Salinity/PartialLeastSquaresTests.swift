import Testing

@testable import RSPipeline

@Suite struct PartialLeastSquaresTests {
    private static func numbers(_ form: SalinityModel.Form?) -> [Double] {
        if case .linear(let intercept, let coefficients)? = form { return [intercept] + coefficients }
        return []
    }

    /// Two uncorrelated predictors of deviation 1: the weights are (2, 1) / sqrt 5 for y = 2a + b, and as Z'Z is a multiple of
    /// the identity one component says all.
    @Test func uncorrelatedPredictorsNeedOneComponent() {
        let x = Matrix(columns: [[1, 1, -1, -1], [1, -1, 1, -1]], rows: 4)
        let lines = PartialLeastSquares(x, [3, 1, -1, -3], components: 2).lines
        #expect(lines.count == 1)
        for (number, expected) in zip(Self.numbers(lines.first), [0.0, 2, 1]) {
            #expect(abs(number - expected) < 1e-12)
        }
    }

    /// As many components as predictors are least squares.
    @Test func allComponentsAreLeastSquares() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        let x = Matrix(rows: 15, columns: 4, values: (0..<60).map { _ in Double(random.next() % 1000) })
        let y = (0..<15).map { _ in Double(random.next() % 1000) }
        let plain = try LeastSquares(x, y, names: ["a", "b", "c", "d"])
        let lines = PartialLeastSquares(x, y, components: 4).lines
        #expect(lines.count == 4)
        for (a, b) in zip(Self.numbers(lines.last), [plain.intercept] + plain.coefficients) {
            #expect(abs(a - b) < 1e-7 * max(1, abs(b)), "seed \(seed)")
        }
    }

    @Test func nothingToExplainGivesNoLine() {
        let x = Matrix(columns: [[1, -1, 1, -1]], rows: 4)
        #expect(PartialLeastSquares(x, [1, 1, -1, -1], components: 1).lines.isEmpty)
    }
}
