import Foundation
import Testing

@testable import RSPipeline

@Suite struct ModelStepTests {
    private static let surface = Quantity.surfaceReflectance(method: "LaSRC")

    /// Eight pixels whose red band goes from 0.1 to 0.8, then nothing; near infrared twice as much.
    private func scene(
        _ quantity: Quantity = surface, sensor: String = "landsat8-oli-tirs", seed: UInt64? = nil
    ) throws -> SmallScene {
        var small = try SmallScene(sensor: sensor)
        var random = SplitMix64(seed: seed ?? 0)
        func values(_ factor: Double) -> [Double] {
            (1...16).map { number in
                if seed != nil { return Double(Float.random(in: 0.01...0.7, using: &random)) }
                return number <= 8 ? Double(Float(factor * Double(number) / 10)) : .nan
            }
        }
        try small.add("B3", role: .green, values(0.5), quantity: quantity)
        try small.add("B4", role: .red, values(1), quantity: quantity)
        try small.add("B5", role: .nir, values(2), quantity: quantity)
        return small
    }

    private func line(
        _ predictors: [(name: String, range: ClosedRange<Double>?, coefficient: Double)], intercept: Double = 0
    ) -> SalinityModel {
        var model = SalinityModel(
            target: SoilProperty(.saturatedPaste, depth: 0...30),
            predictors: predictors.map { .init(name: $0.name, range: $0.range) },
            form: .linear(intercept: intercept, coefficients: predictors.map(\.coefficient)), method: "ols")
        model.sensor = "landsat9-oli-tirs"
        model.quantity = Self.surface
        return model
    }

    /// Runs a body with a model's file.
    private func with<Result>(_ model: SalinityModel, _ body: (String) throws -> Result) throws -> Result {
        let folder = try ScratchFolder()
        try Data(model.text.utf8).write(to: URL(fileURLWithPath: folder.path + "/m.json"))
        return try body(folder.path + "/m.json")
    }

    private static let tolerance: Float = 1e-5

    @Test func aLineByHand() throws {
        let model = line([("red", 0.15...0.65, 10), ("B5", nil, -1)], intercept: 2)
        try with(model) { path in
            let values = try scene().values("model \(path) ! select ECe,validity")
            let ece = try #require(values["ECe"])
            // 2 + 10 red - 2 red, where red lies within the samples.
            for (pixel, expected) in [(1, 3.6), (2, 4.4), (5, 6.8)] as [(Int, Float)] {
                #expect(abs(ece[pixel] - expected) < Self.tolerance)
            }
            #expect(values["validity"]?.prefix(10) == [7, 0, 0, 0, 0, 0, 7, 7, 1, 1])
            let plan = try scene().plan("model \(path)")
            #expect(plan.planes.map(\.name) == ["ECe"])
            #expect(plan.planes[0].quantity == .salinity(SoilProperty(.saturatedPaste, depth: 0...30)))
            #expect(plan.constants["formula ECe"] == "2 + red * 10 + B5 * -1")
            #expect(plan.constants["model ECe"]?.hasPrefix("m.json ") == true)
            #expect(plan.chainText.contains("model m.json"), "no place in the record")
            #expect(plan.warnings.contains { $0.contains("which values of B5") })
            #expect(plan.warnings.contains { $0.contains("was not tested") })
        }
    }

    @Test func extrapolationIsMaskedKeptOrClamped() throws {
        let small = try scene()
        defer { withExtendedLifetime(small) {} }
        let model = line([("red", 0.25...0.55, 10)])
        try with(model) { path in
            func run(_ options: String) throws -> (values: [Float], warnings: [String]) {
                let folder = try ScratchFolder()
                let plan = try Plan(
                    Chain("read it ! model \(path) \(options) ! write \(folder.path)/e.tif format=gtiff"),
                    scene: small.scene)
                let summary = try SceneRun(plan, options: ExecutionOptions(threads: 1)).run()
                return (try SmallRaster.read(folder.path + "/e.tif"), summary.warnings)
            }
            let masked = try run("")
            #expect(masked.values[1].isNaN && abs(masked.values[2] - 3) < Self.tolerance)
            #expect(!masked.warnings.contains { $0.contains("beyond") })
            let kept = try run("extrapolation=keep")
            #expect(abs(kept.values[0] - 1) < Self.tolerance && abs(kept.values[7] - 8) < Self.tolerance)
            #expect(kept.warnings.contains("ECe: 5 predictions are extrapolated: a predictor lies beyond the samples"))
            let clamped = try run("extrapolation=clamp")
            #expect(abs(clamped.values[0] - 2.5) < Self.tolerance && abs(clamped.values[7] - 5.5) < Self.tolerance)
            #expect(clamped.warnings.contains { $0.hasPrefix("ECe: 5 predictions have a predictor beyond") })
        }
    }

    /// A line can fall below 0; a soil cannot.
    @Test func negativePredictionsBecomeZeroAndAreCounted() throws {
        let small = try scene()
        defer { withExtendedLifetime(small) {} }
        let model = line([("red", 0...1, 10)], intercept: -2.5)
        try with(model) { path in
            let folder = try ScratchFolder()
            // After a change of grid too.
            for (steps, count) in [("", 2), ("! clip extent=500000,4399940,500060,4400000", 2)] {
                let plan = try Plan(
                    Chain("read it ! model \(path) \(steps) ! write \(folder.path)/e.tif"), scene: small.scene)
                let summary = try SceneRun(plan, existing: .overwrite, options: ExecutionOptions(threads: 1)).run()
                #expect(
                    summary.warnings.contains("ECe: \(count) predictions below 0 were set to 0"), "\(summary.warnings)")
                #expect(try SmallRaster.read(folder.path + "/e.tif").prefix(2) == [0, 0])
            }
            // What is not written is not counted; what is made from it is.
            #expect(try scene().plan("model \(path) ! select red").counts.isEmpty)
            #expect(try scene().plan("model \(path) ! classify scheme=usda ! select ECe_class").counts.count == 1)
        }
    }

    @Test func theIntervalByHand() throws {
        var model = line([("red", 0...1, 10)])
        // One predictor at .1, .2 and .3: the form is 1/3 at .2.
        model.uncertainty = .leastSquares(sigma: 0.5, quantile: 2, inverse: [7.0 / 3, -10, 50])
        try with(model) { path in
            let values = try scene().values("model \(path) interval=95%")
            let half = Float((4.0 / 3).squareRoot())
            #expect(abs(try #require(values["ECe"])[1] - 2) < Self.tolerance)
            #expect(abs(try #require(values["ECe_low"])[1] - (2 - half)) < Self.tolerance)
            #expect(abs(try #require(values["ECe_high"])[1] - (2 + half)) < Self.tolerance)
            #expect(
                try scene().plan("model \(path) interval=95%").planes.map(\.name) == ["ECe", "ECe_low", "ECe_high"])
        }
        model.uncertainty = nil
        try with(model) { path in
            let message = try scene().message("model \(path) interval=95%")
            #expect(message.contains("does not say how uncertain"))
        }
    }

    /// Random models on random pixels, in the fused program in 32 bits, against the model's own doubles.
    @Test(arguments: 0..<12) func asTheModelPredicts(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let names = ["red", "B5", "ndvi", "sqrt_GR"].shuffled(using: &random).prefix(
            Int.random(in: 1...4, using: &random))
        var model = SalinityModel(
            target: SoilProperty(.totalSalts), predictors: names.map { .init(name: $0, range: -9...9) },
            form: .linear(
                intercept: Double.random(in: 0...1, using: &random),
                coefficients: names.map { _ in Double.random(in: -3...3, using: &random) }), method: "ols")
        if seed % 3 == 1 {
            model.transform = .logarithm(constant: 0.1, smearing: 1.2)
        }
        if seed % 3 == 2 {
            let leaves = (0..<3).map { _ in Float.random(in: 0...3, using: &random) }
            let tree: TreeEnsemble.Tree = [
                .split(.init(predictor: 0, threshold: 0.3, left: 1, right: 2)), .leaf(leaves[0]),
                .split(.init(predictor: names.count - 1, threshold: 0.4, left: 3, right: 4)), .leaf(leaves[1]),
                .leaf(leaves[2]),
            ]
            model.form = .trees(try #require(TreeEnsemble(base: 0.5, trees: [tree, tree], predictors: names.count)))
        }
        model.uncertainty = .crossValidated(halfWidth: 0.25)
        let small = try scene(seed: seed)
        try with(model) { path in
            // The planes of the indices give the very numbers that the model sees.
            let values = try small.values(
                "index ndvi,sqrt_GR ! model \(path) as=tss interval=95% ! select B4,B5,ndvi,sqrt_GR,tss,tss_low,tss_high"
            )
            let columns = try names.map { try #require(values[$0 == "red" ? "B4" : $0]) }
            let planes = try ["tss", "tss_low", "tss_high"].map { try #require(values[$0]) }
            for pixel in 0..<16 {
                let inputs = columns.map { Double($0[pixel]) }
                let interval = try #require(model.interval(inputs))
                for (plane, expected) in zip(planes, [model.predict(inputs), interval.lowerBound, interval.upperBound])
                {
                    let wanted = max(0, expected)
                    #expect(abs(Double(plane[pixel]) - wanted) < 1e-5 * max(1, wanted), "seed \(seed)")
                }
            }
        }
    }

    /// Predictors that no step has computed come from the catalogue, and are not written.
    @Test func indicesAreComputedOnDemand() throws {
        let model = line([("ndvi", -1...1, 3), ("SI1@Douaoui2006", 0...1, 1)])
        try with(model) { path in
            let plan = try scene().plan("model \(path)")
            #expect(plan.planes.map(\.name) == ["ECe"])
            let values = try scene().values("model \(path)")
            #expect(abs(try #require(values["ECe"])[1] - (1 + Float(0.02).squareRoot())) < Self.tolerance)
        }
        try with(line([("moon", 0...1, 1)])) { path in
            let message = try scene().message("model \(path)")
            #expect(message.contains("'moon', which is neither a plane nor an index"))
        }
        try with(line([("ndmi", 0...1, 1)])) { path in
            let message = try scene().message("model \(path)")
            #expect(message.contains("ndmi needs swir16"))
        }
    }

    @Test func otherSensorsAndQuantitiesAreRefused() throws {
        try with(line([("ndvi", -1...1, 3)])) { path in
            #expect(try scene().message("model \(path)") == "")
            let spot = try scene(sensor: "spot7-naomi")
            #expect(
                spot.message("model \(path)").contains("made for Landsat 8 and 9 (OLI), and the scene is of SPOT-6"))
            #expect(
                try spot.plan("model \(path) assume=other-sensor").warnings.contains { $0.contains("by assumption") })
            for quantity in [Quantity.toaReflectance, .surfaceReflectance(method: "dos1")] {
                let other = try scene(quantity)
                #expect(
                    other.message("model \(path)").contains(
                        "made of surfaceReflectance:LaSRC, and its predictors come from \(quantity.label)"))
                // The index knows what it was made of.
                #expect(other.message("index ndvi ! model \(path)").contains("come from \(quantity.label)"))
                #expect(other.message("model \(path) assume=other-quantity") == "")
            }
            let relative = try scene(.relative)
            #expect(
                relative.message("index ndvi allow=relative ! model \(path) assume=other-quantity").contains("relative")
            )
        }
        // A plane of a file does not say what it was made of.
        try with(line([("x", 0...1, 1)])) { path in
            var small = try SmallScene()
            try small.add("x", SmallLandsat.filled(0.5, count: 16), quantity: .index(range: nil))
            #expect(small.message("model \(path)").contains("come from index"))
        }
    }

    @Test func whatAUserMustKnow() throws {
        var model = line([("red", 0...1, 1)])
        model.warnings = ["only 12 samples"]
        var metrics = RegressionMetrics(observed: [1, 2, 3], predicted: [3, 2, 1])
        model.crossValidation = .init(scheme: "loo", folds: 3, metrics: metrics)
        model.samples = .init(file: "s.csv", checksum: "0", count: 12, sceneDates: ["2021-07-15"])
        try with(model) { path in
            let warnings = try scene().plan("model \(path)").warnings
            #expect(warnings.contains("m.json: only 12 samples"))
            #expect(warnings.contains { $0.contains("no better than their mean (R2 -3.0)") }, "\(warnings)")
            #expect(warnings.contains { $0.contains("the nearest 730 days from this one") }, "\(warnings)")
        }
        metrics = RegressionMetrics(observed: [1, 2, 3], predicted: [1, 2, 3])
        model.crossValidation = .init(scheme: "loo", folds: 3, metrics: metrics)
        model.samples?.sceneDates = ["2023-07-01"]
        model.warnings = []
        try with(model) { path in
            let warnings = try scene().plan("model \(path)").warnings
            #expect(warnings.isEmpty, "\(warnings)")
        }
    }

    /// The content of the file is part of what outputs are made from.
    @Test func anotherModelOfTheSameNameMakesOutputsStale() throws {
        let small = try scene()
        defer { withExtendedLifetime(small) {} }
        let folder = try ScratchFolder()
        let path = URL(fileURLWithPath: folder.path + "/m.json")
        func run() throws -> SceneSummary {
            let chain = try Chain("read it ! model \(path.path) ! write \(folder.path)/e.tif")
            return try SceneRun(try Plan(chain, scene: small.scene), existing: .skip).run()
        }
        try Data(line([("red", 0...1, 1)]).text.utf8).write(to: path)
        #expect(try run().state == .done)
        #expect(try run().state == .skipped)
        try Data(line([("red", 0...1, 2)]).text.utf8).write(to: path)
        #expect(Run.message { _ = try run() }.contains("made with other constants"))
    }

    @Test(arguments: [
        ("model", "a model file is missing"), ("model a b", "one path is taken"), ("model /none.json", "no such file"),
        ("model m assume=mars", "assume=mars: there are other-sensor"),
        ("model m extrapolation=no", "one of mask, keep, clamp"),
        ("model m interval=90%", "one of 95%"),
    ]) func whatDoesNotFitIsRefused(steps: String, words: String) throws {
        let message = try scene().message(steps)
        #expect(message.contains(words), "\(message)")
    }
}
