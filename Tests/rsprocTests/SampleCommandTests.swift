import Foundation
import RSPipeline
import Testing

/// `rsproc sample` and `rsproc conversions` as a user runs them.
@Suite struct SampleCommandTests {
    private static let scene = Repository.sampleScene
    private static let points = scene + "/field/samples.csv"
    private static let chain = [
        "read", scene, "!", "toa", "!", "mask", "cloud,dilated,shadow", "!", "index", "ndvi,sqrt_GR",
    ]

    private func sample(_ words: [String], in scratch: Scratch, points: String = Self.points) throws -> Command.Outcome
    {
        try Command.run(["sample"] + words + ["--points", points], in: scratch.path)
    }

    @Test func fromTheSceneAndFromItsMaps() throws {
        let scratch = try Scratch()
        let direct = try sample(Self.chain + ["--unit", "dS/m", "--out", "direct.csv"], in: scratch)
        #expect(direct.status == 0 && direct.stdout.contains("80 samples: "), "\(direct.said)")
        let run = try Command.run(["run"] + Self.chain + ["!", "write", "maps/"], in: scratch.path)
        #expect(run.status == 0, "\(run.said)")
        let maps = ["ndvi", "sqrt_GR"].map { "maps/\(MadeScene.id)_\($0).tif" }
        let mapped = try sample(maps + ["--unit", "dS/m", "--out", "mapped.csv"], in: scratch)
        #expect(mapped.status == 0, "\(mapped.said)")
        let tables = try ["direct", "mapped"].map { try SampleTable(path: "\(scratch.path)/\($0).csv") }
        #expect(tables[0].predictors == ["ndvi", "sqrt_GR"] && tables[1].predictors == tables[0].predictors)
        var usable = 0
        for (first, second) in zip(tables[0].rows, tables[1].rows) {
            #expect(zip(first.predictors, second.predictors).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })
            // A map does not know why it has no value.
            #expect(first.isUsable == second.isUsable)
            if first.isUsable { usable += 1 }
        }
        #expect(usable > 35 && Set(tables[0].rows.map { $0[.status] }) == ["ok", "cloud", "shadow"], "\(usable)")
        #expect(Set(tables[0].rows.map { $0[.quantity] }) == ["toaReflectance"])
    }

    @Test func extractsWithAConversion() throws {
        let scratch = try Scratch()
        let words = Self.chain + ["--value", "EC15_uS_cm", "--unit", "uS/cm", "--measure", "EC1:5", "--out", "t.csv"]
        let run = try sample(
            words + ["--conversion", "kargas2018", "--support", "3x3", "--json", "--quiet"], in: scratch)
        #expect(run.status == 0, "\(run.said)")
        let summary = try #require(JSONValue(Data(run.stdout.utf8)))
        #expect(summary["samples"] == .integer(80) && summary["target"] == .string("ECe dS/m"))
        let row = try #require(try SampleTable(path: scratch.path + "/t.csv").rows.first)
        #expect(row[.conversion] == "kargas2018" && row[.rawUnit] == "uS/cm" && row[.support] == "3x3")
        #expect(abs((row.number(.value) ?? 0) - 35.8) < 0.01, "\(row[.value])")
    }

    @Test func plotsAndJoinedColumns() throws {
        let scratch = try Scratch()
        let zones = Self.scene + "/field/plots.geojson"
        let words = ["--unit", "dS/m", "--support", "plot", "--zones", zones, "--zones-id", "plot_id"]
        let plots = try sample(Self.chain + words + ["--out", "a.csv", "--duplicates", "mean"], in: scratch)
        #expect(plots.status == 0, "\(plots.said)")
        let other = ["read", Self.scene, "!", "toa", "!", "select", "red,nir", "--unit", "dS/m", "--join", "a.csv"]
        let joined = try sample(other + ["--out", "b.csv"], in: scratch)
        #expect(joined.status == 0, "\(joined.said)")
        let table = try SampleTable(path: scratch.path + "/b.csv")
        #expect(table.predictors == ["ndvi", "sqrt_GR", "B4", "B5"] && table.rows.count == 80)
        #expect(table.rows[0][.support] == "plot + pixel" && (table.rows[0].number(.pixels) ?? 0) > 50)
    }

    /// Exit codes and words of what is wrong.
    @Test func whatIsWrongIsSaid() throws {
        let scratch = try Scratch()
        try scratch.write("id,lon,lat,ECe\na,40.2,48.63,3\nb,40.21,48.62,4\n", to: "swapped.csv")
        try scratch.write("", to: "empty.csv")
        try scratch.write("id,lon,lat,EC\na,48.63,40.2,880\n", to: "units.csv")
        let unit = ["--unit", "dS/m"]
        let cases: [(points: String, words: [String], status: Int32, said: String)] = [
            ("swapped.csv", Self.chain + unit, 3, "exchanged"), ("empty.csv", Self.chain + unit, 3, "empty"),
            ("units.csv", Self.chain + unit + ["--value", "EC", "--measure", "ECe"], 3, "uS/cm"),
            ("units.csv", Self.chain + ["--value", "EC", "--measure", "ECe"], 2, "--unit"),
            ("missing.csv", Self.chain + unit, 3, "no such file"), (Self.points, Self.chain, 2, "--unit"),
            (Self.points, Self.chain + unit + ["--support", "2x2"], 2, "odd number"),
            (Self.points, Self.chain + unit + ["--crs", "nonsense"], 2, "EPSG:4326"),
            (Self.points, Self.chain + unit + ["--conversion", "kargas"], 2, "kargas2018"),
            (Self.points, Self.chain + ["!", "write", "x/"] + unit, 2, "leave write out"),
            (Self.points, [], 2, "chain"),
        ]
        for (points, words, status, said) in cases {
            let run = try sample(words + ["--out", "t.csv"], in: scratch, points: points)
            #expect(run.status == status && run.stderr.contains(said), "\(points) \(words): \(run.said)")
        }
        #expect(scratch.list().allSatisfy { $0.hasSuffix(".csv") && $0 != "t.csv" || $0.hasPrefix("std") })
        try scratch.write("mine", to: "t.csv")
        let kept = try sample(Self.chain + unit + ["--out", "t.csv"], in: scratch)
        #expect(kept.status == 4 && kept.stderr.contains("--overwrite"), "\(kept.said)")
        #expect(try scratch.text("t.csv") == "mine")
    }

    @Test func conversionsAreListedWithAWarning() throws {
        let run = try Command.run(["conversions"])
        #expect(run.status == 0 && run.stdout.contains("kargas2018") && run.stdout.contains("ECe = 6.53 * EC - 0.108"))
        #expect(run.stdout.contains("ECe from 4.5 to 8.7 dS/m"), "\(run.said)")
    }
}
