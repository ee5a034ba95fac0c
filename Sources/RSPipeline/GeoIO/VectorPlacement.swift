/// The way from a layer's coordinates to the pixels of a grid.
struct VectorPlacement {
    let crs: CoordinateSystem
    let grid: Grid
    let path: String
    /// The part of the layer that can meet the grid; nil where that is not known.
    let area: VectorArea?
    /// How far, in pixels, a straight side may pass from its true course.
    private let bend: Double
    private let transform: CoordinateTransform?
    private let inverse: GeoTransform

    init(
        from crs: CoordinateSystem, to grid: Grid, path: String, bend: Double = VectorLayer.bend
    ) throws(GDALError) {
        self.crs = crs
        self.grid = grid
        self.path = path
        self.bend = bend
        guard let target = grid.crs else {
            throw GDALError(
                code: .badGeoreference,
                message: "\(path) cannot be brought to the scene, which has no coordinate system; write it into the "
                    + "scene's files (gdal_edit -a_srs)", notes: [])
        }
        guard let inverse = grid.transform.inverse else {
            throw GDALError(
                code: .badGeoreference, message: "the geotransform of the scene has no area, so nothing lies in it",
                notes: [])
        }
        self.inverse = inverse
        let isSame = target.isSame(as: crs)
        transform = isSame ? nil : try CoordinateTransform(from: crs, to: target)
        let back = isSame ? nil : try CoordinateTransform(from: target, to: crs)
        area = Self.area(of: grid, through: back)
    }

    /// The box of a grid in the layer's coordinates, a tenth wider; nil where the grid reaches over a seam or out of the
    /// domain of the projection.
    private static func area(of grid: Grid, through back: CoordinateTransform?) -> VectorArea? {
        var points: [SIMD2<Double>] = []
        for j in 0...20 {
            for i in 0...20 {
                let place = grid.transform.map(
                    column: Double(grid.width * i) / 20, row: Double(grid.height * j) / 20)
                points.append(SIMD2(place.x, place.y))
            }
        }
        back?.transform(&points)
        guard let first = points.first, points.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else { return nil }
        var (low, high) = (first, first)
        for point in points {
            low = pointwiseMin(low, point)
            high = pointwiseMax(high, point)
        }
        if let back, back.target.isGeographic, high.x - low.x > 90 { return nil }
        let margin = (high - low) / 10
        return VectorArea(low: low - margin, high: high + margin)
    }

    /// Brings a ring or a line to pixel coordinates, bending long sides.
    func place(_ points: [SIMD2<Double>], isClosed: Bool, id: Int64) throws(GDALError) -> [SIMD2<Double>] {
        try BentOutline.place(
            points, isClosed: isClosed, tolerance: bend, checkedFrom: 4, isStraight: transform == nil
        ) { (points) throws(GDALError) in try pixels(points, id: id) }
    }

    private func pixels(_ points: [SIMD2<Double>], id: Int64) throws(GDALError) -> [SIMD2<Double>] {
        var places = points
        transform?.transform(&places)
        for index in places.indices {
            let place = inverse.map(column: places[index].x, row: places[index].y)
            guard place.x.isFinite, place.y.isFinite, abs(place.x) < 1e12, abs(place.y) < 1e12 else {
                throw GDALError(
                    code: .badGeoreference,
                    message: "\(path): feature \(id) has the point \(points[index].x) \(points[index].y) "
                        + "(\(crs.label)), which cannot be brought to \(grid.crs?.label ?? "the scene"); "
                        + Self.hint(points[index], crs), notes: [])
            }
            places[index] = SIMD2(place.x, place.y)
        }
        return places
    }

    private static func hint(_ point: SIMD2<Double>, _ crs: CoordinateSystem) -> String {
        if crs.isGeographic, abs(point.y) > 90 {
            return abs(point.x) <= 90 && abs(point.y) <= 180
                ? "latitude seems to stand before longitude: swap the coordinates of the file"
                : "these are no degrees: write the coordinate system that they are in into the file"
        }
        return "check the coordinate system that the file names"
    }

    /// Says where a layer and the grid lie, when they do not meet.
    func separation(from extent: VectorArea?, path: String) -> String {
        guard let extent else { return "\(path) does not meet the scene" }
        let corner = SIMD2(max(abs(extent.low.x), abs(extent.high.x)), max(abs(extent.low.y), abs(extent.high.y)))
        guard let area else {
            return "\(path) (\(extent.text) in \(crs.label)) does not meet the scene; \(Self.hint(corner, crs))"
        }
        let advice: String
        if extent.swapped.meets(area) {
            advice = "latitude seems to stand before longitude: swap the coordinates of the file"
        } else if crs.isGeographic, corner.y > 90 {
            advice = Self.hint(corner, crs)
        } else {
            advice = "choose another file, or check the coordinate systems of both"
        }
        return "\(path) (\(extent.text)) does not meet the scene (about \(area.text)) in \(crs.label); \(advice)"
    }
}

/// A box in the layer's coordinates.
struct VectorArea {
    var low: SIMD2<Double>
    var high: SIMD2<Double>

    var text: String {
        func short(_ value: Double) -> String { "\(value.rounded(toPlaces: abs(value) < 1000 ? 4 : 0))" }
        return "x \(short(low.x))...\(short(high.x)), y \(short(low.y))...\(short(high.y))"
    }

    func meets(_ other: VectorArea) -> Bool {
        low.x <= other.high.x && high.x >= other.low.x && low.y <= other.high.y && high.y >= other.low.y
    }

    var swapped: VectorArea { VectorArea(low: SIMD2(low.y, low.x), high: SIMD2(high.y, high.x)) }
}
