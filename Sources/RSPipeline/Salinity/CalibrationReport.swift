/// What a calibration found out.
public struct CalibrationReport: Sendable {
    /// How a predictor does.
    public struct Rank: Sendable, Hashable {
        /// Its name.
        public var predictor: String
        /// Its correlation (Pearson) with the target as it was fitted, over all samples; NaN where there is none.
        public var correlation: Double
        /// In how many folds the model took it.
        public var folds: Int
    }

    /// One sample beside what the model says of it.
    public struct Residual: Sendable, Hashable {
        /// The sample, and its field.
        public var id, field: String
        /// The fold it was left out with, from 1.
        public var fold: Int
        /// What was measured, in the unit of the target.
        public var observed: Double
        /// The prediction of the model that knows it.
        public var fitted: Double
        /// The prediction of the model that does not.
        public var predicted: Double
    }

    /// The model of all samples.
    public var model: SalinityModel
    /// All predictors that were offered, the most correlated first.
    public var ranking: [Rank]
    /// All samples that were used, in the order of the table.
    public var residuals: [Residual]

    /// The samples as a comma-separated table: what scatter plots and maps of residuals are made of.
    ///
    /// `residual` is measured less cross-validated; an empty field is a number that is not finite.
    public var residualTable: String {
        func number(_ value: Double) -> String { value.isFinite ? SampleTable.number(value) : "" }
        return CSVText.line(["id", "field", "fold", "observed", "fitted", "cv_predicted", "residual"])
            + residuals.map { row in
                CSVText.line([
                    row.id, row.field, "\(row.fold)", number(row.observed), number(row.fitted), number(row.predicted),
                    number(row.observed - row.predicted),
                ])
            }.joined()
    }

    /// The report for machines: the model as in its file, and the ranking.
    public var json: JSONValue {
        .object([
            "model": model.json,
            "ranking": .array(
                ranking.map { rank in
                    .object([
                        "predictor": .string(rank.predictor), "correlation": .number(rank.correlation),
                        "folds": .integer(rank.folds),
                    ])
                }),
        ])
    }
}
