import Foundation
import Testing

/// What people get wrong between the field and the report: each is a clear refusal, or a warning that arrives in the report.
@Suite struct MistakeTests {
    private static let scene = Repository.sampleScene
    private static let field = scene + "/field"
    private static let chain = ["read", scene, "!", "toa", "!", "mask", "cloud,shadow", "!", "index", "sqrt_GR,ndvi"]

    /// A table, a model and residuals of the sample scene, made once.
    private struct Made: Sendable {
        let folder: String
        let samples, validation, table: CommaTable
        let model: String

        static let shared = Result { try Made() }

        private init() throws {
            folder = FileManager.default.temporaryDirectory.path + "/rsproc-tests-mistakes-\(getpid())"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            MadeScene.removeAtExit(folder)
            samples = CommaTable(try String(contentsOfFile: MistakeTests.field + "/samples.csv", encoding: .utf8))
                .first(60)
            try samples.text.write(toFile: folder + "/samples.csv", atomically: true, encoding: .utf8)
            validation = CommaTable(try String(contentsOfFile: MistakeTests.field + "/validation.csv", encoding: .utf8))
            for words in [
                ["sample"] + MistakeTests.chain + [
                    "--points", "samples.csv", "--unit", "dS/m", "--out", "table.csv",
                    "--overwrite",
                ],
                MistakeTests.calibrate + ["--samples", "table.csv", "--out", "model.json", "--overwrite"],
            ] {
                let done = try Command.run(words, in: folder)
                if done.status != 0 { throw Failure(said: done.said) }
            }
            table = CommaTable(try String(contentsOfFile: folder + "/table.csv", encoding: .utf8))
            model = try String(contentsOfFile: folder + "/model.json", encoding: .utf8)
        }

        private struct Failure: Error { let said: String }
    }

    private static let calibrate = [
        "calibrate", "--target", "ECe", "--predictors", "sqrt_GR,ndvi", "--transform", "log", "--cv", "group=field",
    ]

    private static func check(_ outcome: Command.Outcome, _ status: Int32, _ said: [String]) {
        #expect(outcome.status == status, "\(outcome.said)")
        for part in said { #expect(outcome.stderr.contains(part), "'\(part)' in \(outcome.said)") }
        // A refusal is one error, in words.
        if status != 0 { #expect(outcome.stderr.contains("rsproc: error: "), "\(outcome.said)") }
    }

    // MARK: The field

    static let samples: [TableMistake] = [
        TableMistake("uS/cm called dS/m", 3, "line 2", "is the unit uS/cm?") { $0.times(1000).text },
        TableMistake("some in uS/cm", 3, "is the unit uS/cm?") { $0.times(1000, in: { $0 % 2 == 0 }).text },
        TableMistake("dS/m called uS/cm", 0, "less than rain water's", words: ["--unit", "uS/cm"]) { $0.text },
        TableMistake("no unit", 2, "the unit is not said; name it with --unit", words: ["--unit", "-"]) { $0.text },
        TableMistake("an unknown unit", 2, "'ppt' is neither a unit", words: ["--unit", "ppt"]) { $0.text },
        TableMistake("percent called ECe", 3, "ECe is not measured in %", words: ["--unit", "%"]) { $0.text },
        TableMistake("mixed extracts", 2, "EC1:5 dS/m, ECe dS/m", "--conversion") {
            var table = $0
            table.columns.append("measure")
            for row in table.rows.indices { table.rows[row].append(row % 2 == 0 ? "ECe" : "EC1:5") }
            return table.text
        },
        TableMistake("longitude and latitude exchanged", 3, "with the coordinates exchanged, 60 would") {
            $0.exchanged().text
        },
        TableMistake("some exchanged", 0, "with their coordinates exchanged, 20 would lie in it") {
            $0.exchanged(in: { $0 % 3 == 0 }).text
        },
        TableMistake("latitudes beyond the pole", 3, "seem to be exchanged") {
            $0.with("lat") { _ in "99" }.text
        },
        TableMistake("another place", 3, "none of the 60 samples lies in", "check the coordinate system") {
            $0.with("lon") { "1" + $0.dropFirst() }.text
        },
        TableMistake("eastings without a system", 2, "--crs") {
            var table = $0
            table.columns[3] = "x"
            table.columns[4] = "y"
            return table.text
        },
        TableMistake("half of a coordinate", 3, "has one coordinate of two") {
            $0.with("lat", in: { $0 == 3 }) { _ in "" }.text
        },
        TableMistake("a year away", 0, "up to 730; salts move with the seasons") {
            $0.with("date") { _ in "2021-07-15" }.text
        },
        TableMistake("no dates", 0, "the samples have no date") { $0.without("date").text },
        TableMistake("days with points", 0) { $0.with("date") { _ in "10.07.2023" }.text },
        TableMistake("days that may be months", 3, "'07/10/2023' in column 'date'") {
            $0.with("date") { _ in "07/10/2023" }.text
        },
        TableMistake("text", 3, "line 7: 'high' in column 'ECe' is no number") {
            $0.with("ECe", in: { $0 == 5 }) { _ in "high" }.text
        },
        TableMistake("infinite", 3, "line 7: 'inf'") { $0.with("ECe", in: { $0 == 5 }) { _ in "inf" }.text },
        TableMistake("below zero", 3, "line 7", "no soil has less than none") {
            $0.with("ECe", in: { $0 == 5 }) { _ in "-3" }.text
        },
        TableMistake("not a number", 0, "1 sample has no number") {
            $0.with("ECe", in: { $0 == 5 }) { _ in "NaN" }.text
        },
        TableMistake("most have no number", 0, "54 samples have no number") {
            $0.with("ECe", in: { $0 > 5 }) { _ in "" }.text
        },
        TableMistake("names twice", 0, "some samples have the same name") { $0.with("id") { _ in "S1" }.text },
        TableMistake("quoted decimal commas", 3, "'35,8'", "decimal point") {
            $0.with("ECe") { "\"" + $0.replacingOccurrences(of: ".", with: ",") + "\"" }.text
        },
        TableMistake("semicolons and decimal commas", 0) {
            $0.text.replacingOccurrences(of: ",", with: ";").replacingOccurrences(of: ".", with: ",")
        },
        TableMistake("a byte order mark", 0) { "\u{FEFF}" + $0.text },
        TableMistake("line ends of Windows", 0) { $0.text.replacingOccurrences(of: "\n", with: "\r\n") },
        TableMistake("one sample", 0, "there is one sample, which calibrates nothing") {
            $0.first(2).with("id") { $0 }.first(1).text
        },
        TableMistake("all under cloud", 0, "none of the 60 samples can be used") { table in
            // The sixth of them lies under cloud, as the test of clouds below makes sure.
            let cloud = try? Made.shared.get().table
            let row = cloud.flatMap { made in
                made.columns.firstIndex(of: "status").flatMap { index in made.rows.firstIndex { $0[index] == "cloud" } }
            }
            guard let row else { return "" }
            return table.with("lon") { _ in table.rows[row][3] }.with("lat") { _ in table.rows[row][4] }.text
        },
        TableMistake("all on one pixel", 0, "60 samples share a pixel", "none of the 60 samples can be used") { table in
            let made = try? Made.shared.get().table
            let row = made.flatMap { made in
                made.columns.firstIndex(of: "status").flatMap { index in made.rows.firstIndex { $0[index] == "ok" } }
            }
            guard let row else { return "" }
            return table.with("lon") { _ in table.rows[row][3] }.with("lat") { _ in table.rows[row][4] }.text
        },
        TableMistake("only a header", 3, "the table has no samples") { $0.first(0).text },
        TableMistake("nothing", 3, "the file is empty") { _ in "" },
    ]

    @Test(arguments: samples) func fieldSamples(mistake: TableMistake) throws {
        let made = try Made.shared.get()
        let scratch = try Scratch()
        try scratch.write(mistake.edit(made.samples), to: "points.csv")
        let unit = mistake.words == ["--unit", "-"] ? [] : mistake.words.isEmpty ? ["--unit", "dS/m"] : mistake.words
        let outcome = try Command.run(
            ["sample"] + Self.chain + ["--points", "points.csv", "--out", "t.csv"] + unit, in: scratch.path)
        Self.check(outcome, mistake.status, mistake.said)
        #expect(FileManager.default.fileExists(atPath: scratch.path + "/t.csv") == (mistake.status == 0))
        // What is only a way of writing gives the same table.
        if mistake.status == 0, mistake.said.isEmpty {
            let found = CommaTable(try scratch.text("t.csv"))
            #expect(
                found.with("date", { _ in "" }).with("days_from_scene", { _ in "" }).text
                    == made.table.with("date", { _ in "" }).with("days_from_scene", { _ in "" }).text)
        }
    }

    // MARK: The table

    /// Warnings must stand in the model too, from where they reach the report.
    static let tables: [TableMistake] = [
        TableMistake("ECe a thousand times too small", 3, "less than rain water's; is the unit right") {
            $0.with("value") { "\(min(49, Double($0) ?? 0) * 0.001)" }.text
        },
        TableMistake(
            "some a thousand times too small", 0, "samples are below 0.05 dS/m, less than rain water's; are all numbers"
        ) {
            $0.times(0.001, "value", in: { $0 % 5 == 0 }).text
        },
        TableMistake("ECe in uS/cm", 3, "which no soil has; are the numbers in uS/cm (--unit uS/cm)?") {
            $0.times(1000, "value").text
        },
        TableMistake("ten times too large", 0, "half of the samples are above 60 dS/m; is the unit right?") {
            $0.with("value") { "\(min(290, (Double($0) ?? 0) * 10))" }.text
        },
        TableMistake("a year away", 3, "more than a year from their scene", "--allow-dates") {
            $0.with("date") { _ in "2021-07-15" }.text
        },
        TableMistake(
            "a year away, allowed", 0, "more than 30 days from their scene (up to 730 days)", words: ["--allow-dates"]
        ) {
            $0.with("date") { _ in "2021-07-15" }.text
        },
        TableMistake("no dates", 0, "have no date, so nobody knows how far apart they are") {
            $0.with("date") { _ in "" }.text
        },
        TableMistake("some dates", 0, "samples or their scenes have no date") {
            $0.with("date", in: { $0 % 2 == 0 }) { _ in "" }.text
        },
        TableMistake("a wrong day", 3, "'yesterday' in column 'date' is no day") {
            $0.with("date") { _ in "yesterday" }.text
        },
        TableMistake("one sample", 3, "1 usable sample; three are the least") {
            $0.with("status", in: { $0 > 0 }) { _ in "cloud" }.with("status", in: { $0 == 0 }) { _ in "ok" }.text
        },
        TableMistake("no usable sample", 3, "none of the 60 samples", "cloud 60") {
            $0.with("status") { _ in "cloud" }.text
        },
        TableMistake("constant target", 3, "have the value 5; there is nothing to explain") {
            $0.with("value") { _ in "5" }.text
        },
        TableMistake("constant predictor", 3, "predictor 'ndvi' has one value at all samples; leave it out") {
            $0.with("ndvi") { _ in "0.1" }.text
        },
        TableMistake("more predictors than samples", 2, "2 predictors need at least 4 samples", words: ["--cv", "loo"])
        {
            $0.with("status", in: { $0 > 2 }) { _ in "cloud" }.with("status", in: { $0 <= 2 }) { _ in "ok" }
                .with("sqrt_GR", in: { $0 <= 2 }) { $0.isEmpty ? "0.2" : $0 }
                .with("ndvi", in: { $0 <= 2 }) { $0.isEmpty ? "0.1" : $0 }.text
        },
        TableMistake("one field", 2, "all samples fall into one fold; choose another --cv") {
            $0.with("field") { _ in "A" }.text
        },
        TableMistake("no fields", 2, "say nothing in column 'field'") { $0.without("field").text },
        TableMistake("text", 3, "'high' is no number") {
            $0.with("value", in: { $0 == 4 }) { _ in "high" }.with("status") { _ in "" }.text
        },
        TableMistake("below zero", 3, "is below 0") { $0.with("value") { "-" + $0 }.text },
        TableMistake("zero and logarithm", 3, "the logarithm of 0 + 0 does not exist") {
            $0.with("value", in: { $0 % 4 == 0 }) { _ in "0" }.text
        },
        TableMistake("text in a predictor", 3, "'dark' in column 'ndvi' is no number") {
            $0.with("ndvi", in: { $0 == 2 }) { _ in "dark" }.text
        },
        TableMistake("two units", 3, "several units") { $0.with("unit", in: { $0 % 2 == 0 }) { _ in "uS/cm" }.text },
        TableMistake("two targets", 3, "several properties") {
            $0.with("target", in: { $0 % 2 == 0 }) { _ in "EC1:5" }.text
        },
        TableMistake("two sensors", 3, "several sensors") {
            $0.with("sensor", in: { $0 % 2 == 0 }) { _ in "MSI" }.text
        },
        TableMistake("names twice", 0, "samples have the name of another one; is one in twice?") {
            $0.with("id") { _ in "S1" }.text
        },
        TableMistake("few", 0, "samples are few") { $0.first(14).text },
    ]

    @Test(arguments: tables) func calibrationTables(mistake: TableMistake) throws {
        let made = try Made.shared.get()
        let scratch = try Scratch()
        try scratch.write(mistake.edit(made.table), to: "table.csv")
        let outcome = try Command.run(
            Self.calibrate + ["--samples", "table.csv", "--out", "m.json"] + mistake.words, in: scratch.path)
        Self.check(outcome, mistake.status, mistake.said)
        if mistake.status == 0 {
            let model = try scratch.text("m.json")
            for part in mistake.said { #expect(model.contains(part), "'\(part)' in \(model)") }
        } else {
            #expect(scratch.list() == ["table.csv"])
        }
    }

    // MARK: The map

    private static func assess(_ words: [String], in scratch: Scratch) throws -> Command.Outcome {
        try Command.run(
            ["assess", scene, "--model", "m.json", "--out", "out", "--quiet"] + words, in: scratch.path)
    }

    /// What is done to the text of a model.
    struct Edit: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (String) -> String
        let status: Int32
        let said: String

        init(_ name: String, _ status: Int32, _ said: String, _ change: @escaping @Sendable (String) -> String) {
            (testDescription, self.status, self.said, self.change) = (name, status, said, change)
        }

        /// Replaces the first match of a pattern.
        init(_ name: String, _ pattern: String, by text: String, _ status: Int32, _ said: String) {
            self.init(name, status, said) { model in
                guard let found = model.range(of: pattern, options: .regularExpression) else { return model }
                return model.replacingCharacters(in: found, with: text)
            }
        }
    }

    static let models: [Edit] = [
        Edit("cut off", 3, "m.json: not readable as JSON") { String($0.prefix($0.count / 2)) },
        Edit("empty", 3, "m.json: not readable as JSON") { _ in "" },
        Edit("another file", 3, "is it a model that rsproc calibrate made?") { _ in "{\"type\": \"FeatureCollection\"}"
        },
        Edit(
            "another version", "\"rspipeline_model\": 1", by: "\"rspipeline_model\": 2", 3,
            "it is of version 2; this library reads version 1"),
        Edit(
            "an unknown member", "\"method\"", by: "\"methods\": 1, \"method\"", 3,
            "'methods' is no member that is known here"),
        Edit(
            "another sensor", "\"sensor\": \"[^\"]*\"", by: "\"sensor\": \"Sentinel-2A MSI\"", 2, "assume=other-sensor"),
        Edit(
            "another unit", "\"target\": \"ECe dS/m", by: "\"target\": \"TSS %", 2,
            "numbers of different properties are never equated"),
        Edit("a unit of something else", "\"target\": \"ECe dS/m", by: "\"target\": \"ECe %", 3, "'target' is 'ECe %"),
        Edit("no number", "\"intercept\": [-0-9.e]+", by: "\"intercept\": \"much\"", 3, "'intercept' must be a number"),
        Edit(
            "edited by hand", "\"intercept\": [-0-9.e]+", by: "\"intercept\": 2.5", 0,
            "the file was changed after rsproc calibrate had written it"),
        Edit(
            "another quantity", "\"quantity\": \"toaReflectance\"", by: "\"quantity\": \"surfaceReflectance:LaSRC\"", 2,
            "write: surface method=dos1"),
    ]

    @Test(arguments: models) func modelFiles(mistake: Edit) throws {
        let scratch = try Scratch()
        let model = try Made.shared.get().model
        let text = mistake.change(model)
        #expect(text != model)
        try scratch.write(text, to: "m.json")
        let outcome = try Self.assess([], in: scratch)
        Self.check(outcome, mistake.status, [mistake.said])
        if mistake.status == 0 {
            #expect(try scratch.text("out/report.html").contains(mistake.said))
        } else {
            #expect(scratch.list() == ["m.json"])
        }
    }

    /// Features of a layer: the attributes and the kind of geometry, its middle and its half width in degrees.
    private static func layer(_ features: [(properties: String, geometry: String)]) -> String {
        let parts = features.map {
            "{\"type\": \"Feature\", \"properties\": {\($0.properties)}, \"geometry\": \($0.geometry)}"
        }
        return "{\"type\": \"FeatureCollection\", \"features\": [\(parts.joined(separator: ", "))]}"
    }

    private static func square(_ x: Double, _ y: Double, _ side: Double = 0.01) -> String {
        let corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]
        let ring = corners.map { "[\($0.0), \($0.1)]" }.joined(separator: ", ")
        return "{\"type\": \"Polygon\", \"coordinates\": [[\(ring)]]}"
    }

    struct Layer: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let option: String
        let status: Int32
        let said: String

        init(
            _ name: String, _ status: Int32, _ said: String, option: String = "--plots",
            _ features: [(properties: String, geometry: String)]
        ) {
            (testDescription, self.status, self.said, self.option) = (name, status, said, option)
            text = MistakeTests.layer(features)
        }
    }

    static let layers: [Layer] = [
        Layer(
            "no ids", 3, "the features have no attribute 'plot_id'; they have a", [("\"a\": 1", square(48.63, 40.22))]),
        Layer("an empty id", 3, "1 zone has no 'plot_id'", [("\"plot_id\": null", square(48.63, 40.22))]),
        Layer(
            "ids twice", 3, "1 zone has a 'plot_id' that another one has: P1",
            [("\"plot_id\": \"P1\"", square(48.63, 40.22)), ("\"plot_id\": \"P1\"", square(48.65, 40.22))]),
        Layer("no features", 3, "is the layer empty?", []),
        Layer(
            "lines", 3, "none of the 1 features is a polygon",
            [("\"plot_id\": \"P1\"", "{\"type\": \"LineString\", \"coordinates\": [[48.63, 40.22], [48.64, 40.22]]}")]),
        Layer("elsewhere", 3, "does not meet the scene", [("\"plot_id\": \"P1\"", square(10, 50))]),
        Layer("exchanged", 3, "swap the coordinates", [("\"plot_id\": \"P1\"", square(40.22, 48.63))]),
        Layer(
            "one elsewhere", 0, "1 of 2 zones lies outside of the scene and has no value",
            [("\"plot_id\": \"P1\"", square(10, 50)), ("\"plot_id\": \"P2\"", square(48.63, 40.22))]),
        Layer(
            "a point among them", 0, "1 feature is no polygon with an area and left out: P1",
            [
                ("\"plot_id\": \"P1\"", "{\"type\": \"Point\", \"coordinates\": [48.63, 40.22]}"),
                ("\"plot_id\": \"P2\"", square(48.63, 40.22)),
            ]),
        Layer(
            "districts that cross", 0, "which count in both; hectares of districts do not add up",
            option: "--districts",
            [("\"district\": \"A\"", square(48.62, 40.21, 0.03)), ("\"district\": \"B\"", square(48.63, 40.22, 0.03))]),
    ]

    @Test(arguments: layers) func plotsAndDistricts(mistake: Layer) throws {
        let scratch = try Scratch()
        try scratch.write(try Made.shared.get().model, to: "m.json")
        try scratch.write(mistake.text, to: "zones.geojson")
        let outcome = try Self.assess([mistake.option, "zones.geojson"], in: scratch)
        Self.check(outcome, mistake.status, [mistake.said])
        if mistake.status == 0 {
            #expect(
                try scratch.text("out/report.html").replacingOccurrences(of: "&#39;", with: "'").contains(mistake.said))
        } else {
            #expect(scratch.list() == ["m.json", "zones.geojson"])
        }
    }

    // MARK: Checked places

    static let validations: [TableMistake] = [
        TableMistake("a class that is none", 3, "line 5: 'brackish' in 'class_name' is no class of the map") {
            $0.with("class_name", in: { $0 == 3 }) { _ in "brackish" }.text
        },
        TableMistake("nothing seen", 3, "line 5: '' in 'class_name'", "take out places that were not visited") {
            $0.with("class_name", in: { $0 == 3 }) { _ in "" }.text
        },
        TableMistake("text in values", 3, "line 5: 'high' in 'ECe'", words: ["--reference", "ECe"]) {
            $0.with("ECe", in: { $0 == 3 }) { _ in "high" }.text
        },
        TableMistake("values below zero", 3, "'-1' in 'ECe'", words: ["--reference", "ECe"]) {
            $0.with("ECe", in: { $0 == 3 }) { _ in "-1" }.text
        },
        TableMistake("values in uS/cm", 3, "is more dS/m than brine has", words: ["--reference", "ECe"]) {
            $0.times(1000).text
        },
        TableMistake("no column", 2, "no column says what was found in the field") {
            $0.without("class").without("class_name").without("ECe").text
        },
        TableMistake("no such column", 2, "soil", words: ["--reference", "soil"]) { $0.text },
        TableMistake("no places", 3, "the file holds no places") { $0.first(0).text },
        TableMistake("exchanged", 3, "seem to be exchanged") { $0.exchanged().text },
        TableMistake("elsewhere", 3, "check their coordinates") { $0.with("lon") { "1" + $0.dropFirst() }.text },
        TableMistake(
            "one class alone", 3, "but no place of it was checked, so no area can be estimated; check 50 random places"
        ) {
            // Where it is most saline, the map shows one class.
            var table = $0
            let index = $0.columns.firstIndex(of: "ECe") ?? 0
            table.rows = table.rows.filter { Double($0[index]) ?? 0 > 30 }
            return table.text
        },
        TableMistake("few", 0, "its intervals are rough", "count for nothing") {
            $0.first(250).text
        },
    ]

    @Test(arguments: validations) func checkedPlaces(mistake: TableMistake) throws {
        let scratch = try Scratch()
        let made = try Made.shared.get()
        try scratch.write(made.model, to: "m.json")
        try scratch.write(mistake.edit(made.validation), to: "checked.csv")
        let outcome = try Self.assess(["--validation", "checked.csv"] + mistake.words, in: scratch)
        Self.check(outcome, mistake.status, mistake.said)
        if mistake.status == 0 {
            let report = try scratch.text("out/report.html")
            for part in mistake.said { #expect(report.contains(part), "\(part)") }
        } else {
            #expect(scratch.list() == ["checked.csv", "m.json"])
        }
    }

    // MARK: All the way

    /// What is odd about samples stands in the limits of the report, in the reader's language.
    @Test func samplesOfAnotherYearAreALimitOfTheReport() throws {
        let made = try Made.shared.get()
        let scratch = try Scratch()
        try scratch.write(made.samples.with("date") { _ in "2021-07-15" }.text, to: "points.csv")
        for words in [
            ["sample"] + Self.chain + ["--points", "points.csv", "--unit", "dS/m", "--out", "t.csv"],
            Self.calibrate.map { $0 == "log" ? "none" : $0 } + [
                "--samples", "t.csv", "--allow-dates", "--out", "m.json",
            ],
            ["assess", Self.scene, "--model", "m.json", "--out", "out", "--quiet"],
            ["assess", Self.scene, "--model", "m.json", "--out", "aus", "--quiet", "--lang", "ru"],
        ] {
            let outcome = try Command.run(words, in: scratch.path)
            #expect(outcome.status == 0, "\(outcome.said)")
        }
        let report = try scratch.text("out/report.html")
        #expect(report.contains("data-path=\"/model/sample_days\"") && report.contains("Salt moves in that time"))
        #expect(report.contains("more than 30 days from their scene (up to 730 days)"))
        #expect(try scratch.text("out/assessment.json").contains("\"sample_days\" : 730"))
        #expect(try scratch.text("aus/report.html").contains("За это время соли перемещаются"))
        // Without checked places the report says what counting does, and by how much.
        #expect(report.contains("data-path=\"/model/cross_validation/slope\""))
    }
}
