import Foundation
import Synchronization

/// What a run has found out beside the values.
struct ExecutionResult: Sendable {
    /// Per plane, pixels by ``PixelReason``.
    var reasonCounts: [[Int]]
    /// Per counted quality layer, pixels by stored value.
    var histograms: [Int: [Int]]
    /// Per input slot.
    var checksums: [Int: UInt64]
    /// Per reduction: the dark object's value, its haze and the number of valid pixels.
    var darkObjects: [(name: String, value: Double, haze: Double, validPixels: Int)]
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
    /// - Throws: ``RunError``. The first failure stops all workers.
    func run(sinks: [any Sink], warn: (String) -> Void) throws(RunError) -> ExecutionResult {
        let units = Self.units(of: plan, options: options)
        let searchUnits = plan.reductionProgram.map(unitsOfSearch)
        GDALRuntime.setCacheSize(units.gdalBytes)
        var parameters = [Float](repeating: .nan, count: (plan.reductions.map(\.parameter).max() ?? -1) + 1)
        var darkObjects: [(name: String, value: Double, haze: Double, validPixels: Int)] = []
        let hasReductions = plan.reductionProgram != nil
        let mainSlots = Self.slots(of: plan)
        let searchSlots = Set(plan.reductionProgram?.inputSlots ?? [])
        let files = try InputFiles(plan, slots: Set(plan.usedSlots))
        let cache = BlockCache(capacity: min(units.cacheBytes, searchUnits?.cacheBytes ?? .max))
        // The main pass finds what the search has decoded, when all of it has room.
        let keeps = hasReductions && Self.keepsSearch(of: plan, files, capacity: cache.capacity)
        if let program = plan.reductionProgram, let searchUnits {
            let inputs = PassInputs(
                plan, files: files, cache: cache, slots: searchSlots, units: PassInputs.Units(searchUnits),
                next: keeps ? (mainSlots, PassInputs.Units(units)) : nil, segment: plan.reductionSegment)
            let searches = try search(program, searchUnits, inputs, parameters: parameters)
            for (reduction, search) in zip(plan.reductions, searches) {
                guard let value = search.result else {
                    throw RunError(
                        .input,
                        "\(reduction.name): no dark object (\(search.validCount) valid pixels, rule "
                            + "\(reduction.rule.text)); choose another rule with surface ... dark=")
                }
                let haze = DarkObjectSubtraction.haze(darkObject: value)
                if value < DarkObjectSubtraction.darkReflectance {
                    warn(
                        "\(reduction.name): the dark object (\(value.rounded(toPlaces: 6))) is darker than "
                            + "\(DarkObjectSubtraction.darkReflectance); no haze is subtracted")
                }
                parameters[reduction.parameter] = Float(haze)
                darkObjects.append((reduction.name, value, haze, search.validCount))
            }
        }
        let inputs = PassInputs(
            plan, files: files, cache: cache, slots: mainSlots, units: PassInputs.Units(units), mayFindKept: keeps)
        var result = try pass(
            units, inputs, parameters: parameters, sinks: sinks, progressStart: hasReductions ? 0.3 : 0)
        result.darkObjects = darkObjects
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
            plan, slots: slots(of: plan), planeCount: plan.planes.count, files: plan.files, threads: options.threads,
            memory: options.memory)
    }

    /// The inputs of the main pass.
    private static func slots(of plan: Plan) -> Set<Int> {
        Set(plan.program.inputSlots + plan.reasonProgram.inputSlots + plan.countedLayers.map(\.slot))
    }

    /// Whether blocks that the search for dark objects decodes stay in memory for the main pass.
    private static func keepsSearch(of plan: Plan, _ files: InputFiles, capacity: Int) -> Bool {
        let slots = slots(of: plan).intersection(plan.reductionProgram?.inputSlots ?? [])
        return files.decodedBytes(of: slots) <= capacity
    }

    /// Whether the main pass finds in memory what the search for dark objects has decoded, for `--explain`.
    ///
    /// Opens the files; no pixel is read.
    var keepsSearch: Bool {
        guard let program = plan.reductionProgram,
            let files = try? InputFiles(plan, slots: Set(plan.usedSlots))
        else { return false }
        let capacity = min(Self.units(of: plan, options: options).cacheBytes, unitsOfSearch(program).cacheBytes)
        return Self.keepsSearch(of: plan, files, capacity: capacity)
    }

    /// The units of the search for dark objects.
    private func unitsOfSearch(_ program: Program) -> WorkUnits {
        WorkUnits(
            plan, slots: Set(program.inputSlots), planeCount: program.results.count, files: [],
            threads: options.threads, memory: options.memory, segment: plan.reductionSegment)
    }

    private func search(
        _ program: Program, _ units: WorkUnits, _ inputs: PassInputs, parameters: [Float]
    ) throws(RunError) -> [DarkObjectSubtraction.Search] {
        let empty = plan.reductions.map { reduction in
            DarkObjectSubtraction.Search(
                rule: reduction.rule, pixelCount: plan.segments[plan.reductionSegment].grid.pixelCount)
        }
        let merged = Mutex(empty)
        try onWorkers(units, phase: "looking for dark objects", progress: 0...0.3) { next in
            let worker = try PassWorker(
                plan: plan, program: program, reasons: nil, parameters: parameters, countedSlots: [],
                capacity: units.unitWidth * units.unitHeight, inputs: inputs, segment: plan.reductionSegment)
            var searches = empty
            while let (index, window) = try next() {
                try unsafe worker.process(window, index: index) { unit in
                    for position in searches.indices {
                        unsafe searches[position].add(
                            UnsafeBufferPointer(start: unit.values[position], count: window.pixelCount))
                    }
                }
            }
            merged.withLock { all in
                for position in all.indices { all[position].merge(searches[position]) }
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
            histograms: [:], checksums: [:], darkObjects: [])
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
            let counts = worker.reasonCounts
            let histograms = worker.histograms
            let checksums = worker.checksums
            merged.withLock { all in
                for plane in counts.indices {
                    for reason in counts[plane].indices { all.reasonCounts[plane][reason] += counts[plane][reason] }
                }
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
