import Foundation
import Testing

@testable import RSPipeline

/// `composite`: dates of one season in one map.
@Suite struct CompositeStepTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private static let (width, height) = (23, 17)

    /// A Landsat scene of random numbers with fill, clouds and shadows.
    private func scene(
        _ name: String, day: Int, seed: UInt64, change: (inout SmallLandsat) -> Void = { _ in }
    ) throws -> String {
        var random = SplitMix64(seed: seed)
        var scene = SmallLandsat()
        scene.id = "LC08_\(name.uppercased())"
        scene.date = "2023-07-\(day < 10 ? "0" : "")\(day)"
        (scene.width, scene.height) = (Self.width, Self.height)
        scene.sunElevation = 40 + Double(day)
        let count = Self.width * Self.height
        for band in ["B3", "B4", "B5"] {
            scene.bands[band] = (0..<count).map { pixel in
                pixel % 37 == Int(seed % 37) ? 0 : Double(Int.random(in: 8000...30_000, using: &random))
            }
        }
        scene.bands["QA_PIXEL"] = (0..<count).map { _ in [64, 64, 8, 16][Int.random(in: 0...3, using: &random)] }
        scene.bands["QA_RADSAT"] = SmallLandsat.filled(0, count: count)
        change(&scene)
        return try scene.write(in: scratch.path, name: name)
    }

    /// One band per file, as rasters without a date.
    private func rasters(_ rows: [[Double]], quantity: Quantity = .toaReflectance) throws -> [String] {
        try rows.enumerated().map { index, row in
            let path = "\(scratch.path)/d\(index).tif"
            try SmallRaster.write(
                path, grid: SmallRaster.grid(row.count, 1), type: .float32, bands: [row], names: ["red"], noData: .nan,
                quantity: quantity)
            return path
        }
    }

    // MARK: By hand

    private static let rows: [[Double]] = [
        [1, .nan, 5, .nan, 4, 0], [4, .nan, 3, -1, 4, 0], [3, 7, .nan, .nan, 4, 0], [2, .nan, 2, -8, 4, 0],
    ]

    @Test(
        arguments: [
            ("max", 4, [4, 7, 5, -1, 4, 0]), ("min", 4, [1, 7, 2, -8, 4, 0]), ("median", 4, [2.5, 7, 3, -4.5, 4, 0]),
            ("mean", 4, [2.5, 7, 10 / 3, -4.5, 4, 0]), ("median", 3, [3, 7, 4, -1, 4, 0]),
            ("max", 2, [4, .nan, 5, -1, 4, 0]),
        ] as [(String, Int, [Float])])
    func rules(take: String, count: Int, expected: [Float]) throws {
        let paths = try rasters(Array(Self.rows.prefix(count)))
        let found = try Run.values(
            "read \(paths[0]) roles=red ! composite \(paths.dropFirst().joined(separator: " ")) take=\(take) "
                + "assume=same-season ! select red,red_count,validity")
        #expect(areAlike(try #require(found["red"]), expected), "\(found)")
        let counts = (0..<6).map { column in Self.rows.prefix(count).count { !$0[column].isNaN } }
        #expect(areAlike(try #require(found["red_count"]), counts.map { $0 == 0 ? .nan : Float($0) }))
        #expect(found["validity"] == counts.map { $0 == 0 ? Float(PixelReason.fill.rawValue) : 0 })
    }

    /// Whole numbers of 16 bits with a stored number for no data.
    @Test func wholeNumbers() throws {
        for (name, row) in [("a", [9, 0, 65_535, 3]), ("b", [4, 0, 1, 0]), ("c", [6, 0, 8, 0])] as [(String, [Double])]
        {
            try SmallRaster.write(
                "\(scratch.path)/\(name).tif", grid: SmallRaster.grid(4, 1), type: .uint16, bands: [row],
                names: ["red"],
                noData: .value(0), quantity: .toaReflectance)
        }
        let read =
            "read \(scratch.path)/a.tif roles=red ! composite \(scratch.path)/b.tif \(scratch.path)/c.tif assume=same-season "
        #expect(areAlike(try #require(try Run.values(read + "take=median")["red"]), [6, .nan, 8, 3]))
        #expect(areAlike(try #require(try Run.values(read + "take=max")["red"]), [9, .nan, 65_535, 3]))
    }

    /// The date with the lowest NDVI gives all bands of a pixel, also where one of its bands is missing.
    @Test func oneDatePerPixel() throws {
        let none = Double.nan
        let dates: [[[Double]]] = [
            // red, nir: NDVI 0.5, -0.5, missing, 0
            [[0.25, 0.75, none, 0.5], [0.75, 0.25, 0.5, 0.5], [1, 2, 3, 4]],
            // NDVI 0, 0, missing, 0
            [[0.5, 0.5, none, 0.25], [0.5, 0.5, 0.25, 0.25], [5, none, 7, 8]],
            [[none, none, none, none], [0.5, 0.5, 0.5, 0.5], [9, 9, 9, 9]],
        ]
        for (index, bands) in dates.enumerated() {
            try SmallRaster.write(
                "\(scratch.path)/d\(index).tif", grid: SmallRaster.grid(4, 1), type: .float32, bands: bands,
                names: ["red", "nir", "swir16"], noData: .nan, quantity: .toaReflectance)
        }
        let chain =
            "read \(scratch.path)/d0.tif roles=red,nir,swir16 ! index ndvi ! select red,nir,swir16 ! composite "
            + "\(scratch.path)/d1.tif \(scratch.path)/d2.tif take=min by=ndvi assume=same-season ! select "
        let found = try Run.values(chain + "red,nir,swir16,ndvi,red_count")
        #expect(areAlike(try #require(found["ndvi"]), [0, -0.5, .nan, 0]))
        #expect(areAlike(try #require(found["red"]), [0.5, 0.75, .nan, 0.5]))
        #expect(areAlike(try #require(found["nir"]), [0.5, 0.25, .nan, 0.5]))
        #expect(areAlike(try #require(found["swir16"]), [5, 2, .nan, 4]))
        #expect(areAlike(try #require(found["red_count"]), [2, 2, .nan, 2]))
        // The largest NDVI: the second pixel is of the date whose last band is missing.
        let most = try Run.values(chain.replacing("take=min", with: "take=max") + "swir16,red,validity")
        #expect(areAlike(try #require(most["swir16"]), [1, .nan, .nan, 4]))
        #expect(areAlike(try #require(most["red"]), [0.25, 0.5, .nan, 0.5]))
        #expect(most["validity"]?[1] == Float(PixelReason.fill.rawValue) && most["validity"]?[0] == 0)
    }

    /// Where no date has a value, the reason is that of the first that shows more than fill; a formula afterwards sees
    /// masks where every date is masked.
    @Test func reasons() throws {
        func date(_ name: String, _ day: Int, _ flags: [Double], _ numbers: [Double]) throws -> String {
            try scene(name, day: day, seed: 1) { scene in
                (scene.width, scene.height) = (5, 1)
                scene.bands = [
                    "B4": numbers, "QA_PIXEL": flags, "QA_RADSAT": SmallLandsat.filled(0, count: 5),
                ]
            }
        }
        let first = try date("first", 1, [64, 8, 8, 64, 8], [10_000, 10_000, 10_000, 0, 0])
        let second = try date("second", 17, [64, 64, 16, 64, 16], [20_000, 20_000, 20_000, 0, 9000])
        let found = try Run.values(
            "read \(first) bands=B4 ! mask cloud,shadow ! composite \(second) take=min ! expr always=\"coalesce(B4, 1)\" "
                + "! select B4,always,validity")
        #expect(areAlike(try #require(found["B4"]), [10_000, 20_000, .nan, .nan, .nan]))
        #expect(areAlike(try #require(found["always"]), [10_000, 20_000, .nan, 1, .nan]))
        let (cloud, fill) = (Float(PixelReason.cloud.rawValue), Float(PixelReason.fill.rawValue))
        let shadow = Float(PixelReason.shadow.rawValue)
        #expect(try #require(found["validity"])[0...2] == [0, 0, cloud])
        let band = try Run.values(
            "read \(first) bands=B4 ! mask cloud,shadow ! composite \(second) take=min ! select B4,validity")
        #expect(band["validity"] == [0, 0, cloud, fill, shadow])
    }

    // MARK: Against the dates by themselves

    private func reference(_ take: String, _ values: [Float]) -> Float {
        let known = values.filter { !$0.isNaN }.sorted()
        if known.isEmpty { return .nan }
        switch take {
        case "max": return known[known.count - 1]
        case "min": return known[0]
        case "median": return (known[(known.count - 1) / 2] + known[known.count / 2]) / 2
        default: return values.reduce(0) { $0 + ($1.isNaN ? 0 : $1) } / Float(known.count)
        }
    }

    /// The index of each date, then its composite: each date with its own sun, clouds and darkest pixels.
    @Test(arguments: ["max", "min", "median", "mean"])
    func indexOfEveryDate(take: String) throws {
        let paths = try (0..<5).map { try scene("s\($0)", day: 1 + 6 * $0, seed: UInt64(40 + $0)) }
        let steps = "bands=B3,B4,B5 ! surface method=dos1 ! mask cloud,shadow buffer=35m ! index ndvi,sqrt_GR"
        let alone = try paths.map { try Run.values("read \($0) \(steps)") }
        let chain = "read \(paths[0]) \(steps) ! composite \(paths.dropFirst().joined(separator: " ")) take=\(take)"
        #expect(try Run.plan(chain).planes.map(\.name) == ["ndvi", "sqrt_GR"], "counts are there for who names them")
        let plan = try Run.plan(chain + " ! select ndvi,sqrt_GR,ndvi_count")
        let found = try plan.planesInMemory(options: ExecutionOptions(threads: 1)).map(\.values)
        for (name, values) in zip(["ndvi", "sqrt_GR"], found) {
            let dates = try alone.map { try #require($0[name]) }
            let expected = values.indices.map { pixel in reference(take, dates.map { $0[pixel] }) }
            #expect(areAlike(values, expected), "\(name)")
            #expect(values.contains { $0.isNaN } && values.contains { !$0.isNaN })
        }
        let counts = found[2].indices.map { pixel in Float(alone.count { !($0["ndvi"]?[pixel].isNaN ?? true) }) }
        #expect(areAlike(found[2], counts.map { $0 == 0 ? .nan : $0 }))
        for threads in 2...7 {
            let again = try plan.planesInMemory(options: ExecutionOptions(threads: threads)).map(\.values)
            #expect(again.map(\.bits) == found.map(\.bits), "\(threads) threads")
        }
    }

    /// A scene that lies a little to the side: the grid is that of all.
    @Test func shiftedDates() throws {
        let first = try scene("first", day: 1, seed: 3)
        let second = try scene("second", day: 17, seed: 4) { ($0.column, $0.row) = (2, -1) }
        let plan = try Run.plan("read \(first) bands=B4 ! toa ! composite \(second) take=max")
        #expect(plan.grid.width == Self.width + 2 && plan.grid.height == Self.height + 1)
        let found = try plan.planesInMemory()[0]
        let (a, b) = (
            try #require(try Run.values("read \(first) bands=B4 ! toa")["B4"]),
            try #require(try Run.values("read \(second) bands=B4 ! toa")["B4"])
        )
        for row in 0..<plan.grid.height {
            for column in 0..<plan.grid.width {
                func value(_ values: [Float], _ column: Int, _ row: Int) -> Float {
                    (0..<Self.width).contains(column) && (0..<Self.height).contains(row)
                        ? values[row * Self.width + column] : .nan
                }
                let expected = reference("max", [value(a, column, row - 1), value(b, column - 2, row)])
                let pixel = found[column, row]
                #expect(pixel == expected || pixel.isNaN && expected.isNaN, "\(column), \(row)")
            }
        }
    }

    /// A dozen dates of one grid are one program: a worker holds what is read of them, and nothing else for each.
    @Test func manyDates() throws {
        let paths = try (0..<12).map { try scene("s\($0)", day: 1 + 2 * $0, seed: UInt64($0)) }
        let plan = try Run.plan(
            "read \(paths[0]) bands=B3,B4,B5 ! toa ! mask cloud ! index ndvi ! composite "
                + "\(paths.dropFirst().joined(separator: " ")) take=median")
        #expect(plan.stages.isEmpty && plan.segments.count == 1)
        let units = WorkUnits(
            plan, slots: Set(plan.usedSlots), planeCount: 1, files: plan.files, threads: 2, memory: 64 << 20)
        #expect(units.workers * units.bytesPerWorker + units.overviewBytes + units.gdalBytes < 64 << 20)
        #expect(try plan.planesInMemory(options: ExecutionOptions(threads: 3, memory: 32 << 20))[0].values.count == 391)
    }

    /// An infinite number is no value of a date, whether its pixels have to be brought to their place or not.
    @Test(arguments: [0.0, 30]) func infiniteNumbersHaveNoSay(shift: Double) throws {
        for (name, left, row) in [("a", 0, [4, 4, 1]), ("b", shift, [1, 4, 4])] as [(String, Double, [Double])] {
            try SmallRaster.write(
                "\(scratch.path)/\(name).tif", grid: SmallRaster.grid(3, 1, left: 500_000 + left), type: .float32,
                bands: [row], names: ["red"], noData: .nan, quantity: .toaReflectance)
        }
        let plan = try Run.plan(
            "read \(scratch.path)/a.tif ! expr x=\"red * red * 1e38\" ! composite \(scratch.path)/b.tif take=max "
                + "assume=same-season ! select x")
        #expect(plan.stages.isEmpty == (shift == 0))
        let found = try plan.planesInMemory()[0].values
        let one: Float = 1e38
        #expect(areAlike(found, shift == 0 ? [one, .nan, one] : [.nan, one, one, .nan]))
    }

    // MARK: What comes later

    @Test func modelsClassesAndCounts() throws {
        var model = SalinityModel(
            target: SoilProperty(.saturatedPaste, depth: 0...30), predictors: [.init(name: "sqrt_GR", range: 0...1)],
            form: .linear(intercept: -5, coefficients: [20]), method: "ols")
        model.quantity = .toaReflectance
        let file = scratch.path + "/m.json"
        try Data(model.text.utf8).write(to: URL(fileURLWithPath: file))
        let paths = try (0..<3).map { try scene("s\($0)", day: 1 + 8 * $0, seed: UInt64(7 + $0)) }
        let (read, rest) = ("read \(paths[0]) bands=B3,B4 ! toa ! mask cloud", paths.dropFirst().joined(separator: " "))
        let chain = read + " ! model \(file) ! composite \(rest) take=max ! classify scheme=usda"
        let found = try Run.values(chain + " ! select ECe,ECe_class,ECe_count")
        let alone = try paths.map { path in
            try #require(try Run.values(read.replacing(paths[0], with: path) + " ! model \(file)")["ECe"])
        }
        let ece = try #require(found["ECe"])
        #expect(areAlike(ece, ece.indices.map { pixel in reference("max", alone.map { $0[pixel] }) }))
        let classes = ece.map { value in value.isNaN ? .nan : Float(1 + [2, 4, 8, 16].count { $0 <= value }) }
        #expect(areAlike(try #require(found["ECe_class"]), classes))
        let plan = try Run.plan(chain + " ! write out/", out: scratch.path)
        #expect(Set(plan.counts.map(\.plane)) == ["LC08_S0 ECe", "LC08_S1 ECe", "LC08_S2 ECe"])
        let summary = try SceneRun(plan, options: ExecutionOptions(threads: 2)).run()
        for (number, values) in alone.enumerated() {
            let zeros = values.count { $0 == 0 }
            let line = "LC08_S\(number) ECe: \(zeros) predictions below 0 were set to 0"
            #expect(zeros > 0 && summary.warnings.contains(line), "\(summary.warnings)")
        }
        // A model on what is composited already is another thing, and said to be.
        let late = try Run.plan(read + " ! index sqrt_GR ! composite \(rest) take=max ! model \(file)")
        #expect(late.warnings.contains { $0.contains("takes the max of predictors over dates") })
        #expect(!plan.warnings.contains { $0.contains("over dates") })
    }

    /// Bands that are composited each for itself make a warning where a formula mixes them.
    @Test func mixedDatesAreNamed() throws {
        let paths = try (0..<3).map { try scene("s\($0)", day: 1 + 8 * $0, seed: UInt64($0)) }
        let chain =
            "read \(paths[0]) bands=B4,B5 ! toa ! index ndvi ! select B4,B5 ! composite \(paths[1]) \(paths[2]) "
        let savi = " ! index savi"
        let warnings = try Run.plan(chain + "take=max" + savi).warnings
        #expect(warnings.contains { $0.contains("savi takes the max over dates of B4, B5") }, "\(warnings)")
        for other in ["take=mean", "take=min by=ndvi"] {
            #expect(try Run.plan(chain + other + savi).warnings.allSatisfy { !$0.contains("over dates") }, "\(other)")
        }
        #expect(try Run.plan(chain + "take=max ! expr twice=\"2 * B4\"").warnings.allSatisfy { !$0.contains("dates") })
    }

    // MARK: Refusals

    @Test func refusedInWords() throws {
        let first = try scene("first", day: 1, seed: 1)
        let second = try scene("second", day: 17, seed: 2)
        let twin = try scene("twin", day: 1, seed: 1) { $0.id = "LC08_FIRST" }
        let year = try scene("year", day: 1, seed: 3) { $0.date = "2022-07-03" }
        let nine = try scene("nine", day: 9, seed: 4) { $0.spacecraft = "LANDSAT_9" }
        let far = try scene("far", day: 17, seed: 5) { $0.column = 500 }
        let surface = try scene("surface", day: 17, seed: 6) { scene in
            scene.isLevel2 = true
            let count = Self.width * Self.height
            for band in ["B3", "B4", "B5"] { scene.bands["SR_" + band] = SmallLandsat.filled(9000, count: count) }
        }
        let raster = try rasters([[1, 2]])[0]
        let index = "toa ! index ndvi ! "
        for (chain, words) in [
            ("composite take=max", ["needs further scenes", "composite B C take=max"]),
            ("composite \(second)", ["take= is missing", "median"]),
            ("composite \(second) take=best", ["take=best"]), ("composite \(second) take=first", ["take=first"]),
            ("composite \(second) \(second) take=max", ["given twice"]),
            ("composite \(first) take=max", ["what read names"]),
            (index + "composite \(twin) take=max", ["LC08_FIRST is given twice", "twin"]),
            (index + "composite \(year) take=max", ["363.0 days", "LC08_YEAR", "assume=same-season"]),
            (index + "composite \(second) take=max assume=sameseason", ["assume=sameseason", "same-season"]),
            (index + "composite \(second) take=median by=ndvi", ["by=", "max or min"]),
            (index + "composite \(second) take=max by=savi", ["savi"]),
            (index + "composite \(second) take=max ! composite \(nine) take=max", ["one composite takes all scenes"]),
            ("toa ! mosaic \(far) assume=same-pass ! composite \(second) take=max", ["mosaic has joined scenes"]),
            ("toa ! composite \(second) take=max ! mosaic \(far)", ["composite has joined scenes"]),
            (index + "composite \(far) take=max", ["LC08_FAR", "neither meets nor touches"]),
            ("toa ! composite \(second) take=max ! surface method=dos1", ["before composite"]),
            ("toa ! composite \(second) take=max ! mask cloud", ["put flags before composite"]),
            (
                index + "classify thresholds=0 ! composite \(second) take=max",
                ["ndvi_class", "classify after composite"]
            ),
            (index + "composite \(scratch.path)/nowhere take=max", ["nowhere", "no such file"]),
        ] {
            let said = Run.planMessage("read \(first) bands=B4,B5 ! " + chain)
            #expect(!said.isEmpty && words.allSatisfy(said.contains), "\(chain): \(said)")
        }
        // Files that have other bands.
        for (chain, words) in [
            ("toa ! index ndvi ! composite \(raster) take=max", ["nobody says when d0", "assume=same-season"]),
            (
                "toa ! index ndvi ! composite \(raster) take=max assume=same-season",
                ["d0, step 2 (toa)", "no calibration"]
            ),
            ("composite \(surface) take=max ! select red", ["digital numbers", "LC08_SURFACE", "before composite"]),
        ] {
            let said = Run.planMessage("read \(first) ! " + chain)
            #expect(!said.isEmpty && words.allSatisfy(said.contains), "\(chain): \(said)")
        }
        for chain in [
            index + "composite \(nine) take=max", index + "composite \(year) take=max assume=same-season",
            index + "classify thresholds=0 ! composite \(second) take=min by=ndvi",
            index + "select ndvi,validity ! composite \(second) take=max",
        ] {
            let said = Run.planMessage("read \(first) bands=B4,B5 ! " + chain)
            #expect(said == "", "\(chain): \(said)")
        }
    }

    @Test func otherSensorsAndScales() throws {
        func dated(_ name: String, _ sensor: String, _ quantity: Quantity) throws -> String {
            let path = "\(scratch.path)/\(name).tif"
            try SmallRaster.write(
                path, grid: SmallRaster.grid(2, 1), type: .float32, bands: [[1, 2]], names: ["ECe"], noData: .nan,
                quantity: quantity,
                items: ["RSP_SENSOR": sensor, "RSP_ACQUIRED": "2023-07-0\(name.count)", "RSP_SCENE_ID": name])
            return path
        }
        let property = Quantity.salinity(SoilProperty(.saturatedPaste, depth: 0...30))
        let reflectance = Quantity.toaReflectance
        func said(_ a: (String, Quantity), _ b: (String, Quantity), _ more: String = "") throws -> String {
            let paths = try (dated("a", a.0, a.1), dated("bb", b.0, b.1))
            return Run.planMessage("read \(paths.0) ! composite \(paths.1) take=max \(more)")
        }
        let (landsat, sentinel) = ("landsat8-oli-tirs", "sentinel2a-msi")
        let bands = try said((landsat, reflectance), (sentinel, reflectance))
        #expect(bands.contains("Sentinel-2") && bands.contains("assume=other-sensor"), "\(bands)")
        #expect(try said((landsat, reflectance), (sentinel, reflectance), "assume=other-sensor") == "")
        #expect(try said((landsat, property), (sentinel, property)) == "")
        #expect(try said((landsat, reflectance), ("landsat9-oli-tirs", reflectance)) == "")
        let mixed = try said((landsat, property), (landsat, reflectance))
        #expect(mixed.contains("one quantity before composite"), "\(mixed)")
        let unknown = try said((landsat, .relative), (landsat, .relative))
        #expect(unknown.contains("unknown scale"), "\(unknown)")
    }

    @Test func otherGridsAreRefusedWithTheRegridThatHelps() throws {
        for (name, left) in [("a", 500_000.0), ("b", 500_015)] {
            try SmallRaster.write(
                "\(scratch.path)/\(name).tif", grid: SmallRaster.grid(8, 8, left: left), type: .float32,
                bands: [[Double](repeating: 7, count: 64)], names: ["red"], noData: .nan, quantity: .toaReflectance)
        }
        let composite = "composite \(scratch.path)/b.tif take=max assume=same-season"
        let said = Run.planMessage("read \(scratch.path)/a.tif ! " + composite)
        #expect(said.contains("0.5 columns") && said.contains("put before composite: regrid"), "\(said)")
        let advice = try #require(said.range(of: "regrid "))
        let values = try Run.values("read \(scratch.path)/a.tif ! \(said[advice.lowerBound...]) ! " + composite)
        #expect(values["red"]?.contains(7) == true)
    }

    // MARK: What is recorded

    @Test func recordedWithAllDates() throws {
        let paths = try [17, 1, 9].map { try scene("s\($0)", day: $0, seed: UInt64($0)) }
        let chain =
            "read \(paths[0]) bands=B4,B5 ! toa ! mask cloud ! index ndvi ! composite \(paths[1]) \(paths[2]) take=max ! write out/"
        let plan = try Run.plan(chain, out: scratch.path)
        #expect(
            plan.constants["composite"]
                == "max of LC08_S17 (2023-07-17), LC08_S1 (2023-07-01), LC08_S9 (2023-07-09)")
        #expect(plan.constants["LC08_S1 sun_elevation"] == "41.0")
        #expect(plan.chainText.contains("composite s1 s9 take=max") && !plan.chainText.contains(scratch.path))
        let summary = try SceneRun(plan, options: ExecutionOptions(threads: 1)).run()
        #expect(summary.inputs.count == 15)
        let item = try JSONReader.read(Array(try scratch.data("out/LC08_S17.stac.json")), path: "item")
        let properties = try #require(item["properties"])
        #expect(properties["datetime"] == .null)
        #expect(properties["start_datetime"]?.text?.hasPrefix("2023-07-01") == true)
        #expect(properties["end_datetime"]?.text?.hasPrefix("2023-07-17") == true)
        #expect(properties["rsproc:scenes"] == .array(["LC08_S17", "LC08_S1", "LC08_S9"].map { .string($0) }))
        // The map has no date and no sun of its own.
        let map = try Scene.open([scratch.path + "/out/LC08_S17_ndvi.tif"])
        #expect(map.acquired == nil && map.sun == nil && map.id == "LC08_S17")
        #expect(try Run.run(chain, out: scratch.path, existing: .skip).state == .skipped)
    }

    @Test func categoriesOfTheCount() throws {
        let paths = try rasters(Self.rows)
        let plan = try Run.plan(
            "read \(paths[0]) roles=red ! composite \(paths.dropFirst().joined(separator: " ")) take=max "
                + "assume=same-season ! select red_count")
        #expect(plan.planes[0].quantity == .classes)
        #expect(plan.planes[0].categories.map(\.name) == ["1 date", "2 dates", "3 dates", "4 dates"])
        #expect(plan.planes[0].categories.map(\.value) == [1, 2, 3, 4])
    }
}
