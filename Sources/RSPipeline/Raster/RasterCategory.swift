/// What one whole number of a class map means, and the colour it is drawn in.
public struct RasterCategory: Sendable, Hashable {
    /// The stored number.
    public var value: UInt8
    /// The meaning.
    public var name: String
    /// The colour: red, green, blue, 0...255.
    public var colour: SIMD3<UInt8>

    /// Makes a category.
    public init(_ value: UInt8, _ name: String, _ colour: SIMD3<UInt8>) {
        self.value = value
        self.name = name
        self.colour = colour
    }
}

extension RasterCategory {
    /// Reads a colour as `#rrggbb`; nil for anything else.
    static func colour(_ text: String) -> SIMD3<UInt8>? {
        guard text.hasPrefix("#"), text.utf8.count == 7, text.utf8.dropFirst().allSatisfy({ $0 < 128 }),
            text.dropFirst().allSatisfy(\.isHexDigit), let number = UInt32(text.dropFirst(), radix: 16)
        else { return nil }
        return SIMD3(UInt8(number >> 16), UInt8(number >> 8 & 0xff), UInt8(number & 0xff))
    }

    /// The colour as `#rrggbb`.
    var colourText: String {
        "#" + [colour.x, colour.y, colour.z].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

extension PixelReason {
    /// The reasons as categories of a map of them.
    static var categories: [RasterCategory] {
        allCases.map { RasterCategory($0.rawValue, $0.name, $0.colour) }
    }

    private var colour: SIMD3<UInt8> {
        switch self {
        case .valid: [255, 255, 255]
        case .fill: [0, 0, 0]
        case .saturated: [227, 26, 28]
        case .cloud: [166, 206, 227]
        case .shadow: [31, 60, 110]
        case .maskedOther: [31, 120, 180]
        case .gated: [51, 160, 44]
        case .extrapolated: [255, 127, 0]
        case .undefinedResult: [106, 61, 154]
        }
    }
}
