/// The inputs of one pass: which blocks of which files every unit of work needs, and how often each block is needed.
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
        fileprivate var uses: Uses
        fileprivate var laterUses: Uses?

        /// Bytes of one pixel of a decoded block.
        var pixelBytes: Int { samples * sampleType.byteCount }

        /// The part of the file that a window of the plan's grid needs; nil where it lies outside.
        func part(for window: Window) -> Window? {
            guard let sampling else { return window }
            return sampling.sourceWindow(for: window)
        }

        /// How many units need a block (counted in its plane), of this pass and of one it is kept for.
        func uses(of block: Int) -> Int { uses.count(block, tiling) + (laterUses?.count(block, tiling) ?? 0) }
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
    /// Whether damaged blocks become no-data instead of ending the run.
    let toleratesDamage: Bool
    /// Whether an earlier pass may have left blocks in the cache.
    let mayFindKept: Bool

    /// Bytes that one worker takes at most beside its units and the cache: the largest block stored, decompressed, and with
    /// all its samples.
    var scratchBytesPerWorker: Int {
        streams.reduce(0) { most, stream in
            max(most, 3 * stream.tiling.blockWidth * stream.tiling.blockHeight * stream.pixelBytes)
        }
    }

    /// Finds the blocks that a pass needs.
    ///
    /// - Parameters:
    ///   - slots: the inputs read in the pass.
    ///   - next: a later pass with its inputs, for which their blocks stay in the cache. Only worth while when
    ///     ``InputFiles/decodedBytes(of:)`` of the common inputs fits the cache.
    ///   - mayFindKept: whether an earlier pass named this one as its `next`.
    init(
        _ plan: Plan, files: InputFiles, cache: BlockCache, slots: Set<Int>, units: Units,
        next: (slots: Set<Int>, units: Units)? = nil, mayFindKept: Bool = false
    ) {
        var streams: [Stream] = []
        var known: [InputFiles.Place: Int] = [:]
        var inputs: [Int: Input] = [:]
        for slot in slots.sorted() {
            guard let place = files.places[slot] else { continue }
            let file = files.files[place.file]
            let sampling = plan.samplings[slot]
            let noData = plan.inputs[slot].noData.number ?? .nan
            inputs[slot] = Input(
                sampleType: sampling == nil ? file.sampleType : .float32, noData: sampling == nil ? noData : .nan,
                storedNoData: noData)
            let plane = InputFiles.Place(file: place.file, plane: place.plane, sample: 0)
            let consumer = Consumer(slot: slot, sample: place.sample, sampling: sampling)
            // Bits and other numbers of one file are sampled by different rules, but from the same pixels.
            if let stream = known[plane] {
                streams[stream].consumers.append(consumer)
                // Interpolation needs what the other rules need and the pixels around it.
                if sampling?.rule == .bilinear, streams[stream].sampling?.rule != .bilinear {
                    streams[stream].sampling = sampling
                    streams[stream].uses = Uses(file.tiling, sampling: sampling, grid: plan.grid, units: units)
                    streams[stream].laterUses = streams[stream].laterUses.flatMap { _ in
                        next.map { Uses(file.tiling, sampling: sampling, grid: plan.grid, units: $0.units) }
                    }
                }
                continue
            }
            known[plane] = streams.count
            let isNeededLater =
                next?.slots.contains { other in
                    files.places[other].map { $0.file == place.file && $0.plane == place.plane } ?? false
                } ?? false
            streams.append(
                Stream(
                    file: place.file, tiling: file.tiling, firstBlock: place.plane * file.tiling.count,
                    samples: file.samplesPerBlock, sampleType: file.sampleType, consumers: [consumer],
                    sampling: sampling,
                    uses: Uses(file.tiling, sampling: sampling, grid: plan.grid, units: units),
                    laterUses: next.flatMap { next in
                        isNeededLater
                            ? Uses(file.tiling, sampling: sampling, grid: plan.grid, units: next.units) : nil
                    }))
        }
        self.files = files
        self.cache = cache
        self.streams = streams
        self.inputs = inputs
        self.mayFindKept = mayFindKept
        toleratesDamage = plan.toleratesDamage
    }
}
