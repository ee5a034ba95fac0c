extension Assessment.Model {
    /// What a model's file says of it.
    ///
    /// - Parameter pairs: its samples as it predicts them unseen; empty where they are not at hand.
    init(_ model: SalinityModel, pairs: [Assessment.Pair], classes: [Assessment.Class]) {
        method = model.method
        formula = model.formula.map { "\(model.target.name) = \(model.prediction(from: $0).description)" }
        citation = model.citation
        var coefficients: [Double] = []
        if case .linear(_, let values) = model.form { coefficients = values }
        predictors = model.predictors.enumerated().map { place, predictor in
            Assessment.Predictor(
                name: predictor.name, minimum: predictor.range?.lowerBound, maximum: predictor.range?.upperBound,
                coefficient: place < coefficients.count ? coefficients[place] : nil)
        }
        fit = model.fit.flatMap(Assessment.Metrics.init)
        crossValidation = model.crossValidation.flatMap { Assessment.Metrics($0.metrics) }
        scheme = model.crossValidation?.scheme
        sampleDays = model.samples?.farthestDays
        self.pairs = pairs
        classCounts = pairs.isEmpty ? [] : classes.counts(pairs)
        // What the model warns of stands among the warnings of the run.
        warnings = []
    }
}

extension Assessment.Metrics {
    /// Metrics without those that cannot be said; nil where there is no error to tell.
    init?(_ metrics: RegressionMetrics) {
        guard metrics.rootMeanSquareError.isFinite else { return nil }
        func known(_ value: Double) -> Double? { value.isFinite ? value : nil }
        self.init(
            count: metrics.count, efficiency: known(metrics.efficiency),
            squaredCorrelation: known(metrics.squaredCorrelation), rmse: metrics.rootMeanSquareError,
            mae: known(metrics.meanAbsoluteError), bias: known(metrics.bias), rpd: known(metrics.ratioToDeviation),
            rpiq: known(metrics.ratioToQuartiles), ccc: known(metrics.concordance),
            slope: known(metrics.slope))
    }
}
