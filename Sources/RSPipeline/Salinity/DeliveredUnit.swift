/// A unit as laboratories write it, with its way to the unit that ``SoilProperty`` keeps.
public struct DeliveredUnit: Sendable, Hashable {
    /// As it is written into tables.
    public let name: String
    /// The unit that it is brought to.
    public let unit: SoilProperty.Unit
    /// What a number in it is multiplied by.
    public let factor: Double

    /// All units that are understood, under their first names.
    public static let all = [
        DeliveredUnit(name: "dS/m", unit: .decisiemensPerMetre, factor: 1),
        DeliveredUnit(name: "mS/cm", unit: .decisiemensPerMetre, factor: 1),
        DeliveredUnit(name: "mmho/cm", unit: .decisiemensPerMetre, factor: 1),
        DeliveredUnit(name: "uS/cm", unit: .decisiemensPerMetre, factor: 0.001),
        DeliveredUnit(name: "mS/m", unit: .decisiemensPerMetre, factor: 0.01),
        DeliveredUnit(name: "S/m", unit: .decisiemensPerMetre, factor: 10),
        DeliveredUnit(name: "%", unit: .percent, factor: 1),
        DeliveredUnit(name: "g/kg", unit: .percent, factor: 0.1),
        DeliveredUnit(name: "meq/100g", unit: .milliequivalents, factor: 1),
        DeliveredUnit(name: "cmol/kg", unit: .milliequivalents, factor: 1),
    ]

    /// Other spellings of the same.
    private static let spellings = [
        "µS/cm": "uS/cm", "μS/cm": "uS/cm", "umho/cm": "uS/cm", "мСм/см": "mS/cm", "дСм/м": "dS/m",
        "мкСм/см": "uS/cm", "percent": "%", "mg-eq/100g": "meq/100g", "мг-экв/100г": "meq/100g", "cmolc/kg": "cmol/kg",
        "cmol(+)/kg": "cmol/kg",
    ]

    private init(name: String, unit: SoilProperty.Unit, factor: Double) {
        self.name = name
        self.unit = unit
        self.factor = factor
    }

    /// Finds a unit by name, whatever the case, spaces and dots left out; nil where nobody knows it.
    public init?(_ text: String) {
        let plain = text.filter { !$0.isWhitespace && $0 != "." }
        let name = Self.spellings[plain] ?? plain
        guard let known = Self.all.first(where: { $0.name.lowercased() == name.lowercased() }) else { return nil }
        self = known
    }

    /// The names, for messages.
    static let list = all.map(\.name).joined(separator: ", ")
}
