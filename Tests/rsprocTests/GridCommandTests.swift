import Foundation
import RSPipeline
import Testing

/// `regrid`, `clip` and vector masks as a user runs them.
@Suite struct GridCommandTests {
    /// A box in degrees around a part of the made scene, as GeoJSON.
    private func area(of scene: String, in scratch: Scratch) throws -> String {
        let grid = try Dataset(reading: MadeScene.band("B4", of: scene)).grid
        let way = try CoordinateTransform(from: #require(grid.crs), to: CoordinateSystem(text: "EPSG:4326"))
        let ring = try [(20.0, 30.0), (90, 30), (90, 100), (20, 100), (20, 30)].map { column, row in
            let place = grid.transform.map(column: column, row: row)
            let point = try #require(way.transform(x: place.x, y: place.y))
            return "[\(point.x), \(point.y)]"
        }
        try scratch.write(
            "{\"type\": \"Feature\", \"properties\": {}, \"geometry\": {\"type\": \"Polygon\", \"coordinates\": "
                + "[[\(ring.joined(separator: ", "))]]}}", to: "aoi.geojson")
        return scratch.path + "/aoi.geojson"
    }

    @Test func clippedAndBroughtToAnotherZone() throws {
        let scratch = try Scratch()
        let scene = try MadeScene.small.get().path
        let aoi = try area(of: scene, in: scratch)
        var outputs: [Data] = []
        for (threads, out) in [("1", "one/"), ("2", "two/")] {
            let outcome = try Command.run(
                [
                    "run", "--threads", threads, "read", scene, "!", "surface", "method=dos1", "!", "clip",
                    "aoi=" + aoi, "!",
                    "regrid", "crs=EPSG:32638", "res=30", "!", "mask", "cloud", "!", "index", "ndvi", "!", "write", out,
                ],
                in: scratch.path)
            #expect(outcome.status == 0, "\(outcome.said)")
            let name = "\(out)\(MadeScene.id)_ndvi.tif"
            let made = try Dataset(reading: scratch.path + "/" + name)
            #expect(made.grid.crs?.epsg == 32638 && made.grid.transform.columnX == 30)
            #expect((70..<100).contains(made.width) && (70..<100).contains(made.height))
            let values = try made.floats(band: 1)
            #expect(values.contains { $0.isNaN } && values.filter { !$0.isNaN }.count > 3000)
            outputs.append(try Data(contentsOf: scratch.url(name)))
        }
        #expect(outputs[0] == outputs[1])
        let info = try scratch.text("one/\(MadeScene.id).stac.json")
        #expect(info.contains("aoi=aoi.geojson") && !info.contains(scratch.path), "\(info)")
    }

    /// Another area under the old name makes outputs stale.
    @Test func aChangedAreaIsNoticed() throws {
        let scratch = try Scratch()
        let scene = try MadeScene.small.get().path
        let aoi = try area(of: scene, in: scratch)
        let arguments = [
            "run", "--skip-existing", "read", scene, "bands=B4", "!", "mask", "outside=" + aoi, "!", "write", "out/",
        ]
        #expect(try Command.run(arguments, in: scratch.path).status == 0)
        let again = try Command.run(arguments, in: scratch.path)
        #expect(again.status == 0 && again.said.contains("skipped"), "\(again.said)")
        let text = try scratch.text("aoi.geojson")
        try scratch.write(text + "\n", to: "aoi.geojson")
        let other = try Command.run(arguments, in: scratch.path)
        #expect(other.said.contains("other constants"), "\(other.said)")
    }

    @Test func explained() throws {
        let scratch = try Scratch()
        let outcome = try Command.run(
            [
                "run", "--explain", "read", try MadeScene.small.get().path, "!", "toa", "!", "regrid", "crs=EPSG:4326",
                "!",
                "index", "ndvi", "!", "write", "out/",
            ], in: scratch.path)
        #expect(outcome.status == 0, "\(outcome.said)")
        #expect(
            outcome.stdout.contains("B4 to EPSG:4326, bilinear, coordinates exact every 64 pixels"), "\(outcome.said)")
        #expect(scratch.list() == [])
    }

    @Test(arguments: [
        (["regrid", "crs=EPSG:4326", "res=30"], Int32(2), "a pixel of 30.0 would be larger than the scene"),
        (["clip", "extent=1,2,3,4"], 2, "does not meet the scene"), (["clip", "aoi=nowhere.gpkg"], 3, "nowhere.gpkg"),
        (["mask", "outside=junk.geojson"], 3, "not a readable GeoPackage, GeoJSON"),
    ])
    func refusals(steps: [String], status: Int32, words: String) throws {
        let scratch = try Scratch()
        try scratch.write("{\"type\": \"Fea", to: "junk.geojson")
        let outcome = try Command.run(
            ["run", "read", try MadeScene.small.get().path, "bands=B4", "!"] + steps + ["!", "write", "out/"],
            in: scratch.path)
        #expect(outcome.status == status, "\(outcome.said)")
        #expect(outcome.stderr.contains(words), "\(outcome.said)")
        #expect(scratch.list() == ["junk.geojson"])
    }
}
