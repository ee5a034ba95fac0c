import Foundation
import Testing

@testable import RSPipeline

/// `write` and `zonal` have the planes as they stand there, whatever later steps do.
@Suite struct RequestedPlaneTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    /// Soil whose B4 is 0.2, of 16 pixels; the second is cloud, the third bright, the fourth green.
    private func scene(_ name: String = "scene", column: Int = 0) throws -> String {
        var scene = SmallLandsat()
        scene.id = name == "scene" ? SmallLandsat.id : name
        scene.column = column
        for (band, number) in [("B3", 9000.0), ("B4", 10_000), ("B5", 11_000), ("B6", 12_000), ("B7", 11_500)] {
            scene.bands[band] = SmallLandsat.filled(number)
        }
        scene.bands["B4"]?[2] = 30_000
        scene.bands["B5"]?[3] = 25_000
        scene.bands["QA_PIXEL"] = SmallLandsat.filled(21_824)
        scene.bands["QA_PIXEL"]?[1] = 22_280
        scene.bands["QA_RADSAT"] = SmallLandsat.filled(0)
        return try scene.write(in: scratch.path, name: name)
    }

    private func map(_ folder: String, _ plane: String = "B4") -> String {
        "\(scratch.path)/\(folder)/\(SmallLandsat.id)_\(plane).tif"
    }

    private func zones() throws -> String {
        let path = scratch.path + "/plots.geojson"
        try ZoneFile.write(
            path, [("\"plot\": 1", ZoneFile.box(0, 0, 4, 4)), ("\"plot\": 2", ZoneFile.box(0, 0, 2, 2))])
        return path
    }

    private func model() throws -> String {
        var model = SalinityModel(
            target: SoilProperty(.saturatedPaste, depth: 0...30), predictors: [.init(name: "red", range: 0...2)],
            form: .linear(intercept: 3, coefficients: [-5]), method: "ols")
        model.sensor = "landsat8-oli-tirs"
        model.quantity = .toaReflectance
        let path = scratch.path + "/m.json"
        try Data(model.text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test(arguments: [
        ("toa", "mask cloud", "B4"), ("toa", "clamp max=0.3", "B4"), ("toa", "gate bare", "B4"),
        ("select B4,B5", "toa", "B4"), ("select B4,B5", "surface method=dos1", "B4"),
        ("toa", "mask outside=zones", "B4"),
        ("toa ! expr x=B4*2", "mask cloud", "x"), ("toa ! index ndvi", "gate bare", "ndvi"),
        ("toa ! select B4,validity", "mask cloud", "validity"),
    ]) func whatIsWrittenTwiceIsWhatEachChainAloneWrites(before: String, step: String, plane: String) throws {
        let step = step.replacingOccurrences(of: "=zones", with: "=\(try zones()) where=\"plot = 2\"")
        let head = "read \(try scene()) bands=B3,B4,B5,B6,B7 ! \(before)"
        try Run.run("\(head) ! write \(scratch.path)/a/ ! \(step) ! write \(scratch.path)/b/")
        try Run.run("\(head) ! write \(scratch.path)/before/")
        try Run.run("\(head) ! \(step) ! write \(scratch.path)/after/")
        for (both, alone) in [("a", "before"), ("b", "after")] {
            let (one, other) = (map(both, plane), map(alone, plane))
            #expect(try SmallRaster.read(one).bits == SmallRaster.read(other).bits)
            let items = try [one, other].map { try Dataset(reading: $0).band(1).metadata }
            for item in [GenericProduct.Item.quantity, "STATISTICS_MEAN"] { #expect(items[0][item] == items[1][item]) }
        }
        #expect(
            try SmallRaster.read(map("a", plane)).bits
                != SmallRaster.read(map("b", plane)).bits)
    }

    @Test func twoStatesAreToldApart() throws {
        let chain =
            "read \(try scene()) bands=B4 ! toa ! write \(scratch.path)/a/ ! mask cloud ! write \(scratch.path)/b/ ! "
            + "clamp max=0.3 ! write \(scratch.path)/c/"
        let plan = try Run.plan(chain)
        let names = ["B4 as of step 3", "B4 as of step 5", "B4 as of step 7"]
        #expect(plan.planeNames == names)
        for name in names { #expect(plan.explanation().contains("a/") && plan.explanation().contains(name)) }
        #expect(PlanExplanation(plan).outputs.map(\.planes) == names.map { [$0] })
        let planes = try plan.planesInMemory()
        #expect(abs(planes[0].values[1] - 0.2) < 1e-6 && planes[1].values[1].isNaN && planes[2].values[1].isNaN)
        #expect(abs(planes[1].values[2] - 1) < 1e-6 && planes[2].values[2] == 0.3)

        let summary = try SceneRun(plan, options: ExecutionOptions(threads: 2)).run()
        #expect(summary.planes.map(\.name) == names)
        #expect(
            summary.planes.map(\.pixels) == [["valid": 16], ["valid": 15, "cloud": 1], ["valid": 15, "cloud": 1]])
        #expect(summary.planes.map { ($0.maximum ?? 0) < 0.31 } == [false, false, true])
        #expect(summary.coverage?.cloud == 6.25 && summary.coverage?.clear == 93.75)
        let item = try #require(JSONValue(try scratch.data("a/LC08_TEST.stac.json")))
        guard case .object(let assets)? = item["assets"] else { throw RunError(.output, "no assets") }
        #expect(
            Set(assets.values.compactMap { $0["href"]?.text })
                == Set(
                    plan.files.map { file in
                        STACItem.link(to: file.path, from: scratch.path + "/a")
                    }))
        #expect(try Run.run(chain, existing: .skip).state == .skipped)
    }

    /// A plane that no step has changed in between is one plane.
    @Test func whatIsTheSameIsComputedOnce() throws {
        let plan = try Run.plan(
            "read \(try scene()) bands=B4 ! toa ! write \(scratch.path)/a/ ! expr x=B4*2 ! select B4,x ! "
                + "write \(scratch.path)/b/")
        #expect(plan.planeNames == ["B4", "x"] && plan.program.results.count == 2)
        #expect(plan.files.map(\.planes) == [[0], [0], [1]])
    }

    @Test func statisticsBeforeAndAfterAMask() throws {
        let table = "zonal zones=\(try zones()) id=plot \(scratch.path)"
        try Run.run("read \(try scene()) bands=B4 ! toa ! \(table)/a.csv ! mask cloud ! \(table)/b.csv")
        for (name, counts) in [("a", ["16", "4"]), ("b", ["15", "3"])] {
            #expect(try ZoneFile.rows("\(scratch.path)/\(name).csv").map { $0["B4_count"] } == counts)
        }
    }

    @Test func reasonsAreThoseOfWhatIsWritten() throws {
        let head = "read \(try scene()) bands=B4 ! toa ! select B4,validity"
        let cloud = Float(PixelReason.cloud.rawValue)
        for steps in ["! mask cloud", "! mask cloud ! select B4,validity", "! mask cloud ! regrid res=30"] {
            let found = try Run.values("\(head) \(steps)")
            #expect(found["validity"]?.prefix(3) == [0, cloud, 0] && found["B4"]?[1].isNaN == true, "\(steps)")
        }
        // Chosen again, it tells of what is selected now.
        let other = try Run.values("\(head) ! expr x=\"B4 < 0.5 ? B4 : nodata\" ! select x,validity")
        #expect(other["validity"]?.prefix(3) == [0, 0, Float(PixelReason.undefinedResult.rawValue)])
    }

    // MARK: Counts

    @Test func whatIsCountedBelongsToItsState() throws {
        let head = "read \(try scene()) bands=B4 ! toa"
        let model = try model()
        let words = "ECe: 1 predictions below 0 were set to 0"
        let twice = try Run.run(
            "\(head) ! model \(model) ! write \(scratch.path)/a/ ! mask cloud ! write \(scratch.path)/b/")
        #expect(twice.warnings.filter { $0 == words }.count == 1, "\(twice.warnings)")
        // What was asked for before the grid changes is counted there: the bright pixel is not in the cut.
        let cut = "clip extent=500000,4399940,500060,4400000"
        let whole = try Run.run("\(head) ! model \(model) ! write \(scratch.path)/c/ ! \(cut)")
        #expect(whole.warnings.contains(words), "\(whole.warnings)")
        #expect(try SmallRaster.read(map("c", "ECe")).count == 16)
        let part = try Run.run("\(head) ! model \(model) ! \(cut) ! write \(scratch.path)/d/")
        #expect(!part.warnings.contains { $0.contains("below 0") }, "\(part.warnings)")
        #expect(try Run.plan("\(head) ! write \(scratch.path)/e/ ! model \(model)").counts.isEmpty)
    }

    // MARK: Grids

    @Test(arguments: ["regrid res=60", "clip extent=500000,4399940,500060,4400000", "mosaic RIGHT"])
    func oneGridPerChain(step: String) throws {
        let right = try scene("LC08_RIGHT", column: 4)
        let step = step.replacingOccurrences(of: "RIGHT", with: right)
        let head = "read \(try scene()) bands=B4 ! toa"
        let (a, b) = ("write \(scratch.path)/a/", "write \(scratch.path)/b/")
        let table = "zonal zones=\(try zones()) id=plot \(scratch.path)/t.csv"
        let word = step.prefix { $0 != " " }
        for (first, second) in [(a, b), (table, b), (a, table)] {
            let said = Run.planMessage("\(head) ! \(first) ! \(step) ! \(second)")
            #expect(said.hasPrefix("step 5 (\(second.prefix(5))"), "\(said)")
            for part in ["one grid", "step 3 (\(first.prefix(5))", "step 4 (\(word))", "two chains"] {
                #expect(said.contains(part), "\(said)")
            }
        }
        // All before it: on the grid of the scene. All after it: on the new one.
        let before = try Run.plan("\(head) ! \(a) ! mask cloud ! \(b) ! \(step)")
        #expect(before.grid.width == 4 && before.grid.height == 4 && before.planes.count == 2)
        #expect(try before.planesInMemory()[0].values.count == 16)
        let after = try Run.plan("\(head) ! \(step) ! \(a) ! clamp max=0.3 ! \(b)")
        #expect(after.grid.width != 4 && after.planes.count == 2)
    }
}
