import Foundation
import Synchronization
import Testing

@testable import RSPipeline

/// Stages in the pass, against the same operations on whole rasters.
@Suite struct StageTests {
    /// A raster of small whole numbers, so that sums are exact, in a random layout of blocks.
    private func raster(
        _ path: String, _ grid: Grid, noData: Bool, random: inout SplitMix64
    ) throws -> [Float] {
        let values = (0..<grid.pixelCount).map { _ in Double(Int.random(in: 0...90, using: &random)) }
        var options = ["COMPRESS=" + (Bool.random(using: &random) ? "DEFLATE" : "NONE")]
        if Bool.random(using: &random) {
            options += [
                "TILED=YES", "BLOCKXSIZE=\(Int.random(in: 1...4, using: &random) * 16)",
                "BLOCKYSIZE=\(Int.random(in: 1...4, using: &random) * 16)",
            ]
        } else {
            options.append("BLOCKYSIZE=\(Int.random(in: 1...20, using: &random))")
        }
        try SmallRaster.write(
            path, grid: grid, type: .uint8, bands: [values], noData: noData ? .value(7) : .none, options: options)
        return values.map { noData && $0 == 7 ? .nan : Float($0) }
    }

    /// One operation or two after each other, over sums of bands, beside a band on the same grid.
    @Test(arguments: 0..<40 as Range<UInt64>) func anyUnitsGiveWhatTheWholeRasterGives(seed: UInt64) throws {
        let folder = try ScratchFolder()
        var random = SplitMix64(seed: seed)
        let grid = SmallRaster.grid(Int.random(in: 1...120, using: &random), Int.random(in: 1...120, using: &random))
        let paths = [folder.path + "/a.tif", folder.path + "/b.tif"]
        let hasGaps = Bool.random(using: &random)
        let a = try raster(paths[0], grid, noData: hasGaps, random: &random)
        let b = try raster(paths[1], grid, noData: false, random: &random)
        var builder = try Draft.builder("read \(paths.joined(separator: " "))")
        let loads = builder.planes.map(\.value)
        var values = [loads[0], builder.graph.apply(.add, loads[0], loads[1])]
        var expected = [a, zip(a, b).map { $0 + $1 }]
        for stage in 0..<Int.random(in: 1...3, using: &random) {
            if Bool.random(using: &random) {
                let radius = Int.random(in: 0...6, using: &random)
                values = builder.addStage(
                    name: "box", sources: values, results: ["x\(stage)", "y\(stage)"],
                    placement: .sourceGrid { BoxSum(radius: radius, grid: $0) })
                expected = expected.map { BoxSum.whole($0, grid, radius: radius) }
            } else {
                let columns = Int.random(in: -50...50, using: &random)
                let rows = Int.random(in: -50...50, using: &random)
                values = builder.addStage(
                    name: "shift", sources: values, results: ["x\(stage)", "y\(stage)"],
                    placement: .sourceGrid { Shift(columns: columns, rows: rows, grid: $0) })
                expected = expected.map { Shift.whole($0, grid, columns: columns, rows: rows) }
            }
            // What comes next uses a result beside a band.
            values[0] = builder.graph.apply(.subtract, values[0], loads[1])
            expected[0] = zip(expected[0], b).map { $0 - $1 }
        }
        try builder.addPlane(name: "p", quantity: .relative, value: values[0], used: [], isStrict: false)
        try builder.addPlane(name: "q", quantity: .relative, value: values[1], used: [], isStrict: false)
        let plan = try Draft.plan(builder)
        #expect(plan.segments.count == 1)
        var first: AnyUnits.Result?
        for threads in [1, 2, 3, 7] {
            let width = Int.random(in: 1...grid.width, using: &random)
            let height = Int.random(in: 1...grid.height, using: &random)
            if grid.pixelCount / (width * height) > 300 { continue }
            let capacity = [0, 3000, 1 << 26].randomElement(using: &random) ?? 0
            let result = try AnyUnits.run(
                plan, width: width, height: height, threads: threads, capacity: capacity)
            let note: Comment =
                "seed \(seed): \(grid.width) x \(grid.height), \(width) x \(height), \(threads) threads, cache \(capacity)"
            for plane in 0..<2 { #expect(areAlike(result.planes[plane], expected[plane]), note) }
            if let first {
                #expect(result.checksums == first.checksums && result.reasonCounts == first.reasonCounts, note)
            }
            first = first ?? result
            #expect(result.decoding.peakBytes <= capacity, note)
            if capacity == 1 << 26 { #expect(result.decoding.repeated == 0, note) }
        }
    }

    /// To a coarser grid, from windows that are cut because they are large, with neighbours on both grids.
    @Test(arguments: [(1, 1), (2, 40), (3, 150)]) func aStageToACoarserGrid(threads: Int, unit: Int) throws {
        let folder = try ScratchFolder()
        var random = SplitMix64(seed: 5)
        let grid = SmallRaster.grid(905, 753)
        let values = try raster(folder.path + "/a.tif", grid, noData: false, random: &random)
        let factor = unit == 1 ? 300 : 10
        var builder = try Draft.builder("read \(folder.path)/a.tif")
        let near = builder.addStage(
            name: "near", sources: [builder.planes[0].value], results: ["near"],
            placement: .sourceGrid { BoxSum(radius: 1, grid: $0) })
        let sums = builder.addStage(
            name: "sums", sources: near, results: ["sums"],
            placement: .ownGrid { (BlockSum(factor: factor), BlockSum.grid($0, factor: factor)) })
        let further = builder.addStage(
            name: "further", sources: sums, results: ["further"],
            placement: .sourceGrid { BoxSum(radius: 2, grid: $0) })
        try builder.addPlane(name: "p", quantity: .relative, value: further[0], used: [], isStrict: true)
        let plan = try Draft.plan(builder)
        let coarse = BlockSum.grid(grid, factor: factor)
        #expect(plan.grid == coarse && plan.segments.count == 2 && plan.stages.count == 3)
        let expected = BoxSum.whole(
            BlockSum.whole(BoxSum.whole(values, grid, radius: 1), grid, factor: factor), coarse, radius: 2)
        if factor == 10 {
            // A unit takes more source pixels than are computed at once.
            #expect(plan.stages[1].parts(of: coarse.window).count > 1)
            #expect(
                plan.stages[1].parts(of: coarse.window).allSatisfy {
                    ($0.source?.pixelCount ?? 0) <= PlanStage.largestSource
                })
        }
        let result = try AnyUnits.run(plan, width: unit, height: unit, threads: threads)
        #expect(areAlike(result.planes[0], expected))
    }

    @Test func onlyStagesThatResultsDependOnAreMade() throws {
        let folder = try ScratchFolder()
        try MadeTIFF(width: 20, height: 20, bands: 2).write(folder.path + "/a.tif")
        var builder = try Draft.builder("read \(folder.path)/a.tif")
        let first = builder.addStage(
            name: "first", sources: [builder.planes[0].value], results: ["first"],
            placement: .sourceGrid { BoxSum(radius: 1, grid: $0) })
        _ = builder.addStage(
            name: "never", sources: [builder.planes[1].value], results: ["never"],
            placement: .sourceGrid { _ in throw ChainError("must not be made") })
        let last = builder.addStage(
            name: "last", sources: first, results: ["last"], placement: .sourceGrid { BoxSum(radius: 1, grid: $0) })
        try builder.addPlane(name: "p", quantity: .relative, value: last[0], used: [], isStrict: true)
        let plan = try Draft.plan(builder)
        #expect(plan.stages.map(\.name) == ["first", "last"])
        #expect(plan.usedSlots.map { plan.inputs[$0].name } == [builder.planes[0].name])
        #expect(plan.inputPaths == [folder.path + "/a.tif"])
        let text = plan.explanation()
        #expect(text.contains("stage 0    first") && text.contains("stage 1    last") && !text.contains("never"))
        // Bytes are identified by the file, for nobody knows which pixels stages read, and how often.
        let result = try AnyUnits.run(plan, width: 7, height: 9, threads: 2)
        #expect(result.checksums.isEmpty)
        #expect(ProcessingRecord(plan, result: nil).inputs.map(\.file) == ["a.tif"])
    }

    // MARK: Grids

    private func twoSizes(_ folder: ScratchFolder) throws -> PlanBuilder {
        try MadeTIFF(width: 20, height: 20).write(folder.path + "/a.tif")
        let half = GeoTransform(left: 500_000, top: 4_400_000, pixelSize: 15)
        try SmallRaster.write(
            folder.path + "/b.tif", grid: Grid(width: 40, height: 40, transform: half, crs: SmallRaster.crs),
            type: .uint8, bands: [[Double](repeating: 3, count: 1600)])
        return try Draft.builder("read \(folder.path)/a.tif \(folder.path)/b.tif")
    }

    @Test func aStageOnItsSourcesGridSharesItWithWhatItIsCombinedWith() throws {
        var builder = try twoSizes(try ScratchFolder())
        let fine = builder.addStage(
            name: "fine", sources: [builder.planes[1].value], results: ["fine"],
            placement: .sourceGrid { BoxSum(radius: 1, grid: $0) })
        let sum = builder.graph.apply(.add, fine[0], builder.planes[0].value)
        try builder.addPlane(name: "p", quantity: .relative, value: sum, used: [], isStrict: true)
        let plan = try Draft.plan(builder)
        // The coarsest band gives the grid, for the stage too.
        #expect(plan.segments.count == 1 && plan.grid.width == 20 && plan.stages[0].grid.width == 20)
        #expect(plan.samplings.count == 1)
    }

    @Test func aStageBringsItsSourcesToTheGridOfTheOthers() throws {
        let folder = try ScratchFolder()
        var builder = try twoSizes(folder)
        let brought = builder.addStage(
            name: "brought", sources: [builder.planes[1].value], results: ["brought"],
            placement: .targetGrid { source, target in
                #expect(source.width == 40 && target.width == 20)
                return BlockSum(factor: 2)
            })
        let near = builder.addStage(
            name: "near", sources: brought, results: ["near"], placement: .sourceGrid { BoxSum(radius: 1, grid: $0) })
        let sum = builder.graph.apply(.multiply, near[0], builder.planes[0].value)
        try builder.addPlane(name: "p", quantity: .relative, value: sum, used: [], isStrict: true)
        let plan = try Draft.plan(builder)
        #expect(plan.segments.map(\.grid.width) == [20, 40] && plan.samplings.isEmpty)
        let values = try Run.values("read \(folder.path)/a.tif ! select a")
        let one = try #require(values["a"])
        let result = try AnyUnits.run(plan, width: 6, height: 20, threads: 1)
        // Nine neighbours of 2 x 2 threes each.
        #expect(result.planes[0][21] == 108 * one[21] && result.planes[0][0] == 48 * one[0])
    }

    @Test func valuesOfTwoGridsAreNotCombined() throws {
        var builder = try twoSizes(try ScratchFolder())
        let own = builder.addStage(
            name: "every third", sources: [builder.planes[0].value], results: ["own"],
            placement: .ownGrid { (BlockSum(factor: 3), BlockSum.grid($0, factor: 3)) })
        let other = builder.addStage(
            name: "every fifth", sources: [builder.planes[0].value], results: ["other"],
            placement: .ownGrid { (BlockSum(factor: 5), BlockSum.grid($0, factor: 5)) })
        builder.step = 4
        let sum = builder.graph.apply(.add, own[0], other[0])
        try builder.addPlane(name: "p", quantity: .relative, value: sum, used: [], isStrict: true)
        let message = Run.message { _ = try Draft.plan(builder) }
        #expect(message.contains("every fifth gives 4 x 4 pixels of 150.0"))
        #expect(message.contains("lies on 6 x 6 pixels of 90.0") && message.contains("regrid"))
        // A value beside itself on another grid.
        var twice = try twoSizes(try ScratchFolder())
        let around = twice.addStage(
            name: "around", sources: [twice.planes[1].value], results: ["around"],
            placement: .sourceGrid { BoxSum(radius: 1, grid: $0) })
        let quarter = twice.addStage(
            name: "quarter", sources: around, results: ["quarter"],
            placement: .ownGrid { (BlockSum(factor: 4), BlockSum.grid($0, factor: 4)) })
        let pair = twice.graph.apply(.add, around[0], quarter[0])
        try twice.addPlane(name: "p", quantity: .relative, value: pair, used: [], isStrict: true)
        #expect(Run.message { _ = try Draft.plan(twice) }.contains("quarter gives 10 x 10 pixels of 60.0"))
        // A result beside what it was made from.
        var mixed = try twoSizes(try ScratchFolder())
        let coarse = mixed.addStage(
            name: "halves", sources: [mixed.planes[1].value], results: ["halves"],
            placement: .ownGrid { (BlockSum(factor: 4), BlockSum.grid($0, factor: 4)) })
        let near = mixed.addStage(
            name: "near", sources: [mixed.planes[1].value], results: ["near"],
            placement: .sourceGrid { BoxSum(radius: 1, grid: $0) })
        let both = mixed.graph.apply(.add, coarse[0], near[0])
        try mixed.addPlane(name: "p", quantity: .relative, value: both, used: [], isStrict: true)
        // The stage before joins the band to the coarse grid, for which it is averaged: one grid.
        #expect(try Draft.plan(mixed).grid.width == 10)
    }

    // MARK: Reductions

    /// A dark object searched downstream of a stage, and one whose result is used upstream of another.
    @Test func darkObjectsOnTheGridOnWhichTheyAreUsed() throws {
        let folder = try ScratchFolder()
        var random = SplitMix64(seed: 9)
        let grid = SmallRaster.grid(60, 40)
        let values = try raster(folder.path + "/a.tif", grid, noData: false, random: &random)
        var builder = try Draft.builder("read \(folder.path)/a.tif")
        let near = builder.addStage(
            name: "near", sources: [builder.planes[0].value], results: ["near"],
            placement: .sourceGrid { BoxSum(radius: 1, grid: $0) })
        let haze = builder.reduceDarkObject(of: near[0], name: "near", rule: .count(1))
        let corrected = builder.graph.apply(.subtract, near[0], haze)
        let coarse = builder.addStage(
            name: "coarse", sources: [corrected], results: ["coarse"],
            placement: .ownGrid { (BlockSum(factor: 4), BlockSum.grid($0, factor: 4)) })
        try builder.addPlane(name: "p", quantity: .relative, value: coarse[0], used: [], isStrict: true)
        let plan = try Draft.plan(builder)
        #expect(plan.grid.width == 15 && plan.segments[plan.reductionSegment].grid == grid)
        let sums = BoxSum.whole(values, grid, radius: 1)
        let dark = try #require(sums.min())
        for threads in [1, 3] {
            let sink = PlaneSink(grid: plan.grid, count: 1)
            let result = try Executor(plan: plan, options: ExecutionOptions(threads: threads)).run(sinks: [sink]) { _ in
            }
            #expect(result.darkObjects[0].value == Double(dark) && result.darkObjects[0].validPixels == 2400)
            let haze = Float(result.darkObjects[0].haze)
            #expect(areAlike(sink.result[0].values, BlockSum.whole(sums.map { $0 - haze }, grid, factor: 4)))
        }
    }

    // MARK: Damage, stopping, memory

    /// What depends on a damaged block is no-data, and nothing else, however units are cut.
    @Test(arguments: [(1, 150, 140), (3, 31, 17), (2, 64, 64)])
    func damageReachesWhatDependsOnIt(threads: Int, width: Int, height: Int) throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/a.tif"
        try MadeTIFF(
            width: 150, height: 140, type: .uint8,
            options: ["TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64", "COMPRESS=DEFLATE"]
        ).write(path)
        try Damage.overwrite(path, block: 4)
        var builder = try Draft.builder("read \(path) on-error=nodata")
        let flags = builder.graph.apply(.less, builder.planes[0].value, builder.graph.constant(100))
        let grown = builder.addStage(
            name: "near", sources: [flags], results: ["near"],
            placement: .sourceGrid { Shift(columns: 3, rows: -2, grid: $0) })
        // A condition: one that is not known must not count as clear.
        builder.mask(grown[0], reason: .cloud)
        let one = builder.graph.apply(.invalidate, builder.graph.constant(1), grown[0])
        try builder.addPlane(name: "p", quantity: .relative, value: one, used: [], isStrict: false)
        let plan = try Draft.plan(builder)
        let result = try AnyUnits.run(plan, width: width, height: height, threads: threads)
        let hidden = Set((66..<130).flatMap { row in (61..<125).map { row * 150 + $0 } })
        let truth = try AnyUnits.run(try Draft.plan(builder), width: 150, height: 140, threads: 1)
        for index in hidden { #expect(result.planes[0][index].isNaN) }
        #expect(areAlike(result.planes[0], truth.planes[0]))
        #expect(result.reasonCounts == truth.reasonCounts)
        #expect(result.reasonCounts[0][Int(PixelReason.fill.rawValue)] == hidden.count)
        // Without tolerance it ends the run.
        var strict = builder
        strict.toleratesDamage = false
        let message = Run.message {
            _ = try AnyUnits.run(try Draft.plan(strict), width: width, height: height, threads: threads)
        }
        #expect(message.contains("tile 4 of 9"))
    }

    @Test(arguments: [1, 4]) func aRunStopsOnRequest(threads: Int) throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/a.tif"
        try MadeTIFF(width: 1500, height: 1100, type: .uint8, options: ["TILED=YES"]).write(path)
        let cancellation = Cancellation()
        let counter = AtomicCounter()
        var builder = try Draft.builder("read \(path)")
        let near = builder.addStage(
            name: "near", sources: [builder.planes[0].value], results: ["near"],
            placement: .sourceGrid { grid in
                BoxSum(radius: 0, grid: grid) { if counter.next() == 3 { cancellation.cancel() } }
            })
        try builder.addPlane(name: "p", quantity: .relative, value: near[0], used: [], isStrict: true)
        let plan = try Draft.plan(builder)
        let error = #expect(throws: RunError.self) {
            _ = try plan.planesInMemory(options: ExecutionOptions(threads: threads, cancellation: cancellation))
        }
        #expect(error?.kind == .cancelled && counter.count < 3 + threads)
    }

    @Test func anErrorOfAnOperationEndsTheRun() throws {
        struct Refusal: StageOperation {
            func sourceWindow(for window: Window) -> Window? { window }
            func apply(
                _ values: [UnsafePointer<Float>], source: Window, results: [UnsafeMutablePointer<Float>],
                window: Window
            ) throws { throw RunError(.input, "the terrain is not there") }
        }
        let folder = try ScratchFolder()
        try MadeTIFF(width: 20, height: 20).write(folder.path + "/a.tif")
        var builder = try Draft.builder("read \(folder.path)/a.tif")
        let made = builder.addStage(
            name: "refusal", sources: [builder.planes[0].value], results: ["x"],
            placement: .sourceGrid { _ in Refusal() })
        try builder.addPlane(name: "p", quantity: .relative, value: made[0], used: [], isStrict: true)
        let plan = try Draft.plan(builder)
        #expect(Run.message { _ = try plan.planesInMemory() } == "the terrain is not there")
    }

    @Test func unitsCountWhatStagesHold() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/a.tif"
        try MadeTIFF(
            width: 3000, height: 1600, type: .uint8, options: ["TILED=YES", "BLOCKXSIZE=512", "BLOCKYSIZE=512"]
        )
        .write(path)
        func units(radius: Int?, memory: Int) throws -> WorkUnits {
            var builder = try Draft.builder("read \(path)")
            var value = builder.planes[0].value
            if let radius {
                value =
                    builder.addStage(
                        name: "near", sources: [value], results: ["near"],
                        placement: .sourceGrid { BoxSum(radius: radius, grid: $0) })[0]
            }
            try builder.addPlane(name: "p", quantity: .relative, value: value, used: [], isStrict: true)
            return Executor.units(
                of: try Draft.plan(builder), options: ExecutionOptions(threads: 4, memory: memory))
        }
        let plain = try units(radius: nil, memory: 256 << 20)
        let near = try units(radius: 10, memory: 256 << 20)
        // The window with its halo: a byte read and a Float computed; the result instead of the band read.
        let pixels = 512 * 512
        #expect(near.bytesPerWorker == plain.bytesPerWorker + 532 * 532 * 5 + pixels * 4 - pixels - 2 * pixels)
        #expect(near.workers == 4)
        let tight = try units(radius: 500, memory: 48 << 20)
        #expect(tight.workers == 1)
        let held = tight.workers * tight.bytesPerWorker + tight.overviewBytes + tight.cacheBytes + tight.gdalBytes
        #expect(held <= 48 << 20)
    }
}

/// A counter that many threads use.
final class AtomicCounter: Sendable {
    private let value = Atomic<Int>(0)

    var count: Int { value.load(ordering: .relaxed) }

    func next() -> Int { value.wrappingAdd(1, ordering: .relaxed).newValue }
}
