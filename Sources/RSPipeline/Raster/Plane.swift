/// One band of pixels in memory: Float32 values, row by row, NaN where there is no data.
public struct Plane: Sendable, Hashable {
    /// Number of columns.
    public let width: Int
    /// Number of rows.
    public let height: Int
    /// The values, row by row; NaN is no-data.
    public var values: [Float]

    /// Makes a plane; traps when the number of values is not `width * height`.
    public init(width: Int, height: Int, values: [Float]) {
        precondition(values.count == width * height, "a plane of \(width) x \(height) needs that many values")
        self.width = width
        self.height = height
        self.values = values
    }

    /// The value at a column and a row, both from 0; traps outside of the plane's values.
    public subscript(column: Int, row: Int) -> Float {
        get { values[row * width + column] }
        set { values[row * width + column] = newValue }
    }

    /// The number of pixels with a value.
    public var validCount: Int { values.reduce(0) { $0 + ($1.isNaN ? 0 : 1) } }
}
