extension SalinityCalibration {
    /// Nearer neighbours than this make folds by chance too kind: a field, or a few of the coarsest pixels.
    private static let independentDistance = 1000.0

    /// What a reader of the model's numbers must be told.
    func warnings(
        _ model: SalinityModel, _ samples: CalibrationSamples, fitted: [Double], predicted: [Double]
    ) -> [String] {
        let count = samples.values.count
        var warnings: [String] = []
        if count < 30 { warnings.append("\(count) samples are few: the errors themselves are uncertain") }
        let offered = samples.names.count
        if count < 10 * offered {
            warnings.append(
                "\(offered) predictors are offered to \(count) samples; ten samples per predictor are a fair number")
        }
        warnings += clusterWarnings(samples)
        if let fit = model.fit?.efficiency, let validation = model.crossValidation?.metrics.efficiency {
            if validation <= 0 {
                warnings.append(
                    "cross-validated R2 is \(Self.short(validation)): on samples it has not seen the model is no better than "
                        + "their mean; do not map with it")
            }
            if fit - validation > 0.2 {
                warnings.append(
                    "R2 of the fit (\(Self.short(fit))) is far above the cross-validated one (\(Self.short(validation))): the "
                        + "model has learned the samples by heart")
            }
        }
        let below = (fitted + predicted).contains { $0 < 0 }
        if below && logarithm == nil {
            warnings.append("some predictions are below 0 at the samples already; --transform log keeps them above")
        }
        let lost = predicted.count(where: \.isNaN)
        if lost > 0 { warnings.append("\(lost) cross-validated predictions are not finite") }
        if model.uncertainty == nil {
            warnings.append("\(count) samples are too few for an interval that holds 95 % of new ones")
        }
        if case .logarithm(_, let smearing) = model.transform, case .trees = model.form, smearing < 1.02 {
            warnings.append(
                "trees leave hardly any residuals at their own samples, so the smearing factor "
                    + "(\(Self.short(smearing))) brings back little of the mean: predictions of high values are too low"
            )
        }
        return warnings
    }

    private func clusterWarnings(_ samples: CalibrationSamples) -> [String] {
        guard scheme.isBlindToPlace else { return [] }
        let fields = samples.rows.map { $0[.field] }.filter { !$0.isEmpty }
        if Set(fields).count < fields.count {
            return [
                "\(scheme.text) leaves out samples of fields that others stay in: the errors are too small; use --cv "
                    + "group=field"
            ]
        }
        guard let distance = samples.nearestNeighbour, distance < Self.independentDistance else { return [] }
        return [
            "\(scheme.text) leaves out samples whose neighbours stay in (half of the samples have one within "
                + "\(Int(distance.rounded())) m): the errors are too small; use --cv block=SIZE"
        ]
    }

    private static func short(_ number: Double) -> String { SampleTable.number((number * 100).rounded() / 100) }
}
