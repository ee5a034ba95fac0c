extension SalinityModel {
    /// Takes an equation from a publication.
    ///
    /// - Parameters:
    ///   - equation: what is predicted, `=`, and a formula of planes: `ECe = 12.3 + 45 * sqrt_GR`.
    ///   - depth: centimetres below the surface, where the publication says.
    ///   - citation: where it was published; a number without a source is not taken.
    ///   - sensor: the sensor it was made for.
    ///   - quantity: of the bands it was made for.
    /// - Throws: ``SceneError`` of code `badOption` for anything else.
    public init(
        equation: String, unit: SoilProperty.Unit = .percent, depth: ClosedRange<Double>? = nil, citation: String,
        sensor: String? = nil, quantity: Quantity? = nil
    ) throws(SceneError) {
        func bad(_ text: String) -> SceneError { SceneError(code: .badOption, message: text) }
        if citation.allSatisfy(\.isWhitespace) {
            throw bad("a published equation needs its source: --citation \"Author (year), journal, volume:page\"")
        }
        let sides = equation.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(sides[0].drop(while: \.isWhitespace).prefix { !$0.isWhitespace })
        guard sides.count == 2, let measure = SoilProperty.Measure(name: name) else {
            throw bad(
                "'\(equation)': write what is predicted, '=' and a formula, for example \"ECe = 12.3 + 45 * sqrt_GR\"")
        }
        let formula: Expression
        do throws(ExpressionError) { formula = try Expression.parse(String(sides[1])) } catch { throw bad("\(error)") }
        if formula.names.isEmpty { throw bad("'\(equation)' uses no plane; a constant is no model") }
        self.init(
            target: SoilProperty(measure, unit: unit, depth: depth),
            predictors: formula.names.map { Predictor(name: $0) }, form: .equation(formula), method: "published")
        self.citation = citation
        self.sensor = sensor
        self.quantity = quantity
        warnings = ["a published equation: nothing says how well it does here; validate it with samples of this place"]
    }
}
