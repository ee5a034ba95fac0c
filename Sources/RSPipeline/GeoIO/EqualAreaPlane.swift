/// The way from the coordinates of a system to a plane where areas are those on the system's own ellipsoid.
///
/// Any projection is undone first, on its own datum, so that the area of a figure does not depend on how it is mapped: a
/// hectare of Web Mercator at 40 degrees is .59 hectares here.
struct EqualAreaPlane: Sendable {
    private let toGeographic: CoordinateTransform?
    private let ellipsoid: Ellipsoid
    private let degreesPerUnit: Double

    /// - Throws: ``GDALError`` with code `badGeoreference` where the system has no place on the earth.
    init(of crs: CoordinateSystem) throws(GDALError) {
        guard let base = crs.geographicBase else {
            throw GDALError(
                code: .badGeoreference,
                message: "\(crs.label) has no place on the earth, so areas in hectares are not known", notes: [])
        }
        toGeographic = crs.isGeographic ? nil : try CoordinateTransform(from: crs, to: base.system)
        ellipsoid = base.ellipsoid
        degreesPerUnit = base.degreesPerUnit
    }

    /// Points in metres of the plane, all on the side of the date line of the first; NaN outside of a projection's domain.
    ///
    /// - Parameter start: a place that says which side of the date line is meant; by default the first point.
    func place(_ points: [SIMD2<Double>], near start: SIMD2<Double>? = nil) -> [SIMD2<Double>] {
        var places = points
        toGeographic?.transform(&places)
        let around = 2 * Double.pi * ellipsoid.semiMajorAxis
        var reference = start?.x
        for index in places.indices {
            let degrees = places[index] * degreesPerUnit
            var place = ellipsoid.equalArea(longitude: degrees.x, latitude: degrees.y)
            if degrees.y.isNaN { place.y = .nan }
            // Longitudes of a geographic system are taken as they are written.
            if toGeographic != nil, place.x.isFinite {
                let known = reference ?? place.x
                place.x -= ((place.x - known) / around).rounded() * around
                reference = known
            }
            places[index] = place
        }
        return places
    }

    /// The area of polygons, in hectares; NaN where a point is outside of the projection's domain.
    ///
    /// Sides are straight in the system's own coordinates and followed to a millimetre.
    ///
    /// - Parameter polygons: the rings of each, its outline first.
    func hectares(of polygons: [[[SIMD2<Double>]]]) -> Double {
        var total = 0.0
        for rings in polygons {
            for (index, ring) in rings.enumerated() {
                var start: SIMD2<Double>?
                let placed = try? BentOutline.place(
                    ring, isClosed: true, tolerance: 0.001, checkedFrom: 100, isStraight: false
                ) { (points) throws(GDALError) in
                    let places = place(points, near: start)
                    if start == nil { start = places.first }
                    return places
                }
                let area = placed.map { abs($0.signedArea) } ?? .nan
                total += index == 0 ? area : -area
            }
        }
        return total / 10_000
    }
}
