/// Some whole rows of a synthetic scene, all layers.
///
/// Layers may be coarser than the strip's own rows; each holds the same ground.
struct SyntheticStrip: Sendable {
    /// The product's files: numbers as stored.
    var counts: [[UInt16]]
    /// The noise-free reflectance of the reflective bands, in 1e-4; empty without truth.
    var reflectance: [[Int16]]
    /// dS/m; empty without truth.
    var salinity: [Float]
    /// ``SyntheticClass``; empty without truth.
    var classes: [UInt8]
    var tally: SyntheticTally

    /// The no-data value of the reflectance truth.
    static let reflectanceNoData: Int16 = -32768

    /// Empty rows to be filled: all counts 0, the truth without data.
    ///
    /// - Parameters:
    ///   - layerSizes: pixels of each file.
    ///   - truthSizes: pixels of each band of the reflectance truth.
    ///   - pixelCount: pixels of the salinity and the classes.
    init(layerSizes: [Int], truthSizes: [Int], pixelCount: Int, withTruth: Bool) {
        counts = layerSizes.map { Array(repeating: 0, count: $0) }
        reflectance = truthSizes.map { Array(repeating: Self.reflectanceNoData, count: withTruth ? $0 : 0) }
        salinity = Array(repeating: .nan, count: withTruth ? pixelCount : 0)
        classes = Array(repeating: 0, count: withTruth ? pixelCount : 0)
        tally = SyntheticTally(layerCount: layerSizes.count)
    }

    /// A reflectance as the truth stores it.
    @inline(__always)
    static func stored(_ reflectance: Float) -> Int16 { Int16((reflectance * 10_000).rounded()) }

    /// Puts a strip in its place among `rowCount` rows of this one; both have truth or neither.
    mutating func replace(atRow row: Int, of rowCount: Int, with strip: SyntheticStrip) {
        for layer in counts.indices { Self.copy(strip.counts[layer], into: &counts[layer], row, rowCount) }
        for layer in reflectance.indices {
            Self.copy(strip.reflectance[layer], into: &reflectance[layer], row, rowCount)
        }
        Self.copy(strip.salinity, into: &salinity, row, rowCount)
        Self.copy(strip.classes, into: &classes, row, rowCount)
        tally.add(strip.tally)
    }

    private static func copy<Sample>(_ source: [Sample], into target: inout [Sample], _ row: Int, _ rowCount: Int) {
        if source.isEmpty { return }
        let position = target.count * row / rowCount
        target.replaceSubrange(position..<(position + source.count), with: source)
    }
}
