/// Puts planes to their place in a larger grid, whose pixels are theirs; NaN is all around.
struct PlaceOperation: StageOperation {
    /// The part of the result grid that the source grid is.
    let place: Window

    var summary: String { "to columns \(place.column)..., rows \(place.row)... as they are" }

    func sourceWindow(for window: Window) -> Window? {
        guard var common = window.intersection(place) else { return nil }
        common.column -= place.column
        common.row -= place.row
        return common
    }

    /// The result after those of the values, where one is asked for, is how deep in the source grid a pixel lies: the
    /// distance of its centre from the nearest edge, in pixels.
    func apply(
        _ values: [UnsafePointer<Float>], source: Window, results: [UnsafeMutablePointer<Float>], window: Window
    ) throws {
        let left = place.column + source.column - window.column
        let top = place.row + source.row - window.row
        for index in unsafe results.indices {
            let result = unsafe results[index]
            if source.pixelCount < window.pixelCount { unsafe result.update(repeating: .nan, count: window.pixelCount) }
            for row in 0..<source.height {
                let target = unsafe result + ((top + row) * window.width + left)
                if unsafe index < values.count {
                    unsafe target.update(from: values[index] + row * source.width, count: source.width)
                    continue
                }
                let y = source.row + row
                let vertical = min(y, place.height - 1 - y)
                for column in 0..<source.width {
                    let x = source.column + column
                    unsafe target[column] = Float(min(x, place.width - 1 - x, vertical)) + 0.5
                }
            }
        }
    }
}
