import Testing

@testable import RSPipeline

@Suite struct GridTests {
    private let utm = CoordinateSystem(wkt: "A", name: "UTM", epsg: 32639, isGeographic: false, metresPerUnit: 1)

    private func grid(_ width: Int = 100, left: Double = 0, size: Double = 30, crs: CoordinateSystem?) -> Grid {
        Grid(width: width, height: 50, transform: GeoTransform(left: left, top: 0, pixelSize: size), crs: crs)
    }

    @Test func equalGridsDoNotDiffer() { #expect(grid(crs: utm).difference(from: grid(crs: utm)) == nil) }

    @Test func sizesMustBeEqual() throws {
        #expect(try #require(grid(crs: utm).difference(from: grid(101, crs: utm))).contains("101 x 50"))
    }

    @Test(arguments: [(0.9e-6, true), (1.1e-6, false), (0.5, false)] as [(Double, Bool)])
    func toleranceIsAMillionthOfAPixel(pixels: Double, matches: Bool) {
        let difference = grid(crs: utm).difference(from: grid(left: pixels * 30, crs: utm))
        #expect((difference == nil) == matches, "\(difference ?? "none")")
    }

    @Test func pixelSizesThatDriftApartAreFoundAtTheFarCorner() {
        #expect(grid(crs: utm).difference(from: grid(size: 30 * (1 + 1e-7), crs: utm)) != nil)
        #expect(grid(crs: utm).difference(from: grid(size: 30 * (1 + 1e-9), crs: utm)) == nil)
    }

    @Test func coordinateSystemsMustBeTheSame() {
        let other = CoordinateSystem(wkt: "B", name: "UTM 40", epsg: 32640, isGeographic: false, metresPerUnit: 1)
        let sameCode = CoordinateSystem(
            wkt: "C", name: "other text", epsg: 32639, isGeographic: false, metresPerUnit: 1)
        #expect(grid(crs: utm).difference(from: grid(crs: other))?.contains("EPSG:32640") == true)
        #expect(grid(crs: utm).difference(from: grid(crs: sameCode)) == nil)
        #expect(grid(crs: utm).difference(from: grid(crs: nil)) != nil)
        #expect(grid(crs: nil).difference(from: grid(crs: utm)) != nil)
        #expect(grid(crs: nil).difference(from: grid(crs: nil)) == nil)
    }

    @Test(arguments: [Double.nan, .infinity]) func positionsThatAreNoNumbersNeverMatch(left: Double) {
        #expect(grid(crs: utm).difference(from: grid(left: left, crs: utm)) != nil)
        #expect(grid(left: left, crs: utm).difference(from: grid(left: left, crs: utm)) != nil)
    }

    @Test func hectaresNeedAProjection() {
        #expect(grid(crs: utm).hectaresPerPixel == 0.09)
        let feet = CoordinateSystem(wkt: "F", name: "feet", epsg: nil, isGeographic: false, metresPerUnit: 0.5)
        #expect(grid(crs: feet).hectaresPerPixel == 0.0225)
        let degrees = CoordinateSystem(wkt: "G", name: "WGS 84", epsg: 4326, isGeographic: true, metresPerUnit: nil)
        #expect(grid(crs: degrees).hectaresPerPixel == nil)
        #expect(grid(crs: nil).hectaresPerPixel == nil)
    }
}
