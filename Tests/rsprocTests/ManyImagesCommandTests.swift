import Foundation
import RSPipeline
import Testing

/// `pansharpen` and `mosaic` through the built command.
@Suite struct ManyImagesCommandTests {
    /// Writes a raster of 16-bit numbers; its left edge lies so many pixels of 30 m to the east.
    private func write(
        _ path: String, columns: Range<Int>, rows: Int, pixel: Double = 30, _ number: (Int, Int) -> Int
    ) throws {
        let grid = Grid(
            width: columns.count, height: rows,
            transform: GeoTransform(
                left: 500_000 + Double(columns.lowerBound) * pixel, top: 4_400_000, pixelSize: pixel),
            crs: try CoordinateSystem(text: "EPSG:32639"))
        let writer = try DatasetWriter(creating: path, grid: grid, sampleType: .uint16, bandCount: 1, options: [])
        let values = (0..<rows).flatMap { row in columns.map { UInt16(number($0, row)) } }
        try unsafe values.withUnsafeBytes { bytes in
            try unsafe writer.write(band: 1, window: grid.window, from: bytes, as: .uint16)
        }
        try writer.close()
    }

    @Test func twoScenesInOneFile() throws {
        let scratch = try Scratch()
        func number(_ column: Int, _ row: Int) -> Int { 100 + 7 * column + 300 * row }
        try write(scratch.path + "/west.tif", columns: 0..<300, rows: 120, number)
        try write(scratch.path + "/east.tif", columns: 250..<520, rows: 120, number)
        var outputs: [Data] = []
        for (threads, out) in [("1", "one"), ("2", "two")] {
            let made = try Command.run(
                [
                    "run", "--threads", threads, "read", "west.tif", "roles=red", "!", "mosaic", "east.tif",
                    "assume=same-pass", "overlap=inner", "!", "write", out + "/m.tif",
                ], in: scratch.path)
            #expect(made.status == 0, "\(made.said)")
            outputs.append(try Data(contentsOf: scratch.url(out + "/m.tif")))
        }
        #expect(outputs[0] == outputs[1])
        let map = try Dataset(reading: scratch.path + "/one/m.tif")
        #expect(map.width == 520 && map.height == 120)
        let found = try map.floats(band: 1)
        for index in found.indices where found[index] != Float(number(index % 520, index / 520)) {
            Issue.record("pixel \(index): \(found[index])")
            break
        }
        let item = try scratch.text("one/m.stac.json")
        #expect(item.contains("east.tif") && item.contains("rsproc:scenes") && !item.contains(scratch.path))
        // Another file of the second scene makes the map stale.
        let run = [
            "run", "read", "west.tif", "roles=red", "!", "mosaic", "east.tif", "assume=same-pass", "overlap=inner", "!",
            "write", "one/m.tif",
        ]
        let again = try Command.run(run + ["--skip-existing"], in: scratch.path)
        #expect(again.status == 0 && again.said.contains("skipped"), "\(again.said)")
        try write(scratch.path + "/east.tif", columns: 250..<520, rows: 120) { number($0, $1) + 1 }
        let stale = try Command.run(run + ["--skip-existing"], in: scratch.path)
        #expect(stale.status != 0 && stale.said.contains("east.tif has changed"), "\(stale.said)")
        let explained = try Command.run(run + ["--explain"], in: scratch.path)
        #expect(explained.stdout.contains("and        east (generic"), "\(explained.said)")
    }

    @Test func aWrongNeighbourIsAWrongChain() throws {
        let scratch = try Scratch()
        try write(scratch.path + "/west.tif", columns: 0..<4, rows: 2) { _, _ in 1 }
        try write(scratch.path + "/east.tif", columns: 40..<44, rows: 2) { _, _ in 1 }
        let made = try Command.run(
            [
                "run", "read", "west.tif", "roles=red", "!", "mosaic", "east.tif", "assume=same-pass", "!", "write",
                "out/",
            ],
            in: scratch.path)
        #expect(made.status == 2 && made.stderr.contains("east neither meets nor touches"), "\(made.said)")
    }

    @Test func sharpenedFiles() throws {
        let scratch = try Scratch()
        try write(scratch.path + "/green.tif", columns: 0..<90, rows: 70) { 200 + 3 * $0 + $1 }
        try write(scratch.path + "/red.tif", columns: 0..<90, rows: 70) { 500 + $0 + 2 * $1 }
        try write(scratch.path + "/pan.tif", columns: 0..<180, rows: 140, pixel: 15) { 300 + ($0 * 7 + $1 * 13) % 200 }
        var outputs: [Data] = []
        for (threads, out) in [("1", "one/s.tif"), ("2", "two/s.tif")] {
            let made = try Command.run(
                [
                    "run", "--threads", threads, "read", "green.tif", "red.tif", "pan.tif", "roles=green,red,pan", "!",
                    "pansharpen", "weights=0.4,0.6", "!", "write", out,
                ], in: scratch.path)
            #expect(made.status == 0, "\(made.said)")
            outputs.append(try Data(contentsOf: scratch.url(out)))
        }
        #expect(outputs[0] == outputs[1])
        let map = try Dataset(reading: scratch.path + "/one/s.tif")
        #expect(map.width == 180 && map.height == 140 && map.bandCount == 2)
        let (green, red) = (try map.floats(band: 1), try map.floats(band: 2))
        for index in green.indices {
            let pan = Float(300 + (index % 180 * 7 + index / 180 * 13) % 200)
            guard abs(0.4 * green[index] + 0.6 * red[index] - pan) < 1e-3 else {
                Issue.record("pixel \(index): \(green[index]), \(red[index])")
                break
            }
        }
        let said = try Command.run(["steps", "pansharpen"])
        #expect(said.stdout.contains("weights=") && said.stdout.contains("Brovey"), "\(said.said)")
    }
}
