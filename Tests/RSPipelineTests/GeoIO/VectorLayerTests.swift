import Foundation
import Testing

@testable import RSPipeline

@Suite struct VectorLayerTests {
    private let scratch: ScratchFolder
    /// 40 x 30 pixels of 30 m around 51 E.
    private let grid = SmallRaster.grid(40, 30)

    init() throws { scratch = try ScratchFolder() }

    private func write(_ name: String, _ text: String) throws -> String {
        let path = scratch.path + "/" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// GeoJSON of features in a coordinate system.
    private func geoJSON(
        _ geometries: [String], properties: [String] = [], crs: String? = "urn:ogc:def:crs:EPSG::32639"
    ) -> String {
        let features = geometries.enumerated().map { index, geometry in
            let more = index < properties.count ? properties[index] : "{\"name\": \"f\(index)\"}"
            return "{\"type\": \"Feature\", \"properties\": \(more), \"geometry\": \(geometry)}"
        }
        let system = crs.map { "\"crs\": {\"type\": \"name\", \"properties\": {\"name\": \"\($0)\"}}," } ?? ""
        return "{\"type\": \"FeatureCollection\", \(system) \"features\": [\(features.joined(separator: ", "))]}"
    }

    private func polygon(_ rings: [[(Double, Double)]]) -> String {
        let text = rings.map { ring in "[" + ring.map { "[\($0.0), \($0.1)]" }.joined(separator: ", ") + "]" }
        return "{\"type\": \"Polygon\", \"coordinates\": [\(text.joined(separator: ", "))]}"
    }

    /// A closed box, in map coordinates of the grid's pixels.
    private func box(_ left: Double, _ top: Double, _ right: Double, _ bottom: Double) -> [(Double, Double)] {
        [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)].map { column, row in
            let place = grid.transform.map(column: column, row: row)
            return (place.x, place.y)
        }
    }

    private func covered(_ layer: VectorLayer) -> Set<[Int]> {
        var found: Set<[Int]> = []
        layer.shapes.forEachRun(in: grid.window) { _, row, columns in
            for column in columns { found.insert([column, row]) }
        }
        return found
    }

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "no error"
        } catch { return "\(error)" }
    }

    @Test func polygonsWithHolesAndAttributes() throws {
        let path = try write(
            "a.geojson", geoJSON([polygon([box(2, 3, 6, 7), box(3, 4, 5, 6)]), polygon([box(10, 10, 11, 12)])]))
        let layer = try VectorLayer(reading: path, VectorSelection(attributes: ["name"]), onto: grid)
        #expect(layer.featureCount == 2 && layer.warnings.isEmpty && layer.separation == nil)
        #expect(layer.shapes.features.map { $0.attributes["name"] } == ["f0", "f1"])
        let pixels = covered(layer)
        #expect(pixels.count == 16 - 4 + 2)
        #expect(pixels.contains([2, 3]) && !pixels.contains([3, 4]) && pixels.contains([10, 11]))
    }

    @Test func otherFormatsAndLayersAndFilters() throws {
        guard GDALTool.isInstalled("ogr2ogr") else { return }
        let source = try write("a.geojson", geoJSON([polygon([box(2, 3, 6, 7)]), polygon([box(10, 10, 11, 12)])]))
        let expected = covered(try VectorLayer(reading: source, onto: grid))
        for (format, name) in [
            ("GPKG", "a.gpkg"), ("ESRI Shapefile", "a.shp"), ("GML", "a.gml"), ("FlatGeobuf", "a.fgb"),
            ("KML", "a.kml"),
        ] {
            let path = scratch.path + "/" + name
            try GDALTool.run(
                "ogr2ogr", ["-f", format, path, source] + (format == "KML" ? ["-t_srs", "EPSG:4326"] : []))
            let before = scratch.names()
            #expect(covered(try VectorLayer(reading: path, onto: grid)) == expected, "\(format)")
            #expect(scratch.names() == before, "\(format) left files")
        }
        let package = scratch.path + "/a.gpkg"
        try GDALTool.run(
            "ogr2ogr", ["-update", "-f", "GPKG", package, source, "-nln", "second", "-where", "name = 'f1'"])
        #expect(message { _ = try VectorLayer(reading: package, onto: grid) }.contains("choose one with layer="))
        let second = try VectorLayer(reading: package, VectorSelection(layer: "second"), onto: grid)
        #expect(covered(second).count == 2)
        let filtered = try VectorLayer(reading: package, VectorSelection(layer: "a", filter: "name = 'f0'"), onto: grid)
        #expect(covered(filtered).count == 16)
        #expect(
            message { _ = try VectorLayer(reading: package, VectorSelection(layer: "third"), onto: grid) }.contains(
                "no layer 'third'; there are 'a', 'second'"))
    }

    /// Degrees in, zone 39 out: the same box, whose sides are bent.
    @Test func otherCoordinateSystems() throws {
        let way = try CoordinateTransform(from: #require(grid.crs), to: CoordinateSystem(text: "EPSG:4326"))
        let ring = try box(2, 3, 36, 27).map { point in
            let place = try #require(way.transform(x: point.0, y: point.1))
            return (place.x, place.y)
        }
        let path = try write("a.geojson", geoJSON([polygon([ring])], crs: nil))
        #expect(covered(try VectorLayer(reading: path, onto: grid)).count == 34 * 24)
    }

    /// The side of a large box along a parallel is not a straight line in a transverse Mercator system.
    @Test func longSidesAreBent() throws {
        let wide = Grid(
            width: 3000, height: 400, transform: GeoTransform(left: 350_000, top: 4_440_000, pixelSize: 100),
            crs: SmallRaster.crs)
        let path = try write(
            "a.geojson", geoJSON([polygon([[(49, 40), (53, 40), (53, 41), (49, 41), (49, 40)]])], crs: nil))
        let layer = try VectorLayer(reading: path, onto: wide)
        let way = try CoordinateTransform(from: #require(wide.crs), to: CoordinateSystem(text: "EPSG:4326"))
        var different = 0
        var plane = [Bool](repeating: false, count: wide.pixelCount)
        layer.shapes.forEachRun(in: wide.window) { _, row, columns in
            for column in columns { plane[row * wide.width + column] = true }
        }
        var points: [SIMD2<Double>] = []
        for row in 0..<wide.height {
            for column in 0..<wide.width {
                let place = wide.transform.map(column: Double(column) + 0.5, row: Double(row) + 0.5)
                points.append(SIMD2(place.x, place.y))
            }
        }
        way.transform(&points)
        for (point, isCovered) in zip(points, plane) {
            let isInside = point.x > 49 && point.x < 53 && point.y > 40 && point.y < 41
            // A twentieth of a pixel is 5 m, or 5e-5 degrees.
            if isInside != isCovered && abs(point.y - 40) > 6e-5 { different += 1 }
        }
        #expect(plane.contains(true) && plane.contains(false))
        #expect(different == 0)
    }

    @Test func crossedPolygonsAreRepairedAndNamed() throws {
        let bow = [
            box(2, 2, 10, 2)[0], box(2, 2, 10, 2)[1], box(2, 10, 10, 10)[0], box(2, 10, 10, 10)[1], box(2, 2, 10, 2)[0],
        ]
        let path = try write("a.geojson", geoJSON([polygon([bow])]))
        let layer = try VectorLayer(reading: path, onto: grid)
        #expect(layer.warnings.count == 1)
        #expect(layer.warnings.first?.contains("1 polygon was not valid and has been repaired: feature 0") == true)
        #expect(!covered(layer).isEmpty)
    }

    @Test func refusals() throws {
        #expect(
            message { _ = try VectorLayer(reading: scratch.path + "/no.gpkg", onto: grid) }.contains("does not exist"))
        let url = "https://example.org/a.geojson"
        #expect(message { _ = try VectorLayer(reading: url, onto: grid) }.contains("does not exist"))
        #expect(
            message { _ = try VectorLayer(reading: geoJSON([polygon([box(1, 1, 2, 2)])]), onto: grid) }.contains(
                "does not exist"))
        let virtual = try write(
            "a.vrt",
            "<OGRVRTDataSource><OGRVRTLayer name=\"x\"><SrcDataSource>/etc</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
        )
        #expect(message { _ = try VectorLayer(reading: virtual, onto: grid) }.contains("not a readable GeoPackage"))
        let junk = try write("junk.gml", "<gml><broken")
        #expect(message { _ = try VectorLayer(reading: junk, onto: grid) }.contains("junk.gml"))
        let empty = try write("empty.geojson", geoJSON([]))
        #expect(message { _ = try VectorLayer(reading: empty, onto: grid) }.contains("holds no features"))
        #expect(try VectorLayer(reading: empty, VectorSelection(allowsEmpty: true), onto: grid).shapes.isEmpty)
        let good = try write("good.geojson", geoJSON([polygon([box(1, 1, 2, 2)])]))
        #expect(
            message { _ = try VectorLayer(reading: good, VectorSelection(filter: "name = 'z'"), onto: grid) }.contains(
                "no feature of layer 'good' fits where=name = 'z'"))
        #expect(
            message { _ = try VectorLayer(reading: good, VectorSelection(filter: "nonsense ((("), onto: grid) }
                .contains(
                    "is not understood; the attributes are name"))
        #expect(
            message { _ = try VectorLayer(reading: good, VectorSelection(attributes: ["crop"]), onto: grid) }.contains(
                "no attribute 'crop'; they have name"))
        let unplaced = Grid(width: 4, height: 4, transform: .identity, crs: nil)
        #expect(
            message { _ = try VectorLayer(reading: good, onto: unplaced) }.contains("has no coordinate system"))
    }

    @Test func missingCoordinateSystemIsRefusedUnlessGiven() throws {
        guard GDALTool.isInstalled("ogr2ogr") else { return }
        let source = try write("a.geojson", geoJSON([polygon([box(2, 3, 6, 7)])]))
        let path = scratch.path + "/a.shp"
        try GDALTool.run("ogr2ogr", ["-f", "ESRI Shapefile", path, source])
        try FileManager.default.removeItem(atPath: scratch.path + "/a.prj")
        #expect(message { _ = try VectorLayer(reading: path, onto: grid) }.contains("ogr2ogr -a_srs"))
        let layer = try VectorLayer(reading: path, VectorSelection(assumedCRS: SmallRaster.crs), onto: grid)
        #expect(covered(layer).count == 16)
    }

    @Test func layersElsewhereSayWhere() throws {
        // The scene lies at 51.00 E, 39.74 N.
        let swapped = try write(
            "swapped.geojson",
            geoJSON([polygon([[(39.742, 51), (39.748, 51), (39.748, 51.01), (39.742, 51)]])], crs: nil))
        let layer = try VectorLayer(reading: swapped, onto: grid)
        #expect(layer.shapes.isEmpty && layer.featureCount == 1)
        let words = try #require(layer.separation)
        #expect(words.contains("x 39.742...39.748, y 51.0...51.01") && words.contains("latitude seems to stand before"))
        let metres = try write("metres.geojson", geoJSON([polygon([box(1, 1, 2, 2)])], crs: nil))
        let other = try #require(try VectorLayer(reading: metres, onto: grid).separation)
        #expect(other.contains("these are no degrees"), "\(other)")
        let far = try write("far.geojson", geoJSON([polygon([box(1000, 1000, 1001, 1001)])]))
        let third = try #require(try VectorLayer(reading: far, onto: grid).separation)
        #expect(third.contains("choose another file"))
    }

    /// A field nobody asked for may be as long as it likes; one that was asked for may not.
    @Test func longTexts() throws {
        let long = String(repeating: "x", count: 9_000_000)
        let path = try write(
            "long.geojson",
            geoJSON([polygon([box(1, 1, 2, 2)])], properties: ["{\"note\": \"\(long)\", \"kind\": \"plot\"}"]))
        let layer = try VectorLayer(reading: path, VectorSelection(attributes: ["kind"]), onto: grid)
        #expect(layer.shapes.features.first?.attributes == ["kind": "plot"])
        #expect(
            message { _ = try VectorLayer(reading: path, VectorSelection(attributes: ["note"]), onto: grid) }.contains(
                "is a text of 9000000 bytes"))
    }

    /// A country around a scene in a projected system far from it has corners that do not project.
    @Test func whatReachesFarBeyondTheSceneIsCutOff() throws {
        let path = try write(
            "world.geojson",
            geoJSON([polygon([[(-180, -90), (180, -90), (180, 90), (-180, 90), (-180, -90)]])], crs: nil))
        #expect(covered(try VectorLayer(reading: path, onto: grid)).count == grid.pixelCount)
    }

    /// Masks of a Sentinel-2 product: attributes by element, a projected system by URN.
    @Test func productMasks() throws {
        let ring = box(2, 3, 6, 7).map { "\($0.0) \($0.1)" }.joined(separator: " ")
        let text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <eop:Mask xmlns:eop="http://www.opengis.net/eop/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" gml:id="MSK">
              <eop:maskMembers>
                <eop:MaskFeature gml:id="OPAQUE.0">
                  <eop:maskType codeSpace="urn:gs2:S2PDGS:maskType">OPAQUE</eop:maskType>
                  <eop:extentOf>
                    <gml:Polygon gml:id="P0" srsName="urn:ogc:def:crs:EPSG:8.8.1:32639"><gml:exterior><gml:LinearRing>
                      <gml:posList srsDimension="2">\(ring)</gml:posList>
                    </gml:LinearRing></gml:exterior></gml:Polygon>
                  </eop:extentOf>
                </eop:MaskFeature>
              </eop:maskMembers>
            </eop:Mask>
            """
        let path = try write("MSK_CLOUDS_B00.gml", text)
        let layer = try VectorLayer(reading: path, VectorSelection(attributes: ["maskType"]), onto: grid)
        #expect(layer.shapes.features.map { $0.attributes["maskType"] } == ["OPAQUE"])
        #expect(covered(layer).count == 16)
        #expect(scratch.names() == ["MSK_CLOUDS_B00.gml"])
        let none = try write(
            "MSK_NONE.gml",
            "<eop:Mask xmlns:eop=\"http://www.opengis.net/eop/2.0\" xmlns:gml=\"http://www.opengis.net/gml/3.2\" gml:id=\"M\"></eop:Mask>"
        )
        #expect(try VectorLayer(reading: none, VectorSelection(allowsEmpty: true), onto: grid).shapes.isEmpty)
    }

    /// Random polygons as `gdal_rasterize` burns them.
    @Test(.enabled(if: GDALTool.isInstalled("gdal_rasterize")), arguments: 0..<4) func asGDALRasterizes(seed: Int)
        throws
    {
        var random = SplitMix64(seed: UInt64(seed))
        var shapes: [String] = []
        for _ in 0..<8 {
            // A convex hexagon at a random place, so that it is valid.
            let (x, y) = (Double.random(in: 0...40, using: &random), Double.random(in: 0...30, using: &random))
            let radius = Double.random(in: 0.3...12, using: &random)
            let corners = [(1.0, 0.1), (0.45, 0.83), (-0.52, 0.9), (-1.03, 0.07), (-0.4, -0.9), (0.6, -0.77)]
            var ring = corners.map { corner in
                let place = grid.transform.map(column: x + radius * corner.0, row: y + radius * corner.1)
                return (place.x, place.y)
            }
            ring.append(ring[0])
            shapes.append(polygon([ring]))
        }
        let path = try write("a.geojson", geoJSON(shapes))
        let target = scratch.path + "/burnt.tif"
        let t = grid.transform
        let extent = [
            t.originX, t.originY + t.rowY * Double(grid.height), t.originX + t.columnX * Double(grid.width), t.originY,
        ]
        try GDALTool.run(
            "gdal_rasterize",
            ["-burn", "1", "-ot", "Byte", "-ts", "40", "30", "-te"] + extent.map { "\($0)" } + [path, target])
        let theirs = try SmallRaster.read(target)
        let pixels = covered(try VectorLayer(reading: path, onto: grid))
        for (index, value) in theirs.enumerated() {
            #expect((value == 1) == pixels.contains([index % 40, index / 40]), "seed \(seed), pixel \(index)")
        }
    }
}
