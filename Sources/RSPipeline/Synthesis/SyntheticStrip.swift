/// Some whole rows of a synthetic scene, all layers.
struct SyntheticStrip: Sendable {
    /// B1...B7, B9, B10, B11, QA_PIXEL, QA_RADSAT.
    var counts: [[UInt16]]
    /// B1...B7 of the noise-free reflectance, in 1e-4; empty without truth.
    var reflectance: [[Int16]]
    /// dS/m; empty without truth.
    var salinity: [Float]
    /// ``SyntheticClass``; empty without truth.
    var classes: [UInt8]
    var tally = SyntheticTally()

    static let layerCount = 12
    static let qualityLayer = 10
    static let saturationLayer = 11
    /// The no-data value of the reflectance truth.
    static let reflectanceNoData: Int16 = -32768

    /// Empty rows to be filled.
    init(pixelCount: Int, withTruth: Bool) {
        counts = Array(repeating: Array(repeating: 0, count: pixelCount), count: Self.layerCount)
        reflectance = Array(
            repeating: Array(repeating: Self.reflectanceNoData, count: withTruth ? pixelCount : 0), count: 7)
        salinity = Array(repeating: .nan, count: withTruth ? pixelCount : 0)
        classes = Array(repeating: 0, count: withTruth ? pixelCount : 0)
    }

    /// Puts a strip's rows at a pixel position of this one; both have truth or neither.
    mutating func replace(at position: Int, with strip: SyntheticStrip) {
        for layer in counts.indices { Self.copy(strip.counts[layer], into: &counts[layer], at: position) }
        for layer in reflectance.indices {
            Self.copy(strip.reflectance[layer], into: &reflectance[layer], at: position)
        }
        Self.copy(strip.salinity, into: &salinity, at: position)
        Self.copy(strip.classes, into: &classes, at: position)
        tally.add(strip.tally)
    }

    private static func copy<Sample>(_ source: [Sample], into target: inout [Sample], at position: Int) {
        if source.isEmpty { return }
        target.replaceSubrange(position..<(position + source.count), with: source)
    }
}
