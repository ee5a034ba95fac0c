/// The affine map from pixel coordinates (column, row; the corner of the first pixel is 0,0) to map coordinates.
///
/// `x = originX + column * columnX + row * rowX`, `y = originY + column * columnY + row * rowY`, in units of the
/// coordinate system. The six numbers are in GDAL's order.
public struct GeoTransform: Sendable, Hashable, Codable {
    /// Map x of the outer corner of the first pixel.
    public var originX: Double
    /// Change of x per column.
    public var columnX: Double
    /// Change of x per row (0 for a north-up raster).
    public var rowX: Double
    /// Map y of the outer corner of the first pixel.
    public var originY: Double
    /// Change of y per column (0 for a north-up raster).
    public var columnY: Double
    /// Change of y per row (negative for a north-up raster).
    public var rowY: Double

    /// Makes a transform from its six numbers, in GDAL's order.
    public init(
        originX: Double, columnX: Double, rowX: Double, originY: Double, columnY: Double, rowY: Double
    ) {
        self.originX = originX
        self.columnX = columnX
        self.rowX = rowX
        self.originY = originY
        self.columnY = columnY
        self.rowY = rowY
    }

    /// A north-up transform with square pixels.
    public init(left: Double, top: Double, pixelSize: Double) {
        self.init(originX: left, columnX: pixelSize, rowX: 0, originY: top, columnY: 0, rowY: -pixelSize)
    }

    /// The transform of a raster without georeferencing: pixel coordinates themselves.
    public static let identity = GeoTransform(originX: 0, columnX: 1, rowX: 0, originY: 0, columnY: 0, rowY: 1)

    /// The map position of a pixel coordinate: whole numbers are corners of pixels, halves their centres.
    public func map(column: Double, row: Double) -> (x: Double, y: Double) {
        (originX + column * columnX + row * rowX, originY + column * columnY + row * rowY)
    }

    /// Whether rows and columns run along the map axes.
    public var isAxisAligned: Bool { rowX == 0 && columnY == 0 }

    /// The length of one pixel along a row, in map units.
    public var pixelWidth: Double { (columnX * columnX + columnY * columnY).squareRoot() }

    /// The length of one pixel along a column, in map units.
    public var pixelHeight: Double { (rowX * rowX + rowY * rowY).squareRoot() }

    /// The area of one pixel, in squared map units.
    public var pixelArea: Double { abs(columnX * rowY - rowX * columnY) }

    /// The way back from map to pixel coordinates (`column` and `row` of ``map(column:row:)`` are then `x` and `y`); nil
    /// where pixels have no area or a number is not finite.
    var inverse: GeoTransform? {
        let area = columnX * rowY - rowX * columnY
        guard area != 0, area.isFinite, originX.isFinite, originY.isFinite else { return nil }
        let (a, b, d, e) = (rowY / area, -rowX / area, -columnY / area, columnX / area)
        return GeoTransform(
            originX: -(a * originX + b * originY), columnX: a, rowX: b, originY: -(d * originX + e * originY),
            columnY: d, rowY: e)
    }

    /// This map, then another applied to its result.
    func followed(by next: GeoTransform) -> GeoTransform {
        let origin = next.map(column: originX, row: originY)
        return GeoTransform(
            originX: origin.x, columnX: next.columnX * columnX + next.rowX * columnY,
            rowX: next.columnX * rowX + next.rowX * rowY, originY: origin.y,
            columnY: next.columnY * columnX + next.rowY * columnY, rowY: next.columnY * rowX + next.rowY * rowY)
    }
}
