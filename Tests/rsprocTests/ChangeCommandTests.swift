import Foundation
import RSPipeline
import Testing

/// Two scenes of one place assessed, then compared, as a user does it.
@Suite struct ChangeCommandTests {
    private static let ids = ["LC08_L1TP_167032_20220712_20220720_02_T1", "LC08_L1TP_167032_20230715_20230720_02_T1"]

    /// Makes the folders `2022` and `2023` of two landscapes on one grid.
    private func assess(_ subject: [String] = ["--model", "model.json"], in scratch: Scratch) throws {
        var model = SalinityModel(
            target: SoilProperty(.saturatedPaste, depth: 0...30), predictors: [.init(name: "sqrt_GR")],
            form: .linear(intercept: -3, coefficients: [60]), method: "ols")
        model.sensor = "landsat8-oli-tirs"
        model.quantity = .surfaceReflectance(method: "dos1")
        model.crossValidation = .init(
            scheme: "block=1000m", folds: 4,
            metrics: RegressionMetrics(observed: [1, 4, 9, 16], predicted: [2, 3, 10, 15]))
        try scratch.write(model.text, to: "model.json")
        _ = try MadeScene.copy(to: scratch, as: "old")
        let made = try Command.run(
            ["synth", "landsat8", "--size", "128", "--seed", "9", "--no-truth", "--out", "new"], in: scratch.path)
        #expect(made.status == 0, "\(made.said)")
        try MadeScene.editMetadata(of: scratch.path + "/old") { line in
            line.contains("LANDSAT_PRODUCT_ID")
                ? line.replacingOccurrences(of: MadeScene.id, with: Self.ids[0])
                : line.replacingOccurrences(of: "DATE_ACQUIRED = 2023-07-15", with: "DATE_ACQUIRED = 2022-07-12")
        }
        for (scene, out) in [("old", "2022"), ("new/" + MadeScene.id, "2023")] {
            let outcome = try Command.run(
                ["assess", scene, "--gate", "none", "--out", out, "--quiet"] + subject, in: scratch.path)
            #expect(outcome.status == 0, "\(outcome.said)")
        }
    }

    private func compare(_ words: [String], in scratch: Scratch) throws -> Command.Outcome {
        try Command.run(["change"] + words, in: scratch.path)
    }

    private func map(_ name: String, in scratch: Scratch) throws -> [Float] {
        try Dataset(reading: scratch.path + "/" + name).floats(band: 1)
    }

    /// The whole of the grid as one zone, and its western half.
    private func zones(like map: String, in scratch: Scratch) throws {
        let grid = try Dataset(reading: scratch.path + "/" + map).grid
        let features = [("all", Double(grid.width)), ("west", 20.25)].map { name, right in
            let ring = [(0.0, 0.0), (right, 0), (right, Double(grid.height)), (0, Double(grid.height)), (0, 0)].map {
                let place = grid.transform.map(column: $0.0, row: $0.1)
                return "[\(place.x), \(place.y)]"
            }
            return
                "{\"type\": \"Feature\", \"properties\": {\"name\": \"\(name)\"}, \"geometry\": {\"type\": \"Polygon\", "
                + "\"coordinates\": [[\(ring.joined(separator: ", "))]]}}"
        }
        try scratch.write(
            "{\"type\": \"FeatureCollection\", \"crs\": {\"type\": \"name\", \"properties\": {\"name\": "
                + "\"urn:ogc:def:crs:EPSG::32639\"}}, \"features\": [\(features.joined(separator: ",\n"))]}",
            to: "zones.geojson")
    }

    @Test func everyHectareIsThatOfTheMaps() throws {
        let scratch = try Scratch()
        try assess(in: scratch)
        let files = zip(Self.ids, ["2022", "2023"]).map { "\($0.1)/\($0.0)_ECe" }
        try zones(like: files[0] + ".tif", in: scratch)
        let words = ["2022", "2023", "--zones", "zones.geojson", "--id", "name", "--out", "out"]
        let outcome = try compare(words, in: scratch)
        #expect(outcome.status == 0, "\(outcome.said)")
        #expect(outcome.stdout.contains("transitions (unadjusted)"), "\(outcome.said)")
        #expect(outcome.stdout.contains("direction (unadjusted)"), "\(outcome.said)")
        let change = try Change(json: Data(contentsOf: scratch.url("out/change.json")), name: "change.json")
        #expect(change.before.date == "2022-07-12" && change.after.date == "2023-07-15")
        #expect(change.rule.hasPrefix("usda") && !change.warnings.contains { $0.contains(scratch.path) })

        let classes = try files.map { try map($0 + "_class.tif", in: scratch) }
        let values = try files.map { try map($0 + ".tif", in: scratch) }
        let made = try map("out/change_class.tif", in: scratch)
        let difference = try map("out/change_ECe.tif", in: scratch)
        let grid = try Dataset(reading: scratch.path + "/out/change_class.tif").grid
        let areas = try PixelAreas(of: grid)
        var matrix = [[Double]](repeating: [Double](repeating: 0, count: 5), count: 5)
        var (improved, worsened, sum, weight) = (0.0, 0.0, 0.0, 0.0)
        let limit = 1.96 * 2.0.squareRoot()
        for pixel in made.indices {
            let area = areas.hectares(column: pixel % grid.width, row: pixel / grid.width)
            let (from, to) = (Int(classes[0][pixel]), Int(classes[1][pixel]))
            let isCompared = from > 0 && to > 0
            #expect(made[pixel] == (isCompared ? to < from ? 1 : to > from ? 3 : 2 : 0))
            if isCompared { matrix[from - 1][to - 1] += area }
            let step = values[1][pixel] - values[0][pixel]
            #expect(step == difference[pixel] || step.isNaN && difference[pixel].isNaN)
            if step.isNaN { continue }
            (sum, weight) = (sum + Double(step) * area, weight + area)
            if Double(step) > limit { worsened += area }
            if Double(step) < -limit { improved += area }
        }
        func close(_ a: Double?, _ b: Double) -> Bool { a.map { abs($0 - b) <= 1e-9 * max(b.magnitude, 1) } ?? false }
        for (found, expected) in zip(change.transitions.hectares.joined(), matrix.joined()) {
            #expect(close(found, expected), "\(found) \(expected)")
        }
        #expect(matrix.joined().count { $0 > 0 } > 6)
        #expect(close(change.certainty?.limit, limit) && change.certainty?.isSpatial == true)
        #expect(close(change.certainty?.improved, improved) && close(change.certainty?.worsened, worsened))
        #expect(improved > 0 && worsened > 0)
        #expect(close(change.difference?.mean, sum / weight) && close(change.difference?.hectares, weight))

        let rows = try scratch.text("out/zones.csv").split(separator: "\r\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        func column(_ name: String) throws -> Double? {
            Double(rows[1][try #require(rows[0].firstIndex(of: name), "\(rows[0])")])
        }
        for direction in change.directions {
            #expect(close(try column("change_class_ha_" + direction.name), direction.hectares))
        }
        #expect(abs((try column("change_ECe_mean") ?? .nan) - sum / weight) < 1e-5)
        #expect(close(try column("change_beyond_error_ha_worsened_beyond_the_error"), worsened))
        let table = try scratch.text("out/transitions.csv")
        #expect(table.hasPrefix("before,after,change,hectares,share,basis"))
        #expect(table.contains("non-saline,slightly saline,worsened,") && !table.contains(",adjusted"))

        // Again: nothing to do; with other threads the same bytes.
        #expect(try compare(words + ["--skip-existing"], in: scratch).stdout.contains("skipped"))
        let refused = try compare(words, in: scratch)
        #expect(refused.status == 4 && refused.stderr.contains("--overwrite"), "\(refused.said)")
        let other = try compare(words.dropLast() + ["other", "--threads", "1", "--json"], in: scratch)
        #expect(other.status == 0 && other.stdout.hasPrefix("{"), "\(other.said)")
        #expect(scratch.list("other") == scratch.list("out"))
        for name in scratch.list("out") {
            #expect(try Data(contentsOf: scratch.url("out/" + name)) == Data(contentsOf: scratch.url("other/" + name)))
        }
        // The maps of classes by name, and the models.
        let named = try compare(
            files.map { $0 + "_class.tif" } + ["--models", "model.json,model.json", "--out", "named", "--quiet"],
            in: scratch)
        #expect(named.status == 0 && named.stdout.isEmpty, "\(named.said)")
        let same = try Change(json: Data(contentsOf: scratch.url("named/change.json")), name: "change.json")
        #expect(same.transitions == change.transitions && same.certainty == change.certainty && same.zones == nil)

        // The table of zones is stale when the maps have changed.
        try scratch.write(try scratch.text("2022/assessment.json") + " ", to: "2022/assessment.json")
        let stale = try compare(words + ["--skip-existing"], in: scratch)
        #expect(stale.status == 4 && stale.stderr.contains("stale"), "\(stale.said)")
    }

    @Test func anIndexNeverImproves() throws {
        let scratch = try Scratch()
        try assess(["--index", "sqrt_GR", "--thresholds", "0.15,0.25"], in: scratch)
        let outcome = try compare(["2022", "2023", "--out", "out"], in: scratch)
        #expect(outcome.status == 0 && outcome.stdout.contains("  higher "), "\(outcome.said)")
        let change = try Change(json: Data(contentsOf: scratch.url("out/change.json")), name: "change.json")
        #expect(change.directions.map(\.name) == ["lower", "same", "higher"] && change.certainty == nil)
        #expect(change.difference != nil && !scratch.list("out").contains("change_beyond_error.tif"))
        for text in [outcome.said, try scratch.text("out/change.json"), try scratch.text("out/transitions.csv")] {
            #expect(!text.contains("improved") && !text.contains("worsened") && !text.contains("saline"), "\(text)")
        }
    }

    /// Places in the field: one in four of those that improved on the map were unchanged, the others are as on the map.
    @Test func placesCorrectTheHectares() throws {
        let scratch = try Scratch()
        try assess(in: scratch)
        let plain = try compare(["2022", "2023", "--out", "plain", "--quiet"], in: scratch)
        #expect(plain.status == 0, "\(plain.said)")
        let numbers = try map("plain/change_class.tif", in: scratch)
        let grid = try Dataset(reading: scratch.path + "/plain/change_class.tif").grid
        let way = try CoordinateTransform(from: #require(grid.crs), to: CoordinateSystem(text: "EPSG:4326"))
        var text = "lon,lat,change\n"
        for (code, word) in [(Float(1), "improved"), (2, "unchanged"), (3, "worsened")] {
            let pixels = numbers.indices.filter { numbers[$0] == code }.prefix(60)
            #expect(pixels.count == 60)
            for (count, pixel) in pixels.enumerated() {
                let place = grid.transform.map(
                    column: Double(pixel % grid.width) + 0.5, row: Double(pixel / grid.width) + 0.5)
                let point = try #require(way.transform(x: place.x, y: place.y))
                text += "\(point.x),\(point.y),\(code == 1 && count % 4 == 0 ? "unchanged" : word)\n"
            }
        }
        try scratch.write(text, to: "places.csv")
        let outcome = try compare(["2022", "2023", "--places", "places.csv", "--out", "out"], in: scratch)
        #expect(outcome.status == 0 && outcome.stdout.contains("direction (adjusted)"), "\(outcome.said)")
        #expect(outcome.stdout.contains("transitions (unadjusted)"), "\(outcome.said)")
        let change = try Change(json: Data(contentsOf: scratch.url("out/change.json")), name: "change.json")
        let counted = change.directions.map(\.hectares)
        let expected = [0.75 * counted[0], counted[1] + 0.25 * counted[0], counted[2]]
        for (direction, hectares) in zip(change.directions, expected) {
            #expect(abs((direction.estimate?.hectares ?? .nan) - hectares) < 1e-9 * hectares)
        }
        // Olofsson et al. 2014: W sqrt(q (1 - q) / (n - 1)), 95 %.
        let margin = 1.959963984540054 * counted[0] * (0.75 * 0.25 / 59).squareRoot()
        #expect(abs((change.directions[0].estimate?.margin ?? .nan) - margin) < 1e-9 * margin)
        let few = try compare(
            ["2022", "2023", "--places", "places.csv", "--reference", "lon", "--out", "no"], in: scratch)
        #expect(few.status == 3 && few.stderr.contains("is no class of the map"), "\(few.said)")
        #expect(scratch.list("no").isEmpty)
    }

    /// The command that the refusal of another grid names leads to maps that can be compared.
    @Test func anotherGridIsRefusedWithTheWayOut() throws {
        let scratch = try Scratch()
        try assess(in: scratch)
        let old = "2022/\(Self.ids[0])_ECe"
        let shifted = try Command.run(
            [
                "run", "--quiet", "read", old + ".tif", "!", "clip",
                "extent=" + (try extent(old + ".tif", in: scratch)),
                "!", "classify", "scheme=usda", "!", "select", "ECe,ECe_class", "!", "write", "clipped/",
            ], in: scratch.path)
        #expect(shifted.status == 0, "\(shifted.said)")
        let refused = try compare(["clipped", "2023", "--out", "out"], in: scratch)
        #expect(refused.status == 2 && refused.stderr.contains("different grids"), "\(refused.said)")
        #expect(!scratch.list().contains("out"))
        let command = try #require(refused.stderr.range(of: "rsproc run ")).upperBound
        let words = refused.stderr[command...].split(whereSeparator: \.isWhitespace).map {
            $0.trimmingCharacters(in: ["'"])
        }
        let regridded = try Command.run(["run"] + words, in: scratch.path)
        #expect(regridded.status == 0, "\(words) \(regridded.said)")
        let outcome = try compare(
            ["clipped", "regridded", "--models", "model.json,model.json", "--out", "out"], in: scratch)
        #expect(outcome.status == 0, "\(outcome.said)")
        let change = try Change(json: Data(contentsOf: scratch.url("out/change.json")), name: "change.json")
        #expect(change.certainty != nil && change.transitions.compared > 0)
    }

    private func extent(_ map: String, in scratch: Scratch) throws -> String {
        let grid = try Dataset(reading: scratch.path + "/" + map).grid
        let (low, high) = (grid.transform.map(column: 10, row: 100), grid.transform.map(column: 90, row: 20))
        return "\(low.x),\(low.y),\(high.x),\(high.y)"
    }

    @Test func mistakesAreNamed() throws {
        let scratch = try Scratch()
        try assess(in: scratch)
        for (words, status, said) in [
            (["2022", "2022"], 2, "at once"), (["2023", "2022"], 2, "swap them"),
            (["2022", "none"], 3, "no such file"), (["2022", "new"], 2, "no map of classes"),
            (["2022", "2023", "--zones", "z.geojson"], 2, "--id is needed"),
            (["2022", "2023", "--id", "name"], 2, "--zones, which are missing"),
            (["2022", "2023", "--models", "model.json"], 2, "two files"),
            (["2022", "2023", "--zones", "z.geojson", "--id", "name"], 3, "z.geojson"),
            (["2022", "2023", "--places", "p.csv"], 3, "p.csv"),
        ] as [([String], Int32, String)] {
            let outcome = try compare(words + ["--out", "out"], in: scratch)
            #expect(outcome.status == status && outcome.stderr.contains(said), "\(words) \(outcome.said)")
            #expect(scratch.list("out").isEmpty, "\(words)")
        }
    }

    /// A composite has the days of its scenes, so it can be told from an earlier map; and it may share a scene with one.
    @Test func compositesKnowTheirDays() throws {
        let scratch = try Scratch()
        let index = ["--index", "sqrt_GR", "--thresholds", "0.2,0.3"]
        try assess(index, in: scratch)
        let made = try Command.run(
            ["synth", "landsat9", "--size", "128", "--seed", "4", "--no-truth", "--out", "nine"], in: scratch.path)
        #expect(made.status == 0, "\(made.said)")
        let nine = try #require(scratch.list("nine").first)
        let outcome = try Command.run(
            [
                "assess", "new/" + MadeScene.id, "--also", "nine/" + nine, "--composite", "median", "--gate", "none",
                "--out", "both", "--quiet",
            ] + index, in: scratch.path)
        #expect(outcome.status == 0, "\(outcome.said)")
        let reversed = try compare(["both", "2022", "--out", "out"], in: scratch)
        #expect(
            reversed.status == 2 && reversed.stderr.contains("BEFORE was taken on 2023-07-15/2023-07-23"),
            "\(reversed.said)")
        let shared = try compare(["2023", "both", "--out", "out"], in: scratch)
        #expect(shared.status == 0 && shared.stderr.contains("the dates of the maps overlap"), "\(shared.said)")
        #expect(shared.stdout.contains("2023-07-15 to 2023-07-15/2023-07-23"), "\(shared.said)")
    }

    @Test func damagedValuesAreNotMissingOnes() throws {
        let scratch = try Scratch()
        try assess(in: scratch)
        let path = "2023/\(Self.ids[1])_ECe.tif"
        try Data(contentsOf: scratch.url(path)).prefix(3000).write(to: scratch.url(path))
        let outcome = try compare(["2022", "2023", "--out", "out"], in: scratch)
        #expect(outcome.status == 3 && outcome.stderr.contains("_ECe.tif"), "\(outcome.said)")
        #expect(scratch.list("out").isEmpty)
    }

    /// Maps would go to a folder of the scene's name, the report would not.
    @Test(arguments: ["assess", "change"]) func placeholdersAreForRecipes(command: String) throws {
        let scratch = try Scratch()
        let words =
            command == "change" ? ["2022", "2023"] : ["old", "--index", "sqrt_GR", "--thresholds", "0.2"]
        let outcome = try Command.run([command] + words + ["--out", "out/x_{date}"], in: scratch.path)
        #expect(outcome.status == 2 && outcome.stderr.contains("are for recipes"), "\(outcome.said)")
        #expect(scratch.list().isEmpty)
    }
}
