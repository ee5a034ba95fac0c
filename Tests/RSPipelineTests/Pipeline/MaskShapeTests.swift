import Foundation
import Testing

@testable import RSPipeline

/// `mask ... sieve= buffer=` from the chain to the reasons of pixels.
@Suite struct MaskShapeTests {
    /// Every pixel whose centre lies within a distance of a flagged one's, stamped around each of them.
    private static func grown(_ flags: [Bool], grid: Grid, radius: Double) -> [Bool] {
        var result = flags
        let (width, height) = (grid.transform.pixelWidth, grid.transform.pixelHeight)
        let columns = Int(radius / width)
        let rows = Int(radius / height)
        for index in flags.indices where flags[index] {
            let (row, column) = (index / grid.width, index % grid.width)
            for y in max(0, row - rows)...min(grid.height - 1, row + rows) {
                for x in max(0, column - columns)...min(grid.width - 1, column + columns) {
                    let (a, b) = (Double(x - column) * width, Double(y - row) * height)
                    if a * a + b * b <= radius * radius { result[y * grid.width + x] = true }
                }
            }
        }
        return result
    }

    private static let id1 = "LC08_L1GT_089074_20220506_20220512_02_T2"
    private static let id2 = "LC08_L2SP_098084_20210503_20210508_02_T1"

    /// Where a mask hides pixels of real quality layers, for any units and threads.
    ///
    /// The layers are thinned, with pixels of hundreds of metres: their bits are also put on a grid of 30 m.
    @Test(arguments: [
        ("C2_L2_512", "LC08_L2SP_017036_20130419_20200913_02_T2", "cirrus", 90.0, true),
        ("C2_L2_512", "LC08_L2SP_017036_20130419_20200913_02_T2", "cirrus", 1000, false),
        (id1, id1, "cloud,shadow", 90, true), (id1, id1, "cloud,shadow", 9000, false),
        (id2, id2, "cloud,shadow", 300, true), (id2, id2, "cloud,shadow", 9000, false),
    ]) func realMasksGrowAsEveryFlaggedPixelSays(
        name: String, id: String, flags: String, radius: Double, isAt30: Bool
    ) throws {
        guard let folder = try TestData.url("landsat/" + name)?.path else { return }
        let scratch = try ScratchFolder()
        let layer = try Dataset(reading: "\(folder)/\(id)_QA_PIXEL.TIF")
        let bits = try layer.floats(band: 1).map { UInt16($0) }
        let path =
            isAt30
            ? try scene(bits.map(Double.init), width: layer.width, height: layer.height, folder: scratch) : folder
        let plan = try Run.plan(
            "read \(path) bands=red ! mask fill,\(flags) buffer=\(Int(radius))m ! select red,validity")
        let cloud = Self.grown(bits.map { $0 & (flags == "cirrus" ? 4 : 8) != 0 }, grid: plan.grid, radius: radius)
        let shadow = Self.grown(bits.map { flags != "cirrus" && $0 & 16 != 0 }, grid: plan.grid, radius: radius)
        let bare = try #require(try Run.values("read \(path) bands=red ! mask fill ! select red,validity")["validity"])
        // Fill and saturation come first: `read` stands before `mask`.
        let expected = bare.indices.map { index -> Float in
            bare[index] != 0 ? bare[index] : cloud[index] ? 3 : shadow[index] ? 4 : 0
        }
        let near = try #require(
            try Run.values("read \(path) bands=red ! mask fill,\(flags) ! select red,validity")["validity"])
        #expect(!areAlike(near, expected), "nothing grows")
        for (units, threads) in [((512, 512), 1), ((37, 61), 2), ((200, 13), 3), ((11, 300), 7)] {
            let size = (min(units.0, plan.grid.width), min(units.1, plan.grid.height))
            let result = try AnyUnits.run(plan, width: size.0, height: size.1, threads: threads)
            let note: Comment = "\(id), \(radius) m, units \(units), \(threads) threads"
            #expect(areAlike(result.planes[1], expected), note)
            #expect(zip(result.planes[0], expected).allSatisfy { $0.isNaN == ($1 != 0) }, note)
            for reason in 0..<5 {
                #expect(result.reasonCounts[0][reason] == expected.filter { $0 == Float(reason) }.count, note)
            }
        }
        let whole = try plan.planesInMemory(options: ExecutionOptions(threads: 2, memory: 32 << 20))
        #expect(areAlike(whole[1].values, expected))
    }

    private func scene(_ quality: [Double], width: Int, height: Int, folder: ScratchFolder) throws -> String {
        var scene = SmallLandsat()
        scene.width = width
        scene.height = height
        scene.bands["B4"] = SmallLandsat.filled(10_000, count: width * height)
        scene.bands["QA_RADSAT"] = SmallLandsat.filled(0, count: width * height)
        scene.bands["QA_PIXEL"] = quality
        return try scene.write(in: folder.path)
    }

    /// Cloud 8, shadow 16, fill 1.
    @Test func groupsGoBeforeTheRestGrowsAndFillStays() throws {
        let folder = try ScratchFolder()
        var quality = [Double](repeating: 0, count: 48)
        // A speck, a pair that touches at a corner, a shadow, and fill.
        quality[0] = 8
        quality[4] = 8
        quality[13] = 8
        quality[40] = 16
        quality[47] = 1
        let path = try scene(quality, width: 8, height: 6, folder: folder)
        func validity(_ mask: String) throws -> [Float] {
            try #require(try Run.values("read \(path) bands=red ! mask \(mask) ! select red,validity")["validity"])
        }
        #expect(
            try validity("cloud,shadow,fill sieve=2 buffer=1px") == [
                0, 0, 0, 3, 3, 3, 0, 0,
                0, 0, 0, 0, 3, 3, 3, 0,
                0, 0, 0, 0, 0, 3, 0, 0,
                0, 0, 0, 0, 0, 0, 0, 0,
                0, 0, 0, 0, 0, 0, 0, 0,
                0, 0, 0, 0, 0, 0, 0, 1,
            ])
        #expect(
            try validity("shadow,fill buffer=30m") == [
                0, 0, 0, 0, 0, 0, 0, 0,
                0, 0, 0, 0, 0, 0, 0, 0,
                0, 0, 0, 0, 0, 0, 0, 0,
                0, 0, 0, 0, 0, 0, 0, 0,
                4, 0, 0, 0, 0, 0, 0, 0,
                4, 4, 0, 0, 0, 0, 0, 1,
            ])
        #expect(try validity("cloud sieve=2")[0] == 0 && validity("cloud sieve=1")[0] == 3)
        // Cloud wins where both reach.
        #expect(try validity("shadow,cloud buffer=4px")[32] == 3)
        let text = try Run.plan("read \(path) bands=red ! mask cloud sieve=2 buffer=90m").explanation()
        #expect(text.contains("stage 0    groups of at least 2 pixels, halo of 1 columns and rows"))
        #expect(text.contains("stage 1    grown by 90.0 m, halo of 3 columns and 3 rows"))
    }

    @Test(arguments: [
        ("buffer=90", "in metres (90m) or pixels (3px)"), ("buffer=0m", "above 0"), ("buffer=-3px", "above 0"),
        ("buffer=nanm", "above 0"), ("buffer=m", "above 0"), ("buffer=40km", "above 0"),
        ("buffer=60000m", "at most 1000"), ("buffer=1001px", "at most 1000"), ("sieve=0", "from 1 to 1000"),
        ("sieve=2.5", "from 1 to 1000"),
    ]) func whatCannotBeIsRefused(option: String, part: String) throws {
        let folder = try ScratchFolder()
        let path = try scene([Double](repeating: 0, count: 2200), width: 2200, height: 1, folder: folder)
        let message = Run.planMessage("read \(path) bands=red ! mask cloud \(option) ! select red")
        #expect(message.contains(part) && message.contains("step 2 (mask)"), "\(message)")
    }

    @Test func metresNeedACoordinateSystem() throws {
        let plain = Grid(width: 10, height: 10, transform: .identity, crs: nil)
        let message = Run.message { _ = try BufferOperation(.metres(90), grid: plain, planes: 1) }
        #expect(message.contains("no coordinate system") && message.contains("buffer=3px"))
        #expect(
            try BufferOperation(.pixels(2.5), grid: plain, planes: 1).sourceWindow(for: plain.window) == plain.window)
    }

    /// At 40 degrees north a pixel of 10 m of Web Mercator has 7.67 m by 7.64 m on the ground: 90 m are 11.7 pixels.
    @Test func metresOfABufferAreThoseOfTheGround() throws {
        let grid = Grid(
            width: 60, height: 60, transform: GeoTransform(left: 5_400_000, top: 4_866_242, pixelSize: 10),
            crs: try CoordinateSystem(text: "EPSG:3857"))
        let operation = try BufferOperation(.metres(90), grid: grid, planes: 1)
        #expect(
            operation.sourceWindow(for: Window(column: 30, row: 30, width: 1, height: 1))
                == Window(column: 19, row: 19, width: 23, height: 23))
        var flags = [Float](repeating: 0, count: grid.pixelCount)
        flags[30 * 60 + 30] = 1
        let grown = try StageRunner.run(
            operation, planes: [flags], sourceWidth: 60, windows: [grid.window], resultWidth: 60, resultHeight: 60)[0]
        for row in 0..<60 {
            for column in 0..<60 {
                let (x, y) = (7.671 * Double(column - 30), 7.641 * Double(row - 30))
                #expect((grown[row * 60 + column] == 1) == (x * x + y * y <= 8100), "\(column) \(row)")
            }
        }
    }

    /// On a geographic grid the reach along a row grows towards the pole; every part sees what the whole sees.
    @Test func degreesReachFurtherTowardsThePole() throws {
        let degrees = try CoordinateSystem(text: "EPSG:4326")
        let grid = Grid(
            width: 200, height: 120, transform: GeoTransform(left: 40, top: 75, pixelSize: 0.25), crs: degrees)
        let operation = try BufferOperation(.metres(60_000), grid: grid, planes: 1)
        var random = SplitMix64(seed: 3)
        let flags = (0..<grid.pixelCount).map { _ -> Float in Int.random(in: 0..<300, using: &random) == 0 ? 1 : 0 }
        let flagged = flags.indices.filter { flags[$0] != 0 }
        let expected = (0..<grid.pixelCount).map { index -> Float in
            let row = index / grid.width
            let degree = Ellipsoid.wgs84.metresPerDegree(latitude: 75 - (Double(row) + 0.5) / 4)
            return flagged.contains { other in
                let x = Double(other % grid.width - index % grid.width) * degree.x / 4
                let y = Double(other / grid.width - row) * degree.y / 4
                return x * x + y * y <= 60_000 * 60_000
            } ? 1 : 0
        }
        for (width, height) in [(200, 120), (33, 7), (200, 1), (1, 120)] {
            var found = [Float](repeating: -1, count: grid.pixelCount)
            for window in Window.tiling(width: 200, height: 120, unitWidth: width, unitHeight: height) {
                let source = try #require(operation.sourceWindow(for: window))
                let cut = (source.row..<source.row + source.height).flatMap { row in
                    (source.column..<source.column + source.width).map { flags[row * 200 + $0] }
                }
                var part = [Float](repeating: -1, count: window.pixelCount)
                try unsafe cut.withUnsafeBufferPointer { input in
                    try unsafe part.withUnsafeMutableBufferPointer { output in
                        guard let from = input.baseAddress, let to = output.baseAddress else { return }
                        try unsafe operation.apply([from], source: source, results: [to], window: window)
                    }
                }
                for (index, value) in part.enumerated() {
                    found[(window.row + index / window.width) * 200 + window.column + index % window.width] = value
                }
            }
            #expect(found == expected, "units of \(width) x \(height)")
        }
        #expect(expected.reduce(0, +) > Float(flagged.count) * 4)
    }
}
