/// The file inputs of one pass, or of one stage of it: which blocks of which files every unit of work needs, and how
/// often each block is needed.
///
/// Shared by the workers of the pass.
struct PassInputs: Sendable {
    /// The size of the units of a pass, which lie side by side from the first pixel on.
    struct Units: Sendable, Hashable {
        var width: Int
        var height: Int

        init(width: Int, height: Int) {
            self.width = width
            self.height = height
        }

        init(_ units: WorkUnits) { self.init(width: units.unitWidth, height: units.unitHeight) }
    }

    /// What an input needs of a decoded block.
    struct Consumer: Sendable, Hashable {
        var slot: Int
        /// The position of its number in a pixel of the block.
        var sample: Int
        /// How the input comes to the plan's grid; nil when it lies on it.
        var sampling: GridSampling?
    }

    /// Inputs that one sequence of blocks holds: those of one plane of a file.
    struct Stream: Sendable {
        var file: Int
        var tiling: BlockTiling
        /// The number of the first block of the plane.
        var firstBlock: Int
        var samples: Int
        var sampleType: SampleType
        var consumers: [Consumer]
        /// Which of the file's pixels are needed; the same for all inputs of the file.
        var sampling: GridSampling?
        /// Nil where stages read the file too: nobody knows how often they need a block.
        fileprivate var uses: Uses?
        fileprivate var laterUses: Uses?

        /// Bytes of one pixel of a decoded block.
        var pixelBytes: Int { samples * sampleType.byteCount }

        /// The part of the file that a window of the plan's grid needs; nil where it lies outside.
        func part(for window: Window) -> Window? {
            guard let sampling else { return window }
            return sampling.sourceWindow(for: window)
        }

        /// How many units need a block (counted in its plane), of this pass and of one it is kept for; nil where nobody
        /// knows.
        func uses(of block: Int) -> Int? {
            uses.map { $0.count(block, tiling) + (laterUses?.count(block, tiling) ?? 0) }
        }
    }

    /// How many columns and rows of units need each column and row of blocks.
    fileprivate struct Uses: Sendable {
        var columns: [Int32]
        var rows: [Int32]

        init(_ tiling: BlockTiling, sampling: GridSampling?, grid: Grid, units: Units) {
            columns = [Int32](repeating: 0, count: tiling.across)
            rows = [Int32](repeating: 0, count: tiling.down)
            for first in stride(from: 0, to: grid.width, by: units.width) {
                let count = min(units.width, grid.width - first)
                let part = sampling.map { $0.sourceColumns(first, count) } ?? (first, first + count)
                guard part.0 < part.1 else { continue }
                for block in part.0 / tiling.blockWidth...(part.1 - 1) / tiling.blockWidth { columns[block] += 1 }
            }
            for first in stride(from: 0, to: grid.height, by: units.height) {
                let count = min(units.height, grid.height - first)
                let part = sampling.map { $0.sourceRows(first, count) } ?? (first, first + count)
                guard part.0 < part.1 else { continue }
                for block in part.0 / tiling.blockHeight...(part.1 - 1) / tiling.blockHeight { rows[block] += 1 }
            }
        }

        func count(_ block: Int, _ tiling: BlockTiling) -> Int {
            Int(columns[block % tiling.across]) * Int(rows[block / tiling.across])
        }
    }

    /// What a worker has to know of an input.
    struct Input: Sendable, Hashable {
        /// How the numbers in the worker's memory are stored.
        var sampleType: SampleType
        /// The stored value that means no data; NaN when there is none.
        var noData: Double
        /// The same in the file.
        var storedNoData: Double
    }

    let files: InputFiles
    let cache: BlockCache
    let streams: [Stream]
    /// By slot.
    let inputs: [Int: Input]
    /// The inputs of the stages that the pass depends on, by stage.
    let stages: [Int: PassInputs]
    /// Whether damaged blocks become no-data instead of ending the run.
    let toleratesDamage: Bool
    /// Whether an earlier pass may have left blocks in the cache.
    let mayFindKept: Bool

    /// Finds the blocks that a pass needs.
    ///
    /// - Parameters:
    ///   - slots: the inputs read in the pass.
    ///   - units: nil where units are left out, so that nobody knows how often they need a block.
    ///   - next: a later pass with its inputs, for which their blocks stay in the cache. Only worth while when
    ///     ``InputFiles/decodedBytes(of:)`` of the common inputs fits the cache.
    ///   - mayFindKept: whether an earlier pass named this one as its `next`.
    ///   - segment: where the pass is computed, in ``Plan/segments``.
    init(
        _ plan: Plan, files: InputFiles, cache: BlockCache, slots: Set<Int>, units: Units?,
        next: (slots: Set<Int>, units: Units)? = nil, mayFindKept: Bool = false, segment: Int = 0
    ) {
        let shared = Set(
            plan.stages.flatMap(\.program.inputSlots).compactMap { files.places[$0] }.map(\.withoutSample))
        let stages = plan.stages(reachedFrom: slots).map { index in
            let stage = plan.stages[index]
            let inputs = PassInputs(
                plan, plan.segments[stage.segment], files: files, cache: cache, slots: Set(stage.program.inputSlots),
                units: nil, next: nil, mayFindKept: false, shared: shared, stages: [:])
            return (index, inputs)
        }
        self.init(
            plan, plan.segments[segment], files: files, cache: cache, slots: slots, units: units, next: next,
            mayFindKept: mayFindKept, shared: shared, stages: Dictionary(uniqueKeysWithValues: stages))
    }

    /// - Parameters:
    ///   - units: nil for a stage, whose windows nobody knows beforehand.
    ///   - shared: the planes of files that stages read.
    private init(
        _ plan: Plan, _ segment: PlanSegment, files: InputFiles, cache: BlockCache, slots: Set<Int>, units: Units?,
        next: (slots: Set<Int>, units: Units)?, mayFindKept: Bool, shared: Set<InputFiles.Place>,
        stages: [Int: PassInputs]
    ) {
        var streams: [Stream] = []
        var known: [InputFiles.Place: Int] = [:]
        var inputs: [Int: Input] = [:]
        for slot in slots.sorted() {
            guard let place = files.places[slot] else { continue }
            let file = files.files[place.file]
            let sampling = segment.samplings[slot]
            let noData = plan.inputs[slot].noData.number ?? .nan
            inputs[slot] = Input(
                sampleType: sampling == nil ? file.sampleType : .float32, noData: sampling == nil ? noData : .nan,
                storedNoData: noData)
            let plane = place.withoutSample
            let consumer = Consumer(slot: slot, sample: place.sample, sampling: sampling)
            // Bits and other numbers of one file are sampled by different rules, but from the same pixels.
            if let stream = known[plane] {
                streams[stream].consumers.append(consumer)
                // Interpolation needs what the other rules need and the pixels around it.
                if sampling?.rule == .bilinear, streams[stream].sampling?.rule != .bilinear {
                    streams[stream].sampling = sampling
                    streams[stream].uses = streams[stream].uses.flatMap { _ in
                        units.map { Uses(file.tiling, sampling: sampling, grid: segment.grid, units: $0) }
                    }
                }
                continue
            }
            known[plane] = streams.count
            let counted = shared.contains(plane) ? nil : units
            let same = next?.slots.filter { files.places[$0]?.withoutSample == plane }.sorted() ?? []
            let later = same.first { plan.samplings[$0]?.rule == .bilinear } ?? same.first
            streams.append(
                Stream(
                    file: place.file, tiling: file.tiling, firstBlock: place.plane * file.tiling.count,
                    samples: file.samplesPerBlock, sampleType: file.sampleType, consumers: [consumer],
                    sampling: sampling,
                    uses: counted.map {
                        Uses(file.tiling, sampling: sampling, grid: segment.grid, units: $0)
                    },
                    laterUses: next.flatMap { next in
                        // The later pass is the main one, on the planes' grid.
                        later.map {
                            Uses(file.tiling, sampling: plan.samplings[$0], grid: plan.grid, units: next.units)
                        }
                    }))
        }
        self.files = files
        self.cache = cache
        self.streams = streams
        self.inputs = inputs
        self.stages = stages
        self.mayFindKept = mayFindKept
        toleratesDamage = plan.toleratesDamage
    }
}
