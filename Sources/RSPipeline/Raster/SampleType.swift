/// How one number of a raster is stored: unsigned, signed or floating point, with its bits.
public enum SampleType: String, Sendable, Hashable, Codable, CaseIterable {
    case uint8, uint16, int16, uint32, int32, float32, float64

    /// Bytes per number.
    public var byteCount: Int {
        switch self {
        case .uint8: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float32: 4
        case .float64: 8
        }
    }

    /// Whether the type holds whole numbers only.
    public var isInteger: Bool { self != .float32 && self != .float64 }

    /// Whether a number can be stored exactly as it is, or rounded to a finite Float.
    public func canHold(_ number: Double) -> Bool {
        guard let range = integerRange else { return number.isNaN || self == .float64 || Float(number).isFinite }
        return range.contains(number) && number == number.rounded()
    }

    /// The values an integer type can hold; nil for floating point.
    public var integerRange: ClosedRange<Double>? {
        switch self {
        case .uint8: 0...255
        case .uint16: 0...65535
        case .int16: -32768...32767
        case .uint32: 0...4_294_967_295
        case .int32: -2_147_483_648...2_147_483_647
        case .float32, .float64: nil
        }
    }
}
