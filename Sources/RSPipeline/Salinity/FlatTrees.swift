/// The trees of an ensemble laid out for many pixels at once.
///
/// Nodes stand tree after tree in one array, the two nodes below a split side by side. A block of pixels goes down one tree
/// together, level by level, without a branch: the next node of a pixel is the left one, or the one after it. A leaf leads
/// to itself, so that pixels may arrive at different levels. Leaves are added in double precision in the order of the
/// trees; the result is that of ``TreeEnsemble/predict(_:)``, rounded once.
struct FlatTrees: Sendable {
    private struct Node: Sendable {
        var threshold: Float
        /// Where the predictor's values of a block begin.
        var offset: UInt32
        /// The node for values below the threshold; of a leaf, itself.
        var left: UInt32
        /// What a leaf adds.
        var value: Float
    }

    private struct Tree: Sendable {
        var root: UInt32
        /// The levels below the root.
        var depth: Int
    }

    /// Pixels that go down together: their predictors and a tree stay in the first-level cache.
    private static let blockSize = 512
    /// The most predictors: offsets into a block must fit.
    static let mostPredictors = 1 << 20

    private let base: Double
    private let nodes: [Node]
    private let trees: [Tree]
    private let predictorCount: Int

    /// Lays out an ensemble; nil where it has more nodes or predictors than can be counted.
    init?(_ ensemble: TreeEnsemble, predictors: Int) {
        let total = ensemble.trees.reduce(0) { $0 + $1.count }
        guard predictors <= Self.mostPredictors, total < Int(UInt32.max) else { return nil }
        var nodes: [Node] = []
        nodes.reserveCapacity(total)
        var trees: [Tree] = []
        for tree in ensemble.trees {
            let root = nodes.count
            var level = [0]
            var depth = -1
            // Level by level: the nodes of the next level follow in the order of their parents.
            while !level.isEmpty {
                var next: [Int] = []
                let firstOfNext = nodes.count + level.count
                for place in level {
                    switch tree[place] {
                    case .leaf(let value):
                        nodes.append(
                            Node(threshold: .infinity, offset: 0, left: UInt32(nodes.count), value: value))
                    case .split(let split):
                        nodes.append(
                            Node(
                                threshold: split.threshold, offset: UInt32(split.predictor * Self.blockSize),
                                left: UInt32(firstOfNext + next.count), value: 0))
                        next += [split.left, split.right]
                    }
                }
                level = next
                depth += 1
            }
            trees.append(Tree(root: UInt32(root), depth: depth))
        }
        base = Double(ensemble.base)
        self.nodes = nodes
        self.trees = trees
        predictorCount = predictors
    }

    /// Predicts pixels; NaN where a predictor is NaN or infinite.
    ///
    /// - Parameters:
    ///   - planes: one per predictor, `count` numbers each.
    ///   - results: `count` numbers.
    func predict(_ planes: [UnsafePointer<Float>], count: Int, into results: UnsafeMutablePointer<Float>) {
        unsafe precondition(planes.count == predictorCount, "one plane per predictor")
        let size = Self.blockSize
        // Never empty: a leaf's offset is 0.
        let block = UnsafeMutablePointer<Float>.allocate(capacity: max(1, predictorCount) * size)
        unsafe block.initialize(repeating: 0, count: max(1, predictorCount) * size)
        let places = UnsafeMutablePointer<UInt32>.allocate(capacity: size)
        let sums = UnsafeMutablePointer<Double>.allocate(capacity: size)
        defer {
            unsafe block.deallocate()
            unsafe places.deallocate()
            unsafe sums.deallocate()
        }
        unsafe nodes.withUnsafeBufferPointer { nodes in
            guard let first = nodes.baseAddress else { return }
            var start = 0
            while start < count {
                let length = min(size, count - start)
                for i in 0..<length { unsafe sums[i] = base }
                for predictor in 0..<predictorCount {
                    let plane = unsafe planes[predictor]
                    let target = unsafe block + predictor * size
                    for i in 0..<length {
                        let value = unsafe plane[start + i]
                        // Comparisons with a leaf's threshold must hold; the result is taken away by the sum.
                        unsafe target[i] = value.isFinite ? value : 0
                        if !value.isFinite { unsafe sums[i] = .nan }
                    }
                }
                for tree in trees {
                    unsafe Self.descend(tree, first, block, places, length)
                    for i in 0..<length { unsafe sums[i] += Double(first[Int(places[i])].value) }
                }
                for i in 0..<length { unsafe results[start + i] = Float(sums[i]) }
                start += length
            }
        }
    }

    /// Finds the leaf of each pixel of a block.
    private static func descend(
        _ tree: Tree, _ nodes: UnsafePointer<Node>, _ block: UnsafePointer<Float>,
        _ places: UnsafeMutablePointer<UInt32>, _ count: Int
    ) {
        let root = unsafe nodes[Int(tree.root)]
        if tree.depth == 0 {
            for i in 0..<count { unsafe places[i] = tree.root }
            return
        }
        let values = unsafe block + Int(root.offset)
        for i in 0..<count { unsafe places[i] = root.left &+ (values[i] < root.threshold ? 0 : 1) }
        for _ in 1..<max(1, tree.depth) {
            for i in 0..<count {
                let node = unsafe nodes[Int(places[i])]
                unsafe places[i] = node.left &+ (block[Int(node.offset) &+ i] < node.threshold ? 0 : 1)
            }
        }
    }
}
