extension Assessment.Map {
    /// Measures the map of a grid on the ground, at its centre.
    ///
    /// - Throws: ``GDALError`` with code `badGeoreference` where the grid has no coordinate system.
    init(_ grid: Grid) throws(GDALError) {
        let steps = try GroundFrame(onEarth: grid).steps(column: grid.width / 2, row: grid.height / 2)
        func length(_ step: SIMD2<Double>) -> Double { (step * step).sum().squareRoot() }
        guard let crs = grid.crs, let corners = grid.footprint(), corners.count >= 4,
            length(steps.along).isFinite, length(steps.downward).isFinite
        else {
            throw GDALError(
                code: .badGeoreference, message: "the map cannot be placed on the earth", notes: [])
        }
        width = length(steps.along) * Double(grid.width)
        height = length(steps.downward) * Double(grid.height)
        // The bearing of "up"; north lies as far to the other side.
        let up = Bearing.degrees(right: -steps.downward.x, up: -steps.downward.y)
        north = up <= 180 ? 0 - up : 360 - up
        scaleBar = Self.scaleBar(width)
        self.corners = corners.prefix(4).map { Assessment.Place(longitude: $0.longitude, latitude: $0.latitude) }
        self.crs = crs.epsg == nil ? crs.name : "\(crs.name) (\(crs.label))"
    }

    /// 1, 2 or 5 times a power of ten metres, a tenth to a quarter of the width.
    static func scaleBar(_ width: Double) -> Double {
        guard width > 0, width.isFinite else { return 0 }
        var length = 1e-3
        while length * 10 <= width / 4 { length *= 10 }
        return length * 5 <= width / 4 ? length * 5 : length * 2 <= width / 4 ? length * 2 : length
    }
}
