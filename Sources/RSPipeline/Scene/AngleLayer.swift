/// An angle of the sun or the sensor for every pixel of a scene, on a grid of its own.
public struct AngleLayer: Sendable, Hashable {
    /// Which angle.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// From the vertical to the sun.
        case sunZenith
        /// From north through east to the sun.
        case sunAzimuth
        /// From the vertical to the sensor.
        case viewZenith
        /// From north through east to the sensor.
        case viewAzimuth
    }

    /// Which angle.
    public var kind: Kind
    /// The delivered names of the bands it holds for; nil for all.
    public var bands: [String]?
    /// The numbers.
    public var source: RasterSource
    /// The delivered file that the numbers come from: that of ``source``, or the metadata that state them.
    public var file: String
    /// From stored numbers to degrees.
    public var scale: LinearScale
    /// Which stored value is no data.
    public var noData: NoData

    /// Makes a layer; without a file it is that of the source.
    public init(
        kind: Kind, bands: [String]? = nil, source: RasterSource, file: String? = nil, scale: LinearScale,
        noData: NoData = .none
    ) {
        self.kind = kind
        self.bands = bands
        self.source = source
        self.file = file ?? source.path
        self.scale = scale
        self.noData = noData
    }
}
