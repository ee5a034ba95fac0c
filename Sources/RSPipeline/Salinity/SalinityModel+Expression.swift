extension SalinityModel {
    /// The form of the model over the names of its predictors, on the scale it was fitted on; nil for trees.
    var formula: Expression? {
        switch form {
        case .linear(let intercept, let coefficients):
            zip(predictors, coefficients).reduce(.constant(intercept)) { sum, term in
                .binary(.add, sum, .binary(.multiply, .name(term.0.name), .constant(term.1)))
            }
        case .equation(let formula): formula
        case .trees: nil
        }
    }

    /// The prediction in the unit of the target, from a value on the scale that the model was fitted on.
    func prediction(from fitted: Expression) -> Expression {
        switch transform {
        case .none: fitted
        case .logarithm(let constant, let smearing):
            .binary(
                .subtract, .binary(.multiply, .call(.exp, [fitted]), .constant(smearing)), .constant(constant))
        }
    }

    /// An end of the prediction interval in the unit of the target; quantiles need no smearing.
    func intervalEnd(from fitted: Expression) -> Expression {
        switch transform {
        case .none: fitted
        case .logarithm(let constant, _): .binary(.subtract, .call(.exp, [fitted]), .constant(constant))
        }
    }
}

extension PredictionInterval {
    /// How far the interval reaches to either side, over the names of the predictors; nil where the numbers are not those
    /// of a least-squares fit.
    ///
    /// Of least squares the quadratic form is written as a constant and a sum of squares of deviations from the samples'
    /// means, so that 32-bit numbers keep its precision: with `C = L L'` the part of `(X'X)^-1` that belongs to the
    /// predictors, `x' (X'X)^-1 x = k + |L' (p - m)|^2`.
    func halfWidth(_ names: [String]) -> Expression? {
        switch self {
        case .crossValidated(let halfWidth): return .constant(halfWidth)
        case .leastSquares(let sigma, let quantile, let inverse):
            guard let squares = CompletedSquares(triangle: inverse, count: names.count) else { return nil }
            var sum = Expression.constant(1 + squares.constant)
            for column in names.indices {
                var part: Expression?
                for row in column..<names.count {
                    let deviation = Expression.binary(.subtract, .name(names[row]), .constant(squares.centre[row]))
                    let term = Expression.binary(.multiply, deviation, .constant(squares.factor[row][column]))
                    part = part.map { .binary(.add, $0, term) } ?? term
                }
                if let part { sum = .binary(.add, sum, .binary(.power, part, .constant(2))) }
            }
            return .binary(.multiply, .call(.sqrt, [sum]), .constant(quantile * sigma))
        }
    }
}

/// A quadratic form in `(1, p)` with the square completed: `constant + |factor' (p - centre)|^2`.
private struct CompletedSquares {
    let constant: Double
    let centre: [Double]
    /// Lower triangular, by row and column.
    let factor: [[Double]]

    /// - Parameter triangle: the upper triangle of the symmetric matrix, row after row, the constant first.
    /// - Returns: nil for a matrix of another size, or one that is not positive definite.
    init?(triangle: [Double], count: Int) {
        guard triangle.count == (count + 1) * (count + 2) / 2 else { return nil }
        var matrix = [[Double]](repeating: [Double](repeating: 0, count: count + 1), count: count + 1)
        var place = 0
        for row in 0...count {
            for column in row...count {
                matrix[row][column] = triangle[place]
                matrix[column][row] = triangle[place]
                place += 1
            }
        }
        // Cholesky's factor of the predictors' part.
        var factor = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
        for row in 0..<count {
            for column in 0...row {
                let known = (0..<column).reduce(0.0) { $0 + factor[row][$1] * factor[column][$1] }
                let rest = matrix[row + 1][column + 1] - known
                if row == column {
                    guard rest > 0, rest.isFinite else { return nil }
                    factor[row][row] = rest.squareRoot()
                } else {
                    factor[row][column] = rest / factor[column][column]
                }
            }
        }
        // The centre m solves C m = -b, forwards and backwards.
        var half = [Double](repeating: 0, count: count)
        for row in 0..<count {
            let known = (0..<row).reduce(0.0) { $0 + factor[row][$1] * half[$1] }
            half[row] = (-matrix[0][row + 1] - known) / factor[row][row]
        }
        var centre = half
        for row in (0..<count).reversed() {
            let known = (row + 1..<count).reduce(0.0) { $0 + factor[$1][row] * centre[$1] }
            centre[row] = (half[row] - known) / factor[row][row]
        }
        // Rounding must not take it below 0.
        constant = max(0, matrix[0][0] - half.reduce(0) { $0 + $1 * $1 })
        guard constant.isFinite, centre.allSatisfy(\.isFinite) else { return nil }
        self.centre = centre
        self.factor = factor
    }
}
