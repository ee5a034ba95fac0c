/// The hectares of each class, corrected for the errors of the map with places that were checked in the field.
///
/// Counting the pixels of a map gives wrong areas where it errs more to one side than to the other, as every regression
/// does: it moves high and low values towards the middle. The stratified estimator (Olofsson et al. 2013, Remote Sens.
/// Environ. 129:122; 2014, 148:42) uses a random sample of places drawn within each class of the map. With `W_i` the share
/// of the area that the map gives to class i and `n_ij` places of map class i and reference class j,
/// `p_ij = W_i n_ij / n_i.`, the area of class j is `A p_.j`.
///
/// A class of the map with no place or a single one, of a twentieth of the area at most, is taken together with its
/// neighbour, the nearest class that has places; intervals become wider by its area. A larger one without places is refused,
/// and with a single place standard errors are nil: it has no variance.
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
    let strata: AreaStrata

    /// Fewer places than this within a class give intervals that are themselves uncertain.
    ///
    /// After Olofsson and others 2014, section 5.1.
    public static let placesPerClass = 50

    /// Estimates the areas.
    ///
    /// - Parameters:
    ///   - matrix: places drawn at random within each class of the map.
    ///   - mapped: hectares of each class on the map, in the order of the matrix.
    /// - Throws: ``SceneError`` where the areas do not fit the classes or are no areas, where a class has more than a twentieth
    ///   of the area but no places, or places but no area.
    public init(_ matrix: ConfusionMatrix, mapped: [Double]) throws(SceneError) {
        try Self.check(matrix, mapped)
        self.matrix = matrix
        self.mapped = mapped
        let total = mapped.reduce(0, +)
        let strata = AreaStrata(weights: mapped.map { $0 / total }, counts: matrix.counts)
        try Self.check(strata, matrix, mapped)
        self.strata = strata
        let classes = matrix.classes.indices
        hectares = classes.map { strata.share(ofAnyOf: [$0]).scaled(by: total) }
        usersAccuracies = classes.map(strata.usersAccuracy)
        overallAccuracy = strata.overallAccuracy
        producersAccuracies = classes.map(strata.producersAccuracy)
        warnings = Self.warnings(matrix, mapped, strata)
    }

    /// The hectares that are of any of some classes, by their numbers in the matrix.
    ///
    /// Errors of one class for another of the same group cancel, so this is more certain than the sum of the parts.
    public func hectares(ofAnyOf classes: Set<Int>) -> Estimate {
        strata.share(ofAnyOf: classes).scaled(by: mapped.reduce(0, +))
    }

    /// The 95 % interval of the hectares that are of any of some classes, cut to what is possible; nil where it cannot be told.
    ///
    /// ``hectares(ofAnyOf:)`` with its margin, or more: where none of the places of a class of the map is of these classes, or
    /// every one, the rule of three says how much they may have missed, and that is the least reach of the interval. And the
    /// area of classes of the map that were joined to a neighbour, with hardly a place of their own, is added to both sides.
    public func interval(ofAnyOf classes: Set<Int>) -> ClosedRange<Double>? {
        let total = mapped.reduce(0, +)
        return strata.interval(ofAnyOf: classes).map { $0.lowerBound * total...$0.upperBound * total }
    }

    /// The shares of kinds of land that are finer or other than the classes of the map, from the same places.
    ///
    /// - Parameter counts: for each class of the map in the order of the matrix, how many of its places are of each kind.
    func strata(ofKinds counts: [[Int]]) -> AreaStrata {
        let total = mapped.reduce(0, +)
        return AreaStrata(weights: mapped.map { $0 / total }, counts: counts)
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
            if mapped[index] == 0 && places > 0 {
                throw problem(
                    "\(places) of the checked places are '\(name)' on the map, but its area is 0; "
                        + "areas and places must come from the same map")
            }
        }
    }

    private static func check(
        _ strata: AreaStrata, _ matrix: ConfusionMatrix, _ mapped: [Double]
    ) throws(SceneError) {
        let total = mapped.reduce(0, +)
        for (index, name) in matrix.classes.enumerated()
        where mapped[index] > 0 && matrix.mapped[index] == 0 && !strata.joined.contains(where: { $0.row == index }) {
            throw SceneError(
                code: .unreadable,
                message: "area estimate: the map has \(mapped[index].rounded(toPlaces: 2)) ha of '\(name)' ("
                    + "\((mapped[index] / total * 100).rounded(toPlaces: 1)) %), but no place of it was checked, so no area can "
                    + "be estimated; check \(placesPerClass) random places there, or take a scheme in which it is one class "
                    + "with its neighbour")
        }
    }

    private static func warnings(
        _ matrix: ConfusionMatrix, _ mapped: [Double], _ strata: AreaStrata
    ) -> [String] {
        var warnings: [String] = []
        for (index, name) in matrix.classes.enumerated() where mapped[index] > 0 {
            let places = matrix.mapped[index]
            if let host = strata.joined.first(where: { $0.row == index })?.host {
                let hectares = mapped[index].rounded(toPlaces: 2)
                warnings.append(
                    "'\(name)': \(places == 0 ? "no place" : "a single place") of its \(hectares) ha on the map was checked; "
                        + "it is estimated together with '\(matrix.classes[host])', and every interval is wider by "
                        + "\(hectares) ha; check \(placesPerClass) places there to be rid of it")
            } else if places == 1 {
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
                "'\(name)' was found at no checked place; that rules out no more than the upper end of its interval")
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
