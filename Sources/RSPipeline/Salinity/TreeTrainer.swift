/// Grows trees; the one in the library `RSPipelineTrees` does it with XGBoost.
///
/// Growing is apart so that a program that only maps, or calibrates lines, needs no XGBoost.
public protocol TreeTrainer: Sendable {
    /// Grows trees that minimise the squared error.
    ///
    /// The same arguments must give the same trees.
    ///
    /// - Parameters:
    ///   - settings: how many trees, and which.
    ///   - seed: of the random choices.
    ///   - rows: the predictors, one list per sample; finite.
    ///   - target: one number per sample; finite.
    /// - Throws: ``SceneError`` where the trees cannot be grown.
    func grow(
        _ settings: TreeSettings, seed: UInt64, rows: [[Double]], target: [Double]
    ) throws(SceneError) -> TreeEnsemble
}

/// How trees are grown.
public struct TreeSettings: Sendable, Hashable {
    /// Trees that are grown one after the other on what is left (`boosted`), or beside each other (`forest`).
    public enum Kind: Sendable, Hashable {
        case boosted, forest
    }

    /// One after the other, or beside each other.
    public var kind: Kind
    /// How many.
    public var trees: Int
    /// The most questions between root and leaf.
    public var depth: Int
    /// The share of what is left that each boosted tree takes; of no effect on a forest.
    public var learningRate: Double
    /// The share of the samples that each tree sees.
    public var rowShare: Double
    /// The share of the predictors that each split chooses from.
    public var columnShare: Double
    /// The fewest samples in a leaf.
    public var leafSize: Int
    /// The penalty on the size of leaves.
    public var lambda: Double

    /// Shallow trees that learn slowly, for tens to hundreds of samples.
    public static let boosted = TreeSettings(
        kind: .boosted, trees: 200, depth: 3, learningRate: 0.05, rowShare: 0.8, columnShare: 1, leafSize: 3, lambda: 1)
    /// A random forest: two thirds of the samples per tree and a third of the predictors per split.
    public static let forest = TreeSettings(
        kind: .forest, trees: 300, depth: 8, learningRate: 1, rowShare: 0.632, columnShare: 1.0 / 3, leafSize: 3,
        lambda: 0)

    init(
        kind: Kind, trees: Int, depth: Int, learningRate: Double, rowShare: Double, columnShare: Double, leafSize: Int,
        lambda: Double
    ) {
        self.kind = kind
        self.trees = trees
        self.depth = depth
        self.learningRate = learningRate
        self.rowShare = rowShare
        self.columnShare = columnShare
        self.leafSize = leafSize
        self.lambda = lambda
    }

    /// The numbers by name, as they stand in the model.
    var numbers: [String: Double] {
        var numbers: [String: Double] = [
            "trees": Double(trees), "depth": Double(depth), "row_share": rowShare, "column_share": columnShare,
            "leaf_size": Double(leafSize), "lambda": lambda,
        ]
        if kind == .boosted { numbers["learning_rate"] = learningRate }
        return numbers
    }
}
