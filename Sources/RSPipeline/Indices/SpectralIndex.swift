/// A formula over band roles, with what is known about it.
public struct SpectralIndex: Sendable, Hashable {
    /// A number in the formula that the user may choose, such as the `n` of GDVI.
    public struct Parameter: Sendable, Hashable {
        /// The name in the formula.
        public let name: String
        /// The value when none is given; nil if one must be given.
        public let defaultValue: Double?

        /// A parameter with its default.
        public init(name: String, defaultValue: Double?) {
            self.name = name
            self.defaultValue = defaultValue
        }
    }

    /// How the index answers to more salt in bare or sparsely covered soil.
    ///
    /// The sign is published experience, not a law: moist, puffy or gypsum crusts turn it.
    public enum Direction: String, Sendable, Hashable, Codable, CaseIterable {
        case rises, falls, either, unknown
    }

    /// The unique name; it describes the formula (`sqrt_GR`) unless the general name is not disputed (`ndvi`).
    public let id: String
    /// A short title.
    public let title: String
    /// The formula over band roles and parameters, as written.
    public let formula: String
    /// The formula as a tree.
    public let expression: Expression
    /// The parameters, in the order of their appearance in the formula.
    public let parameters: [Parameter]
    /// Names in papers, qualified by author and year: `SI1@Douaoui2006`.
    public let aliases: [String]
    /// The band roles that the formula uses, in the order of their appearance.
    public let roles: [BandRole]
    /// The values that are possible for reflectances of 0...1 with the default parameters, if bounded.
    public let range: ClosedRange<Double>?
    /// Whether multiplying all bands by one positive number leaves the index as it is (an offset never does).
    ///
    /// Worked out from the formula with the default parameters; false where that cannot be shown, and for formulas
    /// with thermal bands.
    public let isScaleFree: Bool
    /// How the index answers to salt.
    public let direction: Direction
    /// Where the formula comes from.
    public let source: String

    /// Makes an index from its formula; the roles, the order of the parameters and the scale freedom follow from it.
    ///
    /// - Throws: `IndexError.badCatalogue` if the id or an alias is not a name, the formula cannot be parsed, uses a
    ///   name that is neither role nor parameter, uses no band, or leaves a parameter unused.
    public init(
        id: String, title: String, formula: String, parameters: [String: Double?] = [:], aliases: [String] = [],
        range: ClosedRange<Double>? = nil, direction: Direction = .unknown, source: String
    ) throws(IndexError) {
        func wrong(_ message: String) -> IndexError { IndexError(.badCatalogue, "index `\(id)`: \(message)") }
        if !IndexName.isValidID(id) {
            throw wrong("an id is a letter or `_` followed by letters, digits or `_`, and no word of the language")
        }
        for alias in aliases where !IndexName.isValidAlias(alias) {
            throw wrong("`\(alias)` is not an alias: write it like SI1@Douaoui2006")
        }
        let parsed: Expression
        do throws(ExpressionError) { parsed = try Expression.parse(formula) } catch {
            throw wrong("the formula cannot be read: \(error)")
        }
        var roles: [BandRole] = []
        var ordered: [Parameter] = []
        for name in parsed.names {
            let role = BandRole(name: name)
            switch (role, parameters[name]) {
            case (.some, .some): throw wrong("the parameter `\(name)` has the name of a band role")
            case (nil, .some(let value)): ordered.append(Parameter(name: name, defaultValue: value))
            case (.some(let role), nil): if !roles.contains(role) { roles.append(role) }
            case (nil, nil): throw wrong("`\(name)` in the formula is neither a band role nor a parameter")
            }
        }
        if roles.isEmpty { throw wrong("the formula uses no band") }
        if let unused = parameters.keys.sorted().first(where: { !parsed.names.contains($0) }) {
            throw wrong("the parameter `\(unused)` does not appear in the formula")
        }
        let expression = parsed.substituting { BandRole(name: $0).map { .name($0.rawValue) } }
        self.id = id
        self.title = title
        self.formula = formula
        self.expression = expression
        self.parameters = ordered
        self.aliases = aliases
        self.roles = roles
        self.range = range
        self.isScaleFree = Self.isScaleFree(expression, ordered, roles)
        self.direction = direction
        self.source = source
    }

    private static func isScaleFree(_ expression: Expression, _ parameters: [Parameter], _ roles: [BandRole]) -> Bool {
        if roles.contains(where: \.isThermal) { return false }
        // A parameter without a default is some constant.
        let values = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.defaultValue ?? 2) })
        let degree = expression.substituting { values[$0].map(Expression.constant) }.homogeneousDegree
        return degree == .degree(0) || degree == .zero
    }
}
