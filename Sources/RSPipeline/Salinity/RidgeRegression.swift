/// Ridge regression: `b = (Z'Z + lambda I)^-1 Z'y` on standardised predictors (1/n), the intercept unpenalised.
///
/// One singular value decomposition serves every lambda (Hoerl and Kennard 1970, Technometrics 12:55).
struct RidgeRegression: Sendable {
    private let scaled: Standardisation
    private let form: Matrix.SingularForm
    private let rotated: [Double]
    private let mean: Double

    /// The lambdas that are tried: four per power of ten, from 0.001 to 10 000.
    static let tried = [
        1e-3, 1.8e-3, 3.2e-3, 5.6e-3, 0.01, 0.018, 0.032, 0.056, 0.1, 0.18, 0.32, 0.56, 1, 1.8, 3.2, 5.6, 10, 18, 32,
        56,
        100, 180, 320, 560, 1000, 1800, 3200, 5600, 10_000,
    ]

    /// Prepares a fit.
    ///
    /// - Throws: ``SceneError`` for numbers that cannot be computed with.
    init(_ x: Matrix, _ y: [Double]) throws(SceneError) {
        scaled = Standardisation(x)
        guard let form = scaled.matrix.singular() else {
            throw SceneError(code: .badOption, message: "the predictors hold numbers that cannot be computed with")
        }
        let mean = y.reduce(0, +) / Double(max(1, y.count))
        self.form = form
        self.mean = mean
        rotated = form.left.transposedTimes(y.map { $0 - mean })
    }

    /// The line for a penalty.
    ///
    /// - Parameter lambda: at least 0; with 0 directions in which the predictors do not vary get nothing.
    func line(lambda: Double) -> SalinityModel.Form {
        let smallest = (form.values.first ?? 0) * 1e-12
        let shrunk = zip(form.values, rotated).map { value, coordinate in
            value > smallest ? value / (value * value + lambda) * coordinate : 0
        }
        return scaled.line(intercept: mean, coefficients: form.rightTransposed.transposedTimes(shrunk))
    }
}
