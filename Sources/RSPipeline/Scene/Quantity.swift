import Foundation

/// What a number means.
///
/// Every plane carries one through the whole chain.
public enum Quantity: Sendable, Hashable {
    /// As stored by the sensor's ground segment, without unit.
    case digitalNumber
    /// At-sensor spectral radiance, W m-2 sr-1 um-1.
    case radiance
    /// Top-of-atmosphere reflectance, 0...1.
    case toaReflectance
    /// Surface reflectance, 0...1, with the method that made it (`LaSRC`, `dos1`, ...).
    case surfaceReflectance(method: String)
    /// At-sensor brightness temperature, K.
    case brightnessTemperature
    /// Surface temperature, K.
    case surfaceTemperature
    /// Stretched or of unknown scale: fit for scale-free indices on explicit request, never for models.
    case relative
    /// A spectral index or the result of an expression, with the range its formula can take where one is known.
    case index(range: ClosedRange<Double>?)
    /// Salts in the soil, calibrated with field samples, in the property's unit.
    case salinity(SoilProperty)
    /// How such a property differs between two dates, later less earlier, in its unit.
    case change(SoilProperty)
    /// Class numbers from 1.
    case classes
    /// 0 or 1.
    case mask
    /// Bits of a quality layer.
    case qualityBits
    /// Degrees.
    case angle
    /// 0...1.
    case probability

    /// Whether spectral indices may start from it.
    public var isReflectance: Bool {
        switch self {
        case .toaReflectance, .surfaceReflectance: true
        default: false
        }
    }

    /// The word in options, summaries and file metadata, for example `surfaceReflectance:LaSRC`, `index:-1...1` or
    /// `salinity:ECe dS/m 0-30cm`.
    public var label: String {
        switch self {
        case .digitalNumber: "digitalNumber"
        case .radiance: "radiance"
        case .toaReflectance: "toaReflectance"
        case .surfaceReflectance(let method): method.isEmpty ? "surfaceReflectance" : "surfaceReflectance:\(method)"
        case .brightnessTemperature: "brightnessTemperature"
        case .surfaceTemperature: "surfaceTemperature"
        case .relative: "relative"
        case .index(let range): range.map { "index:\($0.lowerBound)...\($0.upperBound)" } ?? "index"
        case .salinity(let property): "salinity:\(property.label)"
        case .change(let property): "change:\(property.label)"
        case .classes: "class"
        case .mask: "mask"
        case .qualityBits: "qualityBits"
        case .angle: "angle"
        case .probability: "probability"
        }
    }

    /// Reads a ``label``; nil when the word is not a quantity.
    public init?(label: String) {
        let parts = label.split(separator: ":", maxSplits: 1).map(String.init)
        let detail = parts.count > 1 ? parts[1] : ""
        switch parts.first?.lowercased() ?? "" {
        case "digitalnumber": self = .digitalNumber
        case "radiance": self = .radiance
        case "toareflectance": self = .toaReflectance
        case "surfacereflectance": self = .surfaceReflectance(method: detail)
        case "brightnesstemperature": self = .brightnessTemperature
        case "surfacetemperature": self = .surfaceTemperature
        case "relative": self = .relative
        case "index":
            guard let dots = detail.range(of: "..."), let low = Double(detail[..<dots.lowerBound]),
                let high = Double(detail[dots.upperBound...]), low <= high
            else {
                self = .index(range: nil)
                return
            }
            self = .index(range: low...high)
        case "salinity":
            guard let property = SoilProperty(label: detail) else { return nil }
            self = .salinity(property)
        case "change":
            guard let property = SoilProperty(label: detail) else { return nil }
            self = .change(property)
        case "class": self = .classes
        case "mask": self = .mask
        case "qualitybits": self = .qualityBits
        case "angle": self = .angle
        case "probability": self = .probability
        default: return nil
        }
    }

    /// Whether two planes may stand in one file: the same kind of number (the method and the range may differ).
    public func isSameKind(as other: Quantity) -> Bool {
        label.prefix { $0 != ":" } == other.label.prefix { $0 != ":" }
    }

    /// The unit, or nil for a pure number.
    public var unit: String? {
        switch self {
        case .radiance: "W m-2 sr-1 um-1"
        case .brightnessTemperature, .surfaceTemperature: "K"
        case .angle: "degree"
        case .salinity(let property), .change(let property): property.unit.rawValue
        default: nil
        }
    }
}
