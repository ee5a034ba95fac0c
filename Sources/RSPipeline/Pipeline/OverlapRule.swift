/// Which number a pixel gets that several scenes show.
///
/// Scenes without a value at a pixel have no say; so a cloud that is masked in one is filled from another.
enum OverlapRule: String, Sendable, Hashable, CaseIterable {
    /// That of the first scene that has one.
    case first
    /// That of the last scene that has one.
    case last
    /// The mean of all; classes and flags as with ``first``.
    case mean
    /// That of the scene in whose inside the pixel lies deepest, measured to the nearest edge of its raster; the first
    /// among equals. The seam runs half-way between the edges.
    case inner

    /// Adds the rule to a graph.
    ///
    /// - Parameters:
    ///   - values: by scene; NaN where it has no value.
    ///   - depths: by scene, how deep in it pixels lie; needed by ``inner`` only.
    ///   - isCategory: whether the numbers must not be averaged.
    func combine(
        _ values: [ValueID], depths: [ValueID], isCategory: Bool, in graph: inout ValueGraph
    ) -> ValueID {
        switch self {
        case .mean where !isCategory:
            let zero = graph.constant(0)
            var sum = zero
            var count = zero
            for value in values {
                sum = graph.apply(.add, sum, graph.apply(.coalesce, value, zero))
                count = graph.apply(.add, count, graph.apply(.not, graph.apply(.isNoData, value)))
            }
            // Of no value: 0 / 0, which is none.
            return graph.apply(.divide, sum, count)
        case .first, .mean: return Self.first(of: values, in: &graph)
        case .last: return Self.first(of: values.reversed(), in: &graph)
        case .inner:
            let outside = graph.constant(-1)
            var best: (value: ValueID, depth: ValueID)?
            for (value, depth) in zip(values, depths) {
                let depth = graph.apply(.select, graph.apply(.isNoData, value), outside, depth)
                guard let known = best else {
                    best = (value, depth)
                    continue
                }
                let isDeeper = graph.apply(.less, known.depth, depth)
                best = (
                    graph.apply(.select, isDeeper, value, known.value),
                    graph.apply(.select, isDeeper, depth, known.depth)
                )
            }
            return best?.value ?? graph.constant(.nan)
        }
    }

    private static func first(of values: some Sequence<ValueID>, in graph: inout ValueGraph) -> ValueID {
        values.reduce(graph.constant(.nan)) { graph.apply(.coalesce, $0, $1) }
    }
}
