import Foundation
import Testing

@testable import RSPipeline

@Suite struct GroundFrameTests {
    @Test func metresOfPixelsOnTheMap() throws {
        let feet = CoordinateSystem(wkt: "", name: "feet", epsg: nil, isGeographic: false, metresPerUnit: 0.3048)
        let turned = GeoTransform(originX: 0, columnX: 3, rowX: 4, originY: 0, columnY: 4, rowY: -3)
        let sizes = try #require(
            GroundFrame.pixelSizes(of: Grid(width: 10, height: 10, transform: turned, crs: feet)))
        #expect(sizes.count == 1 && abs(sizes[0].x - 1.524) < 1e-12 && abs(sizes[0].y - 1.524) < 1e-12)
        let skewed = GeoTransform(originX: 0, columnX: 3, rowX: 1, originY: 0, columnY: 0, rowY: -3)
        #expect(GroundFrame.pixelSizes(of: Grid(width: 10, height: 10, transform: skewed, crs: feet)) == nil)
        #expect(GroundFrame.pixelSizes(of: Grid(width: 10, height: 10, transform: turned, crs: nil)) == nil)
    }

    /// The scale of a UTM zone is 0.04 % off, in the next zone 0.5 %: 90 m stay three pixels of 30 m.
    @Test func metresOfAZoneAreMetres() {
        #expect(GroundFrame.pixelSizes(of: SmallRaster.grid(200, 3000)) == [SIMD2(30, 30)])
        #expect(GroundFrame.pixelSizes(of: SmallRaster.grid(200, 3000, left: 1_000_000)) == [SIMD2(30, 30)])
    }

    @Test func degreesHaveALengthInEachRow() throws {
        let degrees = CoordinateSystem(wkt: "", name: "degrees", epsg: 4326, isGeographic: true, metresPerUnit: nil)
        let north = Grid(
            width: 10, height: 100, transform: GeoTransform(left: 45, top: 40.5, pixelSize: 0.01), crs: degrees)
        let sizes = try #require(GroundFrame.pixelSizes(of: north))
        // The centre of row 49 lies at 40.005 degrees north.
        let degree = Ellipsoid.wgs84.metresPerDegree(latitude: 40.005)
        #expect(sizes.count == 100)
        #expect(abs(sizes[49].x - degree.x / 100) < 1e-6 && abs(sizes[49].y - degree.y / 100) < 1e-6)
    }

    /// Web Mercator: `x = a longitude`, `y = a ln tan(45 + latitude / 2)` on a sphere of the equator's radius, so a metre of
    /// the map at 40 degrees is `N cos 40 / a = 0.7671` m east and `M cos 40 / a = 0.7641` m north on the ellipsoid
    /// (`N = 6 386 976 m`, `M = 6 361 816 m`).
    @Test func aMetreOfWebMercator() throws {
        let top = 6_378_137 * log(tan((45 + 20) * Double.pi / 180))
        let grid = Grid(
            width: 700, height: 400, transform: GeoTransform(left: 5_400_000, top: top + 2000, pixelSize: 10),
            crs: try CoordinateSystem(text: "EPSG:3857"))
        let sizes = try #require(GroundFrame.pixelSizes(of: grid))
        #expect(sizes.count == 400)
        #expect(abs(sizes[200].x - 7.671) < 0.001 && abs(sizes[200].y - 7.641) < 0.001)
        // Further south it is more.
        #expect(sizes[399].x > sizes[0].x)
    }
}
