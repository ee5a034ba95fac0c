/// 1 where the features of a vector layer cover a pixel, 0 elsewhere; has no sources.
struct ShapeMaskOperation: StageOperation {
    let layer: VectorLayer

    var summary: String { "\(layer.shapes.features.count) features of layer '\(layer.name)'" }

    var warnings: [String] { layer.warnings + (layer.separation.map { ["nothing is covered: \($0)"] } ?? []) }

    func sourceWindow(for window: Window) -> Window? { window }

    func apply(
        _ values: [UnsafePointer<Float>], source: Window, results: [UnsafeMutablePointer<Float>], window: Window
    ) throws {
        unsafe results[0].update(repeating: 0, count: window.pixelCount)
        unsafe layer.shapes.burn(1, in: window, into: results[0])
    }
}
