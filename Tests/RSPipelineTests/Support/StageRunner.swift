@testable import RSPipeline

/// Runs an operation window by window, as a pass does: each window sees its own source window and nothing else.
enum StageRunner {
    /// The result planes of a raster of a size.
    static func run(
        _ operation: some StageOperation, planes: [[Float]], sourceWidth: Int, windows: [Window], resultWidth: Int,
        resultHeight: Int, resultCount: Int? = nil
    ) throws -> [[Float]] {
        let count = resultCount ?? planes.count
        var results = [[Float]](repeating: [Float](repeating: -99, count: resultWidth * resultHeight), count: count)
        for window in windows {
            var parts = [[Float]](repeating: [Float](repeating: .nan, count: window.pixelCount), count: count)
            if let source = operation.sourceWindow(for: window) {
                let cuts = planes.map { plane in
                    (0..<source.height).flatMap { row -> ArraySlice<Float> in
                        let start = (source.row + row) * sourceWidth + source.column
                        return plane[start..<(start + source.width)]
                    }
                }
                let pointers = unsafe cuts.map { cut -> UnsafePointer<Float> in
                    let memory = UnsafeMutablePointer<Float>.allocate(capacity: cut.count)
                    unsafe memory.initialize(from: cut, count: cut.count)
                    return unsafe UnsafePointer(memory)
                }
                let targets = unsafe (0..<count).map { _ in
                    UnsafeMutablePointer<Float>.allocate(capacity: window.pixelCount)
                }
                defer {
                    unsafe pointers.forEach { unsafe $0.deallocate() }
                    unsafe targets.forEach { unsafe $0.deallocate() }
                }
                unsafe try operation.apply(pointers, source: source, results: targets, window: window)
                for index in 0..<count {
                    for pixel in 0..<window.pixelCount { parts[index][pixel] = unsafe targets[index][pixel] }
                }
            }
            for index in 0..<count {
                for row in 0..<window.height {
                    for column in 0..<window.width {
                        results[index][(window.row + row) * resultWidth + window.column + column] =
                            parts[index][row * window.width + column]
                    }
                }
            }
        }
        return results
    }

    /// Windows that cut a raster at random places and cover it once.
    static func randomWindows(_ width: Int, _ height: Int, using random: inout SplitMix64) -> [Window] {
        func cuts(_ length: Int) -> [Int] {
            var places: Set<Int> = [0, length]
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                places.insert(Int.random(in: 0...length, using: &random))
            }
            return places.sorted()
        }
        let (columns, rows) = (cuts(width), cuts(height))
        return zip(rows, rows.dropFirst()).flatMap { top, bottom in
            zip(columns, columns.dropFirst()).map { left, right in
                Window(column: left, row: top, width: right - left, height: bottom - top)
            }
        }
    }
}

extension [Float] {
    /// The bit patterns, so that NaN equals NaN.
    var bits: [UInt32] { map(\.bitPattern) }
}
