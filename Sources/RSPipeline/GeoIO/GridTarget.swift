/// The grid that a `regrid` is asked for, with what is left open taken from the grid it starts from.
struct GridTarget: Sendable, Hashable {
    /// The coordinate system; that of the source by default.
    var crs: CoordinateSystem?
    /// The pixel size, in units of the target's coordinate system.
    var resolution: Double?
    /// Left, bottom, right and top, in units of the target's coordinate system.
    var extent: MapBox?

    /// The most columns or rows that a grid may get.
    private static let longestSide = 400_000.0

    /// The grid.
    ///
    /// - The pixel size, where not given: that of the source within one coordinate system or between two in metres
    ///   (metres stay metres); otherwise the side of a square as large as the source's middle pixel, rounded to three
    ///   digits.
    /// - The extent, where not given: the box around the source's outline, widened to whole multiples of the pixel size,
    ///   so that scenes brought to one system and size lie on one lattice. A source that has the system and the size
    ///   already keeps its pixels.
    /// - A given extent is kept at the left and at the top; at the right and at the bottom it is widened to a whole
    ///   pixel.
    ///
    /// - Throws: ``GDALError`` with code `badGeoreference`, in the words of the options.
    func grid(from source: Grid) throws(GDALError) -> Grid {
        let isSame = crs == nil || source.crs.map { other in crs.map { $0.isSame(as: other) } ?? true } ?? false
        if !isSame && source.crs == nil {
            throw GDALError(
                code: .badGeoreference,
                message: "the scene has no coordinate system to start from; write it into its files (gdal_edit -a_srs)",
                notes: [])
        }
        let way: CoordinateTransform?
        if !isSame, let from = source.crs, let to = crs {
            way = try CoordinateTransform(from: from, to: to)
        } else {
            way = nil
        }
        let t = source.transform
        let isSquare =
            t.isAxisAligned && t.columnX > 0 && t.rowY < 0 && abs(t.columnX + t.rowY) <= Grid.tolerance * t.columnX
        if isSame, extent == nil, isSquare, resolution.map({ abs($0 - t.columnX) <= Grid.tolerance * $0 }) ?? true {
            return source
        }
        var size = resolution ?? 0
        if resolution == nil { size = try pixelSize(from: source, through: way) }
        guard size > 0, size.isFinite else {
            throw GDALError(
                code: .badGeoreference, message: "no pixel size can be derived from the scene; give it with res=",
                notes: [])
        }
        var box: MapBox
        if let extent {
            box = extent
        } else {
            box = try MapBox(of: source, through: way)
            if size > box.right - box.left && size > box.top - box.bottom {
                let system = crs ?? source.crs
                throw GDALError(
                    code: .badGeoreference,
                    message: "a pixel of \(size) would be larger than the scene (\(box.text)); check res=, which is in "
                        + "\(system?.isGeographic == true ? "degrees" : "map units") of \(system?.label ?? "the scene")",
                    notes: [])
            }
            // A thousandth of a pixel for the errors of arithmetic.
            box.left = (box.left / size + 0.001).rounded(.down) * size
            box.bottom = (box.bottom / size + 0.001).rounded(.down) * size
            box.right = (box.right / size - 0.001).rounded(.up) * size
            box.top = (box.top / size - 0.001).rounded(.up) * size
        }
        let width = max(1, ((box.right - box.left) / size - 0.001).rounded(.up))
        let height = max(1, ((box.top - box.bottom) / size - 0.001).rounded(.up))
        let system = crs ?? source.crs
        guard width <= Self.longestSide, height <= Self.longestSide else {
            throw GDALError(
                code: .badGeoreference,
                message:
                    "the new grid would have \(width) x \(height) pixels of \(size); check res= and extent=, which "
                    + "are in \(system?.isGeographic == true ? "degrees" : "map units") of "
                    + (system?.label ?? "the scene's grid"), notes: [])
        }
        return Grid(
            width: Int(width), height: Int(height),
            transform: GeoTransform(left: box.left, top: box.top, pixelSize: size), crs: system)
    }

    private func pixelSize(from source: Grid, through way: CoordinateTransform?) throws(GDALError) -> Double {
        let side = source.transform.pixelArea.squareRoot()
        guard let way else { return side }
        if let metres = way.source.metresPerUnit, let theirs = way.target.metresPerUnit {
            return side * metres / theirs
        }
        let (column, row) = (Double(source.width / 2), Double(source.height / 2))
        var corners = [(column, row), (column + 1, row), (column, row + 1)].map { column, row in
            let place = source.transform.map(column: column, row: row)
            return SIMD2(place.x, place.y)
        }
        way.transform(&corners)
        let (along, down) = (corners[1] - corners[0], corners[2] - corners[0])
        let size = abs(along.x * down.y - along.y * down.x).squareRoot()
        guard size > 0, size.isFinite else {
            throw GDALError(
                code: .badGeoreference,
                message: "the middle of the scene has no place in \(way.target.label); give another crs=", notes: [])
        }
        return Self.threeDigits(size)
    }

    /// A number above 0, rounded to three significant digits.
    private static func threeDigits(_ value: Double) -> Double {
        var power = 1.0
        while value * power < 100 { power *= 10 }
        if value * power < 1000 { return (value * power).rounded() / power }
        var divisor = 1.0
        while value / divisor >= 1000 { divisor *= 10 }
        return (value / divisor).rounded() * divisor
    }
}

/// A box on a map.
struct MapBox: Sendable, Hashable {
    var left: Double
    var bottom: Double
    var right: Double
    var top: Double

    init(left: Double, bottom: Double, right: Double, top: Double) {
        self.left = left
        self.bottom = bottom
        self.right = right
        self.top = top
    }

    /// Reads `xmin,ymin,xmax,ymax`; nil for anything else and for a box without area.
    init?(_ text: String) {
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
        guard numbers.count == 4, let left = numbers[0], let bottom = numbers[1], let right = numbers[2],
            let top = numbers[3], left < right, bottom < top, left.isFinite, bottom.isFinite, right.isFinite,
            top.isFinite
        else { return nil }
        self.init(left: left, bottom: bottom, right: right, top: top)
    }

    /// Whether the numbers could be longitudes and latitudes.
    var looksLikeDegrees: Bool {
        (-180...180).contains(left) && (-180...180).contains(right) && (-90...90).contains(bottom)
            && (-90...90).contains(top)
    }

    /// The box around a grid's outline in another coordinate system.
    ///
    /// - Throws: ``GDALError`` with code `badGeoreference` where no point of the outline has a place there.
    init(of grid: Grid, through way: CoordinateTransform?) throws(GDALError) {
        var points: [SIMD2<Double>] = []
        for step in 0..<64 {
            let (x, y) = (Double(grid.width * step) / 64, Double(grid.height * step) / 64)
            for (column, row) in [
                (x, 0), (Double(grid.width), y), (Double(grid.width) - x, Double(grid.height)),
                (0, Double(grid.height) - y),
            ] {
                let place = grid.transform.map(column: column, row: row)
                points.append(SIMD2(place.x, place.y))
            }
        }
        way?.transform(&points)
        self = try Self.around(points, whenNone: "the scene has no place in \(way?.target.label ?? "its own system")")
    }

    /// The box of the map in the pixel coordinates of a grid: `left` and `right` are columns, `top` and `bottom` rows, so
    /// that `top` is the smaller.
    ///
    /// - Throws: ``GDALError`` with code `badGeoreference` where no point of the box has a place there.
    func inPixels(of grid: Grid, crs: CoordinateSystem?) throws(GDALError) -> MapBox {
        var points: [SIMD2<Double>] = []
        for step in 0...64 {
            let (x, y) = (left + (right - left) * Double(step) / 64, bottom + (top - bottom) * Double(step) / 64)
            points += [SIMD2(x, bottom), SIMD2(x, top), SIMD2(left, y), SIMD2(right, y)]
        }
        if let crs, let own = grid.crs, !crs.isSame(as: own) {
            try CoordinateTransform(from: crs, to: own).transform(&points)
        }
        guard let inverse = grid.transform.inverse else {
            throw GDALError(
                code: .badGeoreference, message: "the geotransform of the scene has no area, so nothing lies in it",
                notes: [])
        }
        for index in points.indices {
            let place = inverse.map(column: points[index].x, row: points[index].y)
            points[index] = SIMD2(place.x, place.y)
        }
        let box = try Self.around(
            points, whenNone: "the extent \(text) has no place in \(grid.crs?.label ?? "the scene")")
        return MapBox(left: box.left, bottom: box.top, right: box.right, top: box.bottom)
    }

    private static func around(_ points: [SIMD2<Double>], whenNone message: String) throws(GDALError) -> MapBox {
        let known = points.filter { $0.x.isFinite && $0.y.isFinite }
        guard let first = known.first else { throw GDALError(code: .badGeoreference, message: message, notes: []) }
        var (low, high) = (first, first)
        for point in known {
            low = pointwiseMin(low, point)
            high = pointwiseMax(high, point)
        }
        return MapBox(left: low.x, bottom: low.y, right: high.x, top: high.y)
    }

    /// The box in messages.
    var text: String { "x \(left)...\(right), y \(bottom)...\(top)" }
}
