/// Partial least squares regression of one target on standardised predictors.
///
/// PLS1 by NIPALS (Wold, Ruhe, Wold and Dunn 1984,
/// SIAM J. Sci. Stat. Comput. 5:735).
struct PartialLeastSquares: Sendable {
    /// The line with one component, with two, and so on; fewer than asked for where nothing is left to explain.
    let lines: [SalinityModel.Form]

    /// Fits lines.
    ///
    /// - Parameter components: how many at most.
    init(_ x: Matrix, _ y: [Double], components: Int) {
        let scaled = Standardisation(x)
        let mean = y.reduce(0, +) / Double(max(1, y.count))
        let target = y.map { $0 - mean }
        var rest = scaled.matrix
        var lines: [SalinityModel.Form] = []
        // Directions of the standardised predictors whose scores are the components, and the target's share of each.
        var (directions, loadings): ([[Double]], [[Double]]) = ([], [])
        var coefficients = [Double](repeating: 0, count: x.columns)
        let whole = Self.length(scaled.matrix.transposedTimes(target))
        for _ in 0..<min(components, x.columns, x.rows - 1) {
            let weight = rest.transposedTimes(target)
            let size = Self.length(weight)
            guard size > 1e-10 * whole, size > 0 else { break }
            let unit = weight.map { $0 / size }
            let score = rest.times(unit)
            let square = score.reduce(0) { $0 + $1 * $1 }
            let loading = rest.transposedTimes(score).map { $0 / square }
            // The weight in terms of the predictors as they were before anything was taken out.
            var direction = unit
            for (earlier, its) in zip(directions, loadings) {
                let overlap = zip(its, unit).reduce(0) { $0 + $1.0 * $1.1 }
                for index in direction.indices { direction[index] -= overlap * earlier[index] }
            }
            let share = zip(score, target).reduce(0) { $0 + $1.0 * $1.1 } / square
            for index in coefficients.indices { coefficients[index] += share * direction[index] }
            lines.append(scaled.line(intercept: mean, coefficients: coefficients))
            directions.append(direction)
            loadings.append(loading)
            for column in 0..<rest.columns {
                for row in 0..<rest.rows { rest[row, column] -= score[row] * loading[column] }
            }
        }
        self.lines = lines
    }

    private static func length(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }
}
