import Foundation

/// Makes a ``SalinityModel`` from field samples, and says how it does on samples that it has not seen.
///
/// Everything that looks at the samples happens inside each fold: standardisation, the choice of predictors, penalties and
/// components, the smearing factor. What the folds tell is therefore what the whole procedure can do, not one lucky model.
public struct SalinityCalibration: Sendable {
    /// What is predicted.
    public var target: SoilProperty
    /// How.
    public var method: CalibrationMethod
    /// Added before the natural logarithm of the target is taken; nil: no logarithm.
    public var logarithm: Double?
    /// Which of the table's predictors are taken.
    public var selection = PredictorSelection.all
    /// How samples are left out.
    public var scheme = ValidationScheme.leaveOneOut
    /// Of folds drawn by chance, and of trees.
    public var seed: UInt64 = 1
    /// Whether samples may be more than a year away from their scene.
    public var allowsDates = false
    /// Grows trees where the method needs them.
    public var trainer: (any TreeTrainer)?

    /// Makes a calibration.
    public init(target: SoilProperty, method: CalibrationMethod, logarithm: Double? = nil) {
        self.target = target
        self.method = method
        self.logarithm = logarithm
    }

    /// Makes the model.
    ///
    /// - Parameter table: the samples with all predictors that may be taken.
    /// - Throws: ``SceneError`` in words for samples that no sound model can be made of.
    public func run(_ table: SampleTable) throws(SceneError) -> CalibrationReport {
        let samples = try CalibrationSamples(table, target: target, allowsDates: allowsDates)
        if let constant = logarithm, let least = samples.values.min(), least + constant <= 0 {
            throw CalibrationSamples.bad(
                "the logarithm of \(SampleTable.number(least)) + \(SampleTable.number(constant)) does not exist; add more, for "
                    + "example --transform log+\(SampleTable.number(0.1 - least))")
        }
        let folds = try samples.folds(scheme, seed: seed)
        let all = Array(samples.rows.indices)
        let (whole, fit) = try model(samples, folds, rows: all)

        var predicted = [Double](repeating: .nan, count: all.count)
        var outside = predicted
        var taken: [String: Int] = [:]
        for fold in 0..<folds.count {
            let (train, test) = folds.split(fold)
            let part: SalinityModel
            do throws(SceneError) { (part, _) = try model(samples, folds, rows: train) } catch {
                throw SceneError(
                    code: error.code,
                    message:
                        "without fold \(fold + 1) of \(folds.count) (\(scheme.text)), \(train.count) samples: \(error.message)"
                )
            }
            for predictor in part.predictors { taken[predictor.name, default: 0] += 1 }
            for row in test {
                let values = Self.values(of: part, samples, row)
                predicted[row] = part.predict(values)
                outside[row] = transformed(samples.values[row]) - part.transformed(values)
            }
        }
        var model = whole
        let fitted = all.map { model.predict(Self.values(of: model, samples, $0)) }
        model.target = samples.target
        model.sensor = samples.sensor
        model.quantity = samples.quantity
        model.samples = facts(samples, table.source)
        model.fit = RegressionMetrics(observed: samples.values, predicted: fitted)
        model.crossValidation = SalinityModel.CrossValidation(
            scheme: scheme.text, folds: folds.count,
            metrics: RegressionMetrics(observed: samples.values, predicted: predicted))
        model.statistics = fit.leastSquares?.statistics ?? []
        model.uncertainty = fit.leastSquares?.uncertainty ?? .crossValidated(residuals: outside)
        model.settings["seed"] = Double(seed)
        model.warnings = samples.warnings + warnings(model, samples, fitted: fitted, predicted: predicted)

        let targets = samples.values.map(transformed)
        let correlations = PredictorSelection.correlations(samples.predictors, targets)
        let ranking = samples.names.indices.map { index in
            CalibrationReport.Rank(
                predictor: samples.names[index], correlation: correlations[index],
                folds: taken[samples.names[index], default: 0])
        }
        return CalibrationReport(
            model: model,
            ranking: ranking.enumerated().sorted { first, second in
                let sizes = [first, second].map { $0.element.correlation.isNaN ? 0 : abs($0.element.correlation) }
                return sizes[0] > sizes[1] || (sizes[0] == sizes[1] && first.offset < second.offset)
            }.map(\.element),
            residuals: all.map { row in
                CalibrationReport.Residual(
                    id: samples.rows[row][.id], field: samples.rows[row][.field], fold: folds.fold[row] + 1,
                    observed: samples.values[row], fitted: fitted[row], predicted: predicted[row])
            })
    }

    /// The model that some of the samples make, with nothing known of the others.
    private func model(
        _ samples: CalibrationSamples, _ folds: Folds, rows: [Int]
    ) throws(SceneError) -> (SalinityModel, CalibrationMethod.Fit) {
        let y = rows.map { transformed(samples.values[$0]) }
        let offered = samples.predictors.taking(rows: rows)
        let chosen = selection.choose(offered, y)
        let x = samples.predictors.taking(rows: rows, columns: chosen)
        let names = chosen.map { samples.names[$0] }
        let fit = try method.fit(
            x, y, names: names, inner: folds.inner(of: rows, seed: seed), trainer: trainer, seed: seed)
        let predictors = names.indices.map { index in
            let column = x.column(index)
            return SalinityModel.Predictor(name: names[index], range: (column.min() ?? 0)...(column.max() ?? 0))
        }
        var model = SalinityModel(target: target, predictors: predictors, form: fit.form, method: method.name)
        if let constant = logarithm {
            let residuals = y.indices.map { exp(y[$0] - model.transformed(x.row($0))) }
            model.transform = .logarithm(
                constant: constant, smearing: residuals.reduce(0, +) / Double(max(1, residuals.count)))
        }
        model.settings = fit.settings
        return (model, fit)
    }

    private func transformed(_ value: Double) -> Double { logarithm.map { log(value + $0) } ?? value }

    /// The predictors of a sample in the order of a model.
    private static func values(of model: SalinityModel, _ samples: CalibrationSamples, _ row: Int) -> [Double] {
        model.predictors.map { predictor in
            samples.names.firstIndex(of: predictor.name).map { samples.predictors[row, $0] } ?? .nan
        }
    }

    private func facts(
        _ samples: CalibrationSamples, _ source: (file: String, checksum: String)?
    ) -> SalinityModel.Samples {
        func texts(_ column: SampleTable.Column) -> [String] {
            Set(samples.rows.map { $0[column] }).subtracting([""]).sorted()
        }
        let days = samples.rows.compactMap { CalendarDay($0[.date]) }
        let ends = [days.min(), days.max()].compactMap { $0?.text }
        var facts = SalinityModel.Samples(
            file: source?.file ?? "", checksum: source?.checksum ?? "", count: samples.rows.count, dates: ends,
            scenes: texts(.scene),
            sceneDates: Set(samples.rows.compactMap { CalendarDay($0[.sceneDate])?.text }).sorted())
        facts.farthestDays = samples.rows.compactMap(CalibrationSamples.daysFromScene).max()
        return facts
    }
}
