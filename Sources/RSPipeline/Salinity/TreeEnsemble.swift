/// Regression trees whose leaves add up: a boosted ensemble or a random forest.
///
/// The prediction is `base + sum over trees of the leaf that the predictors lead to`. At a split a predictor below the
/// threshold leads to the left, any other to the right; both are compared as 32-bit numbers, as they were in training. The
/// leaves of a random forest are already divided by the number of trees.
public struct TreeEnsemble: Sendable, Hashable {
    /// One node of a tree.
    public enum Node: Sendable, Hashable {
        /// What the tree adds.
        case leaf(Float)
        /// Where to go on.
        case split(Split)
    }

    /// A question about one predictor.
    public struct Split: Sendable, Hashable {
        /// The predictor's place among the model's predictors.
        public var predictor: Int
        /// Below it left, otherwise right.
        public var threshold: Float
        /// The place of the next node in the tree; later than the place of this one.
        public var left: Int
        /// The place of the next node in the tree; later than the place of this one.
        public var right: Int

        /// Makes a split.
        public init(predictor: Int, threshold: Float, left: Int, right: Int) {
            self.predictor = predictor
            self.threshold = threshold
            self.left = left
            self.right = right
        }
    }

    /// Nodes of one tree; the first is the root.
    public typealias Tree = [Node]

    /// What all trees start from.
    public let base: Float
    /// The trees.
    public let trees: [Tree]

    /// Takes trees that hold together: every node but the root has one parent, and that stands before it, so that every way
    /// down ends in a leaf.
    ///
    /// - Returns: nil where the trees do not hold together, ask for a predictor that is not there, or hold a number that
    ///   is not finite.
    public init?(base: Float, trees: [Tree], predictors: Int) {
        guard base.isFinite, !trees.isEmpty, trees.allSatisfy({ Self.holdsTogether($0, predictors) }) else {
            return nil
        }
        self.base = base
        self.trees = trees
    }

    private static func holdsTogether(_ tree: Tree, _ predictors: Int) -> Bool {
        guard !tree.isEmpty else { return false }
        var hasParent = [Bool](repeating: false, count: tree.count)
        hasParent[0] = true
        for (place, node) in tree.enumerated() {
            switch node {
            case .leaf(let value): if !value.isFinite { return false }
            case .split(let split):
                guard (0..<predictors).contains(split.predictor), split.threshold.isFinite else { return false }
                for child in [split.left, split.right] {
                    guard child > place, child < tree.count, !hasParent[child] else { return false }
                    hasParent[child] = true
                }
            }
        }
        return hasParent.allSatisfy { $0 }
    }

    /// The prediction; NaN where a predictor is NaN.
    ///
    /// - Parameter values: one per predictor of the model.
    public func predict(_ values: [Double]) -> Double {
        if values.contains(where: \.isNaN) { return .nan }
        var sum = 0.0
        for tree in trees {
            var node = tree[0]
            while case .split(let split) = node {
                node = tree[Float(values[split.predictor]) < split.threshold ? split.left : split.right]
            }
            if case .leaf(let value) = node { sum += Double(value) }
        }
        return Double(base) + sum
    }
}
