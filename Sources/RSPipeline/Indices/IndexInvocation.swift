/// An index with the values of its parameters, ready to compute.
public struct IndexInvocation: Sendable, Hashable {
    /// The index.
    public let index: SpectralIndex
    /// The value of every parameter of the index, given or default.
    public let parameters: [String: Double]

    /// An index with some parameters given and the others at their defaults.
    ///
    /// - Throws: `IndexError` for a parameter that the index does not have (the message lists those it has), a value
    ///   that is not finite, or a parameter without a default that is not given.
    public init(_ index: SpectralIndex, parameters given: [String: Double] = [:]) throws(IndexError) {
        for (name, value) in given.sorted(by: { $0.key < $1.key }) {
            if !index.parameters.contains(where: { $0.name == name }) {
                throw IndexError(
                    .badParameter, "`\(index.id)` has no parameter `\(name)`: \(Self.list(index.parameters))",
                    candidates: index.parameters.map(\.name))
            }
            if !value.isFinite {
                throw IndexError(.badParameter, "the parameter `\(name)` of `\(index.id)` must be a finite number")
            }
        }
        var parameters: [String: Double] = [:]
        for parameter in index.parameters {
            parameters[parameter.name] = given[parameter.name] ?? parameter.defaultValue
        }
        let missing = index.parameters.map(\.name).filter { parameters[$0] == nil }
        if !missing.isEmpty {
            let example = missing.map { "\($0)=..." }.joined(separator: ", ")
            throw IndexError(
                .missingParameter,
                "`\(index.id)` needs \(missing.joined(separator: ", ")), which have no default: "
                    + "write `\(index.id)(\(example))`", candidates: missing)
        }
        self.index = index
        self.parameters = parameters
    }

    private static func list(_ parameters: [SpectralIndex.Parameter]) -> String {
        if parameters.isEmpty { return "it has none" }
        let texts = parameters.map { parameter in
            parameter.defaultValue.map { "\(parameter.name) (\(Expression.text(of: $0)))" }
                ?? "\(parameter.name) (no default)"
        }
        return "its parameters and defaults are \(texts.joined(separator: ", "))"
    }

    /// The name of the plane: the id, and every parameter that differs from its default (`gdvi_n3`, `savi_L0p25`).
    ///
    /// The name can be used in formulas: `p` stands for the decimal point, `m` for a minus, `_` for the colon of
    /// `asi:`.
    public var planeName: String {
        var name = index.id.replacing(":", with: "_")
        for parameter in index.parameters where parameters[parameter.name] != parameter.defaultValue {
            let number = Expression.text(of: parameters[parameter.name] ?? .nan)
            let text = number.replacing("-", with: "m").replacing(".", with: "p").replacing("+", with: "")
            name += "_\(parameter.name)\(text)"
        }
        return name
    }

    /// The formula with the parameters replaced by their values.
    public var expression: Expression {
        index.expression.substituting { name in parameters[name].map(Expression.constant) }
    }
}
