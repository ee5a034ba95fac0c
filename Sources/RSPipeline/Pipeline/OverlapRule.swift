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
    /// The largest.
    case max
    /// The smallest.
    case min
    /// The middle one; of an even number, the mean of the middle two. Classes and flags as with ``first``.
    case median
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
            for value in values { sum = graph.apply(.add, sum, graph.apply(.coalesce, value, zero)) }
            // Of no value: 0 / 0, which is none.
            return graph.apply(.divide, sum, Self.count(of: values, in: &graph))
        case .max: return Self.extreme(of: values, by: .maximum, in: &graph)
        case .min: return Self.extreme(of: values, by: .minimum, in: &graph)
        case .median where !isCategory: return Self.median(of: values, in: &graph)
        case .first, .mean, .median: return Self.first(of: values, in: &graph)
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

    private static func extreme(
        of values: [ValueID], by operation: Opcode, in graph: inout ValueGraph
    ) -> ValueID {
        guard let first = values.first else { return graph.constant(.nan) }
        return values.dropFirst().reduce(first) { best, value in
            let both = graph.apply(operation, best, value)
            return graph.apply(.coalesce, both, graph.apply(.coalesce, best, value))
        }
    }

    /// The numbers are sorted, missing ones to the end; how many there are then says where the middle is.
    private static func median(of values: [ValueID], in graph: inout ValueGraph) -> ValueID {
        let last = graph.constant(.greatestFiniteMagnitude)
        var sorted = values.map { graph.apply(.coalesce, $0, last) }
        for (low, high) in SortingNetwork.exchanges(sorted.count) {
            let smaller = graph.apply(.minimum, sorted[low], sorted[high])
            sorted[high] = graph.apply(.maximum, sorted[low], sorted[high])
            sorted[low] = smaller
        }
        let count = Self.count(of: values, in: &graph)
        var median = graph.constant(.nan)
        for number in values.indices.map({ $0 + 1 }) {
            var middle = sorted[number / 2]
            if number % 2 == 0 {
                let sum = graph.apply(.add, sorted[number / 2 - 1], middle)
                middle = graph.apply(.divide, sum, graph.constant(2))
            }
            let isIt = graph.apply(.equal, count, graph.constant(Float(number)))
            median = graph.apply(.select, isIt, middle, median)
        }
        return median
    }

    /// How many values there are.
    static func count(of values: [ValueID], in graph: inout ValueGraph) -> ValueID {
        values.reduce(graph.constant(0)) { count, value in
            graph.apply(.add, count, graph.apply(.not, graph.apply(.isNoData, value)))
        }
    }

    /// The position of the scene that has the largest number or, for ``min``, the smallest; the first among equals, no-data
    /// where none has one.
    func position(in values: [ValueID], in graph: inout ValueGraph) -> ValueID {
        var position = graph.constant(.nan)
        var best = graph.constant(.nan)
        for (place, value) in values.enumerated() {
            let isBetter = self == .min ? graph.apply(.less, value, best) : graph.apply(.less, best, value)
            // No-data where one of the two is missing: any number is better than none.
            let isFirst = graph.apply(
                .and, graph.apply(.isNoData, best), graph.apply(.not, graph.apply(.isNoData, value)))
            let isTaken = graph.apply(.coalesce, isBetter, isFirst)
            position = graph.apply(.select, isTaken, graph.constant(Float(place)), position)
            best = graph.apply(.select, isTaken, value, best)
        }
        return position
    }

    /// The value of the scene at a position; no-data where there is no position.
    static func value(at position: ValueID, of values: [ValueID], in graph: inout ValueGraph) -> ValueID {
        var chosen = graph.constant(.nan)
        for (place, value) in values.enumerated() {
            let isIt = graph.apply(.equal, position, graph.constant(Float(place)))
            chosen = graph.apply(.select, isIt, value, chosen)
        }
        return chosen
    }
}
