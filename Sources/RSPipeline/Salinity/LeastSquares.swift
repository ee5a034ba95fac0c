/// Ordinary least squares with an intercept, by QR decomposition of the standardised predictors.
struct LeastSquares: Sendable {
    let intercept: Double
    let coefficients: [Double]
    /// Observed less fitted.
    let residuals: [Double]
    /// The diagonal of the hat matrix.
    let leverages: [Double]
    /// `sqrt(sum e^2 / (n - p - 1))`.
    let sigma: Double
    /// `n - p - 1`.
    let degreesOfFreedom: Int
    /// The upper triangle of `(X'X)^-1` with the intercept first, row after row.
    let inverse: [Double]
    /// How many times correlation with the other predictors makes the variance of each coefficient larger.
    let varianceInflation: [Double]

    /// What is left of a predictor of length 1 after the others are taken out, below which it counts as one of them.
    private static let independence = 1e-7

    /// Fits a line.
    ///
    /// - Parameters:
    ///   - x: one row per sample.
    ///   - y: one number per sample.
    ///   - names: of the predictors, for messages.
    /// - Throws: ``SceneError`` for fewer samples than the line has numbers plus one, a predictor that does not vary or that
    ///   the others before it make up: its numbers would mean nothing.
    init(_ x: Matrix, _ y: [Double], names: [String]) throws(SceneError) {
        let (n, p) = (x.rows, x.columns)
        degreesOfFreedom = n - p - 1
        guard p > 0, degreesOfFreedom > 0 else {
            throw SceneError(
                code: .badOption,
                message: "\(p) predictors need at least \(p + 2) samples, and there are \(n); use fewer predictors "
                    + "(--select), ridge or pls")
        }
        let scaled = Standardisation(x)
        if let constant = scaled.deviations.firstIndex(of: 0) {
            throw SceneError(
                code: .badOption, message: "predictor '\(names[constant])' has one value in all samples; leave it out")
        }
        let mean = y.reduce(0, +) / Double(n)
        guard let form = scaled.matrix.triangular(with: y.map { $0 - mean }) else {
            throw SceneError(code: .badOption, message: "the predictors hold numbers that cannot be computed with")
        }
        let length = Double(n).squareRoot()
        if let dependent = (0..<p).first(where: { abs(form.factor[$0, $0]) < Self.independence * length }) {
            let others = Self.parts(of: dependent, form.factor).map { names[$0] }
            throw SceneError(
                code: .badOption,
                message: "predictor '\(names[dependent])' can be computed from \(others.joined(separator: ", ")); "
                    + "leave one of them out, or use ridge or pls")
        }
        guard let root = form.factor.invertedUpperTriangle() else {
            throw SceneError(code: .badOption, message: "the predictors cannot be told apart; use fewer, ridge or pls")
        }
        guard
            case .linear(let intercept, let coefficients) = scaled.line(
                intercept: mean, coefficients: root.times(form.rotated))
        else { preconditionFailure("a line is linear") }
        self.intercept = intercept
        self.coefficients = coefficients
        residuals = zip(y, x.times(coefficients)).map { $0 - intercept - $1 }
        let sigma = (residuals.reduce(0) { $0 + $1 * $1 } / Double(degreesOfFreedom)).squareRoot()
        self.sigma = sigma
        // A row of the standardised predictors times R^-1 is a row of Q.
        leverages = (0..<n).map { row in
            root.transposedTimes(scaled.matrix.row(row)).reduce(1 / Double(n)) { $0 + $1 * $1 }
        }
        // (Z'Z)^-1 = R^-1 R^-T, of the predictors as they are divided by their deviations.
        func covariance(_ i: Int, _ j: Int) -> Double {
            (max(i, j)..<p).reduce(0) { $0 + root[i, $1] * root[j, $1] }
        }
        varianceInflation = (0..<p).map { Double(n) * covariance($0, $0) }
        let slopes = (0..<p).map { i in
            (0..<p).map { j in covariance(i, j) / (scaled.deviations[i] * scaled.deviations[j]) }
        }
        let atMean = slopes.map { row in zip(row, scaled.means).reduce(0) { $0 + $1.0 * $1.1 } }
        var inverse = [zip(atMean, scaled.means).reduce(1 / Double(n)) { $0 + $1.0 * $1.1 }]
        inverse += atMean.map { -$0 }
        for row in 0..<p { inverse += slopes[row][row...] }
        self.inverse = inverse
    }

    /// Which of the predictors before it make up a predictor.
    private static func parts(of dependent: Int, _ factor: Matrix) -> [Int] {
        let before = Array(0..<dependent)
        guard let inverse = factor.taking(rows: before, columns: before).invertedUpperTriangle() else { return before }
        let shares = inverse.times(before.map { factor[$0, dependent] })
        let largest = shares.map(abs).max() ?? 0
        return before.filter { abs(shares[$0]) > 1e-6 * largest }
    }

    /// What the residuals would be if each sample had been left out of its fit: `e / (1 - h)`.
    var leaveOneOutResiduals: [Double] {
        zip(residuals, leverages).map { $1 < 1 - 1e-12 ? $0 / (1 - $1) : .infinity }
    }

    /// Standard errors, intervals and inflation of the intercept and of each coefficient.
    var statistics: [SalinityModel.CoefficientStatistics] {
        let quantile = StudentT.quantile(0.975, degreesOfFreedom: degreesOfFreedom)
        var place = 0
        return ([intercept] + coefficients).enumerated().map { index, value in
            let error = sigma * max(0, inverse[place]).squareRoot()
            place += coefficients.count + 1 - index
            return SalinityModel.CoefficientStatistics(
                standardError: error, interval: (value - quantile * error)...(value + quantile * error),
                varianceInflation: index == 0 ? nil : varianceInflation[index - 1])
        }
    }

    /// What a prediction interval needs.
    var uncertainty: PredictionInterval {
        .leastSquares(
            sigma: sigma, quantile: StudentT.quantile(0.975, degreesOfFreedom: degreesOfFreedom), inverse: inverse)
    }
}
