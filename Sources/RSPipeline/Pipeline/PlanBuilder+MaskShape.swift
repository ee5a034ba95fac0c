extension PlanBuilder {
    /// One condition of a mask, and what pixels masked for it are counted as.
    struct MaskCondition {
        /// Neither 0 nor NaN where pixels are masked.
        var condition: ValueID
        var reason: PixelReason
    }

    /// Takes small groups of pixels from conditions, then grows what is left.
    ///
    /// Each condition is shaped for itself: a group is one of pixels masked for one reason. Fill stays as it is: where
    /// there is no data there is nothing to keep away from.
    ///
    /// - Parameters:
    ///   - sieve: the least number of pixels that a group must have; nil for no sieve.
    ///   - buffer: how far conditions are grown; nil for not at all.
    /// - Returns: the conditions in the same order.
    mutating func shape(_ conditions: [MaskCondition], sieve: Int?, buffer: BufferRadius?) -> [MaskCondition] {
        var shaped = conditions
        let positions = conditions.indices.filter { conditions[$0].reason != .fill }
        if positions.isEmpty { return conditions }
        let names = positions.map { conditions[$0].reason.name }
        func replace(with values: [ValueID]) {
            for (position, value) in zip(positions, values) { shaped[position].condition = value }
        }
        if let sieve, sieve > 1 {
            replace(
                with: addStage(
                    name: "groups of at least \(sieve) pixels", sources: positions.map { shaped[$0].condition },
                    results: names.map { "\($0) in groups" },
                    placement: .sourceGrid { grid in
                        SieveOperation(atLeast: sieve, grid: grid, planes: names.count)
                    }))
        }
        if let buffer {
            replace(
                with: addStage(
                    name: "grown by \(buffer.text)", sources: positions.map { shaped[$0].condition },
                    results: names.map { "\($0) grown" },
                    placement: .sourceGrid { grid in
                        try BufferOperation(buffer, grid: grid, planes: names.count)
                    }))
        }
        return shaped
    }
}
