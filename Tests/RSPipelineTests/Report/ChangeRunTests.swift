import Foundation
import Testing

@testable import RSPipeline

@Suite struct ChangeRunTests {
    private static let before: [Double] = [
        1, 1, 2, 2,
        1, 1, 3, 0,
        2, 3, 3, 0,
        2, 2, 1, 1,
    ]
    private static let after: [Double] = [
        1, 2, 2, 1,
        1, 3, 3, 1,
        1, 3, 2, 0,
        2, 0, 1, 1,
    ]
    /// Pixels of each pair, counted by hand.
    private static let pairs = [[4, 1, 1], [2, 2, 0], [0, 1, 2]]

    private func maps(
        in scratch: ScratchFolder, _ edit: (inout MadeMap, inout MadeMap) -> Void = { _, _ in }
    ) throws -> ChangeOptions {
        var old = MadeMap(classes: Self.before, scene: "old", date: "2022-07-15T07:00:00Z")
        var new = MadeMap(classes: Self.after, scene: "new", date: "2023-07-15T07:00:00Z")
        edit(&old, &new)
        return ChangeOptions(
            before: try old.write(to: scratch.path + "/old"), after: try new.write(to: scratch.path + "/new"),
            folder: scratch.path + "/out")
    }

    private func run(_ options: ChangeOptions, threads: Int = 1) throws -> Change {
        let run = try ChangeRun(options)
        _ = try run.run(options: ExecutionOptions(threads: threads))
        return try run.change()
    }

    /// The surface of an ellipsoid between two latitudes, one degree of longitude wide, in hectares.
    private static func strip(_ low: Double, _ high: Double) -> Double {
        let (a, f) = (6_378_137.0, 1 / 298.257223563)
        let (b, e) = (a * (1 - f), (f * (2 - f)).squareRoot())
        func part(_ degrees: Double) -> Double {
            let s = sin(degrees * .pi / 180)
            return s / (1 - e * e * s * s) + log((1 + e * s) / (1 - e * s)) / (2 * e)
        }
        return b * b / 2 * (part(high) - part(low)) * .pi / 180 / 10_000
    }

    @Test func pixelsOfAProjectionAreHectaresOnTheGround() throws {
        let scratch = try ScratchFolder()
        let change = try run(try maps(in: scratch))
        // On the meridian of UTM the map is shrunk by .9996 both ways.
        let pixel = 0.09 / (0.9996 * 0.9996)
        for (row, counts) in zip(change.transitions.hectares, Self.pairs) {
            for (hectares, count) in zip(row, counts) {
                #expect(abs(hectares - Double(count) * pixel) < 1e-8, "\(change.transitions.hectares)")
            }
        }
        #expect(change.transitions.onlyBefore.map { ($0 / pixel).rounded() } == [0, 1, 0])
        #expect(change.transitions.onlyAfter.map { ($0 / pixel).rounded() } == [1, 0, 0])
        #expect((change.transitions.neither / pixel).rounded() == 1)
        #expect(change.directions.map(\.name) == ["improved", "unchanged", "worsened"])
        #expect(change.directions.map { ($0.hectares / pixel).rounded() } == [3, 8, 2])
        #expect(change.transitionsBasis == .unadjusted && change.directionsBasis == .unadjusted)
        #expect(change.before.date == "2022-07-15" && change.after.scene == "new")
        let map = try SmallRaster.read(scratch.path + "/out/change_class.tif")
        #expect(map == [2, 3, 2, 1, 2, 3, 2, 0, 1, 2, 1, 0, 2, 0, 2, 2])
        #expect(change.warnings.contains { $0.contains("no difference map") }, "\(change.warnings)")
        let names = [
            "change.json", "change_class.qml", "change_class.stac.json", "change_class.tif", "transitions.csv",
        ]
        #expect(scratch.names("out") == names)
    }

    @Test func pixelsOfDegreesDifferByRow() throws {
        let scratch = try ScratchFolder()
        let grid = Grid(
            width: 4, height: 4,
            transform: GeoTransform(originX: 60, columnX: 1, rowX: 0, originY: 44, columnY: 0, rowY: -1),
            crs: try CoordinateSystem(text: "EPSG:4326"))
        let change = try run(
            try maps(in: scratch) {
                $0.grid = grid
                $1.grid = grid
            })
        let rows = (0..<4).map { Self.strip(43 - Double($0), 44 - Double($0)) }
        func close(_ found: Double, _ expected: Double) -> Bool { abs(found - expected) <= 1e-9 * expected }
        #expect(close(change.transitions.hectares[0][0], rows[0] + rows[1] + 2 * rows[3]))
        #expect(close(change.transitions.hectares[0][1], rows[0]))
        #expect(close(change.transitions.hectares[1][0], rows[0] + rows[2]))
        #expect(close(change.transitions.hectares[2][1], rows[2]))
        #expect(close(change.transitions.onlyBefore[1], rows[3]))
        #expect(close(change.transitions.neither, rows[2]))
    }

    @Test func sumsAreTheHectaresOfEachMap() throws {
        let scratch = try ScratchFolder()
        var generator = SplitMix64(seed: 5)
        let grid = SmallRaster.grid(70, 300)
        let numbers = (0..<2).map { _ in (0..<grid.pixelCount).map { _ in Double(generator.next() % 4) } }
        var options = try maps(in: scratch) {
            ($0.grid, $1.grid) = (grid, grid)
            ($0.classes, $1.classes) = (numbers[0], numbers[1])
        }
        let change = try run(options, threads: 2)
        let areas = try PixelAreas(of: grid)
        var (before, after) = ([0.0, 0, 0], [0.0, 0, 0])
        for pixel in 0..<grid.pixelCount where numbers[0][pixel] > 0 && numbers[1][pixel] > 0 {
            let area = areas.hectares(column: pixel % 70, row: pixel / 70)
            before[Int(numbers[0][pixel]) - 1] += area
            after[Int(numbers[1][pixel]) - 1] += area
        }
        for (found, expected) in zip(change.transitions.before + change.transitions.after, before + after) {
            #expect(abs(found - expected) < 1e-9 * expected)
        }
        // The same bytes elsewhere, with other threads.
        options.folder = scratch.path + "/again"
        _ = try run(options, threads: 1)
        for name in scratch.names("out") {
            #expect(try scratch.data("out/" + name) == scratch.data("again/" + name), "\(name)")
        }
    }

    private static func metrics(rmse: Double) -> RegressionMetrics {
        RegressionMetrics(observed: [1, 2, 3, 4], predicted: [1 + rmse, 2 - rmse, 3 + rmse, 4 - rmse])
    }

    private func model(_ path: String, rmse: Double, scheme: String) throws {
        var model = SalinityModel(
            target: SoilProperty(.saturatedPaste, depth: 0...30), predictors: [.init(name: "sqrt_GR")],
            form: .linear(intercept: 0, coefficients: [10]), method: "ols")
        model.crossValidation = .init(scheme: scheme, folds: 4, metrics: Self.metrics(rmse: rmse))
        try Data(model.text.utf8).write(to: URL(fileURLWithPath: path))
    }

    @Test func differencesAreHeldAgainstTheErrors() throws {
        let scratch = try ScratchFolder()
        let old = (0..<16).map { Double($0) / 2 }
        // 1.96 sqrt(.75^2 + 1^2) = 2.45
        let steps: [Double] = [0, 2, 2.5, -2.5, 2.4, -2.4, .nan, 10, -10, 0, 0, 0, 0, 0, 0, 0]
        var options = try maps(in: scratch) {
            $0.values = old
            $1.values = zip(old, steps).map { $0 + $1 }
        }
        try model(scratch.path + "/a.json", rmse: 0.75, scheme: "block=1000m")
        try model(scratch.path + "/b.json", rmse: 1, scheme: "kfold k=10 seed=1")
        options.models = (scratch.path + "/a.json", scratch.path + "/b.json")
        let change = try run(options)
        let certainty = try #require(change.certainty)
        #expect(abs(certainty.combinedRMSE - 1.25) < 1e-12 && abs(certainty.limit - 2.45) < 1e-12)
        #expect(
            !certainty.isSpatial && change.before.error?.isSpatial == true && change.after.error?.isSpatial == false)
        #expect(change.warnings.contains { $0.contains("not spatial (kfold k=10 seed=1)") }, "\(change.warnings)")
        let pixel = 0.09 / (0.9996 * 0.9996)
        let found = [certainty.improved, certainty.within, certainty.worsened].map { $0 / pixel }
        #expect(zip(found, [2, 11, 2]).allSatisfy { abs($0 - $1) < 1e-6 }, "\(found)")
        let map = try SmallRaster.read(scratch.path + "/out/change_ECe.tif")
        #expect(map[6].isNaN && map[7] == 10 && map[8] == -10 && map[3] == -2.5)
        let difference = try #require(change.difference)
        #expect(abs(difference.mean - 2 / 15.0) < 1e-6 && difference.minimum == -10 && difference.maximum == 10)
        let squares = steps.filter { !$0.isNaN }.reduce(0) { $0 + $1 * $1 }
        #expect(abs(difference.deviation - (squares / 15 - 4 / 225.0).squareRoot()) < 1e-6)
        let fact = try Dataset(reading: scratch.path + "/out/change_ECe.tif").band(1)
        #expect(fact.metadata["RSP_QUANTITY"] == "change:ECe dS/m 0-30cm")
        #expect(
            try SmallRaster.read(scratch.path + "/out/change_beyond_error.tif")
                == [2, 2, 3, 1, 2, 2, 0, 3, 1, 2, 2, 2, 2, 2, 2, 2])
        // A difference is no salinity that could be classified.
        let classified = Run.planMessage("read \(scratch.path)/out/change_ECe.tif ! classify scheme=usda ! write x/")
        #expect(classified.contains("calibrate it first"), "\(classified)")
    }

    @Test func anIndexNeverImproves() throws {
        let scratch = try ScratchFolder()
        let change = try run(
            try maps(in: scratch) { old, new in
                for (map, values) in [(0, Self.before), (1, Self.after)] {
                    func edit(_ made: inout MadeMap) {
                        made.plane = "sqrt_GR"
                        made.quantity = .index(range: nil)
                        made.values = values.map { $0 / 10 }
                        made.names = ["below 0.1", "0.1 to 0.2", "from 0.2"]
                        made.rule = "1 below 0.1, 2 0.1 to 0.2 from 0.1, 3 from 0.2 from 0.2"
                    }
                    if map == 0 { edit(&old) } else { edit(&new) }
                }
            })
        #expect(change.subject.kind == .index && change.certainty == nil)
        #expect(change.directions.map(\.name) == ["lower", "same", "higher"])
        for name in scratch.names("out") {
            let text = String(decoding: try scratch.data("out/" + name), as: UTF8.self)
            #expect(!text.contains("improved") && !text.contains("worsened") && !text.contains("saline"), "\(name)")
        }
        #expect(scratch.names("out").contains("change_sqrt_GR.tif"))
    }

    @Test func placesCorrectDirectionsAndTransitions() throws {
        let scratch = try ScratchFolder()
        var options = try maps(in: scratch)
        let grid = SmallRaster.grid(4, 4)
        // Of each direction two places or more; one of those that improved on the map is unchanged in the field.
        let places: [(pixel: Int, before: String, after: String)] = [
            (3, "slightly saline", "non-saline"), (8, "slightly saline", "slightly saline"),
            (0, "non-saline", "non-saline"), (6, "moderately saline", "moderately saline"), (14, "1", "1"),
            (1, "non-saline", "slightly saline"), (5, "non-saline", "slightly saline"), (7, "1", "1"),
        ]
        let way = try CoordinateTransform(from: #require(grid.crs), to: CoordinateSystem(text: "EPSG:4326"))
        var text = "longitude,latitude,before,after\n"
        for place in places {
            let centre = grid.transform.map(column: Double(place.pixel % 4) + 0.5, row: Double(place.pixel / 4) + 0.5)
            let point = try #require(way.transform(x: centre.x, y: centre.y))
            text += "\(point.x),\(point.y),\(place.before),\(place.after)\n"
        }
        options.places = scratch.path + "/places.csv"
        try Data(text.utf8).write(to: URL(fileURLWithPath: scratch.path + "/places.csv"))
        let change = try run(options)
        #expect(change.directionsBasis == .adjusted && change.transitionsBasis == .adjusted)
        let pixel = 0.09 / (0.9996 * 0.9996)
        // 3 pixels improved, 8 unchanged, 2 worsened on the map; half of the improved ones were unchanged.
        let found = change.directions.compactMap(\.estimate?.hectares).map { $0 / pixel }
        #expect(zip(found, [1.5, 9.5, 2]).allSatisfy { abs($0 - $1) < 1e-6 }, "\(found)")
        let margin = try #require(change.directions[0].estimate?.margin)
        // W sqrt(q (1 - q) / (n - 1)), with 3 pixels and q = 1/2 of two places.
        #expect(abs(margin / pixel - 1.959963984540054 * 3 * 0.5) < 1e-6, "\(margin / pixel)")
        let areas = try #require(change.transitionEstimates)
        #expect(abs(areas[1][0].hectares / pixel - 1.5) < 1e-6 && abs(areas[1][1].hectares / pixel - 1.5) < 1e-6)
        // Both places on worsened land went from the first class to the second.
        #expect(abs(areas[0][1].hectares / pixel - 2) < 1e-6 && areas[0][2].hectares == 0)
        #expect(abs(areas[0][0].hectares / pixel - 8 * 2 / 3.0) < 1e-6)
        #expect(change.warnings.contains { $0.contains("1 of 8 checked places") }, "\(change.warnings)")
        #expect(change.accuracy?.places == 7)
        #expect(change.table.contains("slightly saline,non-saline,improved,") && change.table.contains(",adjusted,"))
    }

    @Test func zonesAddUpToTheWhole() throws {
        let scratch = try ScratchFolder()
        var options = try maps(in: scratch) {
            $0.values = Self.before
            $1.values = Self.after
        }
        let zones = scratch.path + "/zones.geojson"
        try ZoneFile.write(
            zones,
            [("\"name\": \"west\"", ZoneFile.box(0, 0, 1.5, 4)), ("\"name\": \"east\"", ZoneFile.box(1.5, 0, 4, 4))])
        options.zones = ZoneSelection(zones, id: "name")
        let change = try run(options)
        #expect(change.zones == "zones.csv")
        let rows = try ZoneFile.rows(scratch.path + "/out/zones.csv")
        #expect(rows.count == 2 && rows[0]["change_ECe_mean"] != nil)
        for direction in change.directions {
            let sum = rows.compactMap { $0["change_class_ha_" + direction.name].flatMap { Double($0) } }.reduce(0, +)
            #expect(abs(sum - direction.hectares) < 1e-9, "\(direction) \(rows)")
        }
        #expect(scratch.names("out").contains("zones.gpkg"))
    }

    // MARK: Refusals

    private func message(_ edit: (inout MadeMap, inout MadeMap) -> Void) throws -> String {
        let scratch = try ScratchFolder()
        let options = try maps(in: scratch, edit)
        let message = Run.message { _ = try ChangeRun(options) }
        #expect(!FileFacts.exists(scratch.path + "/out"))
        return message
    }

    @Test func whatCannotBeComparedIsRefused() throws {
        let other = try message { $1.grid = SmallRaster.grid(4, 4, left: 500_015) }
        #expect(other.contains("different grids") && other.contains("regrid like="), "\(other)")
        #expect(try message { $1.names[2] = "very saline" }.contains("different classes"))
        #expect(try message { $1.rule = $1.rule.replacing("from 4", with: "from 5") }.contains("different rules"))
        #expect(try message { $1.date = "2021-01-01T00:00:00Z" }.contains("swap them"))
        let property = try message {
            ($0.values, $1.values) = (Self.before, Self.after)
            $1.quantity = .salinity(SoilProperty(.totalSalts))
        }
        #expect(property.contains("never equated"), "\(property)")
        let depth = try message {
            ($0.values, $1.values) = (Self.before, Self.after)
            $1.quantity = .salinity(SoilProperty(.saturatedPaste, depth: 0...100))
        }
        #expect(depth.contains("0-30cm") && depth.contains("0-100cm"), "\(depth)")
        let index = try message {
            ($0.values, $1.values) = (Self.before, Self.after)
            $1.quantity = .index(range: nil)
        }
        #expect(index.contains("an index is not salinity"), "\(index)")
        #expect(try message { $1.plane = "TSS" }.contains("of TSS"))
        let formula = try message { old, new in
            func edit(_ map: inout MadeMap, _ formula: String) {
                (map.plane, map.quantity, map.values) = ("crsi", .index(range: nil), Self.before)
                map.rule = "1 low, 2 middle from 0.1, 3 high from 0.2"
                map.constants = ["formula crsi": formula]
            }
            edit(&old, "a")
            edit(&new, "b")
        }
        #expect(formula.contains("crsi is a in"), "\(formula)")
        let empty = Run.message {
            let scratch = try ScratchFolder()
            _ = try run(try maps(in: scratch) { old, _ in old.classes = [Double](repeating: 0, count: 16) })
        }
        #expect(empty.contains("nothing can be compared"), "\(empty)")
    }

    private func warnings(_ edit: (inout MadeMap, inout MadeMap) -> Void) throws -> [String] {
        let scratch = try ScratchFolder()
        return try ChangeRun(try maps(in: scratch, edit)).plan.warnings
    }

    @Test func whatMayFeignAChangeIsSaid() throws {
        func says(_ words: String, _ edit: (inout MadeMap, inout MadeMap) -> Void) throws -> Bool {
            try warnings(edit).contains { $0.contains(words) }
        }
        #expect(try says("both maps are of 2022-07-15") { $1.date = $0.date })
        #expect(try says("nothing says which map is earlier") { $1.date = nil })
        #expect(try says("different sensors") { $1.sensor = "spot7-naomi" })
        #expect(try !says("different sensors") { $1.sensor = "landsat9-oli-tirs" })
        let models = try says("different models") {
            $0.constants = ["model ECe": "a.json 1, ols, ECe dS/m"]
            $1.constants = ["model ECe": "b.json 2, ols, ECe dS/m"]
        }
        #expect(models)
        #expect(try says("made in different ways") { $1.chain = $1.chain.replacing("dos1", with: "dos2") })
        #expect(try says("--models BEFORE.json,AFTER.json") { _, _ in })
        // Of the same kind all is well but for the errors and the values, which are not there.
        #expect(try warnings { _, _ in }.count == 2)
    }

    @Test func oneMapIsNotTwo() throws {
        let scratch = try ScratchFolder()
        let options = try maps(in: scratch)
        try FileManager.default.createSymbolicLink(
            atPath: scratch.path + "/link", withDestinationPath: scratch.path + "/old")
        for path in [options.before, scratch.path + "/link", options.before + "/old_ECe_class.tif"] {
            let twice = ChangeOptions(before: options.before, after: path, folder: scratch.path + "/out")
            #expect(Run.message { _ = try ChangeRun(twice) }.contains("at once"))
        }
        try FileManager.default.copyItem(atPath: options.before, toPath: scratch.path + "/copy")
        let copied = ChangeOptions(
            before: options.before, after: scratch.path + "/copy", folder: scratch.path + "/out")
        #expect(Run.message { _ = try ChangeRun(copied) }.contains("is a copy of"))
        let none = ChangeOptions(before: options.before, after: scratch.path, folder: scratch.path + "/out")
        #expect(Run.message { _ = try ChangeRun(none) }.contains("there is no map of classes"))
    }

    @Test func aModelThatDidNotMakeTheMapIsRefused() throws {
        let scratch = try ScratchFolder()
        var options = try maps(in: scratch) {
            $0.values = Self.before
            $1.values = Self.after
            $0.constants = ["model ECe": "m.json 0123456789abcdef, ols, ECe dS/m 0-30cm"]
        }
        try model(scratch.path + "/a.json", rmse: 1, scheme: "loo")
        options.models = (scratch.path + "/a.json", scratch.path + "/a.json")
        let message = Run.message { _ = try ChangeRun(options) }
        #expect(message.contains("it did not make"), "\(message)")
    }
}
