import Foundation
import RSPipeline
import Testing

/// `make demo`: the script itself, run once; every number of its report against assessment.json, and assessment.json against
/// what can be counted again from the maps and the field data.
@Suite struct DemoTests {
    /// What the script wrote.
    private final class Demo: Sendable {
        static let made = Result { try Demo() }

        let said: String
        let page: String
        let document: JSONValue
        let ground: UTMGround
        /// Pixel by pixel.
        let values: [Float]
        let classes: [Float]
        let reasons: [Float]
        let truth: [Float]

        private init() throws {
            let scratch = FileManager.default.temporaryDirectory.path + "/rsproc-tests-demo-\(getpid())"
            let folder = scratch + "/assessment"
            defer { try? FileManager.default.removeItem(atPath: scratch) }
            let process = Process()
            process.executableURL = URL(fileURLWithPath: Repository.root.path + "/scripts/demo.sh")
            process.arguments = [scratch]
            process.environment = ProcessInfo.processInfo.environment.merging(["RSPROC": Command.binary]) { $1 }
            let pipe = Pipe()
            process.standardOutput = pipe
            process.standardError = FileHandle.nullDevice
            try process.run()
            let said = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            guard process.terminationStatus == 0 else { throw Failure(said: said) }
            self.said = said
            func text(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)) }
            page = String(decoding: try text("report.html"), as: UTF8.self)
            guard let document = JSONValue(try text("assessment.json")) else { throw Failure(said: "no document") }
            self.document = document
            func map(_ plane: String) throws -> [Float] {
                try Dataset(reading: "\(folder)/\(MadeScene.id)_\(plane).tif").floats(band: 1)
            }
            ground = try UTMGround(try Dataset(reading: "\(folder)/\(MadeScene.id)_ECe_class.tif"))
            (values, classes, reasons) = (try map("ECe"), try map("ECe_class"), try map("validity"))
            truth = try Dataset(reading: "\(DemoTests.scene)/truth/\(MadeScene.id)_truth_salinity.tif").floats(band: 1)
        }

        private struct Failure: Error { let said: String }

        /// Hectares of pixels that meet a condition.
        func hectares(where holds: (Int) -> Bool) -> Double {
            var sum = 0.0
            for column in 0..<ground.width {
                let rows = (0..<ground.height).count { holds($0 * ground.width + column) }
                sum += Double(rows) * ground.hectares(column: column)
            }
            return sum
        }

        /// Hectares of each class, and the mean value, below the features of a file.
        func sums(of file: String, key: String) throws -> [String: (whole: Double, classes: [Double], mean: Double)] {
            let data = try Data(contentsOf: URL(fileURLWithPath: DemoTests.field + "/" + file))
            let layer = try #require(JSONValue(data))
            var found: [String: (Double, [Double], Double)] = [:]
            for feature in layer.items("/features") {
                let name = try #require(feature.at("/properties/\(key)")?.text)
                let corners = feature.items("/geometry/coordinates/0").map { [$0.number("/0"), $0.number("/1")] }
                let ring = ground.ring(corners)
                var (areas, sum, weight) = ([Double](repeating: 0, count: 5), 0.0, 0.0)
                for (pixel, share) in ground.shares(of: ring) where classes[pixel] > 0 {
                    let area = share * ground.hectares(column: pixel % ground.width)
                    areas[Int(classes[pixel]) - 1] += area
                    sum += area * Double(values[pixel])
                    weight += area
                }
                let middle = Int(ring.map(\.x).reduce(0, +) / Double(ring.count))
                found[name] = (
                    UTMGround.area(ring) * ground.hectares(column: middle), areas, weight > 0 ? sum / weight : .nan
                )
            }
            return found
        }
    }

    private static let scene = Repository.sampleScene
    private static let field = scene + "/field"

    private func isClose(_ a: Double, _ b: Double, within share: Double = 1e-5) -> Bool {
        abs(a - b) <= share * max(abs(b), 1)
    }

    @Test func theScriptSaysWhereThingsAreAndTheMainFigures() throws {
        let demo = try Demo.made.get()
        for word in [
            "report.html", "assessment.json", "plots.csv", "estimated", "cv group=field", "very strongly saline",
        ] {
            #expect(demo.said.contains(word), "\(word): \(demo.said)")
        }
        #expect(demo.page.utf8.count < 1_000_000)
    }

    @Test func everyNumberOfTheReportStandsInTheDocument() throws {
        let demo = try Demo.made.get()
        let shown = ReportNumbers.all(in: demo.page)
        #expect(shown.count > 250)
        for number in shown {
            #expect(demo.document.number(number.path) == number.value, "\(number.path)")
            let read = try #require(number.read("en"), "\(number.path) shows '\(number.text)'")
            #expect(abs(read.number - number.meant) <= read.tolerance, "\(number.path) shows '\(number.text)'")
        }
        // What stands outside of such elements are names, texts and places: no other number with a unit of area.
        let rest = demo.page.replacingOccurrences(of: "base64,[A-Za-z0-9+/=]*", with: "", options: .regularExpression)
            .replacingOccurrences(of: "<[^>]*data-path[^>]*>[^<]*<", with: "<", options: .regularExpression)
        #expect(rest.range(of: "[0-9]\u{A0}ha", options: .regularExpression) == nil)
    }

    @Test func classesAndExclusionsAreThePixelsOfTheMaps() throws {
        let demo = try Demo.made.get()
        let document = demo.document
        var assessed = 0.0
        for index in 0..<5 {
            let counted = demo.hectares { demo.classes[$0] == Float(index + 1) }
            #expect(isClose(document.number("/classes/\(index)/hectares"), counted), "class \(index + 1): \(counted)")
            // The map shows every class.
            #expect(counted > 50, "class \(index + 1): \(counted)")
            assessed += counted
            let (lower, upper) = (
                document.number("/classes/\(index)/lower"), document.number("/classes/\(index)/upper")
            )
            for (value, number) in zip(demo.values, demo.classes) where number == Float(index + 1) {
                if Double(value) < lower || Double(value) >= upper { Issue.record("\(value) is no \(index + 1)") }
            }
        }
        #expect(isClose(document.number("/extent/assessed"), assessed))
        var whole = assessed
        for exclusion in document.items("/extent/exclusions") {
            let word = try #require(exclusion["reason"]?.text)
            let reason = try #require(PixelReason.allCases.first { $0.name == word })
            let counted = demo.hectares { demo.reasons[$0] == Float(reason.rawValue) }
            #expect(isClose(exclusion.number("/hectares"), counted), "\(reason): \(counted)")
            whole += counted
        }
        #expect(isClose(document.number("/extent/hectares"), whole))
        let affected = demo.hectares { demo.classes[$0] > 1 }
        #expect(isClose(document.number("/affected/hectares"), affected))
        let mean =
            (0..<demo.values.count).reduce(0) { sum, pixel in
                demo.classes[pixel] > 0
                    ? sum + Double(demo.values[pixel]) * demo.ground.hectares(column: pixel % demo.ground.width) : sum
            } / assessed
        #expect(isClose(document.number("/histogram/mean"), mean))
        let drawn = document.items("/histogram/bins").reduce(0) { $0 + $1.number("/hectares") }
        #expect(isClose(drawn + document.number("/histogram/above"), assessed))
    }

    @Test func plotsAndDistrictsAreThePixelsBelowThem() throws {
        let demo = try Demo.made.get()
        let document = demo.document
        let plots = try demo.sums(of: "plots.geojson", key: "plot_id")
        #expect(plots.count == Int(document.number("/plots/count")))
        let means = plots.values.map(\.mean).filter { !$0.isNaN }
        #expect(means.count == Int(document.number("/plots/assessed")))
        let worst = document.items("/plots/worst")
        #expect(worst.count == 15)
        for (rank, plot) in worst.enumerated() {
            let id = try #require(plot["id"]?.text)
            let counted = try #require(plots[id])
            #expect(isClose(plot.number("/mean"), counted.mean, within: 1e-4), "\(id): \(counted)")
            #expect(isClose(plot.number("/hectares"), counted.whole, within: 1e-4), "\(id): \(counted)")
            let share = counted.classes.dropFirst().reduce(0, +) / counted.classes.reduce(0, +)
            #expect(isClose(plot.number("/affected_share"), share, within: 1e-4), "\(id): \(counted)")
            // As many plots are worse as its rank says.
            #expect(means.count { $0 > counted.mean + 1e-3 } <= rank, "\(id)")
            #expect(
                plot["district"]?.text?.hasSuffix("east") == true || plot["district"]?.text?.hasSuffix("west") == true)
        }
        let districts = try demo.sums(of: "districts.geojson", key: "district")
        var left = (0..<5).map { document.number("/classes/\($0)/hectares") }
        #expect(document.items("/districts").count == 4)
        for district in document.items("/districts") {
            let name = try #require(district["name"]?.text)
            let counted = try #require(districts[name])
            for index in 0..<5 {
                let stated = district.number("/classes/\(index)")
                #expect(isClose(stated, counted.classes[index], within: 1e-4), "\(name), class \(index + 1)")
                left[index] -= stated
            }
            #expect(isClose(district.number("/assessed"), counted.classes.reduce(0, +), within: 1e-4), "\(name)")
        }
        // What lies in no district makes the column up to the whole map.
        for index in 0..<5 { #expect(isClose(document.number("/outside_districts/classes/\(index)"), left[index])) }
        #expect(document.number("/outside_districts/assessed") > 1)
    }

    /// The estimator of Olofsson and others (2014), from the places and the map.
    @Test func checkedPlacesGiveTheEstimates() throws {
        let demo = try Demo.made.get()
        let table = try String(contentsOfFile: Self.field + "/validation.csv", encoding: .utf8).split(
            whereSeparator: \.isNewline
        ).map { $0.split(separator: ",").map(String.init) }
        #expect(table[0] == ["id", "lon", "lat", "ECe", "class", "class_name"])
        var counts = [[Double]](repeating: [Double](repeating: 0, count: 5), count: 5)
        for fields in table.dropFirst() {
            guard let x = Double(fields[1]), let y = Double(fields[2]), let kind = Int(fields[4]),
                let pixel = demo.ground.pixel(longitude: x, latitude: y), demo.classes[pixel] > 0
            else { continue }
            counts[Int(demo.classes[pixel]) - 1][kind - 1] += 1
        }
        let mapped = (0..<5).map { demo.document.number("/classes/\($0)/hectares") }
        let whole = mapped.reduce(0, +)
        let sizes = counts.map { $0.reduce(0, +) }
        #expect((sizes.min() ?? 0) >= 50, "places by class of the map: \(sizes)")
        var (better, covered) = (0, 0)
        for index in 0..<5 {
            let path = "/accuracy/classes/\(index)"
            for other in 0..<5 { #expect(demo.document.number(path + "/places/\(other)") == counts[index][other]) }
            var (share, variance) = (0.0, 0.0)
            for row in 0..<5 {
                let (weight, part) = (mapped[row] / whole, counts[row][index] / sizes[row])
                share += weight * part
                variance += weight * weight * part * (1 - part) / (sizes[row] - 1)
            }
            let margin = 1.959_963_985 * whole * variance.squareRoot()
            let estimate = demo.document.number(path + "/area/hectares")
            #expect(isClose(estimate, share * whole), "\(estimate), \(share * whole)")
            #expect(isClose(demo.document.number(path + "/area/margin"), margin, within: 1e-3), "\(margin)")
            let truth = demo.hectares { pixel in
                guard demo.classes[pixel] > 0 else { return false }
                return FieldTruth.soilClass(demo.truth[pixel]) == index
            }
            if abs(estimate - truth) < abs(mapped[index] - truth) { better += 1 }
            if abs(estimate - truth) <= margin { covered += 1 }
        }
        // The truth is known: counting pixels misses it, the intervals hold it.
        #expect(better >= 3 && covered >= 4, "\(better) better, \(covered) covered")
    }

    /// Classes of the truth, dS/m.
    private enum FieldTruth {
        static func soilClass(_ salinity: Float) -> Int { [2, 4, 8, 16].count { salinity >= $0 } }
    }
}
