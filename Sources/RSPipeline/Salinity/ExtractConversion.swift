import Foundation

/// A published way from what a laboratory measured to the conductivity of the saturated paste extract (ECe).
///
/// No conversion is exact: published equations for one extract differ by half (see ``spread(ratio:at:)``), with texture,
/// gypsum and the make of the extract. So one is never chosen for the user, its name stays with every converted number,
/// and the number as delivered is kept.
public struct ExtractConversion: Sendable, Hashable {
    /// One equation.
    public struct Equation: Sendable, Hashable {
        /// What it starts from; nil for the conductivity of an extract of any ratio.
        public let from: SoilProperty?
        /// ECe in dS/m as a formula of one variable: `EC` in dS/m (with `r`, the parts of water), or the measure's name.
        public let formula: Expression

        /// What it starts from, as in tables.
        public var label: String { from?.name ?? "EC1:r" }

        /// The names that the formula may use.
        fileprivate var variables: [String] {
            guard let from else { return ["EC", "r"] }
            if case .extract = from.measure { return ["EC"] }
            return [from.name]
        }

        fileprivate func applies(to property: SoilProperty) -> Bool {
            if let from { return from.measure == property.measure && from.unit == property.unit }
            if case .extract = property.measure { return true }
            return false
        }

        fileprivate func value(_ number: Double, of property: SoilProperty) -> Double {
            var ratio = Double.nan
            if case .extract(let parts) = property.measure { ratio = parts }
            let variable = variables[0]
            return formula.evaluate { name in name == variable ? number : name == "r" ? ratio : nil }
        }
    }

    /// The name that stands in tables.
    public let name: String
    /// The soils it was found on; nil where the source does not say.
    public let texture: String?
    /// Where it is published.
    public let source: String
    /// What to know before using it.
    public let note: String?
    /// One per extract.
    public let equations: [Equation]

    init(name: String, texture: String? = nil, source: String, note: String? = nil, equations: [Equation]) {
        self.name = name
        self.texture = texture
        self.source = source
        self.note = note
        self.equations = equations
    }

    /// ECe in dS/m of a number in the property's unit, to six significant digits; nil where no equation starts from the
    /// property.
    ///
    /// NaN where the formula has no result.
    public func convert(_ number: Double, of property: SoilProperty) -> Double? {
        guard let equation = equations.first(where: { $0.applies(to: property) }) else { return nil }
        let value = equation.value(number, of: property)
        return Double(String(format: "%.6g", value)) ?? .nan
    }

    /// Whether an equation starts from a property.
    public func applies(to property: SoilProperty) -> Bool { equations.contains { $0.applies(to: property) } }

    /// What published equations make of one number: the lowest and the highest ECe of the catalogue.
    ///
    /// - Parameters:
    ///   - ratio: parts of water to one of soil.
    ///   - conductivity: of the extract, dS/m.
    public static func spread(ratio: Double, at conductivity: Double) -> ClosedRange<Double>? {
        let values = catalogue.compactMap { $0.convert(conductivity, of: SoilProperty(.extract(ratio: ratio))) }
            .filter { $0.isFinite }
        guard let low = values.min(), let high = values.max() else { return nil }
        return low...high
    }

    // MARK: Finding one

    /// Finds a conversion as an option names it: a name of the catalogue, `fao-saturation(sp=45)`, a file (`*.json`), or a
    /// formula such as `ECe = 2.1 + 13*TSS`, for which a citation is needed.
    ///
    /// - Throws: ``SceneError`` with code `badOption` that lists what there is.
    public static func named(_ text: String, citation: String? = nil) throws(SceneError) -> ExtractConversion {
        if text.contains("=") && !text.lowercased().hasPrefix(saturationName) {
            return try formula(text, citation: citation)
        }
        if citation != nil {
            throw bad("a citation belongs to a formula of your own; \(text) has its source")
        }
        if text.lowercased().hasSuffix(".json") { return try file(text) }
        if text.lowercased().hasPrefix(saturationName) { return try saturation(text) }
        if let known = catalogue.first(where: { $0.name == text.lowercased() }) { return known }
        let names = catalogue.map(\.name) + ["\(saturationName)(sp=45)"]
        throw bad(
            "there is no conversion '\(text)'\(Suggestion.text(for: text, among: names)); there are "
                + names.joined(separator: ", ")
                + ", your own file (*.json), and a formula such as \"ECe = 2.1 + 13*TSS\"")
    }

    private static func bad(_ text: String) -> SceneError { SceneError(code: .badOption, message: text) }

    private static let saturationName = "fao-saturation"

    /// `fao-saturation(sp=45)`: all salts of the extract in the water that saturates the paste.
    private static func saturation(_ text: String) throws(SceneError) -> ExtractConversion {
        let rest = text.dropFirst(saturationName.count).filter { !"() ".contains($0) }
        guard rest.lowercased().hasPrefix("sp="), let share = DecimalNumber.read(String(rest.dropFirst(3))),
            (10...150).contains(share)
        else {
            throw bad(
                "\(text): name the water that saturates the soil, in percent of its dry mass (10 to 150), for example "
                    + "\(saturationName)(sp=45)")
        }
        let number = Expression.text(of: share)
        let formula = Expression.binary(
            .multiply, .name("EC"),
            .binary(.divide, .binary(.multiply, .constant(100), .name("r")), .constant(share)))
        return ExtractConversion(
            name: "\(saturationName)(sp=\(number))", texture: "any, by its saturation percentage",
            source: "FAO dilution rule, as in the R package soilassessment (C. T. Omuto), ECconversion1",
            note: "holds for salts that are all dissolved: too high where there is gypsum",
            equations: [Equation(from: nil, formula: formula)])
    }

    /// `ECe = FORMULA`.
    private static func formula(_ text: String, citation: String?) throws(SceneError) -> ExtractConversion {
        let parts = text.split(separator: "=", maxSplits: 1).map { String($0).trimmingWhitespace() }
        guard parts.count == 2, parts[0].lowercased() == "ece" else {
            throw bad("'\(text)': a conversion of your own is written \"ECe = FORMULA\"")
        }
        guard let citation, !citation.trimmingWhitespace().isEmpty else {
            throw bad(
                "'\(text)': say where the formula is from (--citation \"author, year, soils\"); it stands in the table")
        }
        let expression = try parse(parts[1])
        let names = expression.names.filter { $0 != "r" }
        guard let variable = names.first, names.count == 1 else {
            throw bad("'\(text)': a formula of one measure is needed: EC, TSS, or an ion such as Cl")
        }
        var from: SoilProperty?
        if variable != "EC" {
            guard let property = SoilProperty(label: variable), property.name == variable else {
                throw bad(
                    "'\(text)': '\(variable)' is no measure; write EC (of the extract, dS/m), TSS or an ion such as Cl")
            }
            from = property
        }
        return try checked(
            ExtractConversion(
                name: "ECe = \(expression) (\(citation.trimmingWhitespace()))", source: citation.trimmingWhitespace(),
                equations: [Equation(from: from, formula: expression)]))
    }

    /// A file: `{"name": "...", "source": "...", "equations": [{"from": "TSS %", "formula": "2.1 + 13*TSS"}]}`.
    private static func file(_ path: String) throws(SceneError) -> ExtractConversion {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SceneError(code: .notFound, message: "\(path): there is no such file, or it cannot be read")
        }
        let document = try JSONReader.read([UInt8](data), path: path)
        guard let name = document["name"]?.text, !name.isEmpty, let source = document["source"]?.text, !source.isEmpty,
            case .array(let entries)? = document["equations"], !entries.isEmpty
        else {
            throw bad("\(path): a conversion has a \"name\", a \"source\" (its citation) and \"equations\"")
        }
        var equations: [Equation] = []
        for entry in entries {
            guard let label = entry["from"]?.text, let formula = entry["formula"]?.text else {
                throw bad("\(path): an equation has \"from\", such as EC1:5 or TSS, and a \"formula\"")
            }
            guard let from = SoilProperty(label: label), from.depth == nil, from.measure != .saturatedPaste else {
                throw bad("\(path): \"from\": '\(label)' is no measure; write for example EC1:5, TSS, or Cl meq/100g")
            }
            equations.append(Equation(from: from, formula: try parse(formula)))
        }
        return try checked(
            ExtractConversion(
                name: name, texture: document["texture"]?.text, source: source, note: document["note"]?.text,
                equations: equations))
    }

    private static func parse(_ text: String) throws(SceneError) -> Expression {
        do throws(ExpressionError) { return try Expression.parse(text) } catch {
            throw bad("'\(text)': \(error.description)")
        }
    }

    private static func checked(_ conversion: ExtractConversion) throws(SceneError) -> ExtractConversion {
        for equation in conversion.equations {
            guard let other = equation.formula.names.first(where: { !equation.variables.contains($0) }) else {
                continue
            }
            throw bad(
                "\(conversion.name): '\(other)' in the formula for \(equation.label) is unknown; it may use "
                    + equation.variables.joined(separator: " and "))
        }
        return conversion
    }
}
