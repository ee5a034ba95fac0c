import Testing

@testable import RSPipeline

@Suite struct CoordinateSystemTests {
    @Test func codesWinOverTexts() {
        func system(_ wkt: String, _ code: Int?) -> CoordinateSystem {
            CoordinateSystem(wkt: wkt, name: wkt, epsg: code, isGeographic: false, metresPerUnit: 1)
        }
        #expect(system("a", 1).isSame(as: system("b", 1)))
        #expect(!system("a", 1).isSame(as: system("a", 2)))
        #expect(system("a", nil).isSame(as: system("a", 2)))
        #expect(!system("a", nil).isSame(as: system("b", 2)))
        #expect(system("a", 7).label == "EPSG:7")
        #expect(system("a", nil).label == "a")
    }

    @Test func readsTexts() throws {
        let utm = try CoordinateSystem(text: "EPSG:32639")
        #expect(utm.epsg == 32639)
        #expect(!utm.isGeographic)
        #expect(utm.metresPerUnit == 1)
        let degrees = try CoordinateSystem(text: "EPSG:4326")
        #expect(degrees.isGeographic)
        #expect(degrees.metresPerUnit == nil)
        #expect(throws: GDALError.self) { try CoordinateSystem(text: "EPSG:no") }
    }

    @Test func footprintRunsAroundTheCorners() throws {
        let ring = try #require(SmallRaster.grid(10, 10).footprint())
        #expect(ring.count == 5)
        // The central meridian of zone 39 is 51 degrees east, where easting is 500 km.
        #expect(abs(ring[0].longitude - 51) < 1e-9)
        #expect(abs(ring[0].latitude - 39.7496) < 1e-3)
        #expect(ring[1].longitude > ring[0].longitude)
        #expect(ring[2].latitude < ring[1].latitude)
        #expect(ring[4].longitude == ring[0].longitude && ring[4].latitude == ring[0].latitude)
        #expect(Grid(width: 1, height: 1, transform: .identity, crs: nil).footprint() == nil)
    }
}
