import Foundation
import Synchronization

@testable import RSPipeline

/// Sums of the square of pixels around each pixel, those beyond the grid left out; NaN where any of them is NaN.
struct BoxSum: StageOperation {
    var radius: Int
    var grid: Grid
    /// Called with each application.
    var notify: @Sendable () -> Void = {}

    func sourceWindow(for window: Window) -> Window? {
        Window(
            column: window.column - radius, row: window.row - radius, width: window.width + 2 * radius,
            height: window.height + 2 * radius
        ).intersection(grid.window)
    }

    func apply(
        _ values: [UnsafePointer<Float>], source: Window, results: [UnsafeMutablePointer<Float>], window: Window
    ) throws {
        notify()
        for plane in unsafe values.indices {
            for row in window.row..<window.row + window.height {
                for column in window.column..<window.column + window.width {
                    var sum: Float = 0
                    for y in max(row - radius, 0)...min(row + radius, grid.height - 1) {
                        for x in max(column - radius, 0)...min(column + radius, grid.width - 1) {
                            let index = (y - source.row) * source.width + x - source.column
                            sum += unsafe values[plane][index]
                        }
                    }
                    unsafe results[plane][(row - window.row) * window.width + column - window.column] = sum
                }
            }
        }
    }

    static func whole(_ values: [Float], _ grid: Grid, radius: Int) -> [Float] {
        (0..<grid.pixelCount).map { index in
            let (row, column) = (index / grid.width, index % grid.width)
            var sum: Float = 0
            for y in max(row - radius, 0)...min(row + radius, grid.height - 1) {
                for x in max(column - radius, 0)...min(column + radius, grid.width - 1) {
                    sum += values[y * grid.width + x]
                }
            }
            return sum
        }
    }
}

/// Every pixel takes the value of the one so many columns and rows further, NaN beyond the grid.
struct Shift: StageOperation {
    var columns: Int
    var rows: Int
    var grid: Grid

    func sourceWindow(for window: Window) -> Window? {
        Window(
            column: window.column + columns, row: window.row + rows, width: window.width, height: window.height
        ).intersection(grid.window)
    }

    func apply(
        _ values: [UnsafePointer<Float>], source: Window, results: [UnsafeMutablePointer<Float>], window: Window
    ) throws {
        for plane in unsafe values.indices {
            for row in 0..<window.height {
                for column in 0..<window.width {
                    let x = window.column + column + columns - source.column
                    let y = window.row + row + rows - source.row
                    let isInside = x >= 0 && y >= 0 && x < source.width && y < source.height
                    unsafe results[plane][row * window.width + column] =
                        isInside ? values[plane][y * source.width + x] : .nan
                }
            }
        }
    }

    static func whole(_ values: [Float], _ grid: Grid, columns: Int, rows: Int) -> [Float] {
        (0..<grid.pixelCount).map { index in
            let (row, column) = (index / grid.width + rows, index % grid.width + columns)
            return row >= 0 && column >= 0 && row < grid.height && column < grid.width
                ? values[row * grid.width + column] : .nan
        }
    }
}

/// The sums of `factor` x `factor` pixels, those that are complete.
struct BlockSum: StageOperation {
    var factor: Int

    static func grid(_ grid: Grid, factor: Int) -> Grid {
        let transform = grid.transform
        return Grid(
            width: grid.width / factor, height: grid.height / factor,
            transform: GeoTransform(
                left: transform.originX, top: transform.originY, pixelSize: transform.pixelWidth * Double(factor)),
            crs: grid.crs)
    }

    func sourceWindow(for window: Window) -> Window? {
        Window(
            column: window.column * factor, row: window.row * factor, width: window.width * factor,
            height: window.height * factor)
    }

    func apply(
        _ values: [UnsafePointer<Float>], source: Window, results: [UnsafeMutablePointer<Float>], window: Window
    ) throws {
        for plane in unsafe values.indices {
            for row in 0..<window.height {
                for column in 0..<window.width {
                    var sum: Float = 0
                    for y in 0..<factor {
                        for x in 0..<factor {
                            sum += unsafe values[plane][(row * factor + y) * source.width + column * factor + x]
                        }
                    }
                    unsafe results[plane][row * window.width + column] = sum
                }
            }
        }
    }

    static func whole(_ values: [Float], _ grid: Grid, factor: Int) -> [Float] {
        let small = Self.grid(grid, factor: factor)
        return (0..<small.pixelCount).map { index in
            var sum: Float = 0
            for y in 0..<factor {
                for x in 0..<factor {
                    let row = index / small.width * factor + y
                    sum += values[row * grid.width + index % small.width * factor + x]
                }
            }
            return sum
        }
    }
}

/// What the steps of a chain have asked for, to which a test adds stages.
enum Draft {
    static func builder(_ chain: String) throws -> PlanBuilder {
        let chain = try Chain(chain)
        var builder = PlanBuilder(scene: try chain.openScene(), catalogue: .builtin)
        for (index, step) in try chain.steps().enumerated() {
            builder.step = index + 1
            try step.lower(into: &builder)
        }
        return builder
    }

    static func plan(_ builder: PlanBuilder) throws -> Plan { try Plan(builder, text: "test") }
}

/// The main pass of a plan with units of any size, which a run makes of whole tiles.
enum AnyUnits {
    struct Result {
        var planes: [[Float]]
        var decoding: BlockCache.Statistics
        var reasonCounts: [[Int]]
        var checksums: [Int: UInt64]
    }

    static func run(
        _ plan: Plan, width: Int, height: Int, threads: Int, capacity: Int = 1 << 26, parameters: [Float] = []
    ) throws -> Result {
        let main = plan.program.inputSlots + plan.reasonProgram.inputSlots + plan.countedLayers.map(\.slot)
        let cache = BlockCache(capacity: capacity)
        let inputs = PassInputs(
            plan, files: try InputFiles(plan, slots: Set(plan.usedSlots)), cache: cache, slots: Set(main),
            units: PassInputs.Units(width: width, height: height))
        let windows = Window.tiling(
            width: plan.grid.width, height: plan.grid.height, unitWidth: width, unitHeight: height)
        let sink = PlaneSink(grid: plan.grid, count: plan.planes.count)
        let counts = Mutex([[Int]](repeating: [Int](repeating: 0, count: 9), count: plan.planes.count))
        let sums = Mutex<[Int: UInt64]>([:])
        try Workers.run(count: windows.count, threads: threads, cancellation: Cancellation()) { next in
            let worker = try PassWorker(
                plan: plan, program: plan.program, reasons: plan.reasonProgram, parameters: parameters,
                countedSlots: plan.countedLayers.map(\.slot), capacity: width * height, inputs: inputs)
            while let index = try next() {
                try unsafe worker.process(windows[index], index: index) { unit in unsafe sink.consume(unit) }
            }
            let mine = worker.reasonCounts
            let checksums = worker.checksums
            counts.withLock { all in
                for plane in mine.indices {
                    for reason in mine[plane].indices { all[plane][reason] += mine[plane][reason] }
                }
            }
            sums.withLock { $0.merge(checksums, uniquingKeysWith: &+) }
        }
        return Result(
            planes: sink.result.map(\.values), decoding: cache.statistics, reasonCounts: counts.withLock { $0 },
            checksums: sums.withLock { $0 })
    }
}

/// Whether two planes hold the same numbers, NaN being like NaN.
func areAlike(_ a: [Float], _ b: [Float]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
}
