/// Where a point on the ground is in an image as the sensor saw it: rational polynomials, known as RPC.
///
/// With longitude, latitude and height each `(x - offset) / scale`, the line is `numerator / denominator` of two cubic
/// polynomials of the three, times the scale of lines plus their offset; so is the sample. Terms are in the order of
/// RPC00B: 1, L, P, H, LP, LH, PH, L^2, P^2, H^2, LPH, L^3, LP^2, LH^2, L^2 P, P^3, PH^2, L^2 H, P^2 H, H^3, where L is
/// the longitude and P the latitude. Line and sample 0 are the centre of the first pixel.
/// Source: NIMA, STDI-0002, The Compendium of Controlled Extensions for NITF, RPC00B.
public struct RationalModel: Sendable, Hashable {
    /// An offset and a scale.
    public struct Range: Sendable, Hashable {
        /// Subtracted.
        public var offset: Double
        /// Divided by.
        public var scale: Double

        /// Makes a range.
        public init(offset: Double, scale: Double) {
            self.offset = offset
            self.scale = scale
        }
    }

    /// Rows of the image.
    public var line: Range
    /// Columns of the image.
    public var sample: Range
    /// Degrees.
    public var latitude: Range
    /// Degrees.
    public var longitude: Range
    /// Metres above the ellipsoid.
    public var height: Range
    /// Twenty terms each.
    public var lineNumerator: [Double]
    /// Twenty terms each.
    public var lineDenominator: [Double]
    /// Twenty terms each.
    public var sampleNumerator: [Double]
    /// Twenty terms each.
    public var sampleDenominator: [Double]

    /// The items of GDAL's metadata domain `RPC`.
    var items: [(key: String, value: String)] {
        func list(_ numbers: [Double]) -> String { numbers.map { "\($0)" }.joined(separator: " ") }
        let ranges = [("LINE", line), ("SAMP", sample), ("LAT", latitude), ("LONG", longitude), ("HEIGHT", height)]
        return ranges.flatMap { [("\($0)_OFF", "\($1.offset)"), ("\($0)_SCALE", "\($1.scale)")] } + [
            ("LINE_NUM_COEFF", list(lineNumerator)), ("LINE_DEN_COEFF", list(lineDenominator)),
            ("SAMP_NUM_COEFF", list(sampleNumerator)), ("SAMP_DEN_COEFF", list(sampleDenominator)),
        ]
    }
}
