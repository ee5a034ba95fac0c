import Foundation
import RSPipeline
import Testing

/// The samples through the built command: every scene, every recipe.
@Suite struct SampleSceneTests {
    /// A sample and what the command must say of it.
    struct Sample: Sendable, CustomStringConvertible {
        let id: String
        /// The folder's name.
        let folder: String
        /// Words of `rsproc info`.
        let words: [String]
        /// Recipes for this scene, with the indices they write.
        let recipes: [(name: String, indices: [String])]
        /// Where the classes of the truth are, below the folder.
        let classes: String
        /// Pixels of the truth that one pixel of the recipes' maps covers, across.
        let step: Int
        /// Classes that the recipes mask.
        let masked: Set<Float>

        var description: String { id }
        var path: String { "\(SampleSceneTests.scenes)/\(folder)" }
    }

    private static let scenes = Repository.root.path + "/samples/scenes"
    private static let recipes = Repository.root.path + "/samples/recipes"
    private static let withoutSWIR = ["ndvi", "sqrt_GR", "sqrt_BR", "ndsi_RN", "crsi"]
    static let samples = [
        Sample(
            id: MadeScene.id, folder: MadeScene.id,
            words: ["landsat8", "256 x 256 pixels of 30", "QA_PIXEL", "surface:dos1"],
            recipes: [("ndvi", ["ndvi"]), ("salinity", withoutSWIR)], classes: "\(MadeScene.id)_truth_class.tif",
            step: 1,
            masked: [5, 6]),
        Sample(
            id: "SPOT7_MS_202107190725123_ORT_0000000001", folder: "SPOT7_MS_202107190725123_ORT_0000000001",
            words: ["SPOT-7 (Azersky)", "spot7-naomi", "200 x 200 pixels of 6.0", "surface:dos1", "63.21737998", "B3"],
            recipes: [("spot7", withoutSWIR)], classes: "SPOT7_MS_202107190725123_ORT_0000000001_truth_class.tif",
            step: 1,
            masked: [5]),
        Sample(
            id: "S2A_MSIL2A_20240718T072621_N0510_R049_T39TTE_20240718T113000",
            folder: "S2A_MSIL2A_20240718T072621_N0510_R049_T39TTE_20240718T113000.SAFE",
            words: ["sentinel2a-msi", "Level-2A, baseline 05.10", "120 x 120", "SCL", "MSK_CLDPRB", "surface:product"],
            recipes: [("sentinel2", ["ndvi", "sqrt_GR", "ndsi_RN", "nd_S1S2", "ndmi"])],
            classes: "T39TTE_20240718T072621_truth_class.tif", step: 2, masked: [5, 6]),
    ]

    @Test func everySampleAndRecipeIsTested() throws {
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: Self.scenes).sorted()
                == Self.samples.map(\.folder).sorted())
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: Self.recipes).sorted()
                == Self.samples.flatMap { $0.recipes.map { $0.name + ".yml" } }.sorted())
    }

    @Test(arguments: samples) func infoTellsWhatItIs(sample: Sample) throws {
        let info = try Command.run(["info", sample.path])
        #expect(info.status == 0 && info.stderr.isEmpty, "\(info.said)")
        for word in [sample.id, "EPSG:32639"] + sample.words {
            #expect(info.stdout.contains(word), "\(word): \(info.said)")
        }
        let json = try Command.run(["info", "--json", sample.path])
        #expect(json.status == 0, "\(json.said)")
        _ = try JSONSerialization.jsonObject(with: Data(json.stdout.utf8))
    }

    /// Each recipe gives a map for each index: values on clear land, none below masked cloud and shadow or in the fill.
    @Test(arguments: samples) func recipesGiveMapsWhereTheGroundIsSeen(sample: Sample) throws {
        let scratch = try Scratch()
        let truth = try Dataset(reading: "\(sample.path)/truth/\(sample.classes)")
        let classes = try truth.floats(band: 1)
        for recipe in sample.recipes {
            let run = try Command.run(
                ["run", "--recipe", "\(Self.recipes)/\(recipe.name).yml", "--out", recipe.name, sample.path],
                in: scratch.path)
            #expect(run.status == 0, "\(recipe.name): \(run.said)")
            #expect(
                scratch.list(recipe.name).filter { $0.hasSuffix(".tif") }
                    == recipe.indices.map { "\(sample.id)_\($0).tif" }.sorted())
            for index in recipe.indices {
                let map = try Dataset(reading: "\(scratch.path)/\(recipe.name)/\(sample.id)_\(index).tif")
                try #require(map.width == truth.width / sample.step && map.height == truth.height / sample.step)
                #expect(map.grid.transform.pixelWidth == truth.grid.transform.pixelWidth * Double(sample.step))
                var pixels = try map.floats(band: 1)
                if case .value(let missing) = try map.band(1).noData {
                    pixels = pixels.map { $0 == Float(missing) ? .nan : $0 }
                }
                var (hidden, seen, valued) = (0, 0, 0)
                for (place, value) in pixels.enumerated() {
                    let kinds = Set(
                        (0..<(sample.step * sample.step)).map { part in
                            let row = place / map.width * sample.step + part / sample.step
                            let column = place % map.width * sample.step + part % sample.step
                            return classes[row * truth.width + column]
                        })
                    if kinds.isSubset(of: sample.masked.union([0])) {
                        if !value.isNaN { hidden += 1 }
                    } else if kinds.isSubset(of: [1, 2, 3]) {
                        seen += 1
                        if !value.isNaN { valued += 1 }
                    }
                }
                #expect(hidden == 0, "\(recipe.name), \(index): \(hidden) values where nothing is seen")
                // Haze, the rim of clouds and an index without a result may take some.
                #expect(seen > 500 && valued * 10 > seen * 8, "\(recipe.name), \(index): \(valued) of \(seen)")
            }
        }
    }

    /// One recipe for a folder of products of three families.
    @Test func oneRecipeRunsOnAllSamples() throws {
        let scratch = try Scratch()
        try scratch.write(
            """
            version: 1
            steps:
              - read:
              - surface: {method: auto}
              - index: {args: [ndvi]}
              - write: {args: ["./"]}
            """, to: "ndvi.yml")
        let run = try Command.run(
            ["run", "--recipe", "ndvi.yml", "--out", "out"] + Self.samples.map(\.path), in: scratch.path)
        #expect(run.status == 0 && run.said.contains("3 done, 0 skipped, 0 failed"), "\(run.said)")
        let maps = scratch.list("out").filter { $0.hasSuffix("_ndvi.tif") }
        #expect(maps == Self.samples.map { "\($0.id)_ndvi.tif" }.sorted())
        for sample in Self.samples {
            let map = try Dataset(reading: "\(scratch.path)/out/\(sample.id)_ndvi.tif")
            let classes = try Dataset(reading: "\(sample.path)/truth/\(sample.classes)")
            // Finest bands: the truth's own grid.
            #expect(map.grid.difference(from: classes.grid) == nil, "\(sample)")
            let pairs = zip(try map.floats(band: 1), try classes.floats(band: 1))
            #expect(pairs.allSatisfy { $1 != 0 || $0.isNaN }, "\(sample): values in the fill")
            func mean(_ kind: Float) -> Float {
                let values = pairs.filter { $1 == kind && !$0.isNaN }.map { $0.0 }
                return values.reduce(0, +) / Float(values.count)
            }
            // Crop is greener than crust, and crust than water.
            #expect(mean(1) > mean(3) + 0.05 && mean(3) > mean(4), "\(sample): \(mean(1)), \(mean(3)), \(mean(4))")
        }
    }

    /// A delivery that is still packed; zip archives are read in the library's tests.
    @Test(arguments: samples) func aPackedSampleGivesTheSameMap(sample: Sample) throws {
        let scratch = try Scratch()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["tar", "-cf", scratch.path + "/packed.tar", "-C", Self.scenes, sample.folder]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        var maps: [[UInt32]] = []
        for (input, out) in [(sample.path, "plain"), ("packed.tar", "packed")] {
            let run = try Command.run(
                ["run", "read", input, "!", "surface", "method=auto", "!", "index", "ndvi", "!", "write", out + "/"],
                in: scratch.path)
            #expect(run.status == 0, "\(run.said)")
            maps.append(
                try Dataset(reading: "\(scratch.path)/\(out)/\(sample.id)_ndvi.tif").floats(band: 1).map(\.bitPattern))
        }
        #expect(maps[0] == maps[1])
        let info = try Command.run(["info", "packed.tar"], in: scratch.path)
        #expect(info.status == 0 && info.stdout.contains(sample.id), "\(info.said)")
    }
}
