/// What the stages of a pass need memory for.
///
/// Found by asking the operations for source windows at places all over the grid: those of a regrid differ in size.
struct StageDemand: Sendable {
    private let plan: Plan
    /// The inputs of the pass.
    private let slots: Set<Int>
    private let grid: Grid
    /// Bytes per pixel of the derived inputs of the pass.
    let derivedBytes: Int

    /// Nil where the pass depends on no stage.
    init?(_ plan: Plan, slots: Set<Int>, segment: Int) {
        let direct = plan.directStages(of: slots)
        if direct.isEmpty { return nil }
        self.plan = plan
        self.slots = slots
        grid = plan.segments[segment].grid
        derivedBytes = direct.reduce(0) { $0 + 4 * plan.stages[$1].slots.count }
    }

    /// Bytes that the stages of one worker hold, for units of a size.
    func workerBytes(width: Int, height: Int) -> Int {
        var sources: [Int: Int] = [:]
        var pieces: [Int: Int] = [:]
        for window in windows(width, height) {
            for stage in plan.directStages(of: slots) { visit(stage, window, &sources, &pieces) }
        }
        return sources.reduce(0) { total, entry in
            let stage = plan.stages[entry.key]
            return total + entry.value * bytesPerPixel(of: stage) + 4 * stage.slots.count * (pieces[entry.key] ?? 0)
        }
    }

    /// Bytes of blocks that a row of units shares with the next: with room for them, most blocks are decoded once.
    func cacheBytes(slab: Int, height: Int) -> Int {
        var most = 0
        for window in windows(slab, height) {
            // Stages that read one file share its blocks.
            var bytes: [Int: Int] = [:]
            var open = plan.directStages(of: slots).map { ($0, window) }
            while let (index, window) = open.popLast() {
                let stage = plan.stages[index]
                guard let source = stage.operation.sourceWindow(for: window) else { continue }
                open += plan.directStages(of: stage.program.inputSlots).map { ($0, source) }
                var below = window
                below.row += window.height
                let next = below.intersection(stage.grid.window).flatMap { stage.operation.sourceWindow(for: $0) }
                let shared = next.flatMap { source.intersection($0)?.height } ?? 0
                for slot in stage.program.inputSlots {
                    guard let input = plan.inputs[slot].source else { continue }
                    let ratio = plan.segments[stage.segment].samplings[slot]?.pixelRatio.squareRoot() ?? 1
                    let width = min(input.grid.width, Int(Double(source.width) * ratio) + 2 * input.blockWidth)
                    let rows = min(input.grid.height, Int(Double(shared) * ratio) + 2 * input.blockHeight)
                    bytes[slot] = max(bytes[slot] ?? 0, width * rows * input.sampleType.byteCount)
                }
            }
            most = max(most, bytes.values.reduce(0, +))
        }
        return most
    }

    /// Notes the largest part of a window, in pixels of sources and of results, for a stage and those it depends on.
    private func visit(_ index: Int, _ window: Window, _ sources: inout [Int: Int], _ pieces: inout [Int: Int]) {
        let stage = plan.stages[index]
        let part = stage.largestPart(of: window)
        guard let source = part.source else { return }
        sources[index] = max(sources[index] ?? 0, source.pixelCount)
        if part.window != window { pieces[index] = max(pieces[index] ?? 0, part.window.pixelCount) }
        for upstream in plan.directStages(of: stage.program.inputSlots) { visit(upstream, source, &sources, &pieces) }
    }

    /// Bytes per source pixel: inputs as stored or sampled, derived inputs, the values computed, and the operation's own.
    private func bytesPerPixel(of stage: PlanStage) -> Int {
        let samplings = plan.segments[stage.segment].samplings
        let inputs = stage.program.inputSlots.reduce(0) { total, slot in
            guard let source = plan.inputs[slot].source else { return total }
            return total + (samplings[slot].map(WorkUnits.sampledBytes) ?? source.sampleType.byteCount)
        }
        let derived = plan.directStages(of: stage.program.inputSlots).reduce(0) {
            $0 + 4 * plan.stages[$1].slots.count
        }
        return inputs + derived + 4 * stage.program.results.count + stage.operation.workingBytesPerPixel
    }

    /// Windows of a size in the corners, along the borders and in the middle of the grid.
    private func windows(_ width: Int, _ height: Int) -> [Window] {
        let width = min(width, grid.width)
        let height = min(height, grid.height)
        let columns = Set([0, (grid.width - width) / 2, grid.width - width])
        let rows = Set([0, (grid.height - height) / 2, grid.height - height])
        return rows.flatMap { row in
            columns.map { Window(column: $0, row: row, width: width, height: height) }
        }
    }
}
