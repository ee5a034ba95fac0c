/// A plane as zonal statistics see it.
public struct ZonalPlane: Sendable, Hashable {
    /// The name, which is the start of the columns' names.
    public var name: String
    /// Whether its values are class numbers.
    public var holdsClasses: Bool
    /// Why pixels may have no value; each reason has a column of hectares.
    public var reasons: [PixelReason]
    /// What the class numbers mean, where that is known.
    public var categories: [RasterCategory]

    /// Makes a plane.
    public init(
        name: String, holdsClasses: Bool = false, reasons: [PixelReason] = [.fill], categories: [RasterCategory] = []
    ) {
        self.name = name
        self.holdsClasses = holdsClasses
        self.reasons = reasons
        self.categories = categories
    }

    /// The end of the name of a class's column: its name in lower case, else its number.
    func className(_ number: Float) -> String {
        if let category = categories.first(where: { Float($0.value) == number }) {
            return String(category.name.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "_" })
        }
        return number == number.rounded() && abs(number) < 1e6 ? "\(Int(number))" : "\(number)"
    }
}
