import Foundation
import Testing

@testable import RSPipeline

@Suite struct FieldSamplesTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private func options(_ change: (inout FieldSampleOptions) -> Void = { _ in }) -> FieldSampleOptions {
        var options = FieldSampleOptions(unit: "dS/m", measure: "ECe")
        change(&options)
        return options
    }

    private func read(_ text: String, _ options: FieldSampleOptions) throws -> FieldSamples {
        try FieldSamples(csv: Data(text.utf8), name: "t.csv", options)
    }

    private func message(_ text: String, _ options: FieldSampleOptions) -> String {
        Run.message { _ = try read(text, options) }
    }

    // MARK: Tables

    @Test func factsOfTheFileAndOfTheRow() throws {
        let text = """
            Sample,lon,lat,EC,Unit,extract,depth_top,depth_bottom,date,Field
            a,48.6,40.2,1250,uS/cm,EC1:5,0,30,15.07.2023,F1
            b,48.7,40.3,2.5,mS/cm,ECe,30,100,2023-07-16,F2
            c,48.8,40.4,,dS/m,ECe,0,30,,
            d,,,1,dS/m,ECe,0,30,,
            """
        let samples = try read(text, FieldSampleOptions(value: "EC"))
        #expect(samples.crs.epsg == 4326)
        let first = samples.samples[0]
        #expect(first.id == "a" && first.field == "F1" && first.position == SIMD2(48.6, 40.2))
        #expect(first.value == 1.25 && first.property == SoilProperty(.extract(ratio: 5), depth: 0...30))
        #expect(first.delivered?.number == 1250 && first.delivered?.unit == "uS/cm")
        #expect(first.day?.text == "2023-07-15" && first.place == "line 2")
        #expect(samples.samples[1].value == 2.5 && samples.samples[1].property.name == "ECe")
        #expect(samples.samples[2].value == nil && samples.samples[2].delivered == nil)
        #expect(samples.samples[3].position == nil)
        #expect(samples.warnings.contains { $0.contains("1 sample has no place") })
        #expect(samples.warnings.contains { $0.contains("1 sample has no number") })
        #expect(samples.warnings.contains { $0.contains("several depths") })
    }

    @Test func aColumnNamedAfterAMeasureSaysWhatItIs() throws {
        let samples = try read(
            "id,x,y,TSS\n1,1,2,0.7\n2,3,4,1.2\n", FieldSampleOptions(unit: "%", crs: SmallRaster.crs))
        #expect(samples.samples.map(\.property.name) == ["TSS", "TSS"] && samples.samples.map(\.value) == [0.7, 1.2])
        #expect(samples.samples[0].position == SIMD2(1, 2))
    }

    @Test func decimalCommasBetweenSemicolons() throws {
        let samples = try read("id;lon;lat;EC\n1;48,6;40,2;12,5\n2;48,61;40,21;3\n", options { $0.value = "EC" })
        #expect(samples.samples[0].position == SIMD2(48.6, 40.2) && samples.samples[0].value == 12.5)
    }

    @Test(arguments: [
        ("id,lon,lat,EC\n1,48.6,40.2,high\n", ["line 2", "'high'", "'EC'"]),
        ("id,lon,lat,EC\n1,48.6,40.2,\"12,5\"\n", ["line 2", "decimal point"]),
        ("id,lon,lat,EC\n1,48.6,40.2,<0.1\n", ["line 2", "'<0.1'"]),
        ("id,lon,lat,EC\n1,48.6,40.2,-2\n", ["line 2", "less than none"]),
        ("id,lon,lat,EC\n1,48.6,40.2,4880\n", ["line 2", "uS/cm"]),
        ("id,lon,lat,EC\n1,40.2,148.6,3\n", ["line 2", "exchanged"]),
        ("id,lon,lat,EC\n1,298500,4455000,3\n", ["line 2", "no degrees"]),
        ("id,lon,lat,EC\n1,48.6,,3\n", ["line 2", "one coordinate"]),
        ("id,lon,lat,EC\n1,48°36',40°12',3\n", ["line 2", "decimal degrees"]),
        ("id,x,y,EC\n1,298500,4455000,3\n", ["'x'", "--crs"]), ("id,EC\n1,3\n", ["coordinates", "id, EC"]),
        ("id,lon,lat,EC,unit\n1,48.6,40.2,3,uS/cm\n", ["line 2", "'unit'", "whole file"]),
        ("id,lon,lat,EC,unit\n1,48.6,40.2,3,ppm\n", ["line 2", "ppm", "mmho/cm"]),
        ("id,lon,lat,EC,date\n1,48.6,40.2,3,07/08/2023\n", ["line 2", "07/08/2023"]),
        ("id,lon,lat,EC,top,bottom\n1,48.6,40.2,3,30,0\n", ["line 2", "30.0"]),
        ("id,lon,lat,EC\n", ["no samples"]), ("", ["empty"]),
    ])
    func errorsNameThePlace(text: String, words: [String]) {
        let said = message(text, options { $0.value = "EC" })
        for word in words { #expect(said.contains(word), "\(word): \(said)") }
    }

    @Test func nothingIsGuessed() {
        let text = "id,lon,lat,EC\n1,48.6,40.2,3\n"
        #expect(message(text, FieldSampleOptions(value: "EC", measure: "ECe")).contains("--unit"))
        #expect(message(text, FieldSampleOptions(value: "EC", unit: "dS/m")).contains("--measure"))
        #expect(message(text, options()).contains("--value"))
        #expect(message(text, options { $0.value = "ECe" }).contains("no column 'ECe'"))
        #expect(
            message(text, FieldSampleOptions(value: "EC", unit: "dS/m", measure: "TSS")).contains("not measured in"))
        #expect(
            message(text, FieldSampleOptions(value: "EC", unit: "furlong", measure: "ECe")).contains("neither a unit"))
        #expect(
            message(
                text,
                options {
                    $0.value = "EC"; $0.x = "lon"
                }
            ).contains("both columns"))
    }

    @Test func warningsOfNumbersThatAreOddButPossible() throws {
        func warnings(_ numbers: [String], unit: String) throws -> String {
            let rows = numbers.enumerated().map { "\($0),48.\($0 + 1),40,\($1)\n" }.joined()
            return try read("id,lon,lat,ECe\n" + rows, FieldSampleOptions(unit: unit)).warnings.joined(separator: "\n")
        }
        #expect(try warnings(["2.5", "7"], unit: "uS/cm").contains("rain water"))
        #expect(try warnings(["80", "100", "120"], unit: "dS/m").contains("above 60 dS/m"))
        #expect(try warnings(["8"], unit: "dS/m").contains("one sample"))
        #expect(try warnings(["8", "9"], unit: "dS/m").isEmpty)
    }

    // MARK: Encodings

    /// `ПОЛЕ-7` in CP1251.
    private static let cyrillic = Data([0xCF, 0xCE, 0xCB, 0xC5, 0x2D, 0x37])

    @Test func tablesInOlderEncodings() throws {
        var data = Data("id,lon,lat,ECe\n".utf8)
        data += Self.cyrillic + Data(",48.6,40.2,3\n".utf8)
        let refused = Run.message { _ = try FieldSamples(csv: data, name: "t.csv", options()) }
        #expect(refused.contains("--encoding CP1251"))
        let samples = try FieldSamples(csv: data, name: "t.csv", options { $0.encoding = "CP1251" })
        #expect(samples.samples[0].id == "ПОЛЕ-7")
        let latin = try FieldSamples(csv: data, name: "t.csv", options { $0.encoding = "ISO-8859-1" })
        #expect(latin.warnings.contains { $0.contains("looks like Cyrillic") })
        let unknown = Run.message {
            _ = try FieldSamples(csv: data, name: "t.csv", options { $0.encoding = "KLINGON" })
        }
        #expect(unknown.contains("KLINGON"))
    }

    // MARK: Vector files

    private func geoJSON(_ points: [(x: Double, y: Double)], crs: Int) throws -> String {
        let features = points.enumerated().map { index, point in
            "{\"type\":\"Feature\",\"properties\":{\"id\":\"поле \(index)\",\"ECe\":\(index + 1).5,\"date\":\"2023/07/15\"},"
                + "\"geometry\":{\"type\":\"Point\",\"coordinates\":[\(point.x),\(point.y)]}}"
        }
        let path = scratch.path + "/points-\(crs).geojson"
        let text =
            "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":"
            + "\"urn:ogc:def:crs:EPSG::\(crs)\"}},\"features\":[\(features.joined(separator: ","))]}"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test func pointsWithAttributes() throws {
        let path = try geoJSON([(48.6, 40.2), (48.7, 40.3)], crs: 4326)
        let samples = try FieldSamples(path: path, FieldSampleOptions(unit: "dS/m", depth: "0-30cm"))
        #expect(samples.samples.map(\.id) == ["поле 0", "поле 1"] && samples.samples.map(\.value) == [1.5, 2.5])
        #expect(samples.samples[1].position == SIMD2(48.7, 40.3) && samples.samples[0].day?.text == "2023-07-15")
        #expect(samples.samples[0].property.depth == 0...30)
        var wrong = FieldSampleOptions(unit: "dS/m")
        wrong.crs = SmallRaster.crs
        #expect(Run.message { _ = try FieldSamples(path: path, wrong) }.contains("EPSG:4326"))
    }

    @Test func areasAreNoSamples() throws {
        let path = scratch.path + "/area.geojson"
        let text = """
            {"type":"Feature","properties":{"id":"a","ECe":1},"geometry":{"type":"LineString","coordinates":[[0,0],[1,1]]}}
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        #expect(Run.message { _ = try FieldSamples(path: path, options()) }.contains("not one point"))
    }

    /// A shapefile in the Gauss-Krüger zone 8 of Pulkovo 1942 with text in CP1251, made by ogr2ogr.
    ///
    /// The place in WGS 84: gdaltransform -s_srs EPSG:28408 -t_srs EPSG:4326 (PROJ 9.1).
    @Test(.enabled(if: GDALTool.isInstalled("ogr2ogr")))
    func shapefilesOfTheRegion() throws {
        let source = try geoJSON([(8_637_000, 4_453_000)], crs: 28_408)
        let path = scratch.path + "/pulkovo.shp"
        try GDALTool.run("ogr2ogr", ["-f", "ESRI Shapefile", path, source, "-lco", "ENCODING=CP1251"])
        let samples = try FieldSamples(path: path, FieldSampleOptions(unit: "dS/m"))
        #expect(samples.samples[0].id == "поле 0" && samples.samples[0].value == 1.5)
        let world = try CoordinateTransform(from: samples.crs, to: try CoordinateSystem(text: "EPSG:4326"))
        let place = try #require(world.transform(x: 8_637_000, y: 4_453_000))
        #expect(abs(place.x - Self.pulkovo.x) < 1e-6 && abs(place.y - Self.pulkovo.y) < 1e-6, "\(place)")

        // Without the file that names the encoding, and without its mark in the table.
        try FileManager.default.removeItem(atPath: scratch.path + "/pulkovo.cpg")
        var table = try scratch.data("pulkovo.dbf")
        table[29] = 0
        try table.write(to: URL(fileURLWithPath: scratch.path + "/pulkovo.dbf"))
        let unknown = try FieldSamples(path: path, FieldSampleOptions(unit: "dS/m"))
        #expect(unknown.samples[0].id != "поле 0" && unknown.warnings.contains { $0.contains("looks like Cyrillic") })
        var named = FieldSampleOptions(unit: "dS/m")
        named.encoding = "CP1251"
        #expect(try FieldSamples(path: path, named).samples[0].id == "поле 0")

        // Without the file that names the coordinate system.
        try FileManager.default.removeItem(atPath: scratch.path + "/pulkovo.prj")
        #expect(Run.message { _ = try FieldSamples(path: path, named) }.contains(".prj"))
        named.crs = try CoordinateSystem(text: "EPSG:28408")
        #expect(try FieldSamples(path: path, named).crs.epsg == 28_408)
    }

    private static let pulkovo = SIMD2(46.6077544, 40.1994012)

    // MARK: Conversion

    private static let mixed = "id,lon,lat,v,measure\na,1,2,2,EC1:5\nb,1,2,3,ECe\nc,1,2,1,EC1:1\nd,1,2,0.001,EC1:5\n"

    @Test func extractsAreBroughtToECe() throws {
        var samples = try read(Self.mixed, FieldSampleOptions(value: "v", unit: "dS/m"))
        try samples.convert(by: [try ExtractConversion.named("kargas2018")])
        #expect(samples.samples.map(\.value) == [12.952, 3, 1.947, nil])
        #expect(samples.samples.map(\.conversion) == ["kargas2018", "", "kargas2018", "kargas2018"])
        #expect(samples.samples.map(\.property.name) == ["ECe", "ECe", "ECe", "ECe"])
        #expect(samples.samples[0].delivered?.number == 2 && samples.samples[0].delivered?.property.name == "EC1:5")
        #expect(samples.warnings.contains { $0.contains("no ECe for 1 sample") && $0.contains("line 5") })
    }

    @Test func whatIsNotNamedIsNotConverted() throws {
        func refusal(_ names: [String]) throws -> String {
            var samples = try read(Self.mixed, FieldSampleOptions(value: "v", unit: "dS/m"))
            let conversions = try names.map { try ExtractConversion.named($0) }
            return Run.message { try samples.convert(by: conversions) }
        }
        #expect(try refusal([]).contains("EC1:1 dS/m, EC1:5 dS/m, ECe dS/m"))
        #expect(try refusal(["park"]).contains("line 4: EC1:1"))
        #expect(try refusal(["kargas2018", "park"]).contains("kargas2018 and park"))
        // Percent is a property of its own: fine alone, never converted by a rule for extracts.
        let salts = "id,lon,lat,TSS\na,1,2,0.8\nb,3,4,1.5\n"
        var samples = try read(salts, FieldSampleOptions(unit: "%"))
        try samples.convert(by: [])
        #expect(samples.samples.map(\.value) == [0.8, 1.5] && samples.samples[0].property.name == "TSS")
        let dilution = try ExtractConversion.named("fao-saturation(sp=45)")
        #expect(Run.message { try samples.convert(by: [dilution]) }.contains("TSS %"))
        try samples.convert(by: [try ExtractConversion.named("ECe = 2 + 13*TSS", citation: "our own")])
        #expect(samples.samples[0].value == 12.4 && samples.samples[0].conversion.contains("our own"))
    }

    // MARK: Real data

    /// 113 samples of the coast of Odisha, in uS/cm; the survey publishes no coordinates.
    @Test(.enabled(if: TestData.isUsable("salinity/coastal_odisha/soil_data_raw.csv")))
    func aPublishedSurvey() throws {
        guard let url = try TestData.url("salinity/coastal_odisha/soil_data_raw.csv") else { return }
        let data = try Data(contentsOf: url)
        var reading = FieldSampleOptions(value: "EC", unit: "uS/cm", measure: "EC1:5", date: "Time")
        #expect(Run.message { _ = try FieldSamples(csv: data, name: "odisha", reading) }.contains("--encoding"))
        reading.encoding = "CP1252"
        #expect(Run.message { _ = try FieldSamples(csv: data, name: "odisha", reading) }.contains("--x"))
        let table = try CSVText(try TextRecoding.utf8(data, from: "CP1252"), name: "odisha")
        reading.encoding = nil
        var text = CSVText.line(table.columns.filter { $0 != "X" } + ["lon", "lat"])
        let left = try #require(table.column("X"))
        for row in table.rows {
            text += CSVText.line(
                row.fields.enumerated().filter { $0.offset != left }.map(\.element) + ["86.5", "20.3"])
        }
        let samples = try read(text, reading)
        #expect(samples.samples.count == 113 && samples.samples[0].value == 0.488 && samples.samples[1].value == 0.6782)
        #expect(samples.samples[0].day?.text == "2024-02-13")
        var wrong = reading
        wrong.unit = "dS/m"
        #expect(message(text, wrong).contains("is the unit uS/cm?"))
    }
}
