/// Where samples lie.
extension SampleExtraction {
    func isInside(_ pixel: SIMD2<Double>) -> Bool {
        pixel.x >= 0 && pixel.y >= 0 && pixel.x < Double(plan.grid.width) && pixel.y < Double(plan.grid.height)
    }

    /// The places on the map and in degrees.
    static func transform(
        _ places: [SIMD2<Double>], from source: CoordinateSystem, to target: CoordinateSystem
    ) throws(RunError) -> (map: [SIMD2<Double>], degrees: [SIMD2<Double>]) {
        do throws(GDALError) {
            var map = places
            var degrees = places
            if !source.isSame(as: target) { try CoordinateTransform(from: source, to: target).transform(&map) }
            let world = try CoordinateSystem(text: "EPSG:4326")
            if !source.isSame(as: world) { try CoordinateTransform(from: source, to: world).transform(&degrees) }
            return (map, degrees)
        } catch {
            throw RunError(error)
        }
    }

    /// Says where samples and scene lie, when no sample lies in the scene.
    func missed(
        _ samples: FieldSamples, _ places: [SIMD2<Double>], _ map: [SIMD2<Double>], inverse: GeoTransform,
        crs: CoordinateSystem
    ) throws(RunError) -> String {
        func box(_ points: [SIMD2<Double>]) -> String {
            let known = points.filter { $0.x.isFinite && $0.y.isFinite }
            guard let first = known.first else { return "nowhere" }
            let area = known.reduce(into: VectorArea(low: first, high: first)) {
                $0.low = pointwiseMin($0.low, $1)
                $0.high = pointwiseMax($0.high, $1)
            }
            return area.text
        }
        let swappedInside = try insideExchanged(places, of: samples, inverse: inverse, crs: crs)
        let corners = [(0, 0), (plan.grid.width, plan.grid.height)].map { column, row -> SIMD2<Double> in
            let place = plan.grid.transform.map(column: Double(column), row: Double(row))
            return SIMD2(place.x, place.y)
        }
        let count = samples.samples.count
        let what = count == 1 ? "the sample does not lie" : "none of the \(count) samples lies"
        let advice =
            swappedInside > 0
            ? "with the coordinates exchanged, \(swappedInside) would: give the easting or longitude with --x and the "
                + "northing or latitude with --y"
            : "check the coordinate system of the samples (--crs)"
        return "\(samples.name): \(what) in \(plan.scene.id): samples \(box(map)), scene \(box(corners)) "
            + "(\(crs.label)); \(advice)"
    }

    /// How many places would lie in the scene if their coordinates were exchanged.
    func insideExchanged(
        _ places: [SIMD2<Double>], of samples: FieldSamples, inverse: GeoTransform, crs: CoordinateSystem
    ) throws(RunError) -> Int {
        if places.isEmpty { return 0 }
        let exchanged = try Self.transform(places.map { SIMD2($0.y, $0.x) }, from: samples.crs, to: crs).map
        return exchanged.count { place in
            let pixel = inverse.map(column: place.x, row: place.y)
            return isInside(SIMD2(pixel.x, pixel.y))
        }
    }
}
