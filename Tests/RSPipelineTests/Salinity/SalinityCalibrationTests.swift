import Foundation
import Testing

@testable import RSPipeline

@Suite struct SalinityCalibrationTests {
    private static let target = SoilProperty(.saturatedPaste)

    /// A table of numbers made by chance.
    private static func table(
        _ columns: [String: [Double]], values: [Double], fields: [String]? = nil
    ) -> SampleTable {
        let names = columns.keys.sorted()
        var table = SampleTable(
            predictors: names,
            rows: values.indices.map { row in
                SampleTable.Row(
                    facts: [.id: "s\(row)", .value: "\(values[row])", .target: "ECe", .unit: "dS/m"],
                    predictors: names.map { columns[$0]?[row] ?? .nan })
            })
        table.set(.sensor, to: "OLI")
        table.set(.quantity, to: "toaReflectance")
        for (row, field) in (fields ?? []).enumerated() { table.rows[row][.field] = field }
        return table
    }

    private static func uniform(_ random: inout SplitMix64) -> Double {
        Double(random.next() >> 11) / 9_007_199_254_740_992
    }

    /// Sum of twelve: near enough to a normal deviate.
    private static func normal(_ random: inout SplitMix64) -> Double {
        (0..<12).reduce(-6) { sum, _ in sum + uniform(&random) }
    }

    /// 2, 4, 5 over 0, 1, 2, and what is left out by hand: the line through the other two.
    @Test func threeSamplesLeftOutByHand() throws {
        let report = try SalinityCalibration(target: Self.target, method: .leastSquares)
            .run(Self.table(["a": [0, 1, 2, 3]], values: [2, 4, 5, 9]))
        guard case .linear(let intercept, let coefficients) = report.model.form else {
            Issue.record("no line")
            return
        }
        #expect(abs(intercept - 1.7) < 1e-12 && abs(coefficients[0] - 2.2) < 1e-12)
        // Without the first: slope 5/2 through (2, 6), so 1 at 0.
        #expect(abs(report.residuals[0].predicted - 1) < 1e-12)
        #expect(report.residuals.map(\.fold) == [1, 2, 3, 4])
        #expect(report.model.predictors == [.init(name: "a", range: 0...3)])
        #expect(report.model.fit?.count == 4 && report.model.crossValidation?.folds == 4)
        #expect(report.model.statistics.count == 2)
        #expect(report.ranking.map(\.folds) == [4])
        #expect(report.residualTable.hasPrefix("id,field,fold,observed,fitted,cv_predicted,residual\ns0,,1,2,"))
        let again = try SalinityModel(Data(report.model.text.utf8), name: "m")
        #expect(again.text == report.model.text)
    }

    /// Of a model of logarithms, each fold has a smearing factor of its own.
    @Test func smearingIsLearntInsideTheFold() throws {
        let (a, values) = ([0.0, 1, 2, 3, 4], [1.0, 4, 5, 30, 40])
        let report = try SalinityCalibration(target: Self.target, method: .leastSquares, logarithm: 0.5)
            .run(Self.table(["a": a], values: values))
        for left in a.indices {
            let rest = a.indices.filter { $0 != left }
            let y = rest.map { log(values[$0] + 0.5) }
            let line = try LeastSquares(Matrix(columns: [rest.map { a[$0] }], rows: 4), y, names: ["a"])
            let smearing = line.residuals.reduce(0) { $0 + exp($1) } / 4
            let expected = smearing * exp(line.intercept + line.coefficients[0] * a[left]) - 0.5
            #expect(abs(report.residuals[left].predicted - expected) < 1e-9 * expected)
        }
        guard case .logarithm(0.5, let smearing) = report.model.transform else {
            Issue.record("no logarithm")
            return
        }
        #expect(smearing > 1)
        // Least squares with an intercept: the residuals of the logarithms sum to 0, Duan's mean of their exp does not.
        #expect(throws: SceneError.self) {
            try SalinityCalibration(target: Self.target, method: .leastSquares, logarithm: 0)
                .run(Self.table(["a": a], values: [0, 4, 5, 30, 40]))
        }
    }

    /// 40 samples of nothing, 40 predictors of nothing, the best four of them.
    ///
    /// The fit looks like something, the folds say that it is nothing. Were the predictors chosen before the folds were made, they would not (Hastie, Tibshirani and
    /// Friedman 2009, section 7.10.2).
    @Test(arguments: [PredictorSelection.correlation(4), .forward(4)])
    func choosingPredictorsInsideTheFoldsShowsThatThereIsNothing(selection: PredictorSelection) throws {
        var random = SplitMix64(seed: 20)
        let values = (0..<40).map { _ in 10 + Self.normal(&random) }
        var columns: [String: [Double]] = [:]
        for index in 0..<40 { columns["p\(index)"] = (0..<40).map { _ in Self.normal(&random) } }
        var calibration = SalinityCalibration(target: Self.target, method: .leastSquares)
        calibration.selection = selection
        calibration.scheme = .random(folds: 5)
        let report = try calibration.run(Self.table(columns, values: values))
        #expect((report.model.fit?.efficiency ?? 0) > 0.4)
        #expect((report.model.crossValidation?.metrics.efficiency ?? 1) < 0.1)
        #expect(report.model.predictors.count <= 4)
        #expect(report.ranking.contains { $0.folds > 0 && $0.folds < 5 })
        #expect(report.model.warnings.contains { $0.contains("by heart") })
    }

    /// Fields with a level of their own: leaving samples out one by one sees the level, leaving fields out does not.
    @Test func samplesOfAFieldAreNotIndependent() throws {
        var random = SplitMix64(seed: 5)
        var (a, values, fields): ([Double], [Double], [String]) = ([], [], [])
        for field in 0..<10 {
            let (place, level) = (Double(field) / 10, 10 + 4 * Self.normal(&random))
            for _ in 0..<4 {
                a.append(place + 1e-3 * Self.normal(&random))
                values.append(abs(level + 0.1 * Self.normal(&random)))
                fields.append("f\(field)")
            }
        }
        var columns: [String: [Double]] = [:]
        // Steps in place, which let a line follow each field.
        for step in 0..<8 { columns["s\(step)"] = a.map { $0 > Double(step) / 10 + 0.05 ? 1 : 0 } }
        columns["a"] = a
        let table = Self.table(columns, values: values, fields: fields)
        var calibration = SalinityCalibration(target: Self.target, method: .ridge(lambda: 0.01))
        let blind = try calibration.run(table)
        calibration.scheme = .group(.field)
        let grouped = try calibration.run(table)
        let errors = [blind, grouped].map { $0.model.crossValidation?.metrics.rootMeanSquareError ?? .nan }
        #expect(errors[0] * 2 < errors[1])
        #expect(blind.model.warnings.contains { $0.contains("--cv group=field") })
        #expect(!grouped.model.warnings.contains { $0.contains("--cv group=field") })
        #expect(grouped.model.crossValidation?.folds == 10)
    }

    /// A linear truth with noise of a known size: the cross-validated error is that size.
    @Test func theCrossValidatedErrorIsTheTrueOne() throws {
        var random = SplitMix64(seed: 11)
        let a = (0..<400).map { _ in Self.uniform(&random) }
        let values = a.map { 20 + 10 * $0 + 1.5 * Self.normal(&random) }
        for method in [CalibrationMethod.leastSquares, .ridge(lambda: nil), .partialLeastSquares(components: nil)] {
            var calibration = SalinityCalibration(target: Self.target, method: method)
            calibration.scheme = .random(folds: 10)
            let report = try calibration.run(
                Self.table(["a": a, "b": a.map { _ in Self.uniform(&random) }], values: values))
            let error = report.model.crossValidation?.metrics.rootMeanSquareError ?? .nan
            #expect(abs(error - 1.5) < 0.15, "\(method.name)")
            // Nine tenths of new samples and more lie within the interval that is made for 95 %.
            let inside = (0..<2000).count { _ in
                let place = Self.uniform(&random)
                let new = 20 + 10 * place + 1.5 * Self.normal(&random)
                let given = report.model.predictors.map { $0.name == "a" ? place : 0.5 }
                return report.model.interval(given)?.contains(new) ?? false
            }
            #expect(abs(Double(inside) / 2000 - 0.95) < 0.03, "\(method.name)")
        }
    }

    @Test func theSameTableGivesTheSameBytes() throws {
        var random = SplitMix64(seed: 3)
        let a = (0..<30).map { _ in Self.uniform(&random) }
        let table = Self.table(["a": a, "b": a.map { $0 * Self.uniform(&random) }], values: a.map { 1 + $0 })
        for method in [CalibrationMethod.leastSquares, .ridge(lambda: nil), .partialLeastSquares(components: nil)] {
            var calibration = SalinityCalibration(target: Self.target, method: method, logarithm: 0)
            calibration.scheme = .random(folds: 5)
            #expect(try calibration.run(table).model.text == calibration.run(table).model.text)
        }
    }

    @Test func fewSamplesAndMeanlessModelsAreSaid() throws {
        var random = SplitMix64(seed: 8)
        let noise = (0..<12).map { _ in Self.uniform(&random) }
        let values = (0..<12).map { _ in 5 + Self.uniform(&random) }
        let warnings = try SalinityCalibration(target: Self.target, method: .leastSquares)
            .run(Self.table(["a": noise, "b": noise.map { $0 * $0 * $0 }], values: values)).model.warnings
        #expect(warnings.contains { $0.contains("12 samples are few") })
        #expect(warnings.contains { $0.contains("2 predictors are offered to 12") })
        #expect(warnings.contains { $0.contains("do not map with it") })
        let few = #expect(throws: SceneError.self) {
            try SalinityCalibration(target: Self.target, method: .leastSquares)
                .run(Self.table(["a": [1, 2, 4], "b": [3, 1, 2]], values: [1, 2, 3]))
        }
        #expect(few?.message.contains("at least 4 samples") == true)
        let trees = #expect(throws: SceneError.self) {
            try SalinityCalibration(target: Self.target, method: .trees(.forest)).run(
                Self.table(["a": [1, 2, 4]], values: [1, 2, 3]))
        }
        #expect(trees?.message.contains("RSPipelineTrees") == true)
    }

    @Test func publishedEquationsNeedTheirSource() throws {
        let model = try SalinityModel(
            equation: "EC1:5 = 12.3 + 45 * sqrt_GR^2", citation: "A. Person (2020), a journal", sensor: "OLI",
            quantity: .toaReflectance)
        #expect(
            model.predict([0.5]) == 23.55 && model.target.name == "EC1:5" && model.predictors.map(\.name) == ["sqrt_GR"]
        )
        #expect(try SalinityModel(Data(model.text.utf8), name: "m") == model)
        for (equation, citation) in [
            ("ECe = 1 + ndvi", " "), ("ECe", "A"), ("salt = 1 + ndvi", "A"), ("ECe = 1 +", "A"), ("ECe = 3", "A"),
            ("= ndvi", "A"),
        ] {
            #expect(throws: SceneError.self) { try SalinityModel(equation: equation, citation: citation) }
        }
    }
}
