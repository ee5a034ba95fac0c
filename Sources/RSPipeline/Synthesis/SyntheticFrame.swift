/// The part of a square file that the satellite's strip fills; coordinates run from -1 to 1 over the file, x east, y north.
enum SyntheticFrame: Sendable {
    /// A square cut from the strip, all four corners of the file empty (Landsat, SPOT).
    case strip
    /// A map tile on the eastern edge of the swath, one corner empty (Sentinel-2).
    case swathEdge

    /// The tangent of the strip's tilt; Landsat's at 40 degrees north is about this.
    private static let tangent = 0.22

    /// Whether a point lies in the strip.
    @inline(__always)
    func isInside(_ x: Double, _ y: Double) -> Bool {
        switch self {
        case .strip:
            // A square turned by the tilt that touches all four sides: its half side times the turn's cosine is 1 / (1 + t).
            let limit = (1 + Self.tangent * Self.tangent) / (1 + Self.tangent)
            return abs(x - Self.tangent * y) <= limit && abs(y + Self.tangent * x) <= limit
        case .swathEdge: return x - Self.tangent * y <= 0.95
        }
    }
}
