import Foundation

/// What a number about the salts in a soil means: what was measured, in which unit, at which depth.
///
/// Numbers of different properties are never equated. Percent of dry mass (``Measure/totalSalts``, ions), which the
/// archives of many countries hold, is a property of its own and not a conductivity; conductivities of different extracts
/// differ by factors of two to nine (Kargas et al. 2018, Sonmez et al. 2008).
public struct SoilProperty: Sendable, Hashable {
    /// What was measured.
    public enum Measure: Sendable, Hashable {
        /// Electrical conductivity of the saturated paste extract at 25 degrees C.
        case saturatedPaste
        /// Electrical conductivity at 25 degrees C of an extract of one part soil and so many parts water by mass.
        case extract(ratio: Double)
        /// Total soluble salts (TSS), share of the dry mass.
        case totalSalts
        /// One ion of the water extract.
        case ion(Ion)
    }

    /// An ion of the water extract.
    public enum Ion: String, Sendable, Hashable, CaseIterable {
        case chloride = "Cl"
        case sulfate = "SO4"
        case bicarbonate = "HCO3"
        case carbonate = "CO3"
        case calcium = "Ca"
        case magnesium = "Mg"
        case sodium = "Na"
        case potassium = "K"
    }

    /// The unit of the number.
    public enum Unit: String, Sendable, Hashable, CaseIterable {
        /// 1 dS/m = 1 mS/cm = 1 mmho/cm.
        case decisiemensPerMetre = "dS/m"
        /// Percent of the dry mass of the soil.
        case percent = "%"
        /// Milliequivalents per 100 g of dry soil, the same number as cmol of charge per kg.
        case milliequivalents = "meq/100g"
    }

    /// What was measured.
    public var measure: Measure
    /// The unit; one that the measure can have.
    public let unit: Unit
    /// Centimetres below the surface; nil where nobody has said.
    public var depth: ClosedRange<Double>?

    /// Makes a property.
    ///
    /// - Parameter unit: percent or milliequivalents of an ion; of no effect on other measures, which have one unit.
    public init(_ measure: Measure, unit: Unit = .percent, depth: ClosedRange<Double>? = nil) {
        self.measure = measure
        self.depth = depth
        switch measure {
        case .saturatedPaste, .extract: self.unit = .decisiemensPerMetre
        case .totalSalts: self.unit = .percent
        case .ion: self.unit = unit == .milliequivalents ? .milliequivalents : .percent
        }
    }

    /// What was measured, as in options and tables: `ECe`, `EC1:5`, `TSS`, `Cl`.
    public var name: String {
        switch measure {
        case .saturatedPaste: "ECe"
        case .extract(let ratio): "EC1:" + Self.text(ratio)
        case .totalSalts: "TSS"
        case .ion(let ion): ion.rawValue
        }
    }

    /// Name, unit and depth, as in files: `ECe dS/m 0-30cm`.
    public var label: String {
        "\(name) \(unit.rawValue)" + (depth.map { " \(Self.text($0.lowerBound))-\(Self.text($0.upperBound))cm" } ?? "")
    }

    /// Reads a name or a ``label``; nil for anything else, such as a unit that the measure cannot have.
    public init?(label: String) {
        let parts = label.split(separator: " ").map(String.init)
        guard let first = parts.first, parts.count <= 3, let measure = Measure(name: first) else { return nil }
        var rest = parts.dropFirst()
        var unit = Unit.percent
        var stated: Unit?
        if let text = rest.first, let known = Unit(rawValue: text) {
            stated = known
            unit = known
            rest = rest.dropFirst()
        }
        var depth: ClosedRange<Double>?
        if let text = rest.first {
            guard let range = Self.depth(text) else { return nil }
            depth = range
            rest = rest.dropFirst()
        }
        guard rest.isEmpty else { return nil }
        self.init(measure, unit: unit, depth: depth)
        if let stated, stated != self.unit { return nil }
    }

    /// Reads `0-30cm` or `0-30`.
    public static func depth(_ text: String) -> ClosedRange<Double>? {
        let plain = text.lowercased().hasSuffix("cm") ? String(text.dropLast(2)) : text
        let parts = plain.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let top = DecimalNumber.read(String(parts[0])),
            let bottom = DecimalNumber.read(String(parts[1])), top >= 0, top < bottom
        else { return nil }
        return top...bottom
    }

    private static func text(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e9 ? String(Int(number)) : String(number)
    }
}

extension SoilProperty.Measure {
    /// Reads `ECe`, `EC1:2.5`, `TSS` or an ion's symbol, whatever the case.
    init?(name: String) {
        let key = name.lowercased()
        if key == "ece" {
            self = .saturatedPaste
        } else if key == "tss" {
            self = .totalSalts
        } else if key.hasPrefix("ec1:"), let ratio = DecimalNumber.read(String(key.dropFirst(4))), ratio > 0,
            ratio < 100
        {
            self = .extract(ratio: ratio)
        } else if let ion = SoilProperty.Ion.allCases.first(where: { $0.rawValue.lowercased() == key }) {
            self = .ion(ion)
        } else {
            return nil
        }
    }
}
