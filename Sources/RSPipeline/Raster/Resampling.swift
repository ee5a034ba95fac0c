/// How the values of a grid are brought to the pixels of another.
///
/// No-data pixels, and those beyond the edge of the source, get no weight. A result has a value where pixels with data
/// carry at least half of the weight; the others share it. So a valid area keeps its outline to half a pixel.
/// `gdalwarp` demands data at the pixel that holds the centre instead, and there takes any weight however small.
public enum Resampling: String, Sendable, Hashable, CaseIterable {
    /// The pixel that holds the centre; a centre on an edge belongs to the pixel with the larger number.
    case nearest
    /// Linear between the four pixels around the centre.
    case bilinear
    /// Cubic convolution over the sixteen pixels around the centre (Keys, 1981, with a = -0.5, also known as
    /// Catmull-Rom); bilinear where one of the sixteen has no data, so that no negative weight is left unbalanced.
    case cubic
    /// The mean weighted by covered area.
    case average
    /// The value that covers the largest area; among equals the smallest.
    case mode
    /// The smallest value of all pixels that the result pixel covers.
    case minimum = "min"
    /// The largest value of all pixels that the result pixel covers.
    case maximum = "max"

    /// Whether results are values of the source, so that numbers without an order (classes, bits) may be resampled.
    public var keepsValues: Bool {
        switch self {
        case .nearest, .mode, .minimum, .maximum: true
        case .bilinear, .cubic, .average: false
        }
    }

    /// Whether results depend on the area that a pixel covers.
    var isByArea: Bool {
        switch self {
        case .average, .mode, .minimum, .maximum: true
        case .nearest, .bilinear, .cubic: false
        }
    }
}

/// What `cubic` does where some of its sixteen pixels have no data or lie beyond the edge of the source.
enum CubicGaps: Sendable, Hashable {
    /// Bilinear between the four pixels around, as `gdalwarp` does at edges: no negative weight is left unbalanced.
    case bilinear
    /// The pixels that are there share the weight of the others, first along each row, then down the column; at least two
    /// neighbours of the four are needed where one has no data, and nothing lies beyond the edge.
    ///
    /// The rule of GDAL's own enlarging (`RasterIO`, and with it `gdal_pansharpen`).
    case shared
}
