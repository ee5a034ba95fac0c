extension Assessment {
    /// Assessed land of the map in none of the districts.
    public struct OutsideDistricts: Sendable, Hashable, Codable {
        /// What has a class.
        public var assessed: Double
        /// Of each class, in the order of ``Assessment/classes``.
        public var classes: [Double]
        /// Salt-affected land; nil for an index.
        public var affected: Double?
        /// `affected / assessed`; nil for an index.
        public var affectedShare: Double?
    }
}

extension Assessment.OutsideDistricts {
    /// What is left of the map when the districts are taken away.
    ///
    /// Nil where less than a two-thousandth is left, and where a class has more hectares in the districts than on the map:
    /// then districts overlap, and nobody can say what lies in none.
    init?(_ districts: [Assessment.District], of classes: [Assessment.Class], kind: Assessment.Subject.Kind) {
        if districts.isEmpty { return nil }
        let whole = classes.reduce(0) { $0 + $1.hectares }
        let left = classes.indices.map { index in
            districts.reduce(classes[index].hectares) { $0 - $1.classes[index] }
        }
        let rest = left.reduce(0, +)
        // Sums of shares of pixels are as exact as their rounding.
        guard rest > whole / 2000, left.allSatisfy({ $0 > -1e-6 * whole }) else { return nil }
        self.classes = left.map { max($0, 0) }
        assessed = self.classes.reduce(0, +)
        let sum = zip(self.classes, classes).reduce(0) { $0 + ($1.1.isAffected ? $1.0 : 0) }
        affected = kind == .salinity ? sum : nil
        affectedShare = kind == .salinity ? sum / assessed : nil
    }
}
