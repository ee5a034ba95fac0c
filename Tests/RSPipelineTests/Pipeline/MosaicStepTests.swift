import Foundation
import Testing

@testable import RSPipeline

/// `mosaic`: scenes of one pass in one grid.
@Suite struct MosaicStepTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private static let (width, height) = (41, 30)

    /// Stored numbers of a whole strip, with fill, saturation, clouds and shadows.
    private static let strip: [String: [Double]] = {
        var random = SplitMix64(seed: 12)
        let count = width * height
        func band() -> [Double] {
            (0..<count).map { $0 % 53 == 7 ? 0 : Double(Int.random(in: 8000...30_000, using: &random)) }
        }
        return [
            "B4": band(), "B5": band(),
            "QA_PIXEL": (0..<count).map { index in
                let (row, column) = (index / width, index % width)
                return (row - 14) * (row - 14) + (column - 22) * (column - 22) < 30 ? 8 : column % 11 == 3 ? 16 : 64
            },
            "QA_RADSAT": (0..<count).map { $0 % 101 == 0 ? 8 : 0 },
        ]
    }()

    /// A scene cut from the strip.
    private func scene(
        _ name: String, _ window: Window, change: (inout SmallLandsat) -> Void = { _ in }
    ) throws -> String {
        var scene = SmallLandsat()
        scene.id = "LC08_\(name.uppercased())"
        (scene.width, scene.height) = (window.width, window.height)
        (scene.column, scene.row) = (window.column, window.row)
        for (band, values) in Self.strip {
            scene.bands[band] = (window.row..<window.row + window.height).flatMap { row in
                values[(row * Self.width + window.column)..<(row * Self.width + window.column + window.width)]
            }
        }
        change(&scene)
        return try scene.write(in: scratch.path, name: name)
    }

    private static let left = Window(column: 0, row: 0, width: 27, height: 30)
    private static let right = Window(column: 19, row: 0, width: 22, height: 30)
    private static let whole = Window(column: 0, row: 0, width: width, height: height)

    // MARK: The whole from its parts

    @Test(arguments: OverlapRule.allCases)
    func partsMakeTheWhole(rule: OverlapRule) throws {
        let parts = try (scene("left", Self.left), scene("right", Self.right))
        let whole = try scene("whole", Self.whole)
        let steps = "bands=B4,B5 ! toa ! mask cloud,shadow"
        let after = "! index ndvi ! expr sum=\"coalesce(B4, 0) + coalesce(B5, 0)\" ! select B4,B5,ndvi,sum,validity"
        let expected = try Run.values("read \(whole) \(steps) \(after)")
        let plan = try Run.plan("read \(parts.0) \(steps) ! mosaic \(parts.1) overlap=\(rule.rawValue) \(after)")
        #expect(plan.grid.width == Self.width && plan.grid.height == Self.height)
        #expect(plan.grid.transform.originX == 500_000 && plan.grid.transform.originY == 4_400_000)
        for (width, height, threads) in [(41, 30, 1), (7, 5, 3), (40, 1, 2)] {
            let found = try AnyUnits.run(plan, width: width, height: height, threads: threads)
            for (name, values) in zip(plan.planeNames, found.planes) {
                #expect(isSame(name, values, expected), "\(name), units of \(width) x \(height)")
            }
        }
        // The other way round it is the same.
        let turned = try Run.values("read \(parts.1) \(steps) ! mosaic \(parts.0) overlap=\(rule.rawValue) \(after)")
        for (name, values) in turned { #expect(isSame(name, values, expected), "\(name)") }
    }

    /// The same bits; of an index, which the whole takes from stored numbers and a mosaic from reflectance, nearly.
    private func isSame(_ name: String, _ values: [Float], _ expected: [String: [Float]]) -> Bool {
        guard let other = expected[name], values.count == other.count else { return false }
        return zip(values, other).allSatisfy { a, b in
            a.isNaN ? b.isNaN : name == "ndvi" ? abs(a - b) < 1e-6 : a == b
        }
    }

    /// Masks that are grown, and darkest pixels, are found in each scene by itself.
    @Test func everySceneByItself() throws {
        let parts = try (
            scene("left", Self.left) { $0.sunElevation = 30 }, scene("right", Self.right) { $0.sunElevation = 50 }
        )
        let steps = "bands=B4,B5 ! surface method=dos1 ! mask cloud buffer=70m"
        let plan = try Run.plan("read \(parts.0) \(steps) ! mosaic \(parts.1) overlap=last")
        let planes = try plan.planesInMemory(options: ExecutionOptions(threads: 2))
        for (path, window) in [(parts.0, Window(column: 0, row: 0, width: 19, height: 30)), (parts.1, Self.right)] {
            let alone = try Run.values("read \(path) \(steps)")
            let own = path == parts.0 ? Self.left : Self.right
            for (name, plane) in zip(plan.planeNames, planes) {
                let values = try #require(alone[name])
                for row in 0..<window.height {
                    for column in window.column..<window.column + window.width {
                        let value = values[row * own.width + column - own.column]
                        // The last scene has no say where it has no value.
                        if value.isNaN && path == parts.1 && column < Self.left.width { continue }
                        let found = plane[column, row]
                        #expect(found == value || (found.isNaN && value.isNaN), "\(name) at \(column), \(row)")
                    }
                }
            }
        }
        let result = try Executor(plan: plan, options: ExecutionOptions(threads: 1)).run(sinks: []) { _ in }
        #expect(result.reductions.map(\.name).sorted() == ["B4", "B5", "LC08_RIGHT B4", "LC08_RIGHT B5"])
        #expect(plan.constants["LC08_RIGHT sun_elevation"] == "50.0" && plan.constants["sun_elevation"] == "30.0")
    }

    // MARK: By hand

    /// Three scenes of nine rows: columns 0 to 4 hold 1 to 5, of which 3 is missing; 2 to 6 hold 10 to 14; 4 to 8 hold
    /// 100 to 104.
    @Test(arguments: [
        (OverlapRule.first, [1, 2, 10, 4, 5, 13, 14, 103, 104]), (.last, [1, 2, 10, 11, 100, 101, 102, 103, 104]),
        (.mean, [1, 2, 10, 7.5, 39, 57, 58, 103, 104]), (.inner, [1, 2, 10, 4, 12, 13, 102, 103, 104]),
    ])
    func rules(rule: OverlapRule, expected: [Float]) throws {
        for (name, left, numbers) in [
            ("a", 0.0, [1, 2, .nan, 4, 5]), ("b", 2, [10, 11, 12, 13, 14]), ("c", 4, [100, 101, 102, 103, 104]),
        ] {
            try SmallRaster.write(
                "\(scratch.path)/\(name).tif", grid: SmallRaster.grid(5, 9, left: 500_000 + 30 * left), type: .float32,
                bands: [[[Double]](repeating: numbers, count: 9).flatMap(\.self)], noData: .nan,
                quantity: .toaReflectance)
        }
        let chain =
            "read \(scratch.path)/a.tif roles=red ! mosaic \(scratch.path)/b.tif \(scratch.path)/c.tif assume=same-pass "
            + "overlap=\(rule.rawValue)"
        let found = try #require(try Run.values(chain).values.first)
        #expect(Array(found[36..<45]) == expected)
    }

    /// Corners that no scene shows are fill; clouds of one scene are filled from the other.
    @Test func reasons() throws {
        let nan = Double.nan
        try SmallRaster.write(
            scratch.path + "/a.tif", grid: SmallRaster.grid(3, 1), type: .float32, bands: [[1, nan, 3]], noData: .nan,
            quantity: .toaReflectance)
        try SmallRaster.write(
            scratch.path + "/b.tif", grid: SmallRaster.grid(3, 2, left: 500_060), type: .float32,
            bands: [[nan, 5, nan, 7, 8, 9]], noData: .nan, quantity: .toaReflectance)
        let found = try Run.values(
            "read \(scratch.path)/a.tif roles=red ! mosaic \(scratch.path)/b.tif assume=same-pass ! select red,validity"
        )
        let validity = try #require(found["validity"])
        let fill = Float(PixelReason.fill.rawValue)
        #expect(validity == [0, fill, 0, 0, fill, fill, fill, 0, 0, 0])
        #expect(areAlike(try #require(found["a"]), [1, .nan, 3, 5, .nan, .nan, .nan, 7, 8, 9]))
    }

    @Test func masksOfOneSceneAreFilledFromTheOther() throws {
        let window = Window(column: 0, row: 0, width: 4, height: 1)
        func scene(_ name: String, _ flags: [Double], _ number: Double) throws -> String {
            try self.scene(name, window) { scene in
                scene.bands = [
                    "B4": SmallLandsat.filled(number, count: 4), "QA_PIXEL": flags,
                    "QA_RADSAT": SmallLandsat.filled(0, count: 4),
                ]
            }
        }
        // Clear, cloud, cloud, shadow over clear, clear, shadow, cloud.
        let first = try scene("first", [64, 8, 8, 16], 10_000)
        let second = try scene("second", [64, 64, 16, 8], 20_000)
        let found = try Run.values(
            "read \(first) bands=B4 ! mask cloud,shadow ! mosaic \(second) ! expr always=\"coalesce(B4, 1)\" "
                + "! select B4,always,validity")
        #expect(areAlike(try #require(found["B4"]), [10_000, 20_000, .nan, .nan]))
        #expect(areAlike(try #require(found["always"]), [10_000, 20_000, .nan, .nan]))
        let (cloud, shadow) = (Float(PixelReason.cloud.rawValue), Float(PixelReason.shadow.rawValue))
        #expect(found["validity"] == [0, 0, cloud, shadow])
    }

    // MARK: Grids

    /// What the refusal says to put before makes it work.
    @Test(arguments: ["other zone", "half a pixel", "other pixels"])
    func adviceHelps(what: String) throws {
        var other = SmallRaster.grid(12, 10, left: 500_150)
        switch what {
        case "other zone":
            let crs = try CoordinateSystem(text: "EPSG:32638")
            other = Grid(
                width: 12, height: 10, transform: GeoTransform(left: 1_015_000, top: 4_412_000, pixelSize: 30), crs: crs
            )
            let way = try CoordinateTransform(from: try #require(SmallRaster.crs), to: crs)
            let corner = try #require(way.transform(x: 500_150, y: 4_400_000))
            other = Grid(
                width: 12, height: 10, transform: GeoTransform(left: corner.x, top: corner.y, pixelSize: 30), crs: crs)
        case "half a pixel": other = SmallRaster.grid(12, 10, left: 500_165)
        default:
            other = Grid(
                width: 12, height: 10, transform: GeoTransform(left: 500_150, top: 4_400_000, pixelSize: 40),
                crs: SmallRaster.crs)
        }
        for (name, grid) in [("a", SmallRaster.grid(12, 10)), ("b", other)] {
            try SmallRaster.write(
                "\(scratch.path)/\(name).tif", grid: grid, type: .float32,
                bands: [[Double](repeating: 7, count: 120)], noData: .nan, quantity: .toaReflectance)
        }
        let read = "read \(scratch.path)/a.tif roles=red ! "
        let mosaic = "mosaic \(scratch.path)/b.tif assume=same-pass"
        let said = Run.planMessage(read + mosaic)
        let words = [
            "other zone": ["EPSG:32638", "EPSG:32639"], "half a pixel": ["0.5 columns and 0.0 rows off"],
            "other pixels": ["40.0 x 40.0", "30.0 x 30.0"],
        ]
        #expect((words[what] ?? []).allSatisfy(said.contains) && said.contains("step 2 (mosaic)"), "\(said)")
        let advice = try #require(said.range(of: "regrid "))
        let plan = try Run.plan(read + said[advice.lowerBound...] + " ! " + mosaic)
        let values = try plan.planesInMemory()[0].values
        #expect(values.allSatisfy { $0 == 7 || $0.isNaN } && values.count { $0 == 7 } > 130)
        // The first scene keeps its own pixels.
        let shift = (plan.grid.transform.originX - 500_000) / 30
        #expect(abs(shift - shift.rounded()) < 1e-9)
    }

    /// Bands of two pixel sizes: the chain's grid is the coarsest among those that are used, in each scene.
    @Test func gridsOfUsedBands() throws {
        func part(_ name: String, _ window: Window) throws -> String {
            try scene(name, window) { scene in
                scene.bands["B8"] = SmallLandsat.filled(9000, count: window.pixelCount * 4)
                scene.fineBands = ["B8"]
            }
        }
        let parts = try (part("left", Self.left), part("right", Self.right))
        let chain = "read \(parts.0) ! toa ! mosaic \(parts.1) ! select"
        #expect(try Run.plan(chain + " B4").grid.width == 41)
        #expect(try Run.plan(chain + " B8").grid.width == 82)
        #expect(try Run.plan(chain + " B8,B4").grid.width == 41)
        #expect(try Run.plan("read \(parts.0) resolution=15 ! toa ! mosaic \(parts.1) ! select B8,B4").grid.width == 82)
    }

    /// `regrid` and `clip` go on from the union.
    @Test func otherGridsAfterwards() throws {
        let parts = try (scene("left", Self.left), scene("right", Self.right))
        let whole = try scene("whole", Self.whole)
        let after = "! regrid res=45 ! clip extent=500300,4399400,500900,4399900 ! index ndvi"
        let expected = try #require(try Run.values("read \(whole) ! toa ! mask cloud \(after)")["ndvi"])
        let found = try #require(
            try Run.values("read \(parts.0) ! toa ! mask cloud ! mosaic \(parts.1) \(after)")["ndvi"])
        #expect(areAlike(found, expected))
    }

    // MARK: Refusals

    @Test func refusedInWords() throws {
        let first = try scene("first", Self.left)
        let second = try scene("second", Self.right)
        let later = try scene("later", Self.right) { $0.time = "07:45:00Z" }
        let far = try scene("far", Window(column: 0, row: 0, width: 8, height: 8)) { $0.column = 100 }
        let other = try scene("other", Self.right) { $0.radianceAdd = "0.2" }
        let surface = try scene("surface", Self.right) { scene in
            scene.isLevel2 = true
            scene.bands = ["SR_B4": SmallLandsat.filled(9000, count: Self.right.pixelCount)]
        }
        for (chain, words) in [
            ("mosaic", ["needs further scenes"]), ("mosaic \(second) \(second)", ["given twice"]),
            ("mosaic \(first)", ["what read names"]),
            ("toa ! mosaic \(second) ! mosaic \(far)", ["one mosaic"]),
            ("toa ! index ndvi ! mosaic \(second)", ["before the step that adds ndvi"]),
            ("mosaic \(later)", ["15.0 minutes apart", "assume=same-pass"]),
            ("toa ! mosaic \(far)", ["LC08_FAR", "neither meets nor touches"]),
            ("mosaic \(other)", ["scale in LC08_OTHER", "toa"]),
            ("mosaic \(second) ! toa", ["step 3 (toa)", "before mosaic"]),
            ("toa ! mosaic \(second) ! mask cloud", ["quality layers of its own"]),
            ("toa ! mosaic \(second) overlap=best", ["overlap=best"]),
            ("mosaic \(scratch.path)/nowhere", ["nowhere", "no such file"]),
        ] {
            let said = Run.planMessage("read \(first) bands=B4,B5 ! " + chain)
            #expect(words.allSatisfy(said.contains), "\(chain): \(said)")
        }
        #expect(Run.planMessage("read \(first) bands=B4 ! toa ! mosaic \(later) assume=same-pass") == "")
        #expect(Run.planMessage("read \(first) bands=B4 ! toa ! mosaic \(other)") == "")
        let level2 = Run.planMessage("read \(first) ! mosaic \(surface)")
        #expect(level2.contains("one product, sensor and level"), "\(level2)")
        let narrow = try scene("narrow", Self.right) { $0.bands["B5"] = nil }
        #expect(Run.planMessage("read \(first) ! toa ! mosaic \(narrow) ! select B4") == "")
        let missing = Run.planMessage("read \(first) ! toa ! mosaic \(narrow) ! index ndvi")
        #expect(missing.contains("LC08_NARROW_B5.TIF"), "\(missing)")
        let blind = try scene("blind", Self.right) { $0.bands["QA_PIXEL"] = nil }
        let unmasked = Run.planMessage("read \(first) bands=B4 ! mask cloud ! mosaic \(blind)")
        #expect(unmasked.contains("LC08_BLIND_QA_PIXEL.TIF"), "\(unmasked)")
    }

    @Test func placesOnNoMap() throws {
        let grid = Grid(width: 2, height: 2, transform: .identity, crs: nil)
        for name in ["a", "b"] {
            try SmallRaster.write(
                "\(scratch.path)/\(name).tif", grid: grid, type: .float32, bands: [[1, 2, 3, 4]],
                quantity: .toaReflectance)
        }
        let said = Run.planMessage(
            "read \(scratch.path)/a.tif roles=red ! mosaic \(scratch.path)/b.tif assume=same-pass")
        #expect(said.contains("no place on a map"), "\(said)")
        #expect(
            Run.planMessage("read \(scratch.path)/a.tif roles=red ! mosaic \(scratch.path)/b.tif").contains("same-pass")
        )
    }

    // MARK: What is recorded

    @Test func recordedWithAllScenes() throws {
        let parts = try (scene("left", Self.left), scene("right", Self.right))
        let chain = "read \(parts.0) bands=B4,B5 ! toa ! mask cloud ! mosaic \(parts.1) ! index ndvi ! write out/"
        let plan = try Run.plan(chain, out: scratch.path)
        #expect(plan.furtherScenes.map(\.id) == ["LC08_RIGHT"])
        #expect(plan.inputPaths.count { $0.hasPrefix(parts.1) } == 5)
        #expect(plan.chainText.contains("mosaic right") && !plan.chainText.contains(scratch.path))
        #expect(plan.explanation().contains("and        LC08_RIGHT (Landsat"))
        let summary = try SceneRun(plan, options: ExecutionOptions(threads: 1)).run()
        #expect(summary.inputs.count == 10 && summary.quality.isEmpty)
        let item = try JSONReader.read(Array(try scratch.data("out/LC08_LEFT.stac.json")), path: "item")
        #expect(item["properties"]?["rsproc:scenes"] == .array([.string("LC08_LEFT"), .string("LC08_RIGHT")]))
        #expect(item["properties"]?["start_datetime"]?.text == "2023-07-15T07:30:00.123456Z")
        #expect(item["properties"]?["proj:shape"] == .array([.integer(30), .integer(41)]))
        // A change in any scene makes outputs stale; equal names in both are told apart.
        #expect(try Run.run(chain, out: scratch.path, existing: .skip).state == .skipped)
        try FileManager.default.setAttributes(
            [.modificationDate: Date()], ofItemAtPath: parts.1 + "/LC08_RIGHT_B4.TIF")
        #expect(try Run.run(chain, out: scratch.path, existing: .skip).state == .skipped)
        let metadata = parts.1 + "/LC08_RIGHT_MTL.txt"
        let text = try String(contentsOfFile: metadata, encoding: .utf8)
        try Data(text.replacing("2.0000E-05", with: "2.1000E-05").utf8).write(to: URL(fileURLWithPath: metadata))
        let stale = Run.message { try Run.run(chain, out: scratch.path, existing: .skip) }
        #expect(stale.contains("LC08_RIGHT_MTL.txt") && stale.contains("changed"), "\(stale)")
    }

    /// A scene beside it that is too cloudy counts too.
    @Test func cloudsOfAllScenes() throws {
        let clear = try scene("clear", Self.left) { $0.bands["QA_PIXEL"] = SmallLandsat.filled(64, count: 810) }
        let cloudy = try scene("cloudy", Self.right)
        let plan = try Run.plan("read \(clear) bands=B4 ! toa ! mosaic \(cloudy) ! write out/", out: scratch.path)
        let summary = try SceneRun(plan, maximumCloud: 1).run()
        #expect(summary.state == .skipped && summary.skipped?.hasPrefix("LC08_CLOUDY: clouds cover") == true)
    }

    // MARK: Real pixels

    static let landsat = "landsat/LC08_L1GT_089074_20220506_20220512_02_T2"

    /// A real scene cut in two by other people's software.
    @Test(.enabled(if: TestData.isUsable(landsat) && GDALTool.isInstalled("gdal_translate")))
    func partsOfARealScene() throws {
        let folder = try #require(try TestData.url(Self.landsat)).path
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        for (part, window) in [("north", ["0", "0", "60", "35"]), ("south", ["0", "21", "60", "39"])] {
            let target = scratch.path + "/" + part
            try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
            for name in names {
                if name.hasSuffix("MTL.txt") {
                    try FileManager.default.copyItem(atPath: "\(folder)/\(name)", toPath: "\(target)/\(name)")
                } else if ["_B4.TIF", "_B5.TIF", "_QA_PIXEL.TIF", "_QA_RADSAT.TIF"].contains(where: name.hasSuffix) {
                    try GDALTool.run(
                        "gdal_translate", ["-q", "-srcwin"] + window + ["\(folder)/\(name)", "\(target)/\(name)"])
                }
            }
        }
        let steps = "bands=B4,B5 ! toa ! mask cloud,shadow"
        let after = "! index ndvi ! select B4,B5,ndvi,validity"
        let whole = try Run.values("read \(folder) \(steps) \(after)")
        let found = try Run.values(
            "read \(scratch.path)/north \(steps) ! mosaic \(scratch.path)/south overlap=inner \(after)")
        #expect(found.count == 4)
        for (name, values) in found { #expect(isSame(name, values, whole), "\(name)") }
    }
}
