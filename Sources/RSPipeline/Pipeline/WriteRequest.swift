/// What one `write` step asks for.
///
/// Made by the step; from outside only ``Format`` is of use.
public struct WriteRequest: Sendable {
    /// The layout of a file.
    public enum Format: String, Sendable, CaseIterable {
        /// Cloud-optimised GeoTIFF: tiles of 512 x 512 pixels, overviews, header first.
        case cog
        /// GeoTIFF with tiles of 512 x 512 pixels, without overviews.
        case gtiff
    }

    /// The target as written, with placeholders; a folder when it ends in `/`.
    var target: String
    var format: Format
    /// nil for the default of the quantity.
    var sampleType: SampleType?
    var scale: Double?
    var offset: Double?
    var compression: TIFFCompression
    var level: Int?
    var noData: Double?
    /// The longer side of a PNG picture beside each map; nil for none.
    var quicklookSize: Int?
    /// Positions in ``PlanBuilder/requested``.
    var planes: [Int]
}
