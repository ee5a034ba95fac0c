import Testing

@testable import RSPipeline

@Suite struct PixelAreasTests {
    private static func grid(_ text: String, _ width: Int, _ height: Int, _ transform: GeoTransform) throws -> Grid {
        Grid(width: width, height: height, transform: transform, crs: try CoordinateSystem(text: text))
    }

    /// The surface of the WGS 84 ellipsoid is 510,065,621.724 km2 (NGA.STND.0036, table 3.5 gives the authalic radius).
    @Test func allPixelsOfTheEarthAreTheEarth() throws {
        let grid = try Self.grid(
            "EPSG:4326", 360, 180,
            GeoTransform(originX: -180, columnX: 1, rowX: 0, originY: 90, columnY: 0, rowY: -1))
        let areas = try PixelAreas(of: grid)
        let total = (0..<180).reduce(0) { $0 + areas.hectares(column: 0, row: $1) } * 360
        #expect(abs(total / 51_006_562_172.4 - 1) < 1e-11, "\(total)")
        #expect(areas.hectares(column: 9, row: 0) == areas.hectares(column: 200, row: 179))
    }

    @Test func theScaleOfUTMOnItsMeridianIsTakenBack() throws {
        let grid = try Self.grid("EPSG:32639", 2, 2, GeoTransform(left: 499_970, top: 4_400_000, pixelSize: 30))
        let found = try PixelAreas(of: grid).hectares(column: 0, row: 0)
        #expect(abs(found / (0.09 / (0.9996 * 0.9996)) - 1) < 1e-9, "\(found)")
    }

    @Test func aHectareOfWebMercatorIsMuchLessOnTheGround() throws {
        // At 40 degrees north; scale along both axes by the radii of curvature there.
        let grid = try Self.grid("EPSG:3857", 1, 1, GeoTransform(left: 5_000_000, top: 4_865_992, pixelSize: 100))
        let found = try PixelAreas(of: grid).hectares(column: 0, row: 0)
        let metres = Ellipsoid.wgs84.metresPerDegree(latitude: 40) * (180 / Double.pi)
        let cosine = Bearing.sineAndCosine(degrees: 40).cosine
        let expected = metres.x * metres.y * cosine / (6_378_137 * 6_378_137)
        #expect(abs(found / expected - 1) < 1e-4, "\(found) \(expected)")
        #expect(found > 0.58 && found < 0.59)
    }

    /// What is interpolated adds up to the area of the outline, which is not.
    @Test(arguments: [
        ("EPSG:32639", 750_000.0, 4_400_000.0, 30.0), ("EPSG:3857", 5_000_000, 4_900_000, 60),
        ("EPSG:28409", 9_600_000, 4_500_000, 10), ("EPSG:3575", -900_000, -3_000_000, 900),
    ])
    func pixelsAddUpToTheOutline(system: String, left: Double, top: Double, size: Double) throws {
        let grid = try Self.grid(system, 300, 200, GeoTransform(left: left, top: top, pixelSize: size))
        let areas = try PixelAreas(of: grid)
        var sum = 0.0
        for row in 0..<200 { for column in 0..<300 { sum += areas.hectares(column: column, row: row) } }
        let right = left + 300 * size
        let bottom = top - 200 * size
        let crs = try #require(grid.crs)
        let outline = try EqualAreaPlane(of: crs).hectares(
            of: [[[SIMD2(left, top), SIMD2(right, top), SIMD2(right, bottom), SIMD2(left, bottom)]]])
        #expect(abs(sum / outline - 1) < 2e-7, "\(sum) \(outline)")
    }

    @Test func aGridWithoutAPlaceHasNoAreas() {
        let grid = Grid(width: 2, height: 2, transform: .identity, crs: nil)
        #expect(throws: GDALError.self) { try PixelAreas(of: grid) }
        #expect(throws: GDALError.self) {
            try PixelAreas(of: Self.grid("LOCAL_CS[\"site\",UNIT[\"metre\",1]]", 2, 2, .identity))
        }
    }
}
