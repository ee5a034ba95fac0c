import Foundation
import Synchronization

/// What a run has found out beside the values.
struct ExecutionResult: Sendable {
    /// Per plane, pixels by ``PixelReason``.
    var reasonCounts: [[Int]]
    /// Per count of the plan, pixels.
    var counts: [Int]
    /// Per counted quality layer, pixels by stored value.
    var histograms: [Int: [Int]]
    /// Per input slot.
    var checksums: [Int: UInt64]
    /// What passes before the main one have found, in their order.
    var reductions: [(name: String, outcome: ReductionOutcome)] = []
    /// Files with blocks that could not be decoded, with their numbers; only where the plan tolerates them.
    var damagedBlocks: [(path: String, blocks: Int)] = []
    /// How often blocks were decoded, in all passes.
    var decoding = BlockCache.Statistics()
}

/// Runs a plan: reductions first, then one fused pass, on worker threads over units of work.
struct Executor {
    let plan: Plan
    let options: ExecutionOptions

    /// Runs every pass.
    ///
    /// - Parameter windows: the pixels wanted, where that is not all: units that hold none of them are left out of the main
    ///   pass, and of what it counts. The passes before it see the whole scene.
    /// - Throws: ``RunError``. The first failure stops all workers.
    func run(
        sinks: [any Sink], over windows: [Window]? = nil, warn: (String) -> Void
    ) throws(RunError) -> ExecutionResult {
        var units = Self.units(of: plan, options: options)
        if let windows { units.keep(meeting: windows) }
        let rounds = plan.reductionRounds.map { ($0, unitsOfRound($0)) }
        GDALRuntime.setCacheSize(units.gdalBytes)
        let all = plan.reductionRounds.flatMap(\.reductions)
        var parameters = [Float](repeating: .nan, count: (all.flatMap(\.parameters).max() ?? -1) + 1)
        var reductions: [(name: String, outcome: ReductionOutcome)] = []
        let mainSlots = Self.slots(of: plan)
        let files = try InputFiles(plan, slots: Set(plan.usedSlots))
        let cache = BlockCache(capacity: rounds.reduce(units.cacheBytes) { min($0, $1.1.cacheBytes) })
        // The main pass finds what the pass before it has decoded, when all of it has room.
        let keeps = windows == nil && Self.keepsReductions(of: plan, files, capacity: cache.capacity)
        // Of the progress, the passes before the main one.
        let share = rounds.isEmpty ? 0 : 0.3
        for (index, (round, roundUnits)) in rounds.enumerated() {
            let inputs = PassInputs(
                plan, files: files, cache: cache, slots: Set(round.program.inputSlots),
                units: PassInputs.Units(roundUnits),
                next: keeps && index == rounds.count - 1 ? (mainSlots, PassInputs.Units(units)) : nil,
                segment: round.segment)
            let part = share / Double(rounds.count)
            let progress = part * Double(index)...part * Double(index + 1)
            let tallies = try reduce(round, roundUnits, inputs, parameters: parameters, progress: progress)
            for (planned, tally) in zip(round.reductions, tallies) {
                let outcome = try tally.outcome(name: planned.name)
                for (slot, value) in zip(planned.parameters, outcome.parameters) { parameters[slot] = Float(value) }
                outcome.warnings.forEach(warn)
                reductions.append((planned.name, outcome))
            }
        }
        let inputs = PassInputs(
            plan, files: files, cache: cache, slots: mainSlots,
            units: windows == nil ? PassInputs.Units(units) : nil, mayFindKept: keeps)
        var result = try pass(
            units, inputs, parameters: parameters, sinks: sinks, progressStart: share)
        result.reductions = reductions
        result.damagedBlocks = files.damaged
        result.decoding = cache.statistics
        for (path, blocks) in result.damagedBlocks {
            warn("\(path): damaged blocks: \(blocks); every output is no-data there; fetch the file again")
        }
        return result
    }

    /// The units of the main pass, also for `--explain`.
    static func units(of plan: Plan, options: ExecutionOptions) -> WorkUnits {
        WorkUnits(
            plan, slots: slots(of: plan), planeCount: plan.planes.count, files: plan.files, tables: plan.tables,
            threads: options.threads, memory: options.memory)
    }

    /// The inputs of the main pass.
    private static func slots(of plan: Plan) -> Set<Int> {
        Set(plan.program.inputSlots + plan.reasonProgram.inputSlots + plan.countedLayers.map(\.slot))
    }

    /// Whether blocks that the last pass before the main one decodes stay in memory for it.
    private static func keepsReductions(of plan: Plan, _ files: InputFiles, capacity: Int) -> Bool {
        guard let last = plan.reductionRounds.last, last.segment == 0 else { return false }
        return files.decodedBytes(of: slots(of: plan).intersection(last.program.inputSlots)) <= capacity
    }

    /// Whether the main pass finds in memory what the pass before it has decoded, for `--explain`.
    ///
    /// Opens the files; no pixel is read.
    var keepsReductions: Bool {
        guard !plan.reductionRounds.isEmpty, let files = try? InputFiles(plan, slots: Set(plan.usedSlots)) else {
            return false
        }
        let capacity = plan.reductionRounds.map { unitsOfRound($0).cacheBytes }
            .reduce(Self.units(of: plan, options: options).cacheBytes, min)
        return Self.keepsReductions(of: plan, files, capacity: capacity)
    }

    /// The units of a pass before the main one.
    private func unitsOfRound(_ round: ReductionRound) -> WorkUnits {
        WorkUnits(
            plan, slots: Set(round.program.inputSlots), planeCount: round.program.results.count, files: [],
            threads: options.threads, memory: options.memory, segment: round.segment)
    }

    private func reduce(
        _ round: ReductionRound, _ units: WorkUnits, _ inputs: PassInputs, parameters: [Float],
        progress: ClosedRange<Double>
    ) throws(RunError) -> [any ReductionTally] {
        let pixelCount = plan.segments[round.segment].grid.pixelCount
        let empty = round.reductions.map { $0.reduction.tally(pixelCount: pixelCount) }
        let counts = round.reductions.map(\.values.count)
        let merged = Mutex(empty)
        try onWorkers(units, phase: "looking for " + round.purpose, progress: progress) { next in
            let worker = try PassWorker(
                plan: plan, program: round.program, reasons: nil, parameters: parameters, countedSlots: [],
                capacity: units.unitWidth * units.unitHeight, inputs: inputs, segment: round.segment)
            var tallies = empty
            while let (index, window) = try next() {
                try unsafe worker.process(window, index: index) { unit in
                    var first = 0
                    for position in tallies.indices {
                        let blocks = unsafe unit.values[first..<first + counts[position]]
                            .map { unsafe UnsafePointer($0) }
                        unsafe tallies[position].add(blocks, count: window.pixelCount)
                        first += counts[position]
                    }
                }
            }
            let mine = tallies
            merged.withLock { all in
                for position in all.indices { all[position].merge(mine[position]) }
            }
        }
        return merged.withLock { $0 }
    }

    private func pass(
        _ units: WorkUnits, _ inputs: PassInputs, parameters: [Float], sinks: [any Sink], progressStart: Double
    ) throws(RunError) -> ExecutionResult {
        let countedSlots = plan.countedLayers.map(\.slot)
        let empty = ExecutionResult(
            reasonCounts: [[Int]](
                repeating: [Int](repeating: 0, count: PixelReason.allCases.count), count: plan.planes.count),
            counts: [Int](repeating: 0, count: plan.counts.count), histograms: [:], checksums: [:])
        let merged = Mutex(empty)
        let range = progressStart...(plan.files.isEmpty ? 1 : 0.95)
        try onWorkers(units, phase: "computing", progress: range) { next in
            let worker = try PassWorker(
                plan: plan, program: plan.program, reasons: plan.reasonProgram, parameters: parameters,
                countedSlots: countedSlots, capacity: units.unitWidth * units.unitHeight, inputs: inputs)
            while let (index, window) = try next() {
                try unsafe worker.process(window, index: index) { unit in
                    for sink in sinks { try unsafe sink.consume(unit) }
                }
            }
            let reasons = worker.reasonCounts
            let counts = worker.counts
            let histograms = worker.histograms
            let checksums = worker.checksums
            merged.withLock { all in
                for plane in reasons.indices {
                    for reason in reasons[plane].indices { all.reasonCounts[plane][reason] += reasons[plane][reason] }
                }
                for index in counts.indices { all.counts[index] += counts[index] }
                all.histograms.merge(histograms) { zip($0, $1).map { $0 + $1 } }
                all.checksums.merge(checksums, uniquingKeysWith: &+)
            }
        }
        return merged.withLock { $0 }
    }

    /// Runs a body on every worker thread; `next` hands out the units.
    private func onWorkers(
        _ units: WorkUnits, phase: String, progress: ClosedRange<Double>,
        _ body: @escaping @Sendable (_ next: () throws -> (Int, Window)?) throws -> Void
    ) throws(RunError) {
        let report = options.progress
        let windows = units.windows
        try Workers.run(
            count: windows.count, threads: units.workers, cancellation: options.cancellation,
            report: { done in
                let fraction = Double(done) / Double(windows.count)
                report?(
                    ExecutionOptions.Progress(
                        phase: phase,
                        fraction: progress.lowerBound + fraction * (progress.upperBound - progress.lowerBound)))
            }
        ) { next in
            try body { try next().map { ($0, windows[$0]) } }
        }
    }
}
