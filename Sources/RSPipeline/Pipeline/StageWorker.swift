/// Computes the results of one stage for one worker, window by window.
///
/// Everything is pulled: a window of results asks for the source window, that for windows of files and of further stages.
@safe final class StageWorker {
    /// The derived inputs that hold the results.
    let slots: [Int]
    private let stage: PlanStage
    private let inputs: ProgramInputs
    private let evaluator: Evaluator
    private var values: [RawMemory] = []
    /// The results of a part of a window.
    private var pieces: [RawMemory] = []

    private init(_ stage: PlanStage, inputs: ProgramInputs, parameters: [Float]) {
        self.stage = stage
        self.inputs = inputs
        slots = stage.slots
        evaluator = Evaluator(stage.program, parameters: parameters)
    }

    /// The workers of all stages that a pass depends on, by stage.
    static func workers(
        _ plan: Plan, _ pass: PassInputs, parameters: [Float], decoders: BlockDecoders
    ) -> [Int: StageWorker] {
        var workers: [Int: StageWorker] = [:]
        // Ascending: those that a stage depends on are there.
        for (index, inputs) in pass.stages.sorted(by: { $0.key < $1.key }) {
            let stage = plan.stages[index]
            let needed = plan.directStages(of: stage.program.inputSlots).compactMap { workers[$0] }
            workers[index] = StageWorker(
                stage,
                inputs: ProgramInputs(inputs, stages: needed, decoders: decoders, slotCount: plan.inputs.count),
                parameters: parameters)
        }
        return workers
    }

    /// Computes a window.
    ///
    /// - Parameter results: memory of `window.pixelCount` numbers for each result.
    /// - Returns: the pixels that depend on damaged ones, when the plan tolerates that.
    func compute(_ window: Window, into results: [UnsafeMutablePointer<Float>]) throws -> [Window] {
        let parts = stage.parts(of: window)
        if parts.count == 1 { return try unsafe compute(parts[0], into: results) }
        var damaged: [Window] = []
        for part in parts {
            let area = part.window
            try Self.grow(&pieces, slots.count, area.pixelCount)
            let piece = unsafe pieces.map { unsafe $0.base.assumingMemoryBound(to: Float.self) }
            try unsafe damaged += compute(part, into: piece)
            for result in slots.indices {
                for row in 0..<area.height {
                    let start = (area.row - window.row + row) * window.width + area.column - window.column
                    unsafe (results[result] + start).update(from: piece[result] + row * area.width, count: area.width)
                }
            }
        }
        return damaged
    }

    private func compute(_ part: PlanStage.Part, into results: [UnsafeMutablePointer<Float>]) throws -> [Window] {
        guard let source = part.source else {
            for index in slots.indices { unsafe results[index].update(repeating: .nan, count: part.window.pixelCount) }
            return []
        }
        let damaged = try inputs.fill(source)
        try Self.grow(&values, stage.program.results.count, source.pixelCount)
        let planes = unsafe values.map { unsafe $0.base.assumingMemoryBound(to: Float.self) }
        var start = 0
        while start < source.pixelCount {
            let count = min(Evaluator.blockSize, source.pixelCount - start)
            unsafe evaluator.run(start: start, count: count, inputs: inputs.blocks)
            for plane in values.indices {
                _ = unsafe evaluator.store(result: plane, count: count, into: planes[plane] + start)
            }
            start += count
        }
        try unsafe stage.operation.apply(
            planes.map { unsafe UnsafePointer($0) }, source: source, results: results, window: part.window)
        var affected: [Window] = []
        if !damaged.isEmpty { collect(part.window, dependingOn: damaged, into: &affected) }
        return affected
    }

    /// Finds the pixels of a window whose own source windows meet some areas: the same, however windows are cut.
    private func collect(_ window: Window, dependingOn areas: [Window], into found: inout [Window]) {
        guard let source = stage.operation.sourceWindow(for: window) else { return }
        let met = areas.filter { $0.intersection(source) != nil }
        if met.isEmpty { return }
        if window.pixelCount == 1 { return found.append(window) }
        for half in window.halves { collect(half, dependingOn: met, into: &found) }
    }

    private static func grow(_ planes: inout [RawMemory], _ count: Int, _ pixels: Int) throws(RunError) {
        let bytes = pixels * MemoryLayout<Float>.stride
        if planes.count == count, planes.allSatisfy({ $0.byteCount >= bytes }) { return }
        // The old ones go first.
        planes = []
        for _ in 0..<count { planes.append(try RawMemory.forWindow(bytes: bytes)) }
    }
}
