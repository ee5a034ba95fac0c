import Foundation
import Testing

@testable import RSPipeline

@Suite struct SampleExtractionTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    /// Twenty columns of 0.00, 0.01, ..., one row below the other; the last row is without data.
    private func scene(_ width: Int = 5, _ height: Int = 4) throws -> SmallScene {
        var scene = try SmallScene(width: width, height: height)
        var values = (0..<(width * height)).map { Double($0) / 100 }
        for column in 0..<width { values[(height - 1) * width + column] = .nan }
        try scene.add("red", role: .red, values, quantity: .toaReflectance)
        try scene.add("nir", role: .nir, values.map { 0.5 - $0 }, quantity: .toaReflectance)
        return scene
    }

    /// Samples at pixel coordinates of the scenes' grid, with their values, as a table would bring them.
    private func samples(
        _ places: [(column: Double, row: Double)], values: [String]? = nil, more: String = "", fields: [String]? = nil
    ) throws -> FieldSamples {
        let transform = SmallRaster.grid(1, 1).transform
        var text = "id,x,y,ECe,depth,date\n"
        for (index, place) in places.enumerated() {
            let point = transform.map(column: place.column, row: place.row)
            let rest = fields?[index] ?? "0-30,2023-07-10"
            text += "s\(index),\(point.x),\(point.y),\(values?[index] ?? "\(index + 1)"),\(rest)\n"
        }
        return try FieldSamples(
            csv: Data(text.utf8), name: "t.csv", FieldSampleOptions(unit: "dS/m", crs: SmallRaster.crs))
    }

    private func extract(
        _ scene: SmallScene, _ samples: FieldSamples, _ steps: String = "select red,nir",
        support: SampleSupport = .window(1), duplicates: SampleExtraction.Duplicates = .mark, days: Int? = nil,
        threads: Int = 1
    ) throws -> SampleExtraction.Result {
        try SampleExtraction(
            try Chain("read it ! " + steps), scene: scene.scene, support: support, duplicates: duplicates,
            maximumDays: days
        ).extract(samples, options: ExecutionOptions(threads: threads))
    }

    // MARK: Values

    @Test func aPixelGivesItsValue() throws {
        let result = try extract(
            try scene(), try samples([(0.5, 0.5), (4.99, 2.01), (2.5, 3.5), (5.01, 0.5), (-0.01, 1)]))
        let rows = result.table.rows
        #expect(result.table.predictors == ["red", "nir"])
        #expect(rows.map { $0[.status] } == ["ok", "ok", "no-data", "outside", "outside"])
        #expect(rows[0].predictors == [0, 0.5] && rows[1].predictors == [0.14, 0.36])
        #expect(rows[2].predictors.allSatisfy(\.isNaN) && rows[3].predictors.allSatisfy(\.isNaN))
        let first = rows[0]
        #expect(first[.x] == "500015" && first[.y] == "4399985" && first[.target] == "ECe" && first[.value] == "1")
        #expect(first[.lon].hasPrefix("51.000") && first[.lat].hasPrefix("39.74"))
        #expect(first[.scene] == "SMALL" && first[.sceneDate] == "2023-07-15" && first[.days] == "-5")
        #expect(first[.quantity] == "toaReflectance" && first[.support] == "pixel" && first[.pixels] == "1")
        #expect(first[.depthTop] == "0" && first[.depthBottom] == "30" && first[.rawUnit] == "dS/m")
        #expect(result.statusCounts == ["ok": 2, "no-data": 1, "outside": 2])
    }

    /// By hand: around column 1, row 1 the values run from 0.00 to 0.12 and their mean is 0.06.
    @Test func aWindowGivesTheMeanOfWhatHasAValue() throws {
        let places = try samples([(1.5, 1.5), (3.5, 2.5), (0.5, 0.5), (2.2, 3.5)])
        let rows = try extract(try scene(), places, support: .window(3)).table.rows
        #expect(rows[0].predictors == [0.06, 0.44] && rows[0][.pixels] == "9" && rows[0][.support] == "3x3")
        // Of nine pixels the last three have no value: the mean is that of rows 1 and 2, columns 2 to 4.
        #expect(rows[1].predictors[0] == 0.105 && rows[1][.pixels] == "6" && rows[1][.status] == "ok")
        // Four of nine lie in the scene: too few.
        #expect(rows[2].predictors[0] == 0.03 && rows[2][.pixels] == "4" && rows[2][.status] == "outside")
        #expect(rows[3][.pixels] == "3" && rows[3][.status] == "no-data")
    }

    /// Two plots: columns 0 to 1 of rows 0 to 1, and a sliver without a centre.
    @Test func aPlotGivesTheMeanOfItsPixels() throws {
        let grid = SmallRaster.grid(5, 4)
        func ring(_ left: Double, _ top: Double, _ right: Double, _ bottom: Double) -> String {
            let corners = [(left, top), (left, bottom), (right, bottom), (right, top), (left, top)]
            return corners.map { column, row in
                let place = grid.transform.map(column: column, row: row)
                return "[\(place.x),\(place.y)]"
            }.joined(separator: ",")
        }
        let features = [("A", ring(0.1, 0.1, 2.2, 2.2)), ("B", ring(3.6, 0.6, 3.9, 0.9))].map { name, ring in
            "{\"type\":\"Feature\",\"properties\":{\"plot\":\"\(name)\"},\"geometry\":{\"type\":\"Polygon\","
                + "\"coordinates\":[[\(ring)]]}}"
        }
        let path = scratch.path + "/plots.geojson"
        let text =
            "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":"
            + "\"urn:ogc:def:crs:EPSG::32639\"}},\"features\":[\(features.joined(separator: ","))]}"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let places = try samples([(2.1, 2.1), (3.7, 0.7), (4.5, 2.5)])
        let rows = try extract(
            try scene(), places, support: .plots(path: path, layer: nil, id: "plot")
        ).table.rows
        // Values 0.00, 0.01, 0.05 and 0.06.
        #expect(rows[0].predictors[0] == 0.03 && rows[0][.pixels] == "4" && rows[0][.field] == "A")
        #expect(rows[1].predictors[0] == 0.03 && rows[1][.pixels] == "1" && rows[1][.field] == "B")
        #expect(rows.map { $0[.status] } == ["ok", "ok", "no-plot"] && rows[0][.support] == "plot")
    }

    /// A Level-1 scene of more than one unit of work: random counts, a few clouds and shadows, a quarter of fill.
    private func largeScene() throws -> String {
        var random = SplitMix64(seed: 17)
        var scene = SmallLandsat(width: 560, height: 48)
        let count = scene.width * scene.height
        for band in ["B2", "B3", "B4", "B5"] {
            scene.bands[band] = (0..<count).map { _ in Double(random.next() >> 50) + 7000 }
        }
        let words = [21_824.0, 21_824, 21_824, 21_824, 22_280, 23_888]
        scene.bands["QA_PIXEL"] = (0..<count).map { index in
            index % 560 < 140 ? 1 : words[Int(random.next() >> 32) % words.count]
        }
        return try scene.write(in: scratch.path)
    }

    /// A triangle in the middle of that scene.
    private func mask() throws -> String {
        let path = scratch.path + "/mask.geojson"
        let text = """
            {"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32639"}},
            "features":[{"type":"Feature","properties":{},"geometry":{"type":"Polygon",
            "coordinates":[[[506000,4399900],[512000,4398600],[512000,4399800],[506000,4399900]]]}}]}
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// Whatever the chain does, the table has the numbers of the map.
    @Test func theTableHasTheNumbersOfTheMap() throws {
        let folder = try largeScene()
        let mask = try mask()
        for steps in [
            "toa ! mask fill,cloud buffer=1px ! mask inside=\(mask) ! index ndvi,sqrt_GR",
            "toa ! mask fill ! index ndvi ! regrid res=45 resampling=bilinear",
            "surface method=dos1 ! mask fill,cloud ! index sqrt_GR",
        ] {
            let chain = try Chain("read \(folder) ! " + steps)
            let scene = try chain.openScene()
            let plan = try Plan(chain, scene: scene)
            let planes = try plan.planesInMemory(options: ExecutionOptions(threads: 2))
            var random = SplitMix64(seed: 11)
            var table = "id,x,y,ECe\n"
            var pixels: [(column: Int, row: Int)] = []
            for number in 0..<40 {
                let column = Int.random(in: 0..<plan.grid.width, using: &random)
                let row = Int.random(in: 0..<plan.grid.height, using: &random)
                let place = plan.grid.transform.map(
                    column: Double(column) + Double.random(in: 0.01...0.99, using: &random),
                    row: Double(row) + Double.random(in: 0.01...0.99, using: &random))
                pixels.append((column, row))
                table += "\(number),\(place.x),\(place.y),1\n"
            }
            let samples = try FieldSamples(
                csv: Data(table.utf8), name: "t.csv", FieldSampleOptions(unit: "dS/m", crs: plan.grid.crs))
            let extraction = try SampleExtraction(chain, scene: scene, duplicates: .keep)
            let result = try extraction.extract(samples, options: ExecutionOptions(threads: 2))
            let again = try extraction.extract(samples, options: ExecutionOptions(threads: 1, memory: 40 << 20))
            #expect(again.table.text == result.table.text)
            var valid = 0
            for (row, pixel) in zip(result.table.rows, pixels) {
                for (plane, value) in zip(planes, row.predictors) {
                    let expected = plane.values[pixel.row * plane.width + pixel.column]
                    #expect(Float(value) == expected || value.isNaN && expected.isNaN, "\(steps), seed 11: \(pixel)")
                }
                let isWhole = row.predictors.allSatisfy { !$0.isNaN }
                #expect((row[.status] == "ok") == isWhole, "\(row[.status])")
                if isWhole { valid += 1 }
            }
            #expect(valid > 5 && valid < 40, "\(steps): \(valid)")
        }
    }

    @Test func reasonsAreNamed() throws {
        var scene = try scene(4, 2)
        scene.scene.bands = []
        try scene.add("red", role: .red, [0.1, 0.2, 0.3, 0.4, 0.1, 0.1, 0.1, 0.1], quantity: .toaReflectance)
        let places = try samples([(0.5, 0.5), (1.5, 0.5), (2.5, 0.5)])
        let result = try extract(scene, places, "expr a=\"red > 0.15 ? nodata : red\" b=\"1 / (red - red)\"")
        #expect(result.table.rows[0][.status] == "undefined" && result.table.rows[0].predictors[0] == 0.1)
        #expect(result.warnings.contains { $0.contains("none of the 3 samples") })
    }

    // MARK: Status

    @Test(arguments: [
        (SampleExtraction.Duplicates.mark, ["duplicate", "duplicate", "ok", "ok"], "2"),
        (.first, ["ok", "duplicate", "ok", "ok"], "2"), (.keep, ["ok", "ok", "ok", "ok"], "2"),
        (.mean, ["ok", "duplicate", "ok", "ok"], "3"),
    ])
    func samplesOnOnePixel(rule: SampleExtraction.Duplicates, statuses: [String], first: String) throws {
        // The third is of another depth, the fourth on another pixel.
        let places = try samples(
            [(1.2, 1.2), (1.8, 1.8), (1.5, 1.5), (2.5, 1.5)], values: ["2", "4", "9", "1"],
            fields: ["0-30,", "0-30,", "30-60,", "0-30,"])
        let result = try extract(try scene(), places, duplicates: rule)
        #expect(result.table.rows.map { $0[.status] } == statuses)
        #expect(result.table.rows[0][.value] == first && result.table.rows[0][.rawValue] == "2")
        #expect(result.table.rows[0][.conversion] == (rule == .mean ? "mean of 2 samples" : ""))
        #expect(result.warnings.contains { $0.contains("2 samples share a pixel") })
    }

    @Test func samplesOfOtherDays() throws {
        let places = try samples(
            [(0.5, 0.5), (1.5, 0.5), (2.5, 0.5)], fields: ["0-30,2023-07-20", "0-30,2022-07-15", "0-30,"])
        let all = try extract(try scene(), places)
        #expect(all.table.rows.map { $0[.status] } == ["ok", "ok", "ok"])
        #expect(all.table.rows.map { $0[.days] } == ["5", "-365", ""])
        #expect(all.warnings.contains { $0.contains("1 of 3 samples") && $0.contains("up to 365") })
        let near = try extract(try scene(), places, days: 30)
        #expect(near.table.rows.map { $0[.status] } == ["ok", "date", "ok"])
    }

    @Test func samplesWithoutANumberOrAPlace() throws {
        let text = "id,lon,lat,ECe\na,51.0002,39.7495,\nb,,,3\nc,51.0002,39.7495,4\n"
        let samples = try FieldSamples(csv: Data(text.utf8), name: "t.csv", FieldSampleOptions(unit: "dS/m"))
        let rows = try extract(try scene(), samples).table.rows
        #expect(rows.map { $0[.status] } == ["no-value", "no-place", "ok"])
        #expect(rows[0][.value] == "" && rows[0].predictors[0].isFinite && rows[1][.x] == "")
    }

    @Test func exchangedCoordinatesAreNoticed() throws {
        let text = "id,lon,lat,ECe\na,39.7495,51.0002,3\n"
        let samples = try FieldSamples(csv: Data(text.utf8), name: "t.csv", FieldSampleOptions(unit: "dS/m"))
        let said = Run.message { _ = try extract(try scene(), samples) }
        #expect(said.contains("exchanged") && said.contains("t.csv"), "\(said)")
        let elsewhere = try FieldSamples(
            csv: Data("id,lon,lat,ECe\na,10,50,3\nb,11,50,3\n".utf8), name: "t.csv", FieldSampleOptions(unit: "dS/m"))
        let far = Run.message { _ = try extract(try scene(), elsewhere) }
        #expect(far.contains("none of the 2 samples") && far.contains("--crs"), "\(far)")
    }

    @Test func chainsThatCannotBeSampled() throws {
        let places = try samples([(0.5, 0.5)])
        let write = Run.message { _ = try extract(try scene(), places, "select red ! write out/") }
        #expect(write.contains("leave write out"))
        let zonal = Run.message { _ = try extract(try scene(), places, "select red ! zonal zones=z.csv id=a t.csv") }
        #expect(zonal.contains("leave zonal out"))
        let taken = Run.message { _ = try extract(try scene(), places, "expr value=red") }
        #expect(taken.contains("'value'"))
        var nowhere = try SmallScene()
        let grid = Grid(width: 4, height: 4, transform: .identity, crs: nil)
        let path = scratch.path + "/plain.tif"
        try SmallRaster.write(path, grid: grid, type: .float32, bands: [[Double](repeating: 1, count: 16)])
        nowhere.scene.bands = [
            Band(
                name: "red", role: .red,
                source: RasterSource(
                    path: path, band: 1, grid: grid, sampleType: .float32, blockWidth: 4, blockHeight: 4),
                quantity: .toaReflectance)
        ]
        let lost = nowhere
        #expect(Run.message { _ = try extract(lost, places, "select red") }.contains("no place on the map"))
    }

    @Test func aTableIsWrittenWholeOrNotAtAll() throws {
        let table = try extract(try scene(), try samples([(0.5, 0.5)])).table
        let path = scratch.path + "/new/t.csv"
        try table.write(to: path)
        #expect(try SampleTable(path: path).text == table.text)
        #expect(Run.message { try table.write(to: path) }.contains("--overwrite"))
        try table.write(to: path, overwrite: true)
        #expect(scratch.names("new") == ["t.csv"])
    }

    @Test(arguments: [("pixel", "pixel"), ("3x3", "3x3"), ("window=5", "5x5"), ("1x1", "pixel")])
    func supportsAreRead(text: String, label: String) { #expect(SampleSupport(text)?.label == label) }

    @Test(arguments: ["2x2", "3x5", "window=4", "window=-1", "101x101", "plot", ""])
    func othersAreNot(text: String) { #expect(SampleSupport(text) == nil) }
}
