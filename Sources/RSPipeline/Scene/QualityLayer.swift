/// One condition that a quality layer records, as bits of the stored number.
public struct QualityFlag: Sendable, Hashable {
    /// The word in options, for example `cloud`.
    public let name: String
    /// The pixel has the condition when any of these bits is set.
    public let mask: UInt32
    /// What a pixel masked for this condition is counted as.
    public let reason: PixelReason

    /// Makes a flag.
    public init(name: String, mask: UInt32, reason: PixelReason) {
        self.name = name
        self.mask = mask
        self.reason = reason
    }
}

/// A layer of a product that says which pixels to trust.
public struct QualityLayer: Sendable, Hashable {
    /// The encoding of a layer.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// `QA_PIXEL` of Landsat Collection 2: fill, cloud, shadow, snow, water.
        case landsatQAPixel
        /// `QA_RADSAT` of Landsat Collection 2: saturation per band and terrain occlusion.
        case landsatQARadsat
    }

    /// The encoding.
    public let kind: Kind
    /// The name as delivered, for example `QA_PIXEL`.
    public let name: String
    /// The file; nil when it is missing or unreadable.
    public let source: RasterSource?
    /// Why there is no source; names the file.
    public let problem: String?
    /// The conditions that the layer records.
    public let flags: [QualityFlag]

    /// Makes a layer.
    public init(kind: Kind, name: String, source: RasterSource?, problem: String? = nil, flags: [QualityFlag]) {
        self.kind = kind
        self.name = name
        self.source = source
        self.problem = problem
        self.flags = flags
    }

    /// The flag of a name, whatever the case.
    public func flag(named name: String) -> QualityFlag? {
        flags.first { $0.name == name.lowercased() }
    }

    /// The single-bit flags of `QA_PIXEL`.
    ///
    /// Bit 6, `clear`, means only "neither cloud nor dilated cloud": shadow and snow pixels carry it too.
    /// Source: USGS LSDS-1619, Landsat 8-9 Collection 2 Level 2 science product guide, table of QA_PIXEL bits.
    public static let landsatQAPixelFlags: [QualityFlag] = [
        QualityFlag(name: "fill", mask: 1 << 0, reason: .fill),
        QualityFlag(name: "dilated", mask: 1 << 1, reason: .cloud),
        QualityFlag(name: "cirrus", mask: 1 << 2, reason: .cloud),
        QualityFlag(name: "cloud", mask: 1 << 3, reason: .cloud),
        QualityFlag(name: "shadow", mask: 1 << 4, reason: .shadow),
        QualityFlag(name: "snow", mask: 1 << 5, reason: .maskedOther),
        QualityFlag(name: "clear", mask: 1 << 6, reason: .valid),
        QualityFlag(name: "water", mask: 1 << 7, reason: .maskedOther),
    ]

    /// The flags of `QA_RADSAT` of Landsat 8 and 9: bits 0 to 6 are bands 1 to 7, bit 8 is band 9, bit 11 is terrain
    /// occlusion.
    ///
    /// Source: USGS LSDS-1619, table of QA_RADSAT bits.
    public static let landsatQARadsatFlags: [QualityFlag] = [
        QualityFlag(name: "saturated", mask: 0b1_0111_1111, reason: .saturated),
        QualityFlag(name: "occluded", mask: 1 << 11, reason: .maskedOther),
    ]
}
