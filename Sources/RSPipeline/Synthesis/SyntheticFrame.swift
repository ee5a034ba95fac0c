/// The part of the square file that the tilted strip of the satellite fills.
enum SyntheticFrame {
    /// The tangent of the strip's tilt; Landsat's at 40 degrees north is about this.
    private static let tangent = 0.22

    /// Whether a point lies in the strip; coordinates run from -1 to 1 over the file, x east, y north.
    @inline(__always)
    static func isInside(_ x: Double, _ y: Double) -> Bool {
        // A square turned by the tilt that touches all four sides: its half side times the turn's cosine is 1 / (1 + t).
        let limit = (1 + tangent * tangent) / (1 + tangent)
        return abs(x - tangent * y) <= limit && abs(y + tangent * x) <= limit
    }
}
