/// What one `write` step asks for.
public struct WriteRequest: Sendable {
    /// The layout of a file.
    public enum Format: String, Sendable, CaseIterable {
        case cog, gtiff
    }

    /// The target as written, with placeholders; a folder when it ends in `/`.
    var target: String
    var format: Format
    /// nil for the default of the quantity.
    var sampleType: SampleType?
    var scale: Double?
    var offset: Double?
    var compression: String
    var level: Int?
    var noData: Double?
    /// The longer side of a PNG picture beside each map; nil for none.
    var quicklookSize: Int?
    /// Positions of the planes.
    var planes: [Int]
}
