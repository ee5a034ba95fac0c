import Foundation

/// An equation that makes a property of the soil out of what a scene shows, with everything a user of its numbers must know.
///
/// Made by calibration with field samples or from a publication. With `g` the form of the model the prediction is
/// `g(predictors)`, or `smearing * exp(g(predictors)) - constant` for a model of logarithms. Nothing is cut off: a straight
/// line can give a property below 0.
public struct SalinityModel: Sendable, Hashable {
    /// One thing the scene must show.
    public struct Predictor: Sendable, Hashable {
        /// The plane: an index, a band's role or name.
        public var name: String
        /// The smallest and the largest value among the samples, beyond which the model extrapolates.
        ///
        /// Nil for a published equation that does not say.
        public var range: ClosedRange<Double>?

        /// Makes a predictor.
        public init(name: String, range: ClosedRange<Double>? = nil) {
            self.name = name
            self.range = range
        }
    }

    /// How predictors become a number.
    public enum Form: Sendable, Hashable {
        /// `intercept + sum coefficient * predictor`, coefficients in the order of the predictors.
        case linear(intercept: Double, coefficients: [Double])
        /// The sum of leaves.
        case trees(TreeEnsemble)
        /// A formula of the predictors' names, as published.
        case equation(Expression)
    }

    /// What was done to the target before the form was fitted.
    public enum Transform: Sendable, Hashable {
        /// Nothing.
        case none
        /// `ln(target + constant)`. The mean of the target needs the smearing factor, the mean of `exp(residual)` over the
        /// samples (Duan 1983, J. Am. Stat. Assoc. 78:605); 1 gives the median.
        case logarithm(constant: Double, smearing: Double)
    }

    /// What is known of one number of a linear form.
    public struct CoefficientStatistics: Sendable, Hashable {
        /// The standard error.
        public var standardError: Double
        /// The 95 % interval, from Student's t.
        public var interval: ClosedRange<Double>
        /// How many times the variance of the coefficient is larger than it were if the predictors were not correlated
        /// (VIF); nil for the intercept.
        public var varianceInflation: Double?

        /// Makes the statistics.
        public init(standardError: Double, interval: ClosedRange<Double>, varianceInflation: Double? = nil) {
            self.standardError = standardError
            self.interval = interval
            self.varianceInflation = varianceInflation
        }
    }

    /// The samples that a model was made from.
    public struct Samples: Sendable, Hashable {
        /// The name of the file.
        public var file: String
        /// Identifies the bytes of the file.
        public var checksum: String
        /// How many samples were used.
        public var count: Int
        /// The first and the last day of sampling, `2021-08-14`; empty where no sample says.
        public var dates: [String]
        /// The scenes, sorted.
        public var scenes: [String]
        /// Their days, sorted.
        public var sceneDates: [String]
        /// The most days between a sample and its scene, before or after; nil where no sample has both days.
        public var farthestDays: Int?

        /// Makes the facts.
        public init(
            file: String, checksum: String, count: Int, dates: [String] = [], scenes: [String] = [],
            sceneDates: [String] = []
        ) {
            self.file = file
            self.checksum = checksum
            self.count = count
            self.dates = dates
            self.scenes = scenes
            self.sceneDates = sceneDates
        }
    }

    /// How the model does on samples that it has not seen.
    public struct CrossValidation: Sendable, Hashable {
        /// The folds, as asked for: `loo`, `kfold k=10 seed=1`, `group=field`, `block=1000m`.
        public var scheme: String
        /// How many folds.
        public var folds: Int
        /// On the scale of the target.
        public var metrics: RegressionMetrics

        /// Makes the result.
        public init(scheme: String, folds: Int, metrics: RegressionMetrics) {
            self.scheme = scheme
            self.folds = folds
            self.metrics = metrics
        }
    }

    /// What the model predicts.
    public var target: SoilProperty
    /// What it needs, in the order of coefficients.
    public var predictors: [Predictor]
    /// How predictors become a number.
    public var form: Form
    /// What was done to the target.
    public var transform: Transform
    /// The sensor that the predictors must come from; nil where nobody has said.
    public var sensor: String?
    /// The quantity of the bands that the predictors must be made of, such as `surfaceReflectance:LaSRC`; nil where nobody has
    /// said.
    public var quantity: Quantity?
    /// How it was made: `ols`, `ridge`, `pls`, `boosted-trees`, `random-forest`, or `published`.
    public var method: String
    /// The numbers that the method was run with.
    public var settings: [String: Double]
    /// Of the intercept and of each coefficient; empty where the method gives none.
    public var statistics: [CoefficientStatistics]
    /// What a prediction interval needs; nil where there are too few samples or none.
    public var uncertainty: PredictionInterval?
    /// What it was made from; nil for a published equation.
    public var samples: Samples?
    /// Agreement with the samples it was fitted to; flattering.
    public var fit: RegressionMetrics?
    /// Agreement with samples it had not seen.
    public var crossValidation: CrossValidation?
    /// Where an equation was published.
    public var citation: String?
    /// What a user must be told, in words.
    public var warnings: [String]

    /// Makes a model.
    public init(
        target: SoilProperty, predictors: [Predictor], form: Form, transform: Transform = .none, method: String
    ) {
        self.target = target
        self.predictors = predictors
        self.form = form
        self.transform = transform
        self.method = method
        settings = [:]
        statistics = []
        warnings = []
    }

    /// The prediction in the unit of the target.
    ///
    /// NaN where a predictor is NaN or infinite, or where the formula has no finite value.
    ///
    /// - Parameter values: one per predictor.
    public func predict(_ values: [Double]) -> Double {
        let raw = transformed(values)
        switch transform {
        case .none: return raw
        case .logarithm(let constant, let smearing): return Self.finite(smearing * exp(raw) - constant)
        }
    }

    /// The prediction on the scale that the model was fitted on.
    func transformed(_ values: [Double]) -> Double {
        precondition(values.count == predictors.count, "as many values as predictors")
        if !values.allSatisfy(\.isFinite) { return .nan }
        switch form {
        case .linear(let intercept, let coefficients):
            return Self.finite(zip(coefficients, values).reduce(intercept) { $0 + $1.0 * $1.1 })
        case .trees(let ensemble): return Self.finite(ensemble.predict(values))
        case .equation(let formula):
            return formula.evaluate { name in
                predictors.firstIndex { $0.name == name }.map { values[$0] }
            }
        }
    }

    /// The interval that holds 95 % of new samples of the same kind, in the unit of the target.
    ///
    /// Of a model of logarithms its ends are `exp` of the ends on the logarithmic scale, less the constant: quantiles need no
    /// smearing.
    ///
    /// - Parameter values: one per predictor.
    /// - Returns: nil where the model has no such interval or no prediction.
    public func interval(_ values: [Double]) -> ClosedRange<Double>? {
        let middle = transformed(values)
        guard let half = uncertainty?.halfWidth(values), middle.isFinite, half.isFinite else { return nil }
        let ends = [middle - half, middle + half].map { end in
            if case .logarithm(let constant, _) = transform { exp(end) - constant } else { end }
        }
        return ends[0].isFinite && ends[1].isFinite ? ends[0]...ends[1] : nil
    }

    /// Whether every predictor lies within the range of the samples; true for predictors without a range.
    ///
    /// - Parameter values: one per predictor.
    public func isWithinTraining(_ values: [Double]) -> Bool {
        zip(predictors, values).allSatisfy { $0.range?.contains($1) ?? true }
    }

    private static func finite(_ value: Double) -> Double { value.isFinite ? value : .nan }
}
