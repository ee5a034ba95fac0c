import Foundation

/// The sums of the stratified estimator: classes of the map, some of them together, with the places that were checked in each.
struct AreaStrata: Sendable, Hashable {
    /// A class of the map that has too few places of its own, and the class that it was joined to.
    struct Joined: Sendable, Hashable {
        let row, host: Int
    }

    /// Classes of the map whose places are taken together; most strata are one class.
    private let strata: [[Int]]
    /// The share of the area of each class of the map.
    private let weights: [Double]
    private let counts: [[Int]]
    /// What was joined.
    let joined: [Joined]

    /// A class of the map with a larger share of the area is never joined to another.
    static let largestJoined = 0.05
    /// A stratum of fewer places has no variance.
    private static let fewest = 2

    /// Makes strata.
    ///
    /// A class of the map with fewer than two places and at most ``largestJoined`` of the area is joined to the nearest class
    /// that has them; of two equally near the one with the larger area.
    init(weights: [Double], counts: [[Int]]) {
        self.weights = weights
        self.counts = counts
        let places = counts.map { $0.reduce(0, +) }
        let rows = weights.indices.filter { weights[$0] > 0 }
        let hosts = rows.filter { places[$0] >= Self.fewest }
        var joined: [Joined] = []
        for row in rows where places[row] < Self.fewest && weights[row] <= Self.largestJoined {
            let nearest = hosts.min { (abs($0 - row), -weights[$0]) < (abs($1 - row), -weights[$1]) }
            if let nearest { joined.append(Joined(row: row, host: nearest)) }
        }
        self.joined = joined
        strata =
            rows.filter { row in !joined.contains { $0.row == row } }
            .map { row in [row] + joined.filter { $0.host == row }.map(\.row) }
    }

    /// The share of the area that was joined, which nothing or a single place is known of.
    private var joinedWeight: Double { joined.reduce(0) { $0 + weights[$1.row] } }

    private func weight(_ stratum: [Int]) -> Double { stratum.reduce(0) { $0 + weights[$1] } }

    private func places(_ stratum: [Int]) -> Double {
        Double(stratum.reduce(0) { $0 + counts[$1].reduce(0, +) })
    }

    /// The mean over the area of a number that each place has, `sum W_h mean_h`, with
    /// `S^2 = sum W_h^2 s_h^2 / n_h`, where `s_h^2 / n_h = (mean of squares - square of mean) / (n_h - 1)`.
    ///
    /// No standard error where a stratum has a single place.
    private func mean(of number: (_ row: Int, _ column: Int) -> Double) -> Estimate {
        var value = 0.0
        var variance: Double? = 0
        for stratum in strata {
            let (weight, places) = (weight(stratum), places(stratum))
            var (sum, squares) = (0.0, 0.0)
            for row in stratum {
                for column in counts[row].indices where counts[row][column] > 0 {
                    let found = number(row, column)
                    sum += found * Double(counts[row][column])
                    squares += found * found * Double(counts[row][column])
                }
            }
            let mean = sum / places
            value += weight * mean
            let spread = max(0, squares / places - mean * mean)
            variance = places > 1 ? variance.map { $0 + weight * weight * spread / (places - 1) } : nil
        }
        return Estimate(value, standardError: variance?.squareRoot())
    }

    /// The share of the area that is of any class of a group, `p_.A = sum W_h q_h`.
    func share(ofAnyOf group: Set<Int>) -> Estimate { mean { _, column in group.contains(column) ? 1 : 0 } }

    /// The 95 % interval of ``share(ofAnyOf:)``, see ``AreaEstimate/interval(ofAnyOf:)``.
    func interval(ofAnyOf group: Set<Int>) -> ClosedRange<Double>? {
        let share = share(ofAnyOf: group)
        let kinds = Set((counts.first ?? []).indices)
        if group.isEmpty || group.isSuperset(of: kinds) { return share.value...share.value }
        guard let margin = share.margin else { return nil }
        let below = max(margin, unseen(kinds.subtracting(group))) + joinedWeight
        let above = max(margin, unseen(group)) + joinedWeight
        return (share.value - below...share.value + above).clamped(to: 0...1)
    }

    /// The share of the area whose class is right.
    var overallAccuracy: Estimate { mean { row, column in row == column ? 1 : 0 } }

    /// The share of the places of one class of the map that are right; nil without places.
    func usersAccuracy(_ row: Int) -> Estimate? {
        let places = Double(counts[row].reduce(0, +))
        if places == 0 { return nil }
        let share = Double(counts[row][row]) / places
        return Estimate(
            share, standardError: places > 1 ? (share * (1 - share) / (places - 1)).squareRoot() : nil)
    }

    /// The producer's accuracy, `P_j = p_jj / p_.j`, a ratio of two means, with the variance of
    /// `sum W_h^2 s_h^2(y - P x) / n_h / p_.j^2` where y is 1 for places of class j on map and ground, and x on the ground.
    ///
    /// Where no classes are joined that is equation 7 of Olofsson and others 2014.
    func producersAccuracy(_ column: Int) -> Estimate? {
        let found = share(ofAnyOf: [column]).value
        if found == 0 { return nil }
        let right = mean { $0 == column && $1 == column ? 1 : 0 }.value
        let accuracy = right / found
        let rest = mean { row, reference in
            reference == column ? (row == column ? 1 - accuracy : -accuracy) : 0
        }
        return Estimate(accuracy, standardError: rest.standardError.map { $0 / found })
    }

    /// What the places may have missed of a group: the rule of three (Hanley and Lippman-Hand 1983, JAMA 249:1743).
    ///
    /// Where none of n places shows something, a share of `-ln 0.05 / n` of it has still a chance of 0.05, and the variance says
    /// nothing of it. Of several strata without such a place it is taken to lie in the one where a place stands for most land.
    /// 0 where every stratum shows the group.
    private func unseen(_ group: Set<Int>) -> Double {
        var largest = 0.0
        for stratum in strata {
            let isShown = stratum.contains { row in group.contains { counts[row][$0] > 0 } }
            if !isShown { largest = max(largest, weight(stratum) / places(stratum)) }
        }
        return min(1, -log(0.05) * largest)
    }
}
