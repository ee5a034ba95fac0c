/// The size on the ground, in metres, of the pixels of one row of a grid.
///
/// On a projected grid: the pixel in map units times metres per unit; the scale error of the projection is left as it
/// is. On a geographic grid: the pixel in degrees times the length of a degree at the latitude of the row's centre,
/// `π/180 · a (1 - e²) / (1 - e² sin² φ)^(3/2)` along the meridian and `π/180 · a cos φ / (1 - e² sin² φ)^(1/2)` along the
/// parallel. The ellipsoid is WGS 84 (`a` = 6 378 137 m, `1/f` = 298.257 223 563) whatever the system names: those in use
/// differ from it by less than one part in a thousand.
///
/// Source: Snyder, Map projections: a working manual, USGS Professional Paper 1395, 1987, pages 24 and 25: radii of
/// curvature.
struct GroundPixelSize: Sendable, Hashable {
    /// Metres along the row.
    var width: Double
    /// Metres across the rows.
    var height: Double

    init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    /// Nil where metres are not known: no coordinate system, one that is neither projected nor geographic, pixels that
    /// are no rectangles, or a geographic grid that is turned.
    init?(_ grid: Grid, row: Int) {
        guard let crs = grid.crs else { return nil }
        let transform = grid.transform
        if let metres = crs.metresPerUnit {
            let product = transform.columnX * transform.rowX + transform.columnY * transform.rowY
            guard abs(product) <= Grid.tolerance * transform.pixelWidth * transform.pixelHeight else { return nil }
            self.init(width: transform.pixelWidth * metres, height: transform.pixelHeight * metres)
            return
        }
        guard crs.isGeographic, transform.isAxisAligned else { return nil }
        let latitude = transform.map(column: 0, row: Double(row) + 0.5).y
        let degree = Ellipsoid.wgs84.metresPerDegree(latitude: latitude)
        self.init(
            width: transform.pixelWidth * degree.x, height: transform.pixelHeight * degree.y)
    }
}
