/// Formulas of this library written as arithmetic.
extension Expression {
    static func + (a: Expression, b: Expression) -> Expression { .binary(.add, a, b) }
    static func - (a: Expression, b: Expression) -> Expression { .binary(.subtract, a, b) }
    static func * (a: Expression, b: Expression) -> Expression { .binary(.multiply, a, b) }
    static func / (a: Expression, b: Expression) -> Expression { .binary(.divide, a, b) }

    static func + (a: Double, b: Expression) -> Expression { .constant(a) + b }
    static func - (a: Double, b: Expression) -> Expression { .constant(a) - b }
    static func - (a: Expression, b: Double) -> Expression { a - .constant(b) }
    static func * (a: Double, b: Expression) -> Expression { .constant(a) * b }
    static func * (a: Expression, b: Double) -> Expression { a * .constant(b) }
    static func / (a: Double, b: Expression) -> Expression { .constant(a) / b }
    static func / (a: Expression, b: Double) -> Expression { a / .constant(b) }

    /// The sine of this angle in degrees.
    var sine: Expression { .call(.sind, [self]) }
    /// The cosine of this angle in degrees.
    var cosine: Expression { .call(.cosd, [self]) }
    /// The angle, in radians, of this cosine, which is first brought into -1...1.
    var arcCosineInRadians: Expression { .call(.acosd, [self.clamped(-1, 1)]) * (.pi / 180) }
    /// The square root.
    var squareRoot: Expression { .call(.sqrt, [self]) }
    /// The product with itself.
    var squared: Expression { self * self }

    /// The nearest number within limits.
    func clamped(_ low: Double, _ high: Double) -> Expression {
        .call(.clamp, [self, .constant(low), .constant(high)])
    }

    /// The formula where a condition holds, no-data elsewhere.
    func only(where condition: Expression) -> Expression { .conditional(condition, self, .noData) }
}
