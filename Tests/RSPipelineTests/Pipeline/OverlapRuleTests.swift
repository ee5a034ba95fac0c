import Testing

@testable import RSPipeline

/// What several numbers of one pixel become.
@Suite struct OverlapRuleTests {
    /// The result of a rule for every column of some rows, one row per scene.
    private func combine(_ rule: OverlapRule, _ rows: [[Float]]) -> [Float] {
        var graph = ValueGraph()
        let values = rows.indices.map { graph.load(slot: $0) }
        let result = rule.combine(values, depths: values, isCategory: false, in: &graph)
        return BlockRun.floats(Program(of: [result], in: graph), rows)[0]
    }

    private func position(_ rule: OverlapRule, _ rows: [[Float]]) -> [Float] {
        var graph = ValueGraph()
        let values = rows.indices.map { graph.load(slot: $0) }
        let result = rule.position(in: values, in: &graph)
        return BlockRun.floats(Program(of: [result], in: graph), rows)[0]
    }

    @Test(
        arguments: [
            (OverlapRule.max, [4, 7, 5, -1, .nan]), (.min, [1, 7, 2, -8, .nan]), (.median, [2.5, 7, 3, -4.5, .nan]),
            (.mean, [2.5, 7, 10 / 3, -4.5, .nan]),
        ] as [(OverlapRule, [Float])])
    func byHand(rule: OverlapRule, expected: [Float]) {
        let none = Float.nan
        let rows: [[Float]] = [
            [1, none, 5, none, none], [4, none, 3, -1, none], [3, 7, none, none, none], [2, none, 2, -8, none],
        ]
        #expect(areAlike(combine(rule, rows), expected))
    }

    @Test func positionsByHand() {
        let none = Float.nan
        let rows: [[Float]] = [[1, none, 5, none], [4, none, 3, none], [4, 7, none, none]]
        // The first among equals.
        #expect(areAlike(position(.max, rows), [1, 2, 0, .nan]))
        #expect(areAlike(position(.min, rows), [0, 2, 1, .nan]))
    }

    /// Against the plainest code there is, for up to 13 scenes of which any may be missing.
    @Test(arguments: 0..<60 as Range<UInt64>) func anyNumbers(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let scenes = Int.random(in: 1...13, using: &random)
        let isWhole = Bool.random(using: &random)
        let missing = Double.random(in: 0...0.9, using: &random)
        let rows = (0..<scenes).map { _ in
            (0..<150).map { _ -> Float in
                if Double.random(in: 0..<1, using: &random) < missing { return .nan }
                return isWhole
                    ? Float(Int.random(in: -4...4, using: &random)) : Float.random(in: -1e4...1e4, using: &random)
            }
        }
        for rule in [OverlapRule.max, .min, .median, .mean, .first, .last] {
            let found = combine(rule, rows)
            let places = position(rule == .min ? .min : .max, rows)
            for pixel in found.indices {
                let values = rows.map { $0[pixel] }
                let expected = Self.reference(rule, values)
                // Zeros of either sign are one number.
                if found[pixel] != expected && !(found[pixel].isNaN && expected.isNaN) {
                    Issue.record("seed \(seed), \(rule) of \(values): \(found[pixel]), not \(expected)")
                    return
                }
                guard rule == .max || rule == .min else { continue }
                let place = values.firstIndex(of: expected).map(Float.init) ?? .nan
                if !BlockRun.same(places[pixel], place) {
                    Issue.record("seed \(seed), position of \(rule) in \(values): \(places[pixel])")
                    return
                }
            }
        }
    }

    private static func reference(_ rule: OverlapRule, _ values: [Float]) -> Float {
        let known = values.filter { !$0.isNaN }
        let sorted = known.sorted()
        guard let first = known.first, let last = known.last else { return .nan }
        switch rule {
        case .max: return sorted[sorted.count - 1]
        case .min: return sorted[0]
        case .median:
            let middle = sorted.count / 2
            return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
        case .mean: return known.reduce(0, +) / Float(known.count)
        case .last: return last
        case .first, .inner: return first
        }
    }
}
