/// Why a pixel has no value.
///
/// Counted in every summary; the first reason along the chain wins.
public enum PixelReason: UInt8, Sendable, Hashable, CaseIterable, Codable {
    /// The pixel has a value.
    case valid = 0
    /// The file holds no data here.
    case fill = 1
    /// The detector was saturated.
    case saturated = 2
    /// Cloud, dilated cloud or cirrus.
    case cloud = 3
    /// Cloud shadow.
    case shadow = 4
    /// Masked for another reason (water, snow, an expression).
    case maskedOther = 5
    /// Outside the gate of a soil or vegetation index.
    case gated = 6
    /// Outside the range a model was trained on.
    case extrapolated = 7
    /// The formula has no result here: division by zero, an argument outside a function's domain, or `nodata`.
    case undefinedResult = 8

    /// The name in summaries.
    public var name: String {
        switch self {
        case .valid: "valid"
        case .fill: "fill"
        case .saturated: "saturated"
        case .cloud: "cloud"
        case .shadow: "shadow"
        case .maskedOther: "masked_other"
        case .gated: "gated"
        case .extrapolated: "extrapolated"
        case .undefinedResult: "undefined_result"
        }
    }
}
