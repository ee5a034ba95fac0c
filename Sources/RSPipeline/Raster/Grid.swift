/// Where the pixels of a raster lie: size, transform and coordinate system.
///
/// Two rasters may be combined only when their grids match; every decision about that is made here.
public struct Grid: Sendable, Hashable {
    /// Number of columns.
    public let width: Int
    /// Number of rows.
    public let height: Int
    /// Pixel to map coordinates.
    public let transform: GeoTransform
    /// The coordinate system, or nil where the file names none.
    public let crs: CoordinateSystem?

    /// The largest shift, in pixels, at which two grids still count as one.
    public static let tolerance = 1e-6

    /// Makes a grid.
    public init(width: Int, height: Int, transform: GeoTransform, crs: CoordinateSystem?) {
        self.width = width
        self.height = height
        self.transform = transform
        self.crs = crs
    }

    /// The number of pixels.
    public var pixelCount: Int { width * height }

    /// The whole raster as a window.
    public var window: Window { Window(column: 0, row: 0, width: width, height: height) }

    /// What keeps two grids from being combined, in words, or nil when they match within ``tolerance`` pixels.
    public func difference(from other: Grid) -> String? {
        if width != other.width || height != other.height {
            return "sizes differ: \(width) x \(height) and \(other.width) x \(other.height) pixels"
        }
        switch (crs, other.crs) {
        case (let mine?, let theirs?) where !mine.isSame(as: theirs):
            return "coordinate systems differ: \(mine.label) and \(theirs.label)"
        case (nil, let theirs?): return "one has no coordinate system, the other \(theirs.label)"
        case (let mine?, nil): return "one has \(mine.label), the other no coordinate system"
        default: break
        }
        let size = max(min(transform.pixelWidth, transform.pixelHeight), .leastNormalMagnitude)
        var shift = 0.0
        for (column, row) in [(0, 0), (width, 0), (0, height), (width, height)] {
            let a = transform.map(column: Double(column), row: Double(row))
            let b = other.transform.map(column: Double(column), row: Double(row))
            let distance = ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).squareRoot() / size
            // `max` would pass over NaN.
            if !distance.isFinite { return "the position of one is not a number" }
            shift = max(shift, distance)
        }
        if shift > Self.tolerance {
            return "corners lie up to \(shift.rounded(toPlaces: 6)) pixels apart"
        }
        return nil
    }

    /// The area of one pixel in hectares, or nil where the grid has no projected coordinate system.
    ///
    /// The planar area of the projection, not the ellipsoidal one.
    public var hectaresPerPixel: Double? {
        guard let metres = crs?.metresPerUnit else { return nil }
        return transform.pixelArea * metres * metres / 10_000
    }
}

extension Double {
    /// The value rounded half away from zero to a number of decimal places, for messages.
    func rounded(toPlaces places: Int) -> Double {
        var factor = 1.0
        for _ in 0..<places { factor *= 10 }
        let scaled = (self * factor).rounded()
        return scaled.isFinite ? scaled / factor : self
    }
}
