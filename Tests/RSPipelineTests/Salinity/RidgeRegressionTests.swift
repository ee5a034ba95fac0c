import Testing

@testable import RSPipeline

@Suite struct RidgeRegressionTests {
    private static func numbers(_ form: SalinityModel.Form) -> [Double] {
        if case .linear(let intercept, let coefficients) = form { return [intercept] + coefficients }
        return []
    }

    /// x = -1, 0, 1 has the deviation sqrt(2/3); z'z = 3, z'y = 2 / sqrt(2/3) for y = 0, 1, 2, so that
    /// b = 2 / sqrt(2/3) / (3 + lambda) / sqrt(2/3) = 3 / (3 + lambda).
    @Test(arguments: [(0.0, 1.0), (3, 0.5), (27, 0.1)])
    func oneStandardisedPredictor(lambda: Double, slope: Double) throws {
        let line = Self.numbers(
            try RidgeRegression(Matrix(columns: [[-1, 0, 1]], rows: 3), [0, 1, 2]).line(lambda: lambda))
        #expect(abs(line[0] - 1) < 1e-12 && abs(line[1] - slope) < 1e-12)
    }

    @Test func noPenaltyIsLeastSquares() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        let x = Matrix(rows: 12, columns: 3, values: (0..<36).map { _ in Double(random.next() % 1000) })
        let y = (0..<12).map { _ in Double(random.next() % 1000) }
        let plain = try LeastSquares(x, y, names: ["a", "b", "c"])
        let ridge = Self.numbers(try RidgeRegression(x, y).line(lambda: 0))
        for (a, b) in zip(ridge, [plain.intercept] + plain.coefficients) {
            #expect(abs(a - b) < 1e-8 * max(1, abs(b)), "seed \(seed)")
        }
    }

    /// What least squares refuses: two equal predictors share their coefficient.
    @Test func equalPredictorsShare() throws {
        let a = [1.0, 2, 4, 3, 5]
        let line = Self.numbers(
            try RidgeRegression(Matrix(columns: [a, a], rows: 5), a.map { 2 * $0 }).line(lambda: 1e-9))
        #expect(abs(line[1] - 1) < 1e-6 && abs(line[2] - 1) < 1e-6)
        let flat = Self.numbers(
            try RidgeRegression(Matrix(columns: [a, [3, 3, 3, 3, 3]], rows: 5), a).line(lambda: 0))
        #expect(flat[2] == 0)
    }
}
