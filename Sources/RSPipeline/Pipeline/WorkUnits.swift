/// How a pass is cut into units of work: windows of whole output tiles that follow the blocks of the inputs, in an order
/// and of a size that keep to the memory allowed.
///
/// Units are handed out in vertical slabs, row by row inside a slab: what overviews wait for, and blocks that are cut by
/// several units, then belong to one row of a slab.
struct WorkUnits: Sendable {
    /// What a pass needs memory for, besides the units themselves.
    struct Demand: Sendable {
        /// Bytes per pixel of inputs that are brought to the grid from another pixel size.
        var sampledBytes = 0
        /// Planes of Float32 that are computed.
        var planeCount = 0
        /// Files that are written.
        var formats: [TileFormat] = []
        /// Whether an input is read through GDAL, which keeps a cache of its own.
        var usesGDAL = false
        /// What planes that stages make take.
        var stages: StageDemand?
        /// Planes whose reasons are kept pixel by pixel.
        var reasonPlanes = 0
        /// Bytes that statistics by zone take per worker, beside the zones themselves.
        var zonalBytes = 0
    }

    private(set) var windows: [Window]
    let unitWidth: Int
    let unitHeight: Int
    /// Columns of a slab.
    let slabWidth: Int
    /// Worker threads that the memory has room for.
    let workers: Int
    /// Bytes that one worker holds.
    let bytesPerWorker: Int
    /// Tiles of overviews in the making that each file may hold in memory.
    let openTiles: Int
    /// Bytes of these tiles, all files together.
    let overviewBytes: Int
    /// Bytes that blocks may take which several units need.
    let cacheBytes: Int
    /// Bytes for GDAL's cache.
    let gdalBytes: Int
    /// Whether blocks of an input are cut across by units and cannot all be kept, so that they are decoded again.
    let decodesAgain: Bool

    /// The units of a pass over some inputs of a plan, on one of its segments.
    init(
        _ plan: Plan, slots: Set<Int>, planeCount: Int, files: [PlannedFile], tables: [PlannedTable] = [],
        threads: Int, memory: Int, segment number: Int = 0
    ) {
        let segment = plan.segments[number]
        let inputs = slots.sorted().compactMap { slot in plan.inputs[slot].source.map { (slot: slot, source: $0) } }
        // An input of another pixel size is held as Float32, beside the part of it that is sampled.
        let sampled = inputs.compactMap { segment.samplings[$0.slot] }
        self.init(
            grid: segment.grid, sources: inputs.filter { segment.samplings[$0.slot] == nil }.map(\.source),
            demand: Demand(
                sampledBytes: sampled.reduce(0) { $0 + Self.sampledBytes($1) }, planeCount: planeCount,
                formats: files.map(\.tileFormat), usesGDAL: true,
                stages: StageDemand(plan, slots: slots, segment: number),
                reasonPlanes: Set(tables.flatMap(\.planes)).count,
                zonalBytes: tables.isEmpty ? 0 : ZonalStatistics.workerBytes),
            threads: threads, memory: memory)
    }

    /// Bytes per pixel of an input of another pixel size: the values, and the part of the input they are made from.
    static func sampledBytes(_ sampling: GridSampling) -> Int { 8 + Int(4 * sampling.pixelRatio) }

    init(grid: Grid, sources: [RasterSource], demand: Demand, threads: Int, memory: Int) {
        let side = TileFormat.side
        let inputBytes = sources.reduce(demand.sampledBytes + (demand.stages?.derivedBytes ?? 0)) {
            $0 + $1.sampleType.byteCount
        }
        let pixelBytes = inputBytes + 4 * demand.planeCount + demand.reasonPlanes
        let blockBytes = sources.map { $0.blockWidth * $0.blockHeight * $0.sampleType.byteCount }.max() ?? 0
        // Encoders are lent from file to file: a worker uses one of each format at most.
        let encoderBytes = Set(demand.formats).reduce(0) { $0 + TileEncoder.memory($1) }
        let gdal = demand.usesGDAL ? min(16 << 20, max(4 << 20, memory / 8)) : 4 << 20

        // Asking the operations takes time, and the same sizes are tried again and again.
        var knownStages: [[Int]: Int] = [:]
        func stageBytes(_ unit: (width: Int, height: Int)) -> Int {
            guard let stages = demand.stages else { return 0 }
            if let known = knownStages[[unit.width, unit.height]] { return known }
            let bytes = stages.workerBytes(width: unit.width, height: unit.height)
            knownStages[[unit.width, unit.height]] = bytes
            return bytes
        }

        var knownCaches: [[Int]: Int] = [:]
        func stageCache(_ slab: Int, _ height: Int) -> Int {
            guard let stages = demand.stages else { return 0 }
            if let known = knownCaches[[slab, height]] { return known }
            let bytes = stages.cacheBytes(slab: slab, height: height)
            knownCaches[[slab, height]] = bytes
            return bytes
        }

        let levels = OverviewLevels(width: grid.width, height: grid.height).levels
        let allTiles = levels.dropFirst().reduce(0) { $0 + $1.tileCount }
        func waitingTiles(_ slab: Int) -> Int {
            min(allTiles, OpenTiles.count(across: slab / side, levels: levels.count))
        }

        /// The memory of a choice; `cache` is what it takes to decode every block once.
        func cost(unit: (width: Int, height: Int), slab: Int) -> (worker: Int, overviews: Int, cache: Int) {
            let worker =
                unit.width * unit.height * pixelBytes + encoderBytes + demand.zonalBytes + 2 * blockBytes
                + stageBytes(unit)
            let overviews = demand.formats.reduce(0) { $0 + $1.byteCount } * waitingTiles(slab)
            let cut = sources.filter { unit.width % $0.blockWidth != 0 || unit.height % $0.blockHeight != 0 }
            let cache = cut.reduce(stageCache(slab, unit.height)) { total, source in
                // A row of units and the row of blocks across its lower border; strips are as wide as the raster.
                let width = min(grid.width, (slab / source.blockWidth + 2) * source.blockWidth)
                return total + width * (unit.height + 2 * source.blockHeight) * source.sampleType.byteCount
            }
            return (worker, overviews, cache)
        }

        let whole = (grid.width + side - 1) / side * side
        var unit = (width: side, height: side)
        // Larger blocks that are made of whole tiles are read by one unit alone.
        let widths = sources.map(\.blockWidth).filter { $0 % side == 0 && $0 <= 4 * side }
        let heights = sources.map(\.blockHeight).filter { $0 % side == 0 && $0 <= 4 * side }
        let wanted = (width: widths.max() ?? side, height: heights.max() ?? side)
        // An eighth is for what the C library keeps of memory that was given back.
        let room = memory - memory / 8 - gdal
        if cost(unit: wanted, slab: wanted.width).worker * threads <= room / 2 { unit = wanted }

        // As many workers as half the room holds, then the widest slab that the rest allows.
        var workers = max(1, threads)
        while workers > 1 && cost(unit: unit, slab: unit.width).worker * workers > room / 2 {
            workers -= 1
        }
        var slab = max(whole, unit.width)
        func total(_ slab: Int, withCache: Bool) -> Int {
            let parts = cost(unit: unit, slab: slab)
            return parts.worker * workers + parts.overviews + (withCache ? parts.cache : 0)
        }
        var again = false
        if total(slab, withCache: true) > room {
            let isCut = cost(unit: unit, slab: slab).cache > 0
            var narrower = 1
            while narrower * unit.width < slab { narrower *= 2 }
            slab = narrower * unit.width
            // Strips take the same room whatever the slab; tiles less in a narrower one.
            while slab > unit.width && total(slab, withCache: true) > room { slab /= 2 }
            if total(slab, withCache: true) > room && isCut {
                again = true
                // Each unit decodes what it needs: the wider it is, the fewer times.
                slab = narrower * unit.width
                while slab > unit.width && total(slab, withCache: false) > room { slab /= 2 }
                while unit.width < slab {
                    let wider = (width: unit.width * 2, height: unit.height)
                    let parts = cost(unit: wider, slab: slab)
                    if parts.worker * workers + parts.overviews > room { break }
                    unit = wider
                }
            }
        }
        let parts = cost(unit: unit, slab: slab)
        unitWidth = unit.width
        unitHeight = unit.height
        slabWidth = slab
        self.workers = workers
        bytesPerWorker = parts.worker
        openTiles = waitingTiles(slab)
        overviewBytes = parts.overviews
        cacheBytes = max(0, room - parts.worker * workers - parts.overviews)
        gdalBytes = gdal
        decodesAgain = again
        windows = Self.windows(grid, unit: unit, slab: slab)
    }

    /// Leaves out the units that hold no pixel of some windows of the grid.
    mutating func keep(meeting wanted: [Window]) {
        var met: Set<SIMD2<Int>> = []
        for window in wanted where window.pixelCount > 0 {
            for row in window.row / unitHeight...(window.row + window.height - 1) / unitHeight {
                for column in window.column / unitWidth...(window.column + window.width - 1) / unitWidth {
                    met.insert(SIMD2(column, row))
                }
            }
        }
        windows = windows.filter { met.contains(SIMD2($0.column / unitWidth, $0.row / unitHeight)) }
    }

    private static func windows(_ grid: Grid, unit: (width: Int, height: Int), slab: Int) -> [Window] {
        var windows: [Window] = []
        for left in stride(from: 0, to: grid.width, by: slab) {
            for row in stride(from: 0, to: grid.height, by: unit.height) {
                for column in stride(from: left, to: min(left + slab, grid.width), by: unit.width) {
                    windows.append(
                        Window(
                            column: column, row: row, width: min(unit.width, grid.width - column),
                            height: min(unit.height, grid.height - row)))
                }
            }
        }
        return windows
    }
}
