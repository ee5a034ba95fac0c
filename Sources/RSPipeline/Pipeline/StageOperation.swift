/// What a stage does with the planes of its source window.
///
/// A stage makes planes that depend on neighbouring pixels, or that lie on another grid than what they are made from.
/// Its sources are values of the plan, computed window by window; nothing is computed for the whole scene at once.
///
/// One value serves all threads and may be asked for any windows in any order. Results of a pixel must not depend on how
/// its window was cut.
protocol StageOperation: Sendable {
    /// The window of the source grid that is needed for a window of the result grid; nil where nothing lies there, and
    /// the results are NaN.
    ///
    /// The window lies within the source grid.
    func sourceWindow(for window: Window) -> Window?

    /// Computes the results of a window.
    ///
    /// - Parameters:
    ///   - values: Float32 planes over `source`, row by row; NaN is no data.
    ///   - source: ``sourceWindow(for:)`` of the window.
    ///   - results: planes over `window`, row by row; every number is to be set.
    func apply(
        _ values: [UnsafePointer<Float>], source: Window, results: [UnsafeMutablePointer<Float>], window: Window
    ) throws
}
