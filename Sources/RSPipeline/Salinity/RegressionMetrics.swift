import Foundation

/// How well predictions agree with observations, in the observations' unit.
///
/// With `e = predicted - observed`. What cannot be said is NaN: anything of no pairs, shares of the variance of observations
/// that are all equal, ratios of an error of 0.
public struct RegressionMetrics: Sendable, Hashable {
    /// How many pairs.
    public var count: Int
    /// The model efficiency `1 - sum e^2 / sum (o - mean o)^2`, which is what `R2` means here.
    ///
    /// 1 is perfect, 0 as good as the mean, below 0 worse (Nash and Sutcliffe 1970).
    public var efficiency: Double
    /// The squared Pearson correlation, `r2`: blind to a wrong level and a wrong slope, so never reported alone.
    public var squaredCorrelation: Double
    /// `sqrt(sum e^2 / n)`.
    public var rootMeanSquareError: Double
    /// `sum |e| / n`.
    public var meanAbsoluteError: Double
    /// `sum e / n`: above 0 where predictions are too high.
    public var bias: Double
    /// The standard deviation of the observations (n - 1) over the root mean square error, `RPD`.
    public var ratioToDeviation: Double
    /// The interquartile range of the observations over the root mean square error, `RPIQ`.
    ///
    /// Quantiles as R's type 7 (Bellon-Maurel et al. 2010, Trends in Analytical Chemistry 29:1073).
    public var ratioToQuartiles: Double
    /// The concordance correlation coefficient, `CCC` (Lin 1989, moments with 1/n).
    public var concordance: Double
    /// The slope of predictions on observations, `sum (o - mean o)(p - mean p) / sum (o - mean o)^2`: how much of a difference
    /// between observations the predictions show.
    ///
    /// Below 1 where a regression moves high and low values towards the middle.
    public var slope: Double

    /// Computes the metrics of pairs.
    ///
    /// - Parameters:
    ///   - observed: observations.
    ///   - predicted: one per observation.
    public init(observed: [Double], predicted: [Double]) {
        precondition(observed.count == predicted.count, "observations and predictions differ in number")
        count = observed.count
        let size = Double(count)
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / size }
        let errors = zip(predicted, observed).map { $0 - $1 }
        let (meanObserved, meanPredicted) = (mean(observed), mean(predicted))
        let squares = errors.reduce(0) { $0 + $1 * $1 }
        let spreadObserved = observed.reduce(0) { $0 + ($1 - meanObserved) * ($1 - meanObserved) }
        let spreadPredicted = predicted.reduce(0) { $0 + ($1 - meanPredicted) * ($1 - meanPredicted) }
        let together = zip(observed, predicted).reduce(0) { $0 + ($1.0 - meanObserved) * ($1.1 - meanPredicted) }
        func ratio(_ above: Double, _ below: Double) -> Double { below > 0 ? above / below : .nan }
        rootMeanSquareError = (squares / size).squareRoot()
        meanAbsoluteError = mean(errors.map(abs))
        bias = mean(errors)
        efficiency = 1 - ratio(squares, spreadObserved)
        squaredCorrelation = ratio(together * together, spreadObserved * spreadPredicted)
        ratioToDeviation = count > 1 ? ratio((spreadObserved / (size - 1)).squareRoot(), rootMeanSquareError) : .nan
        let sorted = observed.sorted()
        ratioToQuartiles = ratio(
            Self.quantile(0.75, of: sorted) - Self.quantile(0.25, of: sorted), rootMeanSquareError)
        let shift = meanObserved - meanPredicted
        slope = ratio(together, spreadObserved)
        concordance = ratio(2 * together / size, (spreadObserved + spreadPredicted) / size + shift * shift)
    }

    /// The quantile of sorted numbers that R calls type 7: linear between the ranks `(n - 1) share`; NaN of none.
    static func quantile(_ share: Double, of sorted: [Double]) -> Double {
        guard let last = sorted.indices.last else { return .nan }
        let rank = min(max(share, 0), 1) * Double(last)
        let below = min(Int(rank), last)
        let above = min(below + 1, last)
        return sorted[below] + (rank - Double(below)) * (sorted[above] - sorted[below])
    }
}
