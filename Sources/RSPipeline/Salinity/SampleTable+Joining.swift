extension SampleTable {
    /// An older table with the predictors of this one beside its own: of another scene, of terrain, of another date.
    ///
    /// Rows belong together by ``Column/id``. A sample is usable when it is in both; where scene, date, sensor, quantity or
    /// support differ, both are said, older first.
    ///
    /// - Throws: ``SceneError`` with code `badOption`: names of samples that are not unique or only in one table, a
    ///   predictor that is in both.
    public func joined(to older: SampleTable) throws(SceneError) -> SampleTable {
        func problem(_ text: String) -> SceneError {
            SceneError(code: .badOption, message: "the tables do not join: \(text)")
        }
        if let both = predictors.first(where: older.predictors.contains) {
            throw problem("both have a predictor '\(both)'; name one of them anew (index ... as=NAME)")
        }
        var mine: [String: Row] = [:]
        for row in rows where mine.updateValue(row, forKey: row[.id]) != nil {
            throw problem("two samples are named '\(row[.id])'")
        }
        var result = SampleTable(predictors: older.predictors + predictors)
        for row in older.rows {
            guard let other = mine.removeValue(forKey: row[.id]) else {
                throw problem("sample '\(row[.id])' is in one of them only, or twice")
            }
            var joined = row
            joined.predictors += other.predictors
            if row.isUsable { joined[.status] = other[.status] }
            for column in [Column.scene, .sceneDate, .sensor, .quantity, .support] where row[column] != other[column] {
                joined[column] = [row[column], other[column]].filter { !$0.isEmpty }.joined(separator: " + ")
            }
            result.rows.append(joined)
        }
        if let left = mine.keys.sorted().first { throw problem("sample '\(left)' is in one of them only") }
        return result
    }
}
