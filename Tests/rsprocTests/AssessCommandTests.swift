import Foundation
import RSPipeline
import Testing

/// From field samples to the report, as a user goes: `sample`, `calibrate`, `assess`.
@Suite struct AssessCommandTests {
    private static let scene = Repository.sampleScene
    private static let field = scene + "/field"

    private func calibrate(in scratch: Scratch) throws {
        let table = try Command.run(
            [
                "sample", "read", Self.scene, "!", "surface", "method=dos1", "!", "mask", "cloud,shadow", "!", "index",
                "sqrt_GR,ndvi", "--points", Self.field + "/samples.csv", "--unit", "dS/m", "--out", "t.csv", "--quiet",
            ], in: scratch.path)
        #expect(table.status == 0, "\(table.said)")
        let model = try Command.run(
            [
                "calibrate", "--samples", "t.csv", "--target", "ECe", "--predictors", "sqrt_GR,ndvi", "--method", "ols",
                "--transform", "log", "--cv", "group=field", "--out", "m.json", "--residuals", "r.csv",
            ], in: scratch.path)
        #expect(model.status == 0, "\(model.said)")
    }

    private func assess(_ words: [String], in scratch: Scratch) throws -> Command.Outcome {
        try Command.run(["assess", Self.scene, "--quiet"] + words, in: scratch.path)
    }

    @Test func everyHectareIsThatOfTheMapAndTheTables() throws {
        let scratch = try Scratch()
        try calibrate(in: scratch)
        let words = [
            "--model", "m.json", "--residuals", "r.csv", "--plots", Self.field + "/plots.geojson", "--districts",
            Self.field + "/districts.geojson", "--out", "out",
        ]
        let outcome = try assess(words + ["--threads", "1"], in: scratch)
        #expect(outcome.status == 0, "\(outcome.said)")
        let report = try scratch.text("out/report.html")
        #expect(report.contains("moderately saline") && !report.contains(scratch.path))
        #expect(!report.contains("src=\"http") && !report.contains("<script"))
        let text = try scratch.text("out/assessment.json")
        let document = try #require(JSONValue(Data(text.utf8)))
        guard case .array(let classes)? = document["classes"] else {
            Issue.record("there are no classes")
            return
        }
        // The map's own pixels, 900 m2 of a projection whose scale is within a thousandth of the ground's.
        let map = try Dataset(reading: "\(scratch.path)/out/\(MadeScene.id)_ECe_class.tif")
        let numbers = try map.floats(band: 1)
        let districts = try scratch.text("out/districts.csv").split(whereSeparator: \.isNewline)
            .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        var seen = 0
        for (index, entry) in classes.enumerated() {
            guard case .number(let hectares)? = entry["hectares"] else { continue }
            let counted = 0.09 * Double(numbers.count { $0 == Float(index + 1) })
            #expect(abs(hectares - counted) <= 0.001 * counted + 1e-9, "class \(index + 1): \(hectares) \(counted)")
            if counted > 0 { seen += 1 }
            // Districts lie within the scene: together they hold no more than all of it.
            guard case .string(let name)? = entry["name"] else { continue }
            let title = "ECe_class_ha_" + String(name.map { $0.isLetter ? $0 : "_" })
            let column = try #require(districts[0].firstIndex(of: title), "\(districts[0])")
            let total = districts.dropFirst().reduce(0) { $0 + (Double($1[column]) ?? 0) }
            #expect(total <= hectares * 1.001 && total >= 0.9 * hectares, "\(name): \(total) of \(hectares)")
        }
        #expect(seen >= 3)

        let again = try assess(words + ["--skip-existing"], in: scratch)
        #expect(again.status == 0, "\(again.said)")
        let stale = try assess(words + ["--skip-existing", "--title", "Another"], in: scratch)
        #expect(stale.status == 4 && stale.stderr.contains("stale"), "\(stale.said)")
        let other = try assess(words.dropLast() + ["other", "--threads", "3"], in: scratch)
        #expect(other.status == 0, "\(other.said)")
        #expect(try scratch.text("other/report.html") == report)
        #expect(try scratch.text("other/assessment.json") == text)
    }

    @Test func anIndexHasNoSalineClasses() throws {
        let scratch = try Scratch()
        let words = ["--index", "sqrt_GR", "--thresholds", "0.15,0.25", "--out", "out"]
        let named = try assess(words + ["--names", "low,middle,saline"], in: scratch)
        #expect(named.status == 2 && named.stderr.contains("saline"), "\(named.said)")
        let scheme = try assess(words + ["--scheme", "usda"], in: scratch)
        #expect(scheme.status == 2, "\(scheme.said)")
        #expect(scratch.list() == [])
        let outcome = try assess(words, in: scratch)
        #expect(outcome.status == 0, "\(outcome.said)")
        #expect(try scratch.text("out/report.html").contains("sqrt_GR"))
    }

    private func document(_ scratch: Scratch, _ folder: String) throws -> JSONValue {
        try #require(JSONValue(Data(try scratch.text(folder + "/assessment.json").utf8)))
    }

    /// Another language: other words, the same numbers.
    @Test func theReportIsWrittenInRussian() throws {
        let scratch = try Scratch()
        try calibrate(in: scratch)
        let words = ["--model", "m.json", "--residuals", "r.csv", "--validation", Self.field + "/validation.csv"]
        #expect(try assess(words + ["--out", "en"], in: scratch).status == 0)
        let outcome = try assess(words + ["--lang", "ru", "--out", "ru"], in: scratch)
        #expect(outcome.status == 0, "\(outcome.said)")
        #expect(try scratch.text("ru/assessment.json") == scratch.text("en/assessment.json"))
        let (english, russian) = (try scratch.text("en/report.html"), try scratch.text("ru/report.html"))
        #expect(english.contains("Hectares by class") && english.contains("Landsat 8 OLI/TIRS, 15 July 2023"))
        #expect(russian.contains("Площади по классам") && russian.contains("Landsat 8 OLI/TIRS, 15 июля 2023"))
        #expect(!russian.contains("Hectares by class") && russian.contains("lang=\"ru\""))
        let numbers = ReportNumbers.all(in: russian)
        // Sentences have another order.
        #expect(numbers.map(\.path).sorted() == ReportNumbers.all(in: english).map(\.path).sorted())
        for number in numbers {
            let read = try #require(number.read("ru"), "\(number.path) shows '\(number.text)'")
            #expect(abs(read.number - number.meant) <= read.tolerance, "\(number.path) shows '\(number.text)'")
        }
        let unknown = try assess(words + ["--lang", "tlh", "--out", "other"], in: scratch)
        #expect(unknown.status == 2 && unknown.stderr.contains("en, ru"), "\(unknown.said)")
    }

    /// Classes of a file; what of them counts as salt-affected begins where the second class does, and the page says so.
    @Test func aSchemeFromAFile() throws {
        let scratch = try Scratch()
        try calibrate(in: scratch)
        try scratch.write(
            """
            id: two
            title: Saline by the USDA's definition
            property: ECe dS/m
            source: USDA Handbook 60
            classes:
              - {lower: 0, name: not saline, colour: "#e8efd8"}
              - {lower: 4.5, name: saline, colour: "#c0504d"}
            """, to: "two.yml")
        let outcome = try assess(["--model", "m.json", "--scheme", "two.yml", "--out", "out"], in: scratch)
        #expect(outcome.status == 0, "\(outcome.said)")
        let document = try document(scratch, "out")
        #expect(document["scheme"] == .string("two") && document.items("/classes").count == 2)
        #expect(document.number("/classes/1/lower") == 4.5 && document.number("/affected/hectares") > 0)
        #expect(document.number("/affected/hectares") == document.number("/classes/1/hectares"))
        let page = try scratch.text("out/report.html")
        let start = try #require(page.range(of: "class=\"label\">")).upperBound
        let label = page[start...].prefix { $0 != "\n" }
            .replacingOccurrences(of: "<[^>]*>", with: "", options: .regularExpression)
        #expect(label == "salt-affected land: ECe from 4.5\u{A0}dS/m")
        let missing = try assess(["--model", "m.json", "--scheme", "none.yml", "--out", "other"], in: scratch)
        #expect(missing.status != 0 && missing.stderr.contains("none.yml"), "\(missing.said)")
        #expect(!scratch.list().contains("other"))
    }

    /// What is there is refused, skipped, made anew where it is stale, or replaced.
    @Test func outputsThatAreThere() throws {
        let scratch = try Scratch()
        let words = ["--index", "sqrt_GR", "--out", "out", "--thresholds"]
        #expect(try assess(words + ["0.15"], in: scratch).status == 0)
        let first = try scratch.text("out/report.html")
        let files = scratch.list("out")
        let refused = try assess(words + ["0.15"], in: scratch)
        #expect(refused.status == 4 && refused.stderr.contains("--overwrite"), "\(refused.said)")
        // Nothing is stale: nothing is written.
        let report = scratch.path + "/out/report.html"
        try Files.setModified(report, Date(timeIntervalSince1970: 1_600_000_000))
        #expect(try assess(words + ["0.15", "--update"], in: scratch).status == 0)
        #expect(try Files.modified(report) == Date(timeIntervalSince1970: 1_600_000_000))
        let stale = try assess(words + ["0.25", "--update"], in: scratch)
        #expect(stale.status == 0, "\(stale.said)")
        let second = try scratch.text("out/report.html")
        #expect(second != first && scratch.list("out") == files)
        #expect(try assess(words + ["0.15", "--overwrite"], in: scratch).status == 0)
        #expect(try scratch.text("out/report.html") == first && scratch.list("out") == files)
        let both = try assess(words + ["0.15", "--overwrite", "--update"], in: scratch)
        #expect(both.status == 2, "\(both.said)")
    }

    /// The same checked places as a table, as a GeoJSON file, and, where GDAL's tools are, as a GeoPackage in metres.
    @Test func checkedPlacesOfAVectorFile() throws {
        let scratch = try Scratch()
        try calibrate(in: scratch)
        let rows = try String(contentsOfFile: Self.field + "/validation.csv", encoding: .utf8)
            .split(whereSeparator: \.isNewline).dropFirst().map { $0.split(separator: ",").map(String.init) }
        let features = rows.map { row in
            #"{"type": "Feature", "properties": {"class_name": "\#(row[5])"}, "#
                + #""geometry": {"type": "Point", "coordinates": [\#(row[1]), \#(row[2])]}}"#
        }
        try scratch.write(
            "{\"type\": \"FeatureCollection\", \"features\": [\n\(features.joined(separator: ",\n"))\n]}",
            to: "places.geojson")
        var forms = [Self.field + "/validation.csv", "places.geojson"]
        if FileManager.default.isExecutableFile(atPath: "/usr/bin/ogr2ogr") {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/ogr2ogr")
            process.currentDirectoryURL = URL(fileURLWithPath: scratch.path)
            process.arguments = ["-t_srs", "EPSG:32639", "places.gpkg", "places.geojson"]
            try process.run()
            process.waitUntilExit()
            try #require(process.terminationStatus == 0)
            forms.append("places.gpkg")
        }
        var documents: [JSONValue] = []
        for (index, places) in forms.enumerated() {
            let outcome = try assess(
                ["--model", "m.json", "--validation", places, "--out", "out\(index)"], in: scratch)
            #expect(outcome.status == 0, "\(outcome.said)")
            documents.append(try document(scratch, "out\(index)"))
        }
        #expect(documents[0].at("/accuracy") != nil)
        for document in documents.dropFirst() {
            #expect(document.at("/accuracy") == documents[0].at("/accuracy"))
            #expect(document.at("/affected") == documents[0].at("/affected"))
        }
        // Classes of one scheme say nothing about the map of another; values do.
        let foreign = try assess(
            ["--model", "m.json", "--scheme", "fao2006", "--validation", forms[0], "--out", "fao"], in: scratch)
        #expect(foreign.status == 3 && foreign.stderr.contains("--reference ECe"), "\(foreign.said)")
        let valued = try assess(
            ["--model", "m.json", "--validation", forms[0], "--reference", "ECe", "--out", "values"], in: scratch)
        #expect(valued.status == 0, "\(valued.said)")
        #expect(try document(scratch, "values").at("/accuracy") == documents[0].at("/accuracy"))
        // Districts are polygons, no places.
        let polygons = try assess(
            ["--model", "m.json", "--validation", Self.field + "/districts.geojson", "--out", "other"], in: scratch)
        #expect(polygons.status == 3 && polygons.stderr.contains("districts.geojson"), "\(polygons.said)")
        #expect(!scratch.list().contains("other"))
    }

    /// A scene under cloud from edge to edge: nothing to assess, and nothing is left behind.
    @Test func aSceneWithoutAClearPixelIsRefused() throws {
        let scratch = try Scratch()
        let made = try Command.run(
            ["synth", "landsat8", "--size", "64", "--clouds", "100", "--no-truth", "--out", "clouded"],
            in: scratch.path)
        #expect(made.status == 0, "\(made.said)")
        let before = scratch.list()
        let outcome = try Command.run(
            [
                "assess", "clouded/" + MadeScene.id, "--index", "sqrt_GR", "--thresholds", "0.2", "--surface", "toa",
                "--out", "out", "--quiet",
            ], in: scratch.path)
        #expect(outcome.status == 3 && outcome.stderr.contains("no pixel has a class"), "\(outcome.said)")
        #expect(outcome.stderr.contains("cloud"), "\(outcome.said)")
        #expect(scratch.list() == before)
    }

    @Test func plotsOfAnotherPlaceAreRefused() throws {
        let scratch = try Scratch()
        try scratch.write(
            """
            {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"plot_id": "P1"}, "geometry":
            {"type": "Polygon", "coordinates": [[[10, 50], [10.1, 50], [10.1, 50.1], [10, 50.1], [10, 50]]]}}]}
            """, to: "far.geojson")
        let outcome = try assess(
            ["--index", "sqrt_GR", "--thresholds", "0.2", "--plots", "far.geojson", "--out", "out"], in: scratch)
        #expect(outcome.status == 3 && outcome.stderr.contains("far.geojson"), "\(outcome.said)")
        #expect(scratch.list() == ["far.geojson"])
    }
}
