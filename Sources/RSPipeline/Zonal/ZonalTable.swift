/// Zones and what they hold: rows of numbers under named columns.
public struct ZonalTable: Sendable, Hashable {
    /// One zone, or one group of zones.
    public struct Row: Sendable, Hashable {
        /// The id of the zone, or the name of the group.
        public let id: String
        /// The number that the file gives the feature; nil for a group.
        public let feature: Int64?
        /// One number per column; NaN where there is none.
        public let values: [Double]
    }

    /// What the ids are: the name of the attribute.
    public let idName: String
    /// The names of the columns.
    public let columns: [String]
    /// The rows in the order of the zones; of groups in the order of their names.
    public let rows: [Row]

    /// The numbers of a column; nil for a column that is not there.
    public subscript(column: String) -> [Double]? {
        columns.firstIndex(of: column).map { index in rows.map { $0.values[index] } }
    }
}

extension Double {
    /// The value rounded to significant digits, so that noise of the last bits, which differs between processors' maths
    /// libraries, is not shown.
    func rounded(toDigits digits: Int) -> Double {
        if self == 0 || !isFinite { return self }
        var factor = 1.0
        var places = 0
        // Whole powers of ten up to 22 are exact.
        let limit = (0..<digits).reduce(1.0) { value, _ in value * 10 }
        let size = magnitude
        if size >= limit { return rounded() }
        while size * factor * 10 < limit && places < 22 {
            factor *= 10
            places += 1
        }
        return (self * factor).rounded() / factor
    }
}
