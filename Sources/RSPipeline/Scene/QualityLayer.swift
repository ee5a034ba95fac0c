/// How a stored number of a quality layer shows a condition.
public enum QualityTest: Sendable, Hashable {
    /// Any of these bits is set.
    case anyBit(UInt32)
    /// The number is one of these.
    case oneOf([UInt32])
    /// The number is at least this.
    case atLeast(UInt32)
    /// The number in `width` bits from bit `shift` on is at least this.
    case field(shift: UInt32, width: UInt32, atLeast: UInt32)

    /// Whether a stored number shows the condition.
    public func holds(for number: UInt32) -> Bool {
        switch self {
        case .anyBit(let mask): number & mask != 0
        case .oneOf(let numbers): numbers.contains(number)
        case .atLeast(let limit): number >= limit
        case .field(let shift, let width, let limit): (number >> shift) & ((1 << width) - 1) >= limit
        }
    }
}

/// One condition that a quality layer records.
public struct QualityFlag: Sendable, Hashable {
    /// The word in options, for example `cloud`.
    public let name: String
    /// How the condition shows.
    public let test: QualityTest
    /// What a pixel masked for this condition is counted as.
    public let reason: PixelReason

    /// Makes a flag.
    public init(name: String, test: QualityTest, reason: PixelReason) {
        self.name = name
        self.test = test
        self.reason = reason
    }

    /// Makes a flag of bits.
    public init(name: String, mask: UInt32, reason: PixelReason) {
        self.init(name: name, test: .anyBit(mask), reason: reason)
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
        /// `BQA` of Landsat Collection 1: fill, cloud, shadow, snow, saturation.
        case landsatBQA
        /// `SCL` of Sentinel-2 Level-2A: one class per pixel.
        case sentinel2SCL
        /// `MSK_CLDPRB` of Sentinel-2 Level-2A: probability of cloud in percent.
        case sentinel2CloudProbability
        /// `MSK_CLASSI` of Sentinel-2 Level-1C: opaque cloud, cirrus, snow.
        case sentinel2Classification
        /// A mask that the product delivers as polygons or as a raster of 0 and 1.
        case mask
    }

    /// The encoding.
    public let kind: Kind
    /// The name as delivered, for example `QA_PIXEL`.
    public let name: String
    /// The file; nil when it is missing or unreadable, or holds polygons.
    public let source: RasterSource?
    /// The polygons, where the product delivers those: the layer is 1 where they cover a pixel's centre, 0 elsewhere.
    public let shapes: MaskShapes?
    /// Why there is neither; names the file.
    public let problem: String?
    /// Which stored value is no data: nothing is known there.
    public let noData: NoData
    /// The conditions that the layer records.
    public let flags: [QualityFlag]

    /// Makes a layer.
    public init(
        kind: Kind, name: String, source: RasterSource?, shapes: MaskShapes? = nil, problem: String? = nil,
        noData: NoData = .none, flags: [QualityFlag]
    ) {
        self.kind = kind
        self.name = name
        self.source = source
        self.shapes = shapes
        self.problem = problem
        self.noData = noData
        self.flags = flags
    }

    /// Whether there is a file to read, as a raster or as polygons.
    public var isPresent: Bool { source != nil || shapes != nil }

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
