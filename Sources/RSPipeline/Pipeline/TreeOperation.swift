/// Runs the trees of a model on planes of predictors: each pixel for itself, without neighbours.
struct TreeOperation: StageOperation {
    let trees: FlatTrees
    /// How many trees, for `--explain`.
    let count: Int

    var summary: String { "\(count) trees" }

    func sourceWindow(for window: Window) -> Window? { window }

    func apply(
        _ values: [UnsafePointer<Float>], source: Window, results: [UnsafeMutablePointer<Float>], window: Window
    ) throws {
        unsafe trees.predict(values, count: window.pixelCount, into: results[0])
    }
}
