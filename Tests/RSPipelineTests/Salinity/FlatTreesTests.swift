import Testing

@testable import RSPipeline

@Suite struct FlatTreesTests {
    /// Predictions of pixels given as one list per predictor.
    private func predict(_ ensemble: TreeEnsemble, _ planes: [[Float]]) throws -> [Float] {
        let trees = try #require(FlatTrees(ensemble, predictors: planes.count))
        let count = planes[0].count
        let pointers = unsafe planes.map { plane in
            let memory = UnsafeMutablePointer<Float>.allocate(capacity: count)
            unsafe memory.initialize(from: plane, count: count)
            return unsafe UnsafePointer(memory)
        }
        let target = UnsafeMutablePointer<Float>.allocate(capacity: count)
        unsafe target.initialize(repeating: -99, count: count)
        defer {
            unsafe pointers.forEach { unsafe $0.deallocate() }
            unsafe target.deallocate()
        }
        unsafe trees.predict(pointers, count: count, into: target)
        return (0..<count).map { unsafe target[$0] }
    }

    /// Below the threshold left, on it right.
    @Test func oneSplitAndOneLeafByHand() throws {
        let ensemble = try #require(
            TreeEnsemble(
                base: 0.5,
                trees: [
                    [.split(.init(predictor: 1, threshold: 2, left: 2, right: 1)), .leaf(10), .leaf(-10)],
                    [.leaf(0.25)],
                ], predictors: 2))
        let below = Float(2).nextDown
        let values = try predict(ensemble, [[0, 0, 0, .nan, 1, 0], [1, below, 2, 1, .nan, .infinity]])
        #expect(Array(values[0..<3]) == [-9.25, -9.25, 10.75])
        #expect(values[3...].filter { !$0.isNaN }.isEmpty)
    }

    private func tree(_ depth: Int, predictors: Int, using random: inout SplitMix64) -> TreeEnsemble.Tree {
        if depth == 0 || Int.random(in: 0..<6, using: &random) == 0 {
            return [.leaf(Float.random(in: -5...5, using: &random))]
        }
        let left = tree(depth - 1, predictors: predictors, using: &random)
        let right = tree(depth - 1, predictors: predictors, using: &random)
        func moved(_ tree: TreeEnsemble.Tree, by shift: Int) -> TreeEnsemble.Tree {
            tree.map { node in
                guard case .split(var split) = node else { return node }
                split.left += shift
                split.right += shift
                return .split(split)
            }
        }
        let root = TreeEnsemble.Split(
            predictor: Int.random(in: 0..<predictors, using: &random),
            threshold: Float(Int.random(in: 0...8, using: &random)) / 8, left: 1, right: 1 + left.count)
        return [.split(root)] + moved(left, by: 1) + moved(right, by: 1 + left.count)
    }

    /// The very numbers of the ensemble's own prediction, rounded once, whatever the block they stand in.
    @Test(arguments: 0..<20) func asTheEnsemblePredicts(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let predictors = Int.random(in: 1...5, using: &random)
        let trees = (0..<Int.random(in: 1...12, using: &random)).map { _ in
            tree(Int.random(in: 0...7, using: &random), predictors: predictors, using: &random)
        }
        let ensemble = try #require(TreeEnsemble(base: 1.25, trees: trees, predictors: predictors))
        let count = Int.random(in: 1...1300, using: &random)
        let planes = (0..<predictors).map { _ in
            (0..<count).map { _ in
                // Often on a threshold.
                Bool.random(using: &random)
                    ? Float(Int.random(in: 0...8, using: &random)) / 8 : Float.random(in: -0.2...1.2, using: &random)
            }
        }
        let values = try predict(ensemble, planes)
        for pixel in 0..<count {
            #expect(
                values[pixel] == Float(ensemble.predict(planes.map { Double($0[pixel]) })), "seed \(seed), \(pixel)")
        }
    }
}
