/// How a model is fitted.
public enum CalibrationMethod: Sendable, Hashable {
    /// Ordinary least squares: coefficients with intervals; few predictors that are not collinear.
    case leastSquares
    /// Ridge regression; nil: the penalty with the smallest error in inner folds.
    case ridge(lambda: Double?)
    /// Partial least squares; nil: as many components, ten at most, as give the smallest error in inner folds.
    case partialLeastSquares(components: Int?)
    /// Boosted trees or a random forest.
    case trees(TreeSettings)

    /// The word of the option and of the model file.
    public var name: String {
        switch self {
        case .leastSquares: "ols"
        case .ridge: "ridge"
        case .partialLeastSquares: "pls"
        case .trees(let settings): settings.kind == .boosted ? "boosted-trees" : "random-forest"
        }
    }

    /// The most components that are tried.
    static let largestComponents = 10

    /// A form that was fitted, with what is known of it.
    struct Fit {
        var form: SalinityModel.Form
        var settings: [String: Double] = [:]
        var leastSquares: LeastSquares?
    }

    /// Fits a form.
    ///
    /// - Parameters:
    ///   - inner: folds of these samples, to choose a penalty or the components with.
    ///   - trainer: of trees.
    ///   - seed: of the random choices of trees.
    func fit(
        _ x: Matrix, _ y: [Double], names: [String], inner: Folds, trainer: (any TreeTrainer)?, seed: UInt64
    ) throws(SceneError) -> Fit {
        switch self {
        case .leastSquares:
            let line = try LeastSquares(x, y, names: names)
            return Fit(
                form: .linear(intercept: line.intercept, coefficients: line.coefficients), leastSquares: line)
        case .ridge(let given):
            let lambda: Double
            if let given {
                lambda = given
            } else {
                let best = try Self.best(x, y, inner) { x, y throws(SceneError) in
                    let ridge = try RidgeRegression(x, y)
                    return RidgeRegression.tried.map { ridge.line(lambda: $0) }
                }
                lambda = RidgeRegression.tried[best]
            }
            return Fit(form: try RidgeRegression(x, y).line(lambda: lambda), settings: ["lambda": lambda])
        case .partialLeastSquares(let given):
            let wanted: Int
            if let given {
                wanted = given
            } else {
                let largest = min(Self.largestComponents, x.columns)
                wanted =
                    1
                    + (try Self.best(x, y, inner) { x, y throws(SceneError) in
                        let lines = PartialLeastSquares(x, y, components: largest).lines
                        return lines.isEmpty
                            ? [.linear(intercept: y.reduce(0, +) / Double(y.count), coefficients: [])] : lines
                    })
            }
            let lines = PartialLeastSquares(x, y, components: wanted).lines
            guard let line = lines.last else {
                throw SceneError(code: .badOption, message: "no predictor has anything to do with the target")
            }
            return Fit(form: line, settings: ["components": Double(lines.count)])
        case .trees(let settings):
            guard let trainer else {
                throw SceneError(
                    code: .badOption, message: "\(name) needs a trainer of trees (library RSPipelineTrees)")
            }
            let ensemble = try trainer.grow(settings, seed: seed, rows: (0..<x.rows).map(x.row), target: y)
            return Fit(form: .trees(ensemble), settings: settings.numbers)
        }
    }

    /// The first of several lines with the smallest squared error on samples left out.
    private static func best(
        _ x: Matrix, _ y: [Double], _ folds: Folds,
        _ lines: (Matrix, [Double]) throws(SceneError) -> [SalinityModel.Form]
    ) throws(SceneError) -> Int {
        var errors: [Double] = []
        for fold in 0..<folds.count {
            let (train, test) = folds.split(fold)
            let fitted = try lines(x.taking(rows: train), train.map { y[$0] })
            guard let last = fitted.last else { continue }
            if errors.count < fitted.count {
                errors += [Double](repeating: errors.last ?? 0, count: fitted.count - errors.count)
            }
            for index in errors.indices {
                guard
                    case .linear(let intercept, let coefficients) = index < fitted.count ? fitted[index] : last
                else { continue }
                for row in test {
                    let values = x.row(row)
                    let error = zip(coefficients, values).reduce(intercept) { $0 + $1.0 * $1.1 } - y[row]
                    errors[index] += error * error
                }
            }
        }
        let smallest = errors.min() ?? 0
        // What rounding alone tells apart counts as equal.
        return errors.firstIndex { $0 <= smallest * (1 + 1e-12) } ?? 0
    }
}
