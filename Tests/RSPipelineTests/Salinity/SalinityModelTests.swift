import Foundation
import Testing

@testable import RSPipeline

@Suite struct SalinityModelTests {
    static let stump: TreeEnsemble.Tree = [
        .split(TreeEnsemble.Split(predictor: 0, threshold: 0.5, left: 1, right: 2)), .leaf(-1), .leaf(2),
    ]

    /// `2 + 3 a - b`, with everything a file can hold.
    static func line() -> SalinityModel {
        var model = SalinityModel(
            target: SoilProperty(.saturatedPaste, depth: 0...30),
            predictors: [.init(name: "a", range: 0...2), .init(name: "b", range: -1...1)],
            form: .linear(intercept: 2, coefficients: [3, -1]),
            transform: .logarithm(constant: 0.5, smearing: 1.25), method: "ols")
        model.sensor = "OLI_TIRS"
        model.quantity = .surfaceReflectance(method: "LaSRC")
        model.settings = ["lambda": 0.125]
        model.statistics = [
            .init(standardError: 0.5, interval: 1...3),
            .init(standardError: 0.25, interval: 2...4, varianceInflation: 1.5),
            .init(standardError: 0.1, interval: -2...0, varianceInflation: 1.5),
        ]
        model.uncertainty = .leastSquares(sigma: 0.5, quantile: 2, inverse: [0.25, 0, 0, 0.5, 0.125, 1])
        model.samples = .init(
            file: "samples.csv", checksum: "0123abcd", count: 41, dates: ["2021-08-01", "2021-08-14"],
            scenes: ["LC08_X"], sceneDates: ["2021-08-10"])
        let pairs = ([1.0, 2, 4], [1.5, 2, 3])
        model.fit = RegressionMetrics(observed: pairs.0, predicted: pairs.1)
        model.crossValidation = .init(
            scheme: "loo", folds: 3, metrics: RegressionMetrics(observed: pairs.0, predicted: pairs.1))
        model.citation = "A. Person (2020)"
        model.warnings = ["3 samples are few"]
        return model
    }

    private static func trees() -> SalinityModel {
        var random = SplitMix64(seed: 7)
        let trees = (0..<5).map { _ in
            [
                .split(.init(predictor: 1, threshold: Float(random.next() % 1000) / 997, left: 1, right: 4)),
                .split(.init(predictor: 0, threshold: 0.1, left: 2, right: 3)),
                .leaf(Float(random.next() % 1000) / 991), .leaf(0.1), .leaf(1e-7),
            ] as TreeEnsemble.Tree
        }
        let ensemble = TreeEnsemble(base: 3.3, trees: trees, predictors: 2)
        var model = line()
        if let ensemble { model.form = .trees(ensemble) }
        model.uncertainty = .crossValidated(halfWidth: 1.5)
        return model
    }

    private static func read(_ text: String) throws -> SalinityModel {
        try SalinityModel(Data(text.utf8), name: "m.json")
    }

    @Test func aLineOfLogarithms() throws {
        let model = Self.line()
        #expect(model.transformed([1, 2]) == 3)
        #expect(model.predict([1, 2]) == 1.25 * exp(3.0) - 0.5)
        #expect(model.predict([1, .nan]).isNaN && model.predict([.infinity, 0]).isNaN)
        // x' (X'X)^-1 x with x = (1, 1, 2): 0.25 + 0.5 + 2 * 0.125 * 2 + 4 = 5.25; half the width is 2 * 0.5 * 2.5.
        let interval = try #require(model.interval([1, 2]))
        #expect(interval.lowerBound == exp(0.5) - 0.5 && interval.upperBound == exp(5.5) - 0.5)
        #expect(model.isWithinTraining([2, -1]) && !model.isWithinTraining([2, -1.001]))
    }

    @Test func treesLeadBelowTheThresholdLeft() throws {
        let below = Float(0.5).nextDown
        let ensemble = try #require(TreeEnsemble(base: 10, trees: [Self.stump, Self.stump], predictors: 1))
        #expect(ensemble.predict([0.5]) == 14 && ensemble.predict([Double(below)]) == 8)
        // Compared as 32-bit numbers: a hair below the threshold is the threshold.
        #expect(ensemble.predict([Double(0.5).nextDown]) == 14)
        #expect(ensemble.predict([.nan]).isNaN)
    }

    @Test func treesThatDoNotHoldTogetherAreRefused() {
        func split(_ left: Int, _ right: Int, predictor: Int = 0) -> TreeEnsemble.Node {
            .split(.init(predictor: predictor, threshold: 0, left: left, right: right))
        }
        let broken: [TreeEnsemble.Tree] = [
            [], [split(0, 0)], [split(1, 2), .leaf(0)], [split(1, 1), .leaf(0)],
            [split(1, 2), split(0, 2), .leaf(0)], [split(1, 2), .leaf(0), .leaf(0), .leaf(0)],
            [split(1, 2, predictor: 1), .leaf(0), .leaf(0)], [split(1, 2, predictor: -1), .leaf(0), .leaf(0)],
            [.leaf(.nan)], [split(1, 2), .leaf(0), .leaf(.infinity)],
        ]
        for tree in broken { #expect(TreeEnsemble(base: 0, trees: [tree], predictors: 1) == nil) }
        #expect(TreeEnsemble(base: 0, trees: [], predictors: 1) == nil)
        #expect(TreeEnsemble(base: .nan, trees: [Self.stump], predictors: 1) == nil)
    }

    @Test func filesReadBackEqual() throws {
        var equation = Self.line()
        equation.form = .equation(try Expression.parse("12.3 + 45 * sqrt(a) - b^2"))
        equation.transform = .none
        equation.samples = nil
        equation.sensor = nil
        for model in [Self.line(), Self.trees(), equation] {
            let again = try Self.read(model.text)
            #expect(again == model)
            #expect(again.text == model.text)
        }
    }

    @Test func coefficientsReadBackToTheLastBit() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        for _ in 0..<50 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite, value != 0 else { continue }
            var model = Self.line()
            model.form = .linear(intercept: value, coefficients: [1 / 3, Double(Float(value).isFinite ? 2 : 1)])
            #expect(try Self.read(model.text) == model, "seed \(seed)")
            let leaf = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
            guard leaf.isFinite, let ensemble = TreeEnsemble(base: leaf, trees: [[.leaf(leaf)]], predictors: 2) else {
                continue
            }
            model.form = .trees(ensemble)
            #expect(try Self.read(model.text) == model, "seed \(seed)")
        }
    }

    /// Each change of a good file by hand is refused, and the message names the place.
    @Test(arguments: [
        ("\"rspipeline_model\": 1", "\"rspipeline_model\": 2", "version"),
        ("\"rspipeline_model\": 1", "\"other\": 1", "rspipeline_model"),
        ("\"method\"", "\"methods\"", "'method'"), ("\"sensor\"", "\"sensors\"", "'sensors'"),
        ("ECe dS/m 0-30cm", "ECe %", "target"), ("\"kind\": \"linear\"", "\"kind\": \"cubic\"", "cubic"),
        ("[0, 2]", "[2, 0]", "range"), ("\"coefficient\": 3", "\"coefficient\": null", "coefficient"),
        ("\"coefficient\": 3", "\"coefficient\": NaN", "coefficient"), ("\"name\": \"b\"", "\"name\": \"a\"", "twice"),
        ("\"smearing\": 1.25", "\"smearing\": 0", "smearing"), ("\"name\": \"log\"", "\"name\": \"root\"", "root"),
        ("surfaceReflectance:LaSRC", "light", "light"), ("\"count\": 41", "\"count\": 0.5", "count"),
        ("\"sigma\": 0.5", "\"sigma\": -1", "sigma"), ("\"n\": 3", "\"n\": 3, \"r2\": 0.9", "'r2'"),
        ("\"lambda\": 0.125", "\"lambda\": \"a\"", "lambda"), ("[1, 3]", "[1]", "interval95"),
    ])
    func editedFilesAreRefused(change: (from: String, to: String, named: String)) throws {
        let text = Self.line().text
        let edited = text.replacingOccurrences(of: change.from, with: change.to)
        try #require(edited != text, "\(change.from)\n\(text)")
        let error = #expect(throws: SceneError.self) { try Self.read(edited) }
        #expect(error?.message.contains("m.json") == true && error?.message.contains(change.named) == true, "\(error)")
    }

    @Test func editedTreesAreRefused() throws {
        let text = Self.trees().text
        for (from, to) in [
            ("\"left\": [1, 2, 0, 0, 0]", "\"left\": [1, 0, 0, 0, 0]"),
            ("\"left\": [1, 2, 0, 0, 0]", "\"left\": [1, 2, 0, 0]"),
            ("[1, 0, -1, -1, -1]", "[1, 2, -1, -1, -1]"), ("[1, 0, -1, -1, -1]", "[1, 0.5, -1, -1, -1]"),
            ("1e-07", "1e+60"),
        ] {
            let edited = text.replacingOccurrences(of: from, with: to)
            try #require(edited != text, "\(from)\n\(text)")
            #expect(throws: SceneError.self) { try Self.read(edited) }
        }
    }

    @Test func anyDamageIsRefusedOrReadsAsAModel() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        for model in [Self.line(), Self.trees()] {
            let bytes = Array(model.text.utf8)
            for _ in 0..<60 {
                var damaged = bytes
                for _ in 0...Int(random.next() % 3) {
                    damaged[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next() % 128)
                }
                if let read = try? SalinityModel(Data(damaged), name: "m.json") { _ = read.predict([0.5, 0.5]) }
            }
        }
    }
}
