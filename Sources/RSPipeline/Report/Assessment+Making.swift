extension Assessment.Extent {
    /// Sums up what has a class and what has none.
    ///
    /// - Parameters:
    ///   - assessed: hectares with a class.
    ///   - excluded: hectares without, by reason; the largest come first, equal ones by name.
    init(assessed: Double, excluded: [(reason: String, hectares: Double)]) {
        let whole = excluded.reduce(assessed) { $0 + $1.hectares }
        hectares = whole
        self.assessed = assessed
        assessedShare = whole > 0 ? assessed / whole : 0
        exclusions =
            excluded.filter { $0.hectares > 0 }
            .sorted { $0.hectares != $1.hectares ? $0.hectares > $1.hectares : $0.reason < $1.reason }
            .map { Assessment.Exclusion(reason: $0.reason, hectares: $0.hectares, share: $0.hectares / whole) }
    }
}

extension Assessment.EstimatedArea {
    /// The land of some classes, by their numbers in the estimate.
    init(_ estimate: AreaEstimate, ofAnyOf classes: Set<Int>) {
        self.init(estimate.strata, ofAnyOf: classes, of: estimate.mapped.reduce(0, +))
    }

    /// The land of some columns of strata that are `whole` hectares together.
    init(_ strata: AreaStrata, ofAnyOf columns: Set<Int>, of whole: Double) {
        let area = strata.share(ofAnyOf: columns).scaled(by: whole)
        hectares = area.value
        margin = area.margin
        let interval = strata.interval(ofAnyOf: columns)
        low = interval.map { $0.lowerBound * whole }
        high = interval.map { $0.upperBound * whole }
    }
}

extension Assessment.EstimatedShare {
    init(_ estimate: Estimate) {
        share = estimate.value
        margin = estimate.margin
    }
}

extension Assessment.Affected {
    /// The land of the classes that count as salt-affected.
    ///
    /// - Parameters:
    ///   - classes: the classes of the map.
    ///   - estimate: of the same classes in the same order; nil where no places were checked.
    init(_ classes: [Assessment.Class], estimate: AreaEstimate?) {
        let whole = classes.reduce(0) { $0 + $1.hectares }
        hectares = classes.filter(\.isAffected).reduce(0) { $0 + $1.hectares }
        share = whole > 0 ? hectares / whole : 0
        let group = Set(classes.indices.filter { classes[$0].isAffected })
        self.estimate = estimate.map { Assessment.EstimatedArea($0, ofAnyOf: group) }
        estimatedShare = whole > 0 ? self.estimate.map { $0.hectares / whole } : nil
    }
}

extension Assessment.Accuracy {
    /// What an area estimate says, class by class.
    init(_ estimate: AreaEstimate) {
        places = estimate.matrix.total
        overall = Assessment.EstimatedShare(estimate.overallAccuracy)
        kappa = estimate.matrix.kappa?.value
        classes = estimate.matrix.classes.indices.map { index in
            Assessment.ClassAccuracy(
                area: Assessment.EstimatedArea(estimate, ofAnyOf: [index]),
                excess: estimate.mapped[index] - estimate.hectares[index].value,
                places: estimate.matrix.counts[index],
                users: estimate.usersAccuracies[index].map(Assessment.EstimatedShare.init),
                producers: estimate.producersAccuracies[index].map(Assessment.EstimatedShare.init))
        }
        warnings = estimate.warnings
    }
}

extension Assessment.District {
    /// A district from its classes.
    init(name: String, hectares: Double, areas: [Double], classes: [Assessment.Class], kind: Assessment.Subject.Kind) {
        self.name = name
        self.hectares = hectares
        assessed = areas.reduce(0, +)
        self.classes = areas
        let sum = zip(areas, classes).reduce(0) { $0 + ($1.1.isAffected ? $1.0 : 0) }
        affected = kind == .salinity ? sum : nil
        affectedShare = kind == .salinity && assessed > 0 ? sum / assessed : nil
    }
}

extension Assessment.Plots {
    /// How many plots a report shows.
    static let shown = 15

    /// Picks the plots with the highest means; equal ones by name.
    init(_ plots: [Assessment.Plot], table: String?) {
        count = plots.count
        let known = plots.compactMap { plot in plot.mean.map { (plot, $0) } }.filter { $0.1.isFinite }
        assessed = known.count
        worst = known.sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0.id < $1.0.id }.prefix(Self.shown).map(\.0)
        self.table = table
    }
}

extension Array<Assessment.Class> {
    /// The position of the class that a value lies in: bounds are half-open, `lower <= value < upper`.
    func position(of value: Double) -> Int? {
        firstIndex { value >= $0.lower ?? -.infinity && value < $0.upper ?? .infinity }
    }

    /// How many samples are of each class in the field and by prediction: what counting predicted values does to areas.
    func counts(_ pairs: [Assessment.Pair]) -> [Assessment.ClassCount] {
        var counts = map { _ in Assessment.ClassCount(observed: 0, predicted: 0) }
        for pair in pairs {
            if let index = position(of: pair.observed) { counts[index].observed += 1 }
            if let index = position(of: pair.predicted) { counts[index].predicted += 1 }
        }
        return counts
    }
}
