/// The samples of a model as it predicts them unseen, from the table of `rsproc calibrate --residuals`.
struct ModelResiduals {
    let pairs: [Assessment.Pair]

    /// Reads the table and checks that it is the model's.
    ///
    /// - Throws: ``SceneError`` that names the file: columns that are not there, text in numbers, residuals of another model.
    init(path: String, of model: SalinityModel) throws(SceneError) {
        let table = try CSVText(path: path)
        func problem(_ text: String) -> SceneError { SceneError(code: .unreadable, message: "\(path): \(text)") }
        guard let observed = table.column("observed"), let predicted = table.column("cv_predicted") else {
            throw problem(
                "the columns 'observed' and 'cv_predicted' are needed, as rsproc calibrate --residuals writes them; the "
                    + "header has \(table.columns.joined(separator: ", "))")
        }
        var pairs: [Assessment.Pair] = []
        for row in table.rows where !row.fields[predicted].isEmpty {
            guard let seen = DecimalNumber.read(row.fields[observed]),
                let said = DecimalNumber.read(row.fields[predicted])
            else { throw problem("line \(row.line): a number is needed in 'observed' and 'cv_predicted'") }
            pairs.append(Assessment.Pair(observed: seen, predicted: said))
        }
        let found = RegressionMetrics(observed: pairs.map(\.observed), predicted: pairs.map(\.predicted))
        if let stated = model.crossValidation?.metrics {
            let difference = abs(found.rootMeanSquareError - stated.rootMeanSquareError)
            guard found.count == stated.count, difference <= 1e-6 * stated.rootMeanSquareError else {
                throw problem(
                    "these are not the residuals of the model: \(found.count) samples with an RMSE of "
                        + "\(found.rootMeanSquareError.rounded(toPlaces: 4)), the model has \(stated.count) with "
                        + "\(stated.rootMeanSquareError.rounded(toPlaces: 4)); write both with one rsproc calibrate")
            }
        }
        self.pairs = pairs
    }
}
