import Foundation
import Testing

@testable import RSPipeline

@Suite struct ZonalStepTests {
    /// The area of a pixel of the small grids, in hectares: 30 m beside the meridian of the zone.
    private static let pixel = 0.09 / (0.9996 * 0.9996)

    private static func raster(
        _ folder: ScratchFolder, _ values: [Double], width: Int, name: String = "v.tif", quantity: Quantity? = nil,
        type: SampleType = .float32
    ) throws -> String {
        let path = folder.path + "/" + name
        try SmallRaster.write(
            path, grid: SmallRaster.grid(width, values.count / width), type: type, bands: [values], names: ["v"],
            noData: .value(-1), quantity: quantity)
        return path
    }

    private static func number(_ row: [String: String], _ column: String) -> Double {
        row[column].flatMap(Double.init) ?? .nan
    }

    private static func isNear(_ a: Double, _ b: Double, _ tolerance: Double = 1e-6) -> Bool {
        abs(a - b) <= tolerance * max(abs(a), abs(b))
    }

    @Test func statisticsOfAPlotByHand() throws {
        let folder = try ScratchFolder()
        //  1  2  3  4
        //  5  6  -  8
        //  9 10 11 12
        let file = try Self.raster(folder, [1, 2, 3, 4, 5, 6, -1, 8, 9, 10, 11, 12], width: 4)
        let zones = folder.path + "/plots.geojson"
        try ZoneFile.write(
            zones,
            [
                ("\"plot\": \"A\", \"crop\": \"cotton\"", ZoneFile.box(0, 0, 2, 2)),
                // Half of the columns 1 and 3, all of 2, in the second row.
                ("\"plot\": \"B\", \"crop\": \"wheat\"", ZoneFile.box(1.5, 1, 3.5, 2)),
                ("\"plot\": \"C\", \"crop\": \"rice\"", ZoneFile.box(0.25, 2.25, 0.5, 2.5)),
                ("\"plot\": \"D\", \"crop\": \"rice\"", ZoneFile.box(2, 1, 3, 2)),
            ])
        let table = folder.path + "/t.csv"
        try Run.run(
            "read \(file) ! zonal zones=\(zones) id=plot stats=mean,median,std,min,max,sum,count,p10,p90 \(table)")
        let rows = try ZoneFile.rows(table)
        #expect(rows.map { $0["plot"] } == ["A", "B", "C", "D"] && rows.map { $0["crop"] }[0] == "cotton")
        let a = rows[0]
        #expect(Self.number(a, "v_mean") == 3.5 && Self.number(a, "v_median") == 3.5)
        #expect(Self.isNear(Self.number(a, "v_std"), (4.25).squareRoot(), 1e-11))
        #expect(Self.number(a, "v_min") == 1 && Self.number(a, "v_max") == 6 && Self.number(a, "v_sum") == 14)
        #expect(Self.number(a, "v_count") == 4 && Self.number(a, "v_p10") == 1 && Self.number(a, "v_p90") == 6)
        for column in ["zone_ha", "v_valid_ha"] {
            #expect(Self.isNear(Self.number(a, column), 4 * Self.pixel), "\(a)")
        }
        let b = rows[1]
        #expect(Self.number(b, "v_count") == 1 && Self.number(b, "v_mean") == 7 && Self.number(b, "v_median") == 7)
        #expect(Self.number(b, "v_std") == 1 && Self.number(b, "v_sum") == 7)
        #expect(Self.isNear(Self.number(b, "v_fill_ha"), Self.pixel) && Self.number(b, "outside_ha") == 0)
        let c = rows[2]
        #expect(Self.number(c, "v_count") == 0.0625 && Self.number(c, "v_mean") == 9)
        #expect(Self.isNear(Self.number(c, "v_valid_ha"), Self.pixel / 16))
        // Nothing but pixels without data: empty fields, not zeros.
        let d = rows[3]
        #expect(d["v_mean"] == "" && d["v_median"] == "" && d["v_min"] == "" && d["v_count"] == "0")
        #expect(Self.isNear(Self.number(d, "v_fill_ha"), Self.pixel))
    }

    @Test func holesPartsOverlapsAndTheBorder() throws {
        let folder = try ScratchFolder()
        let file = try Self.raster(folder, (1...24).map(Double.init), width: 6)
        let zones = folder.path + "/plots.geojson"
        try ZoneFile.write(
            zones,
            [
                (
                    "\"plot\": 1",
                    ZoneFile.polygon([[0, 0], [4, 0], [4, 4], [0, 4]], [[1, 1], [3, 1], [3, 3], [1, 3]])
                ),
                (
                    "\"plot\": 2",
                    ZoneFile.multiPolygon(
                        [[[0, 0], [1, 0], [1, 1], [0, 1]]], [[[5, 3], [5, 4], [6, 4], [6, 3]]])
                ),
                ("\"plot\": 3", ZoneFile.box(-2, -1, 2, 1)),
                ("\"plot\": 4", ZoneFile.box(7, 0, 9, 1)),
                ("\"plot\": 5", ZoneFile.box(-1, -1, 7, 5)),
            ])
        let table = folder.path + "/t.csv"
        try Run.run("read \(file) ! zonal zones=\(zones) id=plot stats=count,sum \(table)")
        let rows = try ZoneFile.rows(table)
        #expect(rows.map { Self.number($0, "v_count") } == [12, 2, 2, 0, 24])
        // All of 4 columns (10.5 and three rows more) less the hole 8 + 9 + 14 + 15; the corners; the first two pixels.
        #expect(rows.map { Self.number($0, "v_sum") }.prefix(3) == [4 * 46 - 46, 25, 3])
        #expect(Self.number(rows[4], "v_sum") == 300)
        for (row, (whole, outside)) in zip(rows, [(12, 0), (2, 0), (8, 6), (2, 2), (48, 24)] as [(Double, Double)]) {
            #expect(Self.isNear(Self.number(row, "zone_ha"), whole * Self.pixel, 1e-5), "\(row)")
            #expect(
                outside == 0
                    ? row["outside_ha"] == "0"
                    : Self.isNear(Self.number(row, "outside_ha"), outside * Self.pixel, 1e-5),
                "\(row)")
        }
    }

    @Test func hectaresByReason() throws {
        let folder = try ScratchFolder()
        var scene = SmallLandsat()
        // Clear, cloud, shadow and fill: half of the sixteen pixels, then four, two and two.
        let quality = [Double](repeating: 21824, count: 8) + [22280, 22280, 22280, 22280, 23888, 23888, 1, 1]
        scene.bands = [
            "B4": SmallLandsat.filled(8000), "B5": SmallLandsat.filled(16000), "QA_PIXEL": quality,
            "QA_RADSAT": SmallLandsat.filled(0),
        ]
        let path = try scene.write(in: folder.path)
        let zones = folder.path + "/plots.geojson"
        try ZoneFile.write(
            zones, [("\"plot\": 1", ZoneFile.box(0, 0, 4, 4)), ("\"plot\": 2", ZoneFile.box(0, 2, 4, 2.5))])
        let summary = try Run.run(
            "read \(path) ! toa ! mask cloud,shadow,fill ! index ndvi ! zonal zones=\(zones) id=plot \(folder.path)/t.csv"
        )
        let rows = try ZoneFile.rows(folder.path + "/t.csv")
        let found = ["ndvi_valid_ha", "ndvi_cloud_ha", "ndvi_shadow_ha", "ndvi_fill_ha", "ndvi_undefined_result_ha"].map
        {
            Self.number(rows[0], $0) / Self.pixel
        }
        for (share, expected) in zip(found, [8.0, 4, 2, 2, 0]) { #expect(abs(share - expected) < 1e-4, "\(found)") }
        #expect(Self.isNear(Self.number(rows[1], "ndvi_cloud_ha"), 2 * Self.pixel, 1e-5))
        #expect(rows[1]["ndvi_mean"] == "")
        #expect(summary.outputs.map { URL(fileURLWithPath: $0.path).lastPathComponent } == ["t.csv", "t.stac.json"])
    }

    @Test func classesHaveHectaresOfTheirOwn() throws {
        let folder = try ScratchFolder()
        let file = try Self.raster(
            folder, [1, 1, 2, 2, 1, 4, 2, -1], width: 4, quantity: .classes, type: .int16)
        let zones = folder.path + "/plots.geojson"
        try ZoneFile.write(
            zones, [("\"plot\": 1", ZoneFile.box(0, 0, 4, 2)), ("\"plot\": 2", ZoneFile.box(2.5, 0, 3, 2))])
        let table = folder.path + "/t.csv"
        try Run.run("read \(file) ! zonal zones=\(zones) id=plot stats=area_by_class,majority,variety,count \(table)")
        let rows = try ZoneFile.rows(table)
        let areas = rows.map { row in ["v_ha_1", "v_ha_2", "v_ha_4"].map { Self.number(row, $0) / Self.pixel } }
        for (found, expected) in zip(areas.joined(), [3.0, 3, 1, 0, 1, 0]) {
            #expect(abs(found - expected) < 1e-5, "\(areas)")
        }
        // Of 1 and 2, which are equally large, the smaller.
        #expect(rows.map { $0["v_majority"] } == ["1", "2"] && rows.map { $0["v_variety"] } == ["3", "1"])
        #expect(
            Run.planMessage("read \(file) ! zonal zones=\(zones) id=plot stats=mean \(table)").contains("holds classes")
        )
    }

    /// Zones that cross tiles, large ones with more values than are kept, gaps: whatever threads and memory do.
    @Test func tablesHaveTheSameBytesHoweverTheWorkIsShared() throws {
        let folder = try ScratchFolder()
        var random = SplitMix64(seed: 3)
        let values = (0..<700 * 600).map { index in
            index % 17 == 0 ? -1 : Double(Float.random(in: 0...1, using: &random))
        }
        let file = try Self.raster(folder, values, width: 700)
        let zones = folder.path + "/plots.geojson"
        var features = (0..<30).map { number -> (String, String) in
            let centre = SIMD2(Double.random(in: 0...700, using: &random), Double.random(in: 0...600, using: &random))
            let star = PolygonCoverageTests.star(&random, centre: centre, radius: Double(number) * 6 + 2)
            return ("\"plot\": \(number), \"part\": \"\(number % 3)\"", ZoneFile.polygon(star))
        }
        features.append(("\"plot\": 30, \"part\": \"all\"", ZoneFile.box(-9, -9, 1400, 1400)))
        try ZoneFile.write(zones, features)
        var seen: [[Data]] = []
        for (index, (threads, memory)) in [(1, 256 << 20), (3, 40 << 20)].enumerated() {
            let out = folder.path + "/\(index)"
            try Run.run(
                "read \(file) ! zonal zones=\(zones) id=plot stats=mean,std,median,p90,sum group=part "
                    + "groups=\(out)/g.csv \(out)/t.csv \(out)/t.gpkg \(out)/t.geojson",
                options: ExecutionOptions(threads: threads, memory: memory))
            seen.append(try ["t.csv", "t.gpkg", "t.geojson", "g.csv"].map { try folder.data("\(index)/\($0)") })
        }
        #expect(seen[0] == seen[1])
        // The sums of the groups are those of their zones.
        let rows = try ZoneFile.rows(folder.path + "/0/t.csv")
        for group in try ZoneFile.rows(folder.path + "/0/g.csv") {
            let members = rows.filter { $0["part"] == group["part"] }
            for column in ["zone_ha", "v_valid_ha", "v_fill_ha", "v_sum"] {
                let sum = members.reduce(0) { $0 + Self.number($1, column) }
                #expect(Self.isNear(Self.number(group, column), sum, 1e-9), "\(column) \(group)")
            }
            #expect(Self.number(group, "zones") == Double(members.count))
        }
    }

    @Test func zonesComeInAnyCoordinateSystemAndHectaresAreTrue() throws {
        let folder = try ScratchFolder()
        let crs = try CoordinateSystem(text: "EPSG:3857")
        // About 51 degrees east, 40 north.
        let grid = Grid(
            width: 60, height: 60, transform: GeoTransform(left: 5_677_000, top: 4_866_000, pixelSize: 10), crs: crs)
        let file = folder.path + "/mercator.tif"
        try SmallRaster.write(
            file, grid: grid, type: .float32, bands: [[Double](repeating: 2, count: 3600)], names: ["v"])
        // A box of 250 m of the map, in the middle; its corners in longitude and latitude.
        let back = try CoordinateTransform(from: crs, to: try CoordinateSystem(text: "EPSG:4326"))
        let corners = [(100.0, 100.0), (350, 100), (350, 350), (100, 350), (100, 100)].compactMap {
            back.transform(x: 5_677_000 + $0.0, y: 4_866_000 - $0.1)
        }
        let ring = corners.map { "[\($0.x), \($0.y)]" }.joined(separator: ", ")
        let zones = folder.path + "/plots.geojson"
        try ZoneFile.write(
            zones, epsg: nil, [("\"plot\": 1", "{\"type\": \"Polygon\", \"coordinates\": [[\(ring)]]}")])
        try Run.run("read \(file) ! zonal zones=\(zones) id=plot \(folder.path)/t.csv \(folder.path)/t.geojson")
        let row = try #require(try ZoneFile.rows(folder.path + "/t.csv").first)
        #expect(Self.isNear(Self.number(row, "v_count"), 625, 1e-6))
        // 6.25 ha of the map are much less on the ground.
        #expect((3.6...3.7).contains(Self.number(row, "zone_ha")), "\(row)")
        #expect(Self.isNear(Self.number(row, "zone_ha"), Self.number(row, "v_valid_ha"), 1e-6), "\(row)")
    }

    @Test func attributesAndGeometriesAreKept() throws {
        let folder = try ScratchFolder()
        let file = try Self.raster(folder, (1...16).map(Double.init), width: 4)
        let zones = folder.path + "/plots.geojson"
        try ZoneFile.write(
            zones,
            [
                ("\"plot\": \"A\", \"farm\": \"Şirvan, \\\"2\\\"\", \"v_mean\": 7", ZoneFile.box(0, 0, 2, 2)),
                ("\"plot\": \"B\", \"farm\": null, \"v_mean\": 8", ZoneFile.box(1, 1, 3, 3)),
            ])
        try Run.run("read \(file) ! zonal zones=\(zones) id=plot \(folder.path)/t.csv \(folder.path)/t.gpkg")
        let text = try String(contentsOfFile: folder.path + "/t.csv", encoding: .utf8)
        #expect(text.contains("\"Şirvan, \"\"2\"\"\""), "\(text)")
        let reader = try VectorReader(
            folder.path + "/t.gpkg", VectorSelection(attributes: ["plot", "farm", "v_mean", "v_mean_zonal", "v_count"]))
        var seen: [[String: String]] = []
        try reader.forEachFeature(within: nil) { (feature) throws(GDALError) in
            seen.append(try reader.attributes(of: feature))
            #expect(try reader.parts(of: feature, within: nil).rings.count == 1)
        }
        #expect(seen.map { $0["plot"] } == ["A", "B"] && seen.map { $0["v_mean"] } == ["7", "8"])
        #expect(seen.map { $0["v_mean_zonal"] } == ["3.5", "8.5"] && seen[1]["farm"] == nil)
        #expect(try reader.requireCRS(nil).epsg == 32639)
    }

    @Test func whatIsWrongWithZonesIsSaid() throws {
        let folder = try ScratchFolder()
        let file = try Self.raster(folder, (1...16).map(Double.init), width: 4)
        let zones = folder.path + "/plots.geojson"
        let chain = "read \(file) ! zonal zones=\(zones) id=plot \(folder.path)/t.csv"
        func message(_ features: [(String, String)], _ chain: String? = nil) throws -> String {
            try ZoneFile.write(zones, features)
            return Run.message {
                try Run.run(chain ?? "read \(file) ! zonal zones=\(zones) id=plot \(folder.path)/t.csv")
            }
        }
        let box = ZoneFile.box(0, 0, 2, 2)
        #expect(try message([("\"plot\": 7", box), ("\"plot\": 7", box)]).contains("that another one has: 7"))
        #expect(try message([("\"plot\": 7", box), ("\"plot\": null", box)]).contains("1 zone has no 'plot'"))
        #expect(try message([("\"name\": 7", box)]).contains("no attribute 'plot'"))
        #expect(try message([("\"plot\": 7", ZoneFile.box(900, 0, 902, 2))]).contains("does not meet the scene"))
        #expect(
            try message([("\"plot\": 7", "{\"type\": \"Point\", \"coordinates\": [500010, 4399990]}")])
                .contains("none of the 1 features is a polygon"))
        #expect(try message([("\"plot\": 7", box)], chain + " stats=mode").contains("there are mean, median"))
        #expect(
            try message([("\"plot\": 7", box)], chain + " stats=area_by_class").contains("needs a plane of classes"))
        #expect(
            try message([("\"plot\": 7", box)], "read \(file) ! zonal zones=\(zones) id=plot \(zones)")
                .contains("holds the zones"))
        #expect(try message([("\"plot\": 7", box)], chain + " group=farm").contains("go together"))
        #expect(folder.names() == ["plots.geojson", "v.tif"])
    }

    @Test func brokenPolygonsAreRepairedAndNamed() throws {
        let folder = try ScratchFolder()
        let file = try Self.raster(folder, (1...16).map(Double.init), width: 4)
        let zones = folder.path + "/plots.geojson"
        try ZoneFile.write(
            zones,
            [
                // A bow tie of two triangles of one pixel each.
                ("\"plot\": \"bow\"", ZoneFile.polygon([[0, 0], [2, 2], [2, 0], [0, 2]])),
                (
                    "\"plot\": \"line\"",
                    "{\"type\": \"LineString\", \"coordinates\": [[500000, 4400000], [500030, 4400000]]}"
                ),
            ])
        let summary = try Run.run("read \(file) ! zonal zones=\(zones) id=plot \(folder.path)/t.csv")
        let rows = try ZoneFile.rows(folder.path + "/t.csv")
        #expect(rows.count == 1 && Self.isNear(Self.number(rows[0], "v_count"), 2))
        let said = summary.warnings.joined(separator: "\n")
        #expect(said.contains("repaired: bow (") && said.contains("0.0 ha as drawn, 0.1801 ha now"), "\(said)")
        #expect(said.contains("left out: line"), "\(said)")
    }

    @Test func tablesAreSkippedUntilTheZonesChange() throws {
        let folder = try ScratchFolder()
        let file = try Self.raster(folder, (1...16).map(Double.init), width: 4)
        let zones = folder.path + "/plots.geojson"
        try ZoneFile.write(zones, [("\"plot\": 7", ZoneFile.box(0, 0, 2, 2))])
        let chain = "read \(file) ! write \(folder.path)/maps/ ! zonal zones=\(zones) id=plot \(folder.path)/maps/t.csv"
        #expect(try Run.run(chain).state == .done)
        #expect(try Run.run(chain, existing: .skip).state == .skipped)
        let item = try String(contentsOfFile: folder.path + "/maps/v.stac.json", encoding: .utf8)
        #expect(item.contains("\"./t.csv\"") && item.contains("text/csv") && item.contains("plots.geojson"))
        try ZoneFile.write(zones, [("\"plot\": 7", ZoneFile.box(0, 0, 2, 3))])
        #expect(Run.message { try Run.run(chain, existing: .skip) }.contains("stale"))
        #expect(try Run.run(chain, existing: .update).state == .done)
        #expect(try ZoneFile.rows(folder.path + "/maps/t.csv").first?["v_count"] == "6")
    }

    @Test func aPlaneInMemoryNeedsNoFile() throws {
        let folder = try ScratchFolder()
        let zones = folder.path + "/plots.geojson"
        try ZoneFile.write(zones, [("\"plot\": \"A\"", ZoneFile.box(0, 0, 2, 2))])
        let grid = SmallRaster.grid(4, 4)
        let layer = try ZoneLayer(reading: ZoneSelection(zones, id: "plot"), onto: grid)
        let table = ZonalStatistics.table(
            of: [(ZonalPlane(name: "x"), Plane(width: 4, height: 4, values: (1...16).map(Float.init)))], by: layer,
            statistics: [.mean, .median], on: grid)
        #expect(table["x_mean"] == [3.5] && table["x_median"] == [3.5] && table.rows.map(\.id) == ["A"])
    }
}
