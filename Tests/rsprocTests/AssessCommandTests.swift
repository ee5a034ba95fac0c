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
            Self.field + "/districts.geojson", "--district-id", "district", "--out", "out",
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
