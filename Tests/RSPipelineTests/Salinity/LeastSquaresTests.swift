import Testing

@testable import RSPipeline

@Suite struct LeastSquaresTests {
    private static func isClose(_ a: Double, _ b: Double, _ tolerance: Double = 1e-12) -> Bool {
        abs(a - b) <= tolerance * max(1, abs(b))
    }

    /// (0, 0), (1, 1), (2, 3): slope 3/2, intercept -1/6, residuals 1/6, -1/3, 1/6.
    @Test func threePoints() throws {
        let line = try LeastSquares(Matrix(columns: [[0, 1, 2]], rows: 3), [0, 1, 3], names: ["a"])
        #expect(Self.isClose(line.intercept, -1.0 / 6) && Self.isClose(line.coefficients[0], 1.5))
        for (residual, expected) in zip(line.residuals, [1.0 / 6, -1.0 / 3, 1.0 / 6]) {
            #expect(Self.isClose(residual, expected))
        }
        for (leverage, expected) in zip(line.leverages, [5.0 / 6, 1.0 / 3, 5.0 / 6]) {
            #expect(Self.isClose(leverage, expected))
        }
        #expect(line.degreesOfFreedom == 1 && Self.isClose(line.sigma, (1.0 / 6).squareRoot()))
        for (element, expected) in zip(line.inverse, [5.0 / 6, -0.5, 0.5]) { #expect(Self.isClose(element, expected)) }
        #expect(Self.isClose(line.varianceInflation[0], 1))
        // Each residual left out: the line through the other two misses by so much.
        for (residual, expected) in zip(line.leaveOneOutResiduals, [1, -0.5, 1]) {
            #expect(Self.isClose(residual, expected))
        }
        let slope = line.statistics[1]
        #expect(Self.isClose(slope.standardError, (1.0 / 12).squareRoot()))
        #expect(Self.isClose(slope.interval.upperBound, 1.5 + 12.706_204_736 * (1.0 / 12).squareRoot(), 1e-9))
        // At x = 1: 1 + 1/3; t sigma sqrt(4/3).
        #expect(
            Self.isClose(
                line.uncertainty.halfWidth([1]), 12.706_204_736 * (1.0 / 6).squareRoot() * (4.0 / 3).squareRoot(), 1e-9)
        )
    }

    /// Two predictors with correlation r have the inflation 1 / (1 - r^2).
    @Test func varianceInflationOfTwo() throws {
        let (a, b) = ([0.0, 1, 2, 3, 4, 5], [0.0, 2, 1, 4, 3, 6])
        let x = Matrix(columns: [a, b], rows: 6)
        let line = try LeastSquares(x, [1, 0, 2, 5, 3, 1], names: ["a", "b"])
        let r = PredictorSelection.correlations(Matrix(columns: [a], rows: 6), b)[0]
        for inflation in line.varianceInflation { #expect(Self.isClose(inflation, 1 / (1 - r * r))) }
    }

    @Test func leavingOneOutIsRefittingWithoutIt() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        func draw() -> Double { Double(random.next() % 100_000) / 1000 }
        for _ in 0..<20 {
            let (n, p) = (8 + Int(random.next() % 20), 1 + Int(random.next() % 4))
            let x = Matrix(rows: n, columns: p, values: (0..<n * p).map { _ in draw() })
            let y = (0..<n).map { _ in draw() }
            let names = (0..<p).map { "\($0)" }
            let shortcut = try LeastSquares(x, y, names: names).leaveOneOutResiduals
            for left in 0..<n {
                let rest = (0..<n).filter { $0 != left }
                let line = try LeastSquares(x.taking(rows: rest), rest.map { y[$0] }, names: names)
                let predicted = zip(line.coefficients, x.row(left)).reduce(line.intercept) { $0 + $1.0 * $1.1 }
                #expect(Self.isClose(shortcut[left], y[left] - predicted, 1e-8), "seed \(seed)")
            }
        }
    }

    @Test func predictorsThatOthersMakeUpAreNamed() {
        let (a, b) = ([1.0, 2, 3, 4, 6, 5], [2.0, 1, 4, 3, 5, 9])
        let other = [4.0, 4, 1, 2, 7, 1]
        let x = Matrix(columns: [a, other, b, zip(a, b).map { 2 * $0 - $1 + 3 }], rows: 6)
        let error = #expect(throws: SceneError.self) {
            try LeastSquares(x, [1, 2, 3, 5, 4, 6], names: ["ndvi", "blue", "red", "twice"])
        }
        #expect(error?.message.contains("'twice' can be computed from ndvi, red") == true)
        let flat = #expect(throws: SceneError.self) {
            try LeastSquares(
                Matrix(columns: [a, [7, 7, 7, 7, 7, 7]], rows: 6), [1, 2, 3, 5, 4, 6], names: ["a", "flat"])
        }
        #expect(flat?.message.contains("'flat'") == true)
        #expect(throws: SceneError.self) {
            try LeastSquares(Matrix(columns: [[1, 2]], rows: 2), [1, 2], names: ["a"])
        }
    }

    /// Predictors of very different size are told apart as well as others.
    @Test func sizeDoesNotMatter() throws {
        let (a, b) = ([1.0, 2, 3, 4, 6, 5], [2.0, 1, 4, 3, 5, 9])
        let y = zip(a, b).map { 5 + 2 * $0 - 3 * $1 }
        let x = Matrix(columns: [a.map { $0 * 1e9 }, b.map { $0 * 1e-9 + 1 }], rows: 6)
        let line = try LeastSquares(x, y, names: ["a", "b"])
        #expect(Self.isClose(line.coefficients[0], 2e-9, 1e-6) && Self.isClose(line.coefficients[1], -3e9, 1e-6))
    }
}
