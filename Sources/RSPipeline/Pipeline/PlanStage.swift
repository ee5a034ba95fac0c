/// Programs that are computed on one grid, and how file inputs come to it.
struct PlanSegment: Sendable {
    let grid: Grid
    /// How inputs of another pixel size come to the grid, by slot.
    let samplings: [Int: GridSampling]
}

/// A stage of a plan: its sources are computed on one segment, its results are derived inputs of others.
struct PlanStage: Sendable {
    /// Source pixels of a window from which on it is worth cutting.
    static let largestSource = 1 << 19

    let name: String
    /// The derived inputs that hold the results, in the operation's order.
    let slots: [Int]
    /// Computes the sources.
    let program: Program
    /// The segment of the sources, in ``Plan/segments``.
    let segment: Int
    let operation: any StageOperation
    /// Where the results lie.
    let grid: Grid

    /// A window of results and the source window it takes; nil where nothing lies there.
    struct Part: Sendable, Hashable {
        var window: Window
        var source: Window?
    }

    /// The parts in which a window is computed: the whole, unless its source is large and the parts together take little
    /// more.
    func parts(of window: Window) -> [Part] {
        let whole = Part(window: window, source: operation.sourceWindow(for: window))
        guard let halves = halves(of: whole) else { return [whole] }
        return halves.flatMap { parts(of: $0.window) }
    }

    /// The largest of ``parts(of:)``, or one not much smaller.
    func largestPart(of window: Window) -> Part {
        var part = Part(window: window, source: operation.sourceWindow(for: window))
        while let halves = halves(of: part) {
            part = halves.max { ($0.source?.pixelCount ?? 0) < ($1.source?.pixelCount ?? 0) } ?? halves[0]
        }
        return part
    }

    /// The halves of a window, when it is worth cutting.
    private func halves(of part: Part) -> [Part]? {
        guard let source = part.source, source.pixelCount > Self.largestSource, part.window.pixelCount > 1 else {
            return nil
        }
        let halves = part.window.halves.map { Part(window: $0, source: operation.sourceWindow(for: $0)) }
        let together = halves.reduce(0) { $0 + ($1.source?.pixelCount ?? 0) }
        // Where neighbours take more than the pixels themselves, parts would be read many times.
        return together <= source.pixelCount + source.pixelCount / 2 ? halves : nil
    }
}

extension Window {
    /// The window cut across its longer side; at least two pixels are needed.
    var halves: [Window] {
        var first = self
        var second = self
        if width >= height {
            first.width = width / 2
            second.column += first.width
            second.width -= first.width
        } else {
            first.height = height / 2
            second.row += first.height
            second.height -= first.height
        }
        return [first, second]
    }
}

extension Plan {
    /// The stages that some inputs come from, at first or second hand, ascending: each after those it depends on.
    func stages(reachedFrom slots: some Sequence<Int>) -> [Int] {
        var found: Set<Int> = []
        var open = slots.compactMap { stageOfSlot[$0] }
        while let stage = open.popLast() {
            guard found.insert(stage).inserted else { continue }
            open += stages[stage].program.inputSlots.compactMap { stageOfSlot[$0] }
        }
        return found.sorted()
    }

    /// The derived inputs among some, as the stages that make them, ascending.
    func directStages(of slots: some Sequence<Int>) -> [Int] { Set(slots.compactMap { stageOfSlot[$0] }).sorted() }
}
