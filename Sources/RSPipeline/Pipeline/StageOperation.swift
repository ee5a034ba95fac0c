/// What a stage does with the planes of its source window.
///
/// A stage makes planes that depend on neighbouring pixels, or that lie on another grid than what they are made from.
/// Its sources are values of the plan, computed window by window; nothing is computed for the whole scene at once.
///
/// One value serves all threads and may be asked for any windows in any order. The result of a pixel must not depend on
/// how its window was cut, and the source window of a part must lie within that of the whole.
protocol StageOperation: Sendable {
    /// The window of the source grid that is needed for a window of the result grid; nil where nothing lies there, and
    /// the results are NaN.
    ///
    /// It lies within the source grid. A pixel whose own source window holds damaged pixels of a file is no-data in
    /// every output, whatever ``apply(_:source:results:window:)`` makes of it.
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

    /// Bytes per source pixel that ``apply(_:source:results:window:)`` takes for itself while it works.
    var workingBytesPerPixel: Int { get }

    /// What is done, in a few words for `--explain`.
    var summary: String { get }

    /// What deserves a word before the run.
    var warnings: [String] { get }
}

extension StageOperation {
    var workingBytesPerPixel: Int { 0 }
    var summary: String { "" }
    var warnings: [String] { [] }
}
