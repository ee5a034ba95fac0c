/// One field of the synthetic landscape.
struct SyntheticField {
    /// Made from the place, so a field has one name in every scene.
    let id: String
    /// The crop, `fallow` or `uncultivated`.
    let use: String
    /// The middle, metres from the middle of the landscape.
    let middle: SIMD2<Double>
    /// The limits on the grid of the canals (``SyntheticLandscape/turned(_:_:)``).
    let low: SIMD2<Double>
    let high: SIMD2<Double>
    /// The limits without the tracks, canals and drains between the fields.
    let tilledLow: SIMD2<Double>
    let tilledHigh: SIMD2<Double>

    /// Half the width of the tracks between fields.
    private static let track = 6.0

    /// The field that a cursor is in.
    init(_ cursor: SyntheticLandscape.Cursor, of landscape: SyntheticLandscape) {
        low = SIMD2(cursor.minU, cursor.minV)
        high = SIMD2(cursor.maxU, cursor.maxV)
        use = cursor.use
        func inset(_ isEdge: Bool, _ halfWidth: Double) -> Double { Self.track + (isEdge ? halfWidth : 0) }
        tilledLow =
            low
            + SIMD2(
                inset(cursor.minU == cursor.blockMinU, cursor.canalBefore),
                inset(cursor.minV == cursor.blockMinV, cursor.drainBefore))
        tilledHigh =
            high
            - SIMD2(
                inset(cursor.maxU == cursor.blockMaxU, cursor.canalAfter),
                inset(cursor.maxV == cursor.blockMaxV, cursor.drainAfter))
        middle = landscape.position(u: (low.x + high.x) / 2, v: (low.y + high.y) / 2)
        // Kilometres and tenths of the map; fields are longer than 100 m.
        id = "\(Int((SyntheticSite.x + middle.x) / 100))-\(Int((SyntheticSite.y + middle.y) / 100))"
    }
}

/// The grid of canals and drains around a part of the synthetic landscape, column by column.
struct SyntheticFieldGrid {
    /// Between two canals.
    struct Column {
        let low: Double
        let high: Double
        /// The drain nearest to the middle of the landscape.
        let middleDrain: Double
    }

    let columns: [Column]
    /// The canal nearest to the middle of the landscape.
    let middleCanal: Double
    private let landscape: SyntheticLandscape
    private let depth: ClosedRange<Double>

    /// Finds the columns that meet a square about a point, metres from the middle of the landscape.
    init(_ landscape: SyntheticLandscape, around centre: SIMD2<Double>, halfExtent: Double) {
        self.landscape = landscape
        // A turned square and the bend.
        let reach = halfExtent * 1.5 + 500
        let middle = landscape.turned(centre.x, centre.y)
        depth = (middle.v - reach)...(middle.v + reach)
        var columns: [Column] = []
        var cursor = SyntheticLandscape.Cursor()
        var u = middle.u - reach
        while u < middle.u + reach {
            landscape.enter(u, 0, &cursor)
            let drains = [cursor.blockMinV, cursor.blockMaxV]
            columns.append(
                Column(
                    low: cursor.blockMinU, high: cursor.blockMaxU,
                    middleDrain: abs(drains[0]) <= abs(drains[1]) ? drains[0] : drains[1]))
            u = cursor.blockMaxU
        }
        self.columns = columns
        middleCanal = (columns.map(\.low) + columns.suffix(1).map(\.high)).min { abs($0) < abs($1) } ?? 0
    }

    /// Calls a body with every field, column by column.
    func forEachField(_ body: (SyntheticField) throws(SynthesisError) -> Void) throws(SynthesisError) {
        var cursor = SyntheticLandscape.Cursor()
        for column in columns {
            var v = depth.lowerBound
            while v < depth.upperBound {
                landscape.enter((column.low + column.high) / 2, v, &cursor)
                let block = cursor
                var left = block.blockMinU
                while left < block.blockMaxU {
                    var next = block.blockMaxU
                    var bottom = block.blockMinV
                    while bottom < block.blockMaxV {
                        // Half a metre inside: fields are hundreds of metres long.
                        landscape.enter(left + 0.5, bottom + 0.5, &cursor)
                        try body(SyntheticField(cursor, of: landscape))
                        bottom = cursor.maxV
                        next = cursor.maxU
                    }
                    left = next
                }
                v = block.blockMaxV
            }
        }
    }

    /// An outline of straight sides on the grid of the canals as a ring in metres, within two metres of its course.
    func ring(_ corners: [SIMD2<Double>]) -> [SIMD2<Double>] {
        var ring: [SIMD2<Double>] = []
        for (index, corner) in corners.enumerated() {
            let next = corners[(index + 1) % corners.count]
            let start = landscape.position(u: corner.x, v: corner.y)
            ring.append(start)
            bend(corner, next, start, landscape.position(u: next.x, v: next.y), depth: 8, into: &ring)
        }
        return ring
    }

    /// Adds the points between two ends that a bent side needs.
    private func bend(
        _ a: SIMD2<Double>, _ b: SIMD2<Double>, _ start: SIMD2<Double>, _ end: SIMD2<Double>, depth: Int,
        into ring: inout [SIMD2<Double>]
    ) {
        if depth == 0 { return }
        var error = 0.0
        for share in [0.25, 0.5, 0.75] {
            let there = a + (b - a) * share
            let distance = landscape.position(u: there.x, v: there.y) - (start + (end - start) * share)
            error = max(error, (distance * distance).sum())
        }
        if error <= 4 { return }
        let half = (a + b) / 2
        let middle = landscape.position(u: half.x, v: half.y)
        bend(a, half, start, middle, depth: depth - 1, into: &ring)
        ring.append(middle)
        bend(half, b, middle, end, depth: depth - 1, into: &ring)
    }
}
