import Testing

@testable import RSPipeline

@Suite struct LinearRegressionTests {
    private func fit(_ pairs: [(Float, Float)]) -> LinearRegression {
        pairs.reduce(into: LinearRegression()) { $0.add($1.0, $1.1) }
    }

    @Test func aLineIsFound() throws {
        let line = try #require(fit([(0, 1), (1, 3), (2, 5), (.nan, 9), (9, .nan), (.infinity, 0), (1e9, 1)]).line)
        #expect(abs(line.intercept - 1) < 1e-12 && abs(line.gradient - 2) < 1e-12 && line.determination > 1 - 1e-12)
        // By hand: x 0 1 2, y 0 2 1: gradient 1/2, intercept 1/2, a quarter of the variance.
        let loose = try #require(fit([(0, 0), (1, 2), (2, 1)]).line)
        #expect(abs(loose.gradient - 0.5) < 1e-12 && abs(loose.intercept - 0.5) < 1e-12)
        #expect(abs(loose.determination - 0.25) < 1e-12)
        let falling = try #require(fit([(-1, -2), (1, -6), (3, -10)]).line)
        #expect(abs(falling.gradient + 2) < 1e-12 && abs(falling.intercept + 4) < 1e-12)
    }

    @Test func thereMayBeNone() {
        #expect(fit([]).line == nil && fit([(1, 1)]).line == nil && fit([(1, 1), (1, 2)]).line == nil)
        #expect(fit([(1, 1), (2, 1)]).line?.determination == 0)
    }

    /// The same bits in any order and any parts, and what plain sums give.
    @Test(arguments: 0..<50 as Range<UInt64>) func orderAndPartsDoNotShow(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let scale = Float(Int.random(in: 1...100, using: &random))
        let pairs = (0..<Int.random(in: 3...500, using: &random)).map { _ -> (Float, Float) in
            let x = Float.random(in: -1...1, using: &random)
            return (x, scale * (0.1 + 0.5 * x + Float.random(in: -0.2...0.2, using: &random)))
        }
        let whole = fit(pairs)
        var merged = LinearRegression()
        var rest = pairs.shuffled(using: &random)[...]
        while !rest.isEmpty {
            let size = Int.random(in: 1...rest.count, using: &random)
            merged.merge(fit(Array(rest.prefix(size))))
            rest = rest.dropFirst(size)
        }
        #expect(merged == whole, "seed \(seed)")
        let size = Double(pairs.count)
        let mean = pairs.reduce((0.0, 0.0)) { ($0.0 + Double($1.0) / size, $0.1 + Double($1.1) / size) }
        let covariance = pairs.reduce(0) { $0 + (Double($1.0) - mean.0) * (Double($1.1) - mean.1) }
        let variance = pairs.reduce(0) { $0 + (Double($1.0) - mean.0) * (Double($1.0) - mean.0) }
        let line = try #require(whole.line)
        let gradient = covariance / variance
        #expect(abs(line.gradient - gradient) < 1e-8 * Double(scale), "seed \(seed)")
        #expect(abs(line.intercept - (mean.1 - gradient * mean.0)) < 1e-8 * Double(scale), "seed \(seed)")
    }
}
