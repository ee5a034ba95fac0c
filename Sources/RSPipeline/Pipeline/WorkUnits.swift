/// How a pass is cut into units of work: windows that follow the blocks of the inputs, so that each block is decoded
/// once, and that fit the memory allowed.
struct WorkUnits: Sendable {
    let windows: [Window]
    /// Bytes that one worker holds.
    let bytesPerWorker: Int
    let unitWidth: Int
    let unitHeight: Int
    /// Whether blocks of an input are cut across by units, so that they are decoded more than once.
    let decodesAgain: Bool

    /// A unit aims at about this many pixels: enough to outweigh its overhead, few enough for many units.
    private static let targetPixels = 1 << 19

    /// The units of a pass over some inputs of a plan.
    init(_ plan: Plan, slots: Set<Int>, outputCount: Int, threads: Int, memory: Int) {
        let inputs = slots.sorted().compactMap { slot in plan.inputs[slot].source.map { (slot: slot, source: $0) } }
        // An input of another pixel size is held as Float32, beside the part of it that is sampled.
        let sampled = inputs.compactMap { plan.samplings[$0.slot] }
        self.init(
            grid: plan.grid, sources: inputs.filter { plan.samplings[$0.slot] == nil }.map(\.source),
            sampledBytes: sampled.reduce(0) { $0 + 8 + Int(4 * $1.pixelRatio) }, outputCount: outputCount,
            threads: threads, memory: memory)
    }

    init(
        grid: Grid, sources: [RasterSource], sampledBytes: Int = 0, outputCount: Int, threads: Int, memory: Int
    ) {
        let isTiled = grid.width > 1024 && sources.allSatisfy { $0.blockWidth < grid.width }
        let blockHeight = min(sources.map(\.blockHeight).max() ?? 1, grid.height)
        let bytesPerPixel = max(1, sources.reduce(sampledBytes) { $0 + $1.sampleType.byteCount } + outputCount * 4)
        let budget = max(1, (memory - memory / 4) / max(1, threads)) / bytesPerPixel
        let target = min(Self.targetPixels, budget)
        var width = grid.width
        var height: Int
        if isTiled {
            let block = max(512, sources.map(\.blockWidth).max() ?? 512)
            width = min(grid.width, max(block, target / max(512, blockHeight) / block * block))
            height = (511 + blockHeight) / blockHeight * blockHeight
        } else {
            height = max(1, target / max(1, width))
            height = max(blockHeight, height / blockHeight * blockHeight)
        }
        height = min(height, grid.height)
        var again = false
        if width * height > budget && height > 1 {
            height = max(1, budget / max(1, width))
            if height > blockHeight { height = height / blockHeight * blockHeight }
            again = height % blockHeight != 0
        }
        unitWidth = width
        unitHeight = height
        decodesAgain = again
        bytesPerWorker = width * height * bytesPerPixel
        windows = Window.tiling(width: grid.width, height: grid.height, unitWidth: width, unitHeight: height)
    }
}
