/// Classes of a soil property, by their lower bounds.
///
/// A value belongs to the last class whose bound it reaches, so the classes are half-open, `[lower, next lower)`, and the
/// last one has no end. Class numbers in maps count from 1; 0 is no data. A value below the first bound has no class.
public struct ClassScheme: Sendable, Hashable {
    /// One class.
    public struct Class: Sendable, Hashable {
        /// The smallest value that belongs to it, in the unit of the property; nil for a first class without an end.
        public var lower: Double?
        /// What it is called in legends and tables.
        public var name: String
        /// The colour on maps: red, green, blue, 0...255.
        public var colour: SIMD3<UInt8>

        /// Makes a class.
        public init(from lower: Double?, _ name: String, _ colour: SIMD3<UInt8>) {
            self.lower = lower
            self.name = name
            self.colour = colour
        }
    }

    /// What a chain calls it, for example `usda`.
    public let id: String
    /// What people call it.
    public let title: String
    /// The property whose values have these classes; a depth matters only where it is said.
    public let property: SoilProperty
    /// The classes, ascending.
    public let classes: [Class]
    /// Where the bounds come from.
    public let source: String

    /// Makes a scheme.
    ///
    /// - Throws: ``SceneError`` with code `badOption` for classes that are not in order, see ``Class``.
    public init(
        id: String, title: String, property: SoilProperty, classes: [Class], source: String
    ) throws(SceneError) {
        if let problem = Self.problem(in: classes) { throw SceneError(code: .badOption, message: "\(id): \(problem)") }
        self.init(id, title, property, classes, source)
    }

    private init(
        _ id: String, _ title: String, _ property: SoilProperty, _ classes: [Class], _ source: String
    ) {
        self.id = id
        self.title = title
        self.property = property
        self.classes = classes
        self.source = source
    }

    /// Whether values of a property have these classes.
    ///
    /// Measure and unit must be the same, and the depth where the scheme says one. Percent has no class in a scheme of
    /// dS/m, nor has an EC1:5 in one of ECe.
    public func applies(to other: SoilProperty) -> Bool {
        property.measure == other.measure && property.unit == other.unit
            && (property.depth == nil || property.depth == other.depth)
    }

    /// The class number of a value; nil for NaN and below the first bound.
    public func number(of value: Double) -> Int? {
        if value.isNaN { return nil }
        return classes.lastIndex { $0.lower.map { $0 <= value } ?? true }.map { $0 + 1 }
    }

    /// What is wrong with a list of classes; nil when nothing is.
    static func problem(in classes: [Class]) -> String? {
        if !(2...254).contains(classes.count) { return "\(classes.count) classes; 2 to 254 are possible" }
        var last: Double?
        for (place, entry) in classes.enumerated() {
            let name = entry.name
            if name.isEmpty || name.utf8.count > 200 || name.unicodeScalars.contains(where: { $0.value < 32 }) {
                return "class \(place + 1) needs a name of one line and at most 200 bytes"
            }
            if classes[..<place].contains(where: { $0.name == name }) { return "two classes are called '\(name)'" }
            guard let lower = entry.lower else {
                if place == 0 { continue }
                return "'\(name)' needs a lower bound; only the first class can do without"
            }
            if !lower.isFinite { return "the lower bound of '\(name)' is no number" }
            if let last, lower <= last {
                return "the lower bound of '\(name)' does not lie above that of the class before"
            }
            last = lower
        }
        return nil
    }
}

extension ClassScheme {
    /// The schemes that need no file.
    public static let builtin = [usda, fao2006]

    /// Classes of the electrical conductivity of the saturated paste extract as in the USDA tradition.
    public static let usda = ClassScheme(
        "usda", "USDA classes of soil salinity",
        SoilProperty(.saturatedPaste),
        [
            Class(from: 0, "non-saline", [232, 239, 216]), Class(from: 2, "slightly saline", [246, 220, 140]),
            Class(from: 4, "moderately saline", [238, 159, 79]), Class(from: 8, "strongly saline", [207, 75, 58]),
            Class(from: 16, "very strongly saline", [122, 16, 48]),
        ],
        "bounds 2, 4, 8 and 16 dS/m at 25 degrees C after USDA Handbook 60 (Richards 1954), as coded in the R package "
            + "soilassessment (Omuto, FAO)")

    /// Classes of the same property of FAO's Guidelines for soil description: other bounds and other names.
    public static let fao2006 = ClassScheme(
        "fao2006", "FAO 2006 classes of soil salinity",
        SoilProperty(.saturatedPaste),
        [
            Class(from: 0, "none", [232, 239, 216]), Class(from: 0.75, "slight", [246, 220, 140]),
            Class(from: 2, "moderate", [241, 181, 96]), Class(from: 4, "strong", [226, 114, 68]),
            Class(from: 8, "very strong", [181, 46, 55]), Class(from: 15, "extreme", [94, 8, 46]),
        ],
        "bounds 0.75, 2, 4, 8 and 15 dS/m of FAO 2006, Guidelines for soil description, as coded in the R package "
            + "soilassessment (Omuto, FAO)")
}
