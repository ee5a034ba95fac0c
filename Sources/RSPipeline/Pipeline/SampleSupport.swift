/// What the value at a sample's place is averaged over.
public enum SampleSupport: Sendable, Hashable {
    /// A square of so many pixels a side, an odd number, around the pixel that holds the place; 1 for that pixel alone.
    case window(Int)
    /// The pixels whose centres lie in the polygon of a vector file that holds the place; the pixel at the place where
    /// the polygon holds no centre.
    ///
    /// - `id`: the attribute that becomes the name of the sample's field where it has none.
    case plots(path: String, layer: String?, id: String?)

    /// Reads `pixel`, `3x3` or `window=5`; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "x", omittingEmptySubsequences: false)
        let side: Int?
        if text == "pixel" {
            side = 1
        } else if text.hasPrefix("window=") {
            side = Int(text.dropFirst("window=".count))
        } else {
            side = parts.count == 2 && parts[0] == parts[1] ? Int(parts[0]) : nil
        }
        guard let side, (1...99).contains(side), side % 2 == 1 else { return nil }
        self = .window(side)
    }

    /// As in tables: `pixel`, `3x3`, `plot`.
    public var label: String {
        switch self {
        case .window(1): "pixel"
        case .window(let side): "\(side)x\(side)"
        case .plots: "plot"
        }
    }
}
