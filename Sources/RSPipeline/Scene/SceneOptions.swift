/// What a user may say about a scene on opening it, beyond the files.
public struct SceneOptions: Sendable, Hashable {
    /// Roles of a generic scene's bands, in order; `-` or an empty word leaves a band without one.
    public var roles: [String]?
    /// The bands to take, by delivered name, role or number.
    public var bands: [String]?
    /// Factor on reading generic bands.
    public var scale: Double?
    /// Added after the factor on reading generic bands.
    public var offset: Double?
    /// What generic bands hold after scale and offset.
    public var quantity: Quantity?
    /// The stored value that is no data in generic bands (NaN for NaN); overrides the declared one.
    public var noData: Double?
    /// What stands before the file names that the metadata gives, for renamed Landsat bands.
    public var prefix: String?
    /// The metadata file to use.
    public var metadata: String?
    /// What the user says where the product leaves it open, for example `offset-applied`; each product knows its words.
    public var assume: String?

    /// Makes options; nothing is set unless said.
    public init(
        roles: [String]? = nil, bands: [String]? = nil, scale: Double? = nil, offset: Double? = nil,
        quantity: Quantity? = nil, noData: Double? = nil, prefix: String? = nil, metadata: String? = nil,
        assume: String? = nil
    ) {
        self.roles = roles
        self.bands = bands
        self.scale = scale
        self.offset = offset
        self.quantity = quantity
        self.noData = noData
        self.prefix = prefix
        self.metadata = metadata
        self.assume = assume
    }

    /// The words that ``set(_:to:)`` takes.
    public static let keys = [
        "roles", "bands", "scale", "offset", "quantity", "nodata", "prefix", "metadata", "assume",
    ]

    /// Sets one option from its text, as in `roles=blue,green` or `nodata=-9999`.
    ///
    /// Numbers use a decimal point whatever the locale.
    ///
    /// - Throws: ``SceneError`` with code `badOption` for an unknown word, or a value that cannot be read.
    public mutating func set(_ key: String, to value: String) throws(SceneError) {
        switch key.lowercased() {
        case "roles": roles = Self.list(value)
        case "bands": bands = Self.list(value)
        case "scale":
            let number = try Self.number(key, value)
            if number == 0 || !number.isFinite {
                throw SceneError(code: .badOption, message: "scale=\(value): a scale is a finite number other than 0")
            }
            scale = number
        case "offset":
            let number = try Self.number(key, value)
            if !number.isFinite {
                throw SceneError(code: .badOption, message: "offset=\(value): an offset is a finite number")
            }
            offset = number
        case "quantity":
            guard let read = Quantity(label: value) else {
                throw SceneError(
                    code: .badOption,
                    message: "quantity=\(value) is not a quantity; use digitalNumber, radiance, toaReflectance, "
                        + "surfaceReflectance, brightnessTemperature, surfaceTemperature, relative, index, class, "
                        + "mask, qualityBits, angle or probability")
            }
            quantity = read
        case "nodata": noData = try Self.number(key, value)
        case "prefix": prefix = value
        case "metadata": metadata = value
        case "assume": assume = value
        default:
            let hint = Self.closest(to: key, among: Self.keys).map { "; did you mean \($0)=?" } ?? ""
            throw SceneError(
                code: .badOption,
                message: "\(key)= is not an option of a scene\(hint) (known: \(Self.keys.joined(separator: ", ")))")
        }
    }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ",", omittingEmptySubsequences: false).map { trimmed(String($0)) }
    }

    private static func trimmed(_ text: String) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

    private static func number(_ key: String, _ text: String) throws(SceneError) -> Double {
        if let number = Double(text) { return number }
        throw SceneError(code: .badOption, message: "\(key)=\(text) is not a number; write it like -0.2 or 2.75e-5")
    }

    /// The word nearest to a misspelt one, when it is near enough to be meant.
    static func closest(to word: String, among known: [String]) -> String? {
        Suggestion.nearest(to: word, among: known, limit: 1).first
    }
}
