import Foundation
import RSPipeline
import Testing

/// From a scene and a model to a map of classes, as a user runs it.
@Suite struct SalinityMapTests {
    /// Writes a model of one index, as calibration with `surface method=dos1` would.
    private func write(_ edit: (inout SalinityModel) -> Void = { _ in }, to scratch: Scratch) throws {
        var model = SalinityModel(
            target: SoilProperty(.saturatedPaste, depth: 0...30),
            predictors: [.init(name: "sqrt_GR", range: 0.12...0.5)],
            form: .linear(intercept: -3, coefficients: [40]), method: "ols")
        model.sensor = "landsat8-oli-tirs"
        model.quantity = .surfaceReflectance(method: "dos1")
        edit(&model)
        try scratch.write(model.text, to: "model.json")
    }

    private func run(_ steps: String, _ scratch: Scratch, _ options: [String] = []) throws -> Command.Outcome {
        try Command.run(
            ["run"] + options + ["read", try MadeScene.small.get().path, "!"]
                + steps.split(separator: " ").map(String.init), in: scratch.path)
    }

    private static let map =
        "surface method=dos1 ! mask cloud,shadow ! gate bare ! model model.json ! classify scheme=usda"

    @Test func aMapOfClasses() throws {
        let scratch = try Scratch()
        try write(to: scratch)
        let outcome = try run(Self.map.replacing("scheme=usda", with: "ECe scheme=usda") + " ! write out/", scratch)
        #expect(outcome.status == 0, "\(outcome.said)")
        #expect(outcome.stdout.contains("gated ") && outcome.stdout.contains("extrapolated "), "\(outcome.said)")
        #expect(outcome.stderr.contains("was not tested on samples"), "\(outcome.said)")
        let names = ["ECe.tif", "ECe_class.qml", "ECe_class.tif"].map { "\(MadeScene.id)_\($0)" }
        #expect(scratch.list("out") == (["\(MadeScene.id).stac.json"] + names).sorted())

        let value = try Dataset(reading: scratch.path + "/out/" + names[0])
        let fact = try value.band(1)
        #expect(fact.metadata["RSP_QUANTITY"] == "salinity:ECe dS/m 0-30cm")
        let classes = try Dataset(reading: scratch.path + "/out/" + names[2])
        #expect(try classes.band(1).sampleType == .uint8 && classes.band(1).noData == .value(0))
        #expect(try classes.band(1).metadata["CATEGORY_3"] == "moderately saline")
        let numbers = try classes.floats(band: 1)
        var seen: Set<Float> = []
        for (dS, number) in zip(try value.floats(band: 1), numbers) {
            #expect(ClassScheme.usda.number(of: Double(dS)).map(Float.init) ?? 0 == number)
            seen.insert(number)
        }
        #expect(seen.count > 3, "several classes are on the map: \(seen)")
        #expect(numbers.contains(0))
    }

    /// Other people's software sees the colours.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gdalinfo")))
    func gdalSeesThePalette() throws {
        let scratch = try Scratch()
        try write(to: scratch)
        let made = try run(Self.map + " ! select ECe_class ! write classes.tif quicklook=64", scratch)
        #expect(made.status == 0, "\(made.said)")
        #expect(scratch.list().filter { !$0.hasPrefix("std") }.contains("classes.png"))
        let info = try Command.run(["-json", scratch.path + "/classes.tif"], binary: "/usr/bin/gdalinfo")
        let json = try #require(try JSONSerialization.jsonObject(with: Data(info.stdout.utf8)) as? [String: Any])
        let band = try #require((json["bands"] as? [[String: Any]])?.first)
        #expect(band["colorInterpretation"] as? String == "Palette" && band["type"] as? String == "Byte")
        let table = try #require((band["colorTable"] as? [String: Any])?["entries"] as? [[Int]])
        #expect(
            Array(table[1...5].map { Array($0.prefix(3)) })
                == ClassScheme.usda.classes.map { entry in
                    [Int(entry.colour.x), Int(entry.colour.y), Int(entry.colour.z)]
                })
        let layout = ((json["metadata"] as? [String: Any])?["IMAGE_STRUCTURE"] as? [String: Any])?["LAYOUT"] as? String
        #expect(layout == "COG")
    }

    @Test func bytesDoNotDependOnThreads() throws {
        let scratch = try Scratch()
        try write(
            { model in
                let tree: TreeEnsemble.Tree = [
                    .split(.init(predictor: 0, threshold: 0.2, left: 1, right: 2)), .leaf(1), .leaf(5),
                ]
                if let trees = TreeEnsemble(base: 2, trees: [tree, tree], predictors: 1) { model.form = .trees(trees) }
            }, to: scratch)
        for (threads, out) in [("1", "one/"), ("2", "two/")] {
            let outcome = try run(Self.map + " ! write \(out)", scratch, ["--threads", threads, "--memory", "64M"])
            #expect(outcome.status == 0, "\(outcome.said)")
        }
        let names = scratch.list("one")
        #expect(names.count == 4 && scratch.list("two") == names)
        for name in names {
            #expect(
                try Data(contentsOf: scratch.url("one/" + name)) == Data(contentsOf: scratch.url("two/" + name)),
                "\(name)")
        }
    }

    @Test(arguments: [
        (
            "toa ! model model.json ! write out/", 2,
            "made of surfaceReflectance:dos1, and its predictors come from toaRef"
        ),
        ("toa ! index sqrt_GR ! classify scheme=usda ! write out/", 2, "calibrate it first"),
        (
            "toa ! index sqrt_GR ! classify thresholds=0.2 names=good,saline ! write out/", 2,
            "a high index is not salinity"
        ),
        ("surface method=dos1 ! model spot.json ! write out/", 2, "made for SPOT-6 and SPOT-7"),
        ("surface method=dos1 ! model percent.json ! classify scheme=usda ! write out/", 2, "never equated"),
        ("surface method=dos1 ! model broken.json ! write out/", 3, "broken.json"),
        ("surface method=dos1 ! model none.json ! write out/", 3, "none.json: there is no such file"),
        (
            "surface method=dos1 ! index sqrt_GR ! classify sqrt_GR scheme=s.yml ! write out/", 3,
            "s.yml: 'property' is missing"
        ),
        ("gate bare ! index sqrt_GR ! write out/", 2, "takes reflectance"),
    ]) func whatCannotBeRightIsRefused(steps: String, status: Int32, words: String) throws {
        let scratch = try Scratch()
        try write({ $0.sensor = "spot7-naomi" }, to: scratch)
        try FileManager.default.moveItem(at: scratch.url("model.json"), to: scratch.url("spot.json"))
        try write({ $0.target = SoilProperty(.totalSalts) }, to: scratch)
        try FileManager.default.moveItem(at: scratch.url("model.json"), to: scratch.url("percent.json"))
        try scratch.write("{\"rspipeline_model\": 1", to: "broken.json")
        try scratch.write("title: x\n", to: "s.yml")
        try write(to: scratch)
        let outcome = try run(steps, scratch)
        #expect(outcome.status == status && outcome.stderr.contains(words), "\(outcome.said)")
        #expect(!scratch.list().contains("out"))
    }
}
