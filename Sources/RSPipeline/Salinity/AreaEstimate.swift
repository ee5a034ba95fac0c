/// The hectares of each class, corrected for the errors of the map with places that were checked in the field.
///
/// Counting the pixels of a map gives wrong areas where it errs more to one side than to the other, as every regression
/// does: it moves high and low values towards the middle. The stratified estimator (Olofsson et al. 2013, Remote Sens.
/// Environ. 129:122; 2014, 148:42) uses a random sample of places drawn within each class of the map. With `W_i` the share
/// of the area that the map gives to class i and `n_ij` places of map class i and reference class j,
/// `p_ij = W_i n_ij / n_i.`, the area of class j is `A p_.j`.
///
/// A standard error is nil where it cannot be told: a class of the map with a single place has no variance.
public struct AreaEstimate: Sendable, Hashable {
    /// The places.
    public let matrix: ConfusionMatrix
    /// What the map shows of each class, in hectares.
    public let mapped: [Double]
    /// The estimated hectares of each class.
    public let hectares: [Estimate]
    /// The share of the area whose class is right.
    public let overallAccuracy: Estimate
    /// For each class, the share of its mapped area that is of it in the field; nil for a class that the map lacks.
    public let usersAccuracies: [Estimate?]
    /// For each class, the share of its area in the field that the map shows as it; nil for a class that was not found.
    public let producersAccuracies: [Estimate?]
    /// What a reader of the numbers must know, in words.
    public let warnings: [String]

    /// Fewer places than this within a class give intervals that are themselves uncertain.
    ///
    /// After Olofsson and others 2014, section 5.1.
    public static let placesPerClass = 50

    /// Estimates the areas.
    ///
    /// - Parameters:
    ///   - matrix: places drawn at random within each class of the map.
    ///   - mapped: hectares of each class on the map, in the order of the matrix.
    /// - Throws: ``SceneError`` where the areas do not fit the classes or are no areas, where a class has an area but no
    ///   places, or places but no area.
    public init(_ matrix: ConfusionMatrix, mapped: [Double]) throws(SceneError) {
        try Self.check(matrix, mapped)
        self.matrix = matrix
        self.mapped = mapped
        let total = mapped.reduce(0, +)
        let strata = Strata(weights: mapped.map { $0 / total }, counts: matrix.counts)
        let classes = matrix.classes.indices
        hectares = classes.map { strata.share(ofAnyOf: [$0]).scaled(by: total) }
        usersAccuracies = classes.map(strata.usersAccuracy)
        overallAccuracy = strata.overallAccuracy
        producersAccuracies = classes.map(strata.producersAccuracy)
        warnings = Self.warnings(matrix, mapped)
    }

    /// The hectares that are of any of some classes, by their numbers in the matrix.
    ///
    /// Errors of one class for another of the same group cancel, so this is more certain than the sum of the parts.
    public func hectares(ofAnyOf classes: Set<Int>) -> Estimate {
        let total = mapped.reduce(0, +)
        return Strata(weights: mapped.map { $0 / total }, counts: matrix.counts).share(ofAnyOf: classes)
            .scaled(by: total)
    }

    /// The hectares of kinds of land that are finer or other than the classes of the map, from the same places.
    ///
    /// - Parameter counts: for each class of the map in the order of the matrix, how many of its places are of each kind.
    func hectares(ofKinds counts: [[Int]]) -> [Estimate] {
        let total = mapped.reduce(0, +)
        let strata = Strata(weights: mapped.map { $0 / total }, counts: counts)
        return (counts.first ?? []).indices.map { strata.share(ofAnyOf: [$0]).scaled(by: total) }
    }

    private static func check(_ matrix: ConfusionMatrix, _ mapped: [Double]) throws(SceneError) {
        func problem(_ text: String) -> SceneError { SceneError(code: .badOption, message: "area estimate: \(text)") }
        guard mapped.count == matrix.classes.count else {
            throw problem("\(matrix.classes.count) classes, but areas of \(mapped.count)")
        }
        guard mapped.allSatisfy({ $0.isFinite && $0 >= 0 }), mapped.contains(where: { $0 > 0 }) else {
            throw problem("the areas of the classes must be numbers from 0, and not all 0")
        }
        for (index, name) in matrix.classes.enumerated() {
            let places = matrix.mapped[index]
            if mapped[index] > 0 && places == 0 {
                throw problem(
                    "the map has \(mapped[index].rounded(toPlaces: 2)) ha of '\(name)', but no place of it was checked; "
                        + "check at least \(placesPerClass) places there, or join the class with another")
            }
            if mapped[index] == 0 && places > 0 {
                throw problem(
                    "\(places) of the checked places are '\(name)' on the map, but its area is 0; "
                        + "areas and places must come from the same map")
            }
        }
    }

    private static func warnings(_ matrix: ConfusionMatrix, _ mapped: [Double]) -> [String] {
        var warnings: [String] = []
        for (index, name) in matrix.classes.enumerated() where mapped[index] > 0 {
            let places = matrix.mapped[index]
            if places == 1 {
                warnings.append(
                    "'\(name)': a single place was checked, so no interval can be given for any class; "
                        + "check at least \(placesPerClass)")
            } else if places < placesPerClass {
                warnings.append(
                    "'\(name)': only \(places) places were checked; its intervals are rough below \(placesPerClass)")
            }
        }
        for (index, name) in matrix.classes.enumerated() where matrix.referenced[index] == 0 {
            warnings.append(
                "'\(name)' was found at no checked place; its area is estimated as 0 and may be small instead")
        }
        return warnings
    }

    /// How many places to check for a wanted certainty of the overall accuracy.
    ///
    /// `n = (sum W_i S_i / S)^2` with `S_i = sqrt(U_i (1 - U_i))` (Cochran 1977, Sampling Techniques, 5.25; Olofsson et al.
    /// 2014, equation 13). Every class with an area then gets ``placesPerClass`` or its share, whichever is more.
    ///
    /// - Parameters:
    ///   - mapped: hectares of each class on the map.
    ///   - usersAccuracies: what is expected of each class, 0...1.
    ///   - standardError: what is wanted of the overall accuracy, for example 0.01.
    /// - Returns: places per class; nil where the numbers are out of range.
    public static func sampleSizes(
        mapped: [Double], usersAccuracies: [Double], standardError: Double
    ) -> [Int]? {
        let total = mapped.reduce(0, +)
        guard mapped.count == usersAccuracies.count, total > 0, total.isFinite, mapped.allSatisfy({ $0 >= 0 }),
            usersAccuracies.allSatisfy({ (0...1).contains($0) }), standardError >= 1e-4, standardError < 1
        else { return nil }
        let spread = zip(mapped, usersAccuracies).reduce(0) { $0 + $1.0 / total * ($1.1 * (1 - $1.1)).squareRoot() }
        let places = (spread / standardError) * (spread / standardError)
        return mapped.map { area in
            area == 0 ? 0 : max(placesPerClass, Int((places * area / total).rounded(.up)))
        }
    }
}

extension Estimate {
    fileprivate func scaled(by factor: Double) -> Estimate {
        Estimate(value * factor, standardError: standardError.map { $0 * factor })
    }
}

/// The sums of the estimator; strata are the classes of the map.
private struct Strata {
    let weights: [Double]
    let counts: [[Int]]

    /// The places of a row, `n_i.`, as a number.
    private func places(_ row: Int) -> Double { Double(counts[row].reduce(0, +)) }

    /// The share of a column in the places of a row, `n_ij / n_i.`, as a number.
    private func part(_ row: Int, _ column: Int) -> Double { Double(counts[row][column]) / places(row) }

    /// The classes that have an area.
    private var rows: [Int] { weights.indices.filter { weights[$0] > 0 } }

    /// A sum of variances; nil where one is not known.
    private func root(_ variances: [Double?]) -> Double? {
        var sum = 0.0
        for variance in variances {
            guard let variance else { return nil }
            sum += variance
        }
        return sum.squareRoot()
    }

    /// `q (1 - q) / (n - 1)`, the variance of a share within a stratum; nil for a single place.
    private func variance(_ share: Double, _ row: Int) -> Double? {
        places(row) > 1 ? share * (1 - share) / (places(row) - 1) : nil
    }

    /// `p_.A = sum W_i q_i` with `q_i` the share of places of the group A in stratum i, and
    /// `S^2 = sum W_i^2 q_i (1 - q_i) / (n_i. - 1)`.
    func share(ofAnyOf group: Set<Int>) -> Estimate {
        let shares = rows.map { row in
            (row, Double(group.reduce(0) { $0 + counts[row][$1] }) / places(row))
        }
        return Estimate(
            shares.reduce(0) { $0 + weights[$1.0] * $1.1 },
            standardError: root(shares.map { row, q in variance(q, row).map { weights[row] * weights[row] * $0 } }))
    }

    var overallAccuracy: Estimate {
        Estimate(
            rows.reduce(0) { $0 + weights[$1] * part($1, $1) },
            standardError: root(
                rows.map { row in variance(part(row, row), row).map { weights[row] * weights[row] * $0 } }))
    }

    func usersAccuracy(_ row: Int) -> Estimate? {
        if places(row) == 0 { return nil }
        return Estimate(part(row, row), standardError: variance(part(row, row), row)?.squareRoot())
    }

    /// The producer's accuracy, `P_j = p_jj / p_.j`.
    ///
    /// With the variance of equation 7 of Olofsson and others 2014 over shares instead of pixels:
    /// `[W_j^2 (1 - P)^2 U (1 - U) / (n_j. - 1) + P^2 sum_{i != j} W_i^2 q_i (1 - q_i) / (n_i. - 1)] / p_.j^2`.
    func producersAccuracy(_ column: Int) -> Estimate? {
        let found = share(ofAnyOf: [column]).value
        if found == 0 { return nil }
        let accuracy = weights[column] > 0 ? weights[column] * part(column, column) / found : 0
        let variances = rows.map { row in
            let factor = row == column ? 1 - accuracy : accuracy
            return variance(part(row, column), row).map { weights[row] * weights[row] * factor * factor * $0 }
        }
        return Estimate(accuracy, standardError: root(variances).map { $0 / found })
    }
}
