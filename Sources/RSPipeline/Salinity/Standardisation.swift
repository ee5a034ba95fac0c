/// Columns brought to mean 0 and standard deviation 1 (with 1/n), and the way back.
///
/// A column that does not vary becomes 0 and gets no coefficient.
struct Standardisation: Sendable {
    let means: [Double]
    let deviations: [Double]
    /// The standardised columns.
    let matrix: Matrix

    init(_ x: Matrix) {
        var (means, deviations, columns): ([Double], [Double], [[Double]]) = ([], [], [])
        for index in 0..<x.columns {
            let column = x.column(index)
            let mean = column.reduce(0, +) / Double(x.rows)
            let squares = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let deviation = (squares / Double(x.rows)).squareRoot()
            // A spread that rounding alone can make is none.
            let varies = deviation > 1e-12 * abs(mean)
            means.append(mean)
            deviations.append(varies ? deviation : 0)
            columns.append(varies ? column.map { ($0 - mean) / deviation } : column.map { _ in 0 })
        }
        self.means = means
        self.deviations = deviations
        matrix = Matrix(columns: columns, rows: x.rows)
    }

    /// The same line for the columns as they were.
    func line(intercept: Double, coefficients: [Double]) -> SalinityModel.Form {
        let plain = zip(coefficients, deviations).map { $1 > 0 ? $0 / $1 : 0 }
        return .linear(intercept: zip(plain, means).reduce(intercept) { $0 - $1.0 * $1.1 }, coefficients: plain)
    }
}
