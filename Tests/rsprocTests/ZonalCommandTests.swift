import Foundation
import RSPipeline
import Testing

/// Statistics by plot as a user asks for them: in the pass that makes the maps, and of maps that are there.
@Suite struct ZonalCommandTests {
    /// Two plots over the made scene, in longitude and latitude.
    private func plots(of scene: String, in scratch: Scratch) throws {
        let grid = try Dataset(reading: MadeScene.band("B4", of: scene)).grid
        let way = try CoordinateTransform(from: #require(grid.crs), to: CoordinateSystem(text: "EPSG:4326"))
        let features = try [(10.0, 10.0, 40.0, 30.0), (35, 20, 90, 90)].enumerated().map { index, box in
            let corners = [(box.0, box.1), (box.2, box.1), (box.2, box.3), (box.0, box.3), (box.0, box.1)]
            let ring = try corners.map { column, row in
                let place = grid.transform.map(column: column, row: row)
                let point = try #require(way.transform(x: place.x, y: place.y))
                return "[\(point.x), \(point.y)]"
            }
            return "{\"type\": \"Feature\", \"properties\": {\"plot_id\": \"P\(index + 1)\", \"district\": \"North\"}, "
                + "\"geometry\": {\"type\": \"Polygon\", \"coordinates\": [[\(ring.joined(separator: ", "))]]}}"
        }
        try scratch.write(
            "{\"type\": \"FeatureCollection\", \"features\": [\(features.joined(separator: ",\n"))]}",
            to: "plots.geojson")
    }

    @Test func theFusedPassAndTheMapsGiveTheSameTable() throws {
        let scratch = try Scratch()
        let scene = try MadeScene.small.get().path
        try plots(of: scene, in: scratch)
        let fused = try Command.run(
            [
                "run", "--quiet", "read", scene, "!", "toa", "!", "index", "ndvi", "!", "write", "out/", "!", "zonal",
                "zones=plots.geojson", "id=plot_id", "stats=mean,median,count", "out/{scene}_plots.csv",
                "out/plots.gpkg", "group=district", "groups=out/districts.csv",
            ], in: scratch.path)
        #expect(fused.status == 0, "\(fused.said)")
        #expect(
            scratch.list("out") == [
                "\(MadeScene.id).stac.json", "\(MadeScene.id)_ndvi.tif", "\(MadeScene.id)_plots.csv", "districts.csv",
                "plots.gpkg",
            ])
        let again = try Command.run(
            [
                "zonal", "out/\(MadeScene.id)_ndvi.tif", "--zones", "plots.geojson", "--id", "plot_id", "--stats",
                "mean,median,count", "--to", "again.csv", "--json",
            ], in: scratch.path)
        #expect(again.status == 0, "\(again.said)")
        #expect(again.stdout.contains("again.csv"))
        func columns(_ name: String) throws -> [String] {
            // Up to the count: which reasons have columns depends on the chain.
            try scratch.text(name).split(separator: "\r\n").map {
                $0.split(separator: ",", omittingEmptySubsequences: false).prefix(7).joined(separator: ",")
            }
        }
        let table = try columns("out/\(MadeScene.id)_plots.csv")
        #expect(table.count == 3)
        #expect(table[0] == "plot_id,district,zone_ha,outside_ha,ndvi_mean,ndvi_median,ndvi_count")
        #expect(try columns("again.csv") == table)
        #expect(try scratch.text("out/districts.csv").hasPrefix("district,zones,zone_ha"))
    }

    @Test func aMistakeIsSaidBeforeAnythingIsRead() throws {
        let scratch = try Scratch()
        let scene = try MadeScene.small.get().path
        try plots(of: scene, in: scratch)
        let band = MadeScene.band("B4", of: scene)
        for (arguments, code, words) in [
            (["--id", "plot", "--to", "t.csv"], 3, "no attribute 'plot'"),
            (["--id", "plot_id", "--to", "t.xls"], 2, "a table ends in .csv, .gpkg or .geojson"),
            (["--id", "plot_id", "--stats", "avg", "--to", "t.csv"], 2, "there are mean, median"),
            (["--id", "plot_id"], 2, "a table is missing"),
        ] as [([String], Int32, String)] {
            let outcome = try Command.run(
                ["zonal", band, "--zones", "plots.geojson"] + arguments, in: scratch.path)
            #expect(outcome.status == code && outcome.stderr.contains(words), "\(outcome.said)")
        }
        #expect(scratch.list() == ["plots.geojson", "stderr", "stdout"] || scratch.list() == ["plots.geojson"])
    }
}
