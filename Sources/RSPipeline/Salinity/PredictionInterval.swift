/// What is needed to say how far a soil may lie from its prediction: an interval that holds 95 % of new samples of the
/// same kind.
///
/// It stands on the scale that the model was fitted on; ``SalinityModel/interval(_:)`` takes it back to the target's.
public enum PredictionInterval: Sendable, Hashable {
    /// Ordinary least squares: `quantile * sigma * sqrt(1 + x' (X'X)^-1 x)` to either side, with `x = (1, predictors)`.
    ///
    /// `inverse` is the upper triangle of the symmetric matrix `(X'X)^-1`, row after row, the intercept first. It grows away
    /// from the samples. Samples that lie close together make it too narrow for other places.
    case leastSquares(sigma: Double, quantile: Double, inverse: [Double])
    /// Any method: so much to either side everywhere, the quantile of the absolute cross-validated residuals with rank
    /// `ceil(0.95 (n + 1))` (conformal prediction: Vovk et al. 2005; Barber et al. 2021, Annals of Statistics 49:486).
    case crossValidated(halfWidth: Double)

    /// The share of new samples that the interval is made to hold.
    public static let level = 0.95

    /// How far the interval reaches to either side of the prediction; NaN where a predictor is NaN.
    ///
    /// - Parameter values: one per predictor of the model.
    public func halfWidth(_ values: [Double]) -> Double {
        switch self {
        case .crossValidated(let halfWidth): return values.contains(where: \.isNaN) ? .nan : halfWidth
        case .leastSquares(let sigma, let quantile, let inverse):
            let x = [1] + values
            guard inverse.count == x.count * (x.count + 1) / 2 else { return .nan }
            var form = 0.0
            var place = 0
            for row in x.indices {
                for column in row..<x.count {
                    form += (row == column ? 1 : 2) * inverse[place] * x[row] * x[column]
                    place += 1
                }
            }
            // Rounding must not take a small form below 0.
            return quantile * sigma * (1 + max(0, form)).squareRoot()
        }
    }

    /// The interval of residuals outside of their folds.
    ///
    /// - Returns: nil for fewer than 19 residuals, which cannot say where 95 % lie.
    static func crossValidated(residuals: [Double]) -> PredictionInterval? {
        let sizes = residuals.map(abs).sorted()
        let rank = Int((level * Double(sizes.count + 1)).rounded(.up))
        guard rank >= 1, rank <= sizes.count else { return nil }
        return .crossValidated(halfWidth: sizes[rank - 1])
    }
}
