/// Which of the predictors that are offered a model takes; decided anew in every fold.
public enum PredictorSelection: Sendable, Hashable {
    /// All of them.
    case all
    /// Those with the largest absolute correlation with the (transformed) target.
    case correlation(Int)
    /// One after the other, each time the one that makes the squared leave-one-out error of a least-squares line smallest
    /// (PRESS; Allen 1974, Technometrics 16:125), as long as that becomes smaller.
    case forward(Int)

    /// Reads `3` and `forward=3`; nil for anything else.
    public init?(_ text: String) {
        let isForward = text.hasPrefix("forward=")
        guard let count = Int(isForward ? String(text.dropFirst(8)) : text), (1...1000).contains(count) else {
            return nil
        }
        self = isForward ? .forward(count) : .correlation(count)
    }

    /// The places of the predictors that are taken, in their order.
    func choose(_ x: Matrix, _ y: [Double]) -> [Int] {
        let all = Array(0..<x.columns)
        switch self {
        case .all: return all
        case .correlation(let count):
            let sizes = Self.correlations(x, y).map { $0.isNaN ? 0 : abs($0) }
            return all.sorted { (sizes[$1], $0) < (sizes[$0], $1) }.prefix(count).sorted()
        case .forward(let count): return Self.forward(x, y, count)
        }
    }

    private static func forward(_ x: Matrix, _ y: [Double], _ count: Int) -> [Int] {
        var taken: [Int] = []
        let mean = y.reduce(0, +) / Double(max(1, y.count))
        let alone = Double(y.count) / Double(max(1, y.count - 1))
        var least = y.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } * alone * alone
        while taken.count < count {
            var best: Int?
            for candidate in 0..<x.columns where !taken.contains(candidate) {
                let columns = (taken + [candidate]).sorted()
                let part = x.taking(rows: Array(0..<x.rows), columns: columns)
                guard let line = try? LeastSquares(part, y, names: columns.map { "\($0)" }) else { continue }
                let press = line.leaveOneOutResiduals.reduce(0) { $0 + $1 * $1 }
                if press < least { (least, best) = (press, candidate) }
            }
            guard let best else { break }
            taken.append(best)
        }
        // A model needs something: the predictor with the largest correlation where none is worth it.
        return taken.isEmpty ? correlation(1).choose(x, y) : taken.sorted()
    }

    /// Pearson's correlation of each predictor with the target; NaN where one of both does not vary.
    static func correlations(_ x: Matrix, _ y: [Double]) -> [Double] {
        let scaled = Standardisation(x)
        let target = Standardisation(Matrix(rows: y.count, columns: 1, values: y))
        let products = scaled.matrix.transposedTimes(target.matrix.values)
        return products.indices.map { index in
            scaled.deviations[index] > 0 && target.deviations[0] > 0 ? products[index] / Double(y.count) : .nan
        }
    }
}
