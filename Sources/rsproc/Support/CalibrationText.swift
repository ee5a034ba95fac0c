import Foundation
import RSPipeline

/// The report of a calibration for people.
enum CalibrationText {
    static func text(of report: CalibrationReport) -> String {
        let model = report.model
        var lines = ["\(model.target.label) by \(model.method)\(scale(model)), \(model.samples?.count ?? 0) samples"]
        let settings = model.settings.sorted { $0.key < $1.key }.map { "\($0.key) \(number($0.value))" }
        lines.append("  " + settings.joined(separator: ", "))
        lines += metrics(model)
        lines += predictors(report)
        return lines.joined(separator: "\n")
    }

    private static func scale(_ model: SalinityModel) -> String {
        guard case .logarithm(let constant, let smearing) = model.transform else { return "" }
        let inside = constant == 0 ? model.target.name : "\(model.target.name) + \(number(constant))"
        return " of ln(\(inside)), smearing factor \(number(smearing))"
    }

    private static func metrics(_ model: SalinityModel) -> [String] {
        guard let fit = model.fit, let validation = model.crossValidation else { return [] }
        let names = ["n", "R2", "r2", "RMSE", "MAE", "bias", "RPD", "RPIQ", "CCC"]
        func row(_ name: String, _ metrics: RegressionMetrics) -> String {
            left(name, 24)
                + ([Double(metrics.count)] + [
                    metrics.efficiency, metrics.squaredCorrelation, metrics.rootMeanSquareError,
                    metrics.meanAbsoluteError,
                    metrics.bias, metrics.ratioToDeviation, metrics.ratioToQuartiles, metrics.concordance,
                ]).map { right(number($0), 8) }.joined()
        }
        return [
            left("", 24) + names.map { right($0, 8) }.joined(), row("fit", fit),
            row("cv \(validation.scheme) (\(validation.folds))", validation.metrics),
            "  R2 is the model efficiency, r2 the squared correlation; RMSE, MAE and bias in \(model.target.unit.rawValue)",
        ]
    }

    private static func predictors(_ report: CalibrationReport) -> [String] {
        let model = report.model
        let folds = model.crossValidation?.folds ?? 0
        var lines = [
            left("predictor", 24) + right("number", 12) + right("95 % interval", 28) + right("VIF", 9) + right("r", 8)
                + right("in folds", 12)
        ]
        func entry(_ name: String, _ place: Int?, _ value: Double?, _ rank: CalibrationReport.Rank?) -> String {
            let facts = place.flatMap { model.statistics.indices.contains($0) ? model.statistics[$0] : nil }
            let interval = facts.map { "\(number($0.interval.lowerBound)) ... \(number($0.interval.upperBound))" } ?? ""
            return left(name, 24) + right(value.map(number) ?? "", 12) + right(interval, 28)
                + right(facts?.varianceInflation.map(number) ?? "", 9)
                + right(rank.map { number($0.correlation) } ?? "", 8)
                + right(rank.map { "\($0.folds)/\(folds)" } ?? "", 12)
        }
        var coefficients: [Double] = []
        if case .linear(let intercept, let values) = model.form {
            coefficients = values
            lines.append(entry("(intercept)", 0, intercept, nil))
        }
        for rank in report.ranking {
            let place = model.predictors.firstIndex { $0.name == rank.predictor }
            let value = place.flatMap { coefficients.indices.contains($0) ? coefficients[$0] : nil }
            lines.append(entry(rank.predictor, place.map { $0 + 1 }, value, rank))
        }
        return lines
    }

    /// Four digits that count; `-` for what cannot be said, 0 for what rounding has left of it.
    private static func number(_ value: Double) -> String {
        value.isFinite ? String(format: "%.4g", abs(value) < 1e-12 ? 0 : value) : "-"
    }

    private static func left(_ text: String, _ width: Int) -> String {
        text.padding(toLength: max(width, text.count + 1), withPad: " ", startingAt: 0)
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(1, width - text.count)) + text
    }
}
