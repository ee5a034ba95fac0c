import Foundation
import Testing

@testable import RSPipeline

@Suite struct FieldDataTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    /// The sample scene.
    private static let sample =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path
        + "/samples/scenes/LC08_L1TP_167032_20230715_20230720_02_T1"

    private func make(_ size: Int, seed: UInt64, samples: Int = 60, threads: Int = 2) throws -> String {
        let made = LandsatSynthesis(
            options: SynthesisOptions(
                size: size, seed: seed, writesTruth: false, fieldSamples: samples, threads: threads))
        _ = try made.write(to: scratch.path, overwrite: true)
        return scratch.path + "/" + made.productID
    }

    /// The truth's salinity at a place in degrees.
    private func truth(_ folder: String, _ places: [(lon: Double, lat: Double)]) throws -> [Float] {
        let id = folder.split(separator: "/").last ?? ""
        let dataset = try Dataset(reading: "\(folder)/truth/\(id)_truth_salinity.tif")
        let values = try dataset.floats(band: 1)
        let crs = try #require(dataset.grid.crs)
        let inverse = try #require(dataset.grid.transform.inverse)
        let transform = try CoordinateTransform(from: try CoordinateSystem(text: "EPSG:4326"), to: crs)
        return try places.map { place in
            let point = try #require(transform.transform(x: place.lon, y: place.lat))
            let pixel = inverse.map(column: point.x, row: point.y)
            return values[Int(pixel.y) * dataset.width + Int(pixel.x)]
        }
    }

    private func rows(_ path: String) throws -> [[String: String]] {
        let table = try CSVText(try Data(contentsOf: URL(fileURLWithPath: path)), name: path)
        return table.rows.map { row in
            Dictionary(zip(table.columns, row.fields), uniquingKeysWith: { first, _ in first })
        }
    }

    @Test func thePositionOnTheGridOfCanalsHasAWayBack() {
        let landscape = SyntheticLandscape(seed: 4, pixelSize: 30)
        var random = SplitMix64(seed: 1)
        for _ in 0..<500 {
            let place = SIMD2(
                Double.random(in: -60_000...60_000, using: &random), Double.random(in: -60_000...60_000, using: &random)
            )
            let (u, v) = landscape.turned(place.x, place.y)
            let back = landscape.position(u: u, v: v) - place
            #expect((back * back).sum() < 1e-6, "\(place), seed 1")
        }
    }

    @Test func samplesTellTheTruthWithTheStatedNoise() throws {
        let folder = Self.sample
        let rows = try rows(folder + "/field/samples.csv")
        #expect(rows.count == 80)
        let places = rows.map { (Double($0["lon"] ?? "") ?? .nan, Double($0["lat"] ?? "") ?? .nan) }
        let truths = try truth(folder, places)
        var logs: [Double] = []
        for (row, truth) in zip(rows, truths) {
            let value = try #require(Double(row["ECe"] ?? ""))
            // The truth is that of the pixel's middle.
            logs.append(log(value / Double(truth)))
            // What the equation gives back is the sample, but for whole uS/cm.
            let extract = try #require(Double(row["EC15_uS_cm"] ?? ""))
            #expect(abs(6.53 * extract / 1000 - 0.108 - value) < 0.004)
            let day = try #require(CalendarDay(row["date"] ?? ""))
            #expect((19_543...19_563).contains(day.number))
        }
        let mean = logs.reduce(0, +) / 80
        let deviation = (logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 79).squareRoot()
        // Three standard errors: 0.2 / sqrt(80) of the mean, 0.2 / sqrt(160) of the deviation.
        #expect(abs(mean) < 0.07 && deviation > 0.15 && deviation < 0.25, "\(mean), \(deviation)")
        let values = rows.compactMap { Float($0["ECe"] ?? "") }
        for limit in FieldData.classLimits {
            #expect(values.contains { $0 < limit } && values.contains { $0 >= limit })
        }
        // A fifth of the places in each class of the truth.
        let kinds = truths.map { truth in FieldData.classLimits.count { truth >= $0 } }
        for kind in 0...4 { #expect((14...18).contains(kinds.count { $0 == kind }), "class \(kind + 1)") }
    }

    @Test func validationPlacesHaveTheTruthOfTheirPixels() throws {
        let folder = Self.sample
        let rows = try rows(folder + "/field/validation.csv")
        #expect(rows.count == 1186)
        let places = rows.map { (Double($0["lon"] ?? "") ?? .nan, Double($0["lat"] ?? "") ?? .nan) }
        for (row, truth) in zip(rows, try truth(folder, places)) {
            #expect(Float(row["ECe"] ?? "") == truth)
            let kind = 1 + FieldData.classLimits.count { truth >= $0 }
            #expect(row["class"] == "\(kind)" && row["class_name"] == FieldData.classNames[kind - 1])
        }
    }

    /// Every field lies in the one district it names, and fields do not overlap.
    @Test func fieldsAndDistrictsShareTheGroundOut() throws {
        let folder = Self.sample
        let grid = Grid(
            width: 2000, height: 2000,
            transform: GeoTransform(left: SyntheticSite.x - 10_000, top: SyntheticSite.y + 10_000, pixelSize: 10),
            crs: try SyntheticSite.crs())
        let plots = try VectorLayer(
            reading: folder + "/field/plots.geojson",
            VectorSelection(attributes: ["plot_id", "district", "crop"]), onto: grid)
        let districts = try VectorLayer(
            reading: folder + "/field/districts.geojson", VectorSelection(attributes: ["district"]), onto: grid)
        #expect(plots.warnings.isEmpty && districts.warnings.isEmpty)
        #expect(plots.featureCount == 126 && districts.featureCount == 4)
        let names = plots.shapes.features.compactMap { $0.attributes["plot_id"] }
        #expect(Set(names).count == plots.featureCount)
        let uses = Set(plots.shapes.features.compactMap { $0.attributes["crop"] })
        #expect(uses.isSuperset(of: ["cotton", "fallow", "uncultivated"]), "\(uses)")
        var owner = [Int](repeating: -1, count: grid.pixelCount)
        districts.shapes.forEachRun(in: grid.window) { feature, row, columns in
            for column in columns { owner[row * grid.width + column] = feature }
        }
        var taken = [Bool](repeating: false, count: grid.pixelCount)
        var (twice, elsewhere, count) = (0, 0, 0)
        plots.shapes.forEachRun(in: grid.window) { feature, row, columns in
            let name = plots.shapes.features[feature].attributes["district"]
            for column in columns {
                let pixel = row * grid.width + column
                if taken[pixel] { twice += 1 }
                taken[pixel] = true
                count += 1
                if owner[pixel] < 0 || districts.shapes.features[owner[pixel]].attributes["district"] != name {
                    elsewhere += 1
                }
            }
        }
        #expect(count > 300_000 && twice == 0 && elsewhere == 0, "\(count), \(twice), \(elsewhere)")
    }

    /// Fields of one place have one name and outline in scenes of any size, on any number of threads.
    @Test func aSmallSceneIsAPartOfALargeOne() throws {
        func plots(_ size: Int, threads: Int) throws -> Set<String> {
            let folder = try make(size, seed: 9, samples: 5, threads: threads)
            let text = try String(contentsOfFile: folder + "/field/plots.geojson", encoding: .utf8)
            // The districts' limits are the same; the last line of a file has no comma.
            return Set(text.split(separator: "\n").map { $0.hasSuffix(",") ? String($0.dropLast()) : String($0) })
        }
        let small = try plots(90, threads: 1)
        let large = try plots(140, threads: 3)
        #expect(small.count > 6 && small.isSubset(of: large))
    }

    @Test func theSampleIsMadeAgainWithTheSameBytes() throws {
        let folder = try make(256, seed: 4, samples: 80, threads: 3)
        for name in ["samples.csv", "validation.csv", "plots.geojson", "districts.geojson"] {
            let (made, sample) = ("\(folder)/field/\(name)", "\(Self.sample)/field/\(name)")
            #expect(
                try Data(contentsOf: URL(fileURLWithPath: made)) == Data(contentsOf: URL(fileURLWithPath: sample)),
                "\(name)")
        }
    }

    @Test func everyProductHasFieldData() throws {
        let options = SynthesisOptions(size: 60, seed: 4, writesTruth: false, fieldSamples: 12)
        let files =
            try SPOTSynthesis(options: options).write(to: scratch.path)
            + Sentinel2Synthesis(.l2a, options: options).write(to: scratch.path)
        #expect(files.count { $0.hasSuffix("/field/samples.csv") } == 2)
        #expect(files.count { $0.hasSuffix("/field/districts.geojson") } == 2)
        #expect(throws: SynthesisError.self) {
            try LandsatSynthesis(options: SynthesisOptions(size: 60, seed: 1, fieldSamples: 0)).write(to: scratch.path)
        }
    }
}
