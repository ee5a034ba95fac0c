/// The instruments of the Landsat satellites, which differ in what their bands are.
enum LandsatInstrument: Sendable, Hashable {
    /// Multispectral Scanner of Landsat 1 to 3, bands 4 to 7.
    case mss4to7
    /// Multispectral Scanner of Landsat 4 and 5, bands 1 to 4.
    case mss1to4
    /// Thematic Mapper of Landsat 4 and 5.
    case tm
    /// Enhanced Thematic Mapper Plus of Landsat 7.
    case etm
    /// Operational Land Imager and Thermal Infrared Sensor of Landsat 8 and 9.
    case oli

    /// The instrument of a satellite by the word of its metadata (`OLI_TIRS`, `ETM+`, `TM`, `MSS`); nil for none.
    init?(satellite: Int, sensor: String) {
        switch (sensor.uppercased(), satellite) {
        case ("MSS", 1...3): self = .mss4to7
        case ("MSS", 4...5): self = .mss1to4
        case ("TM", 4...5): self = .tm
        case ("ETM", 7), ("ETM+", 7): self = .etm
        case ("OLI_TIRS", 8...9), ("OLI", 8...9), ("TIRS", 8...9): self = .oli
        default: return nil
        }
    }

    /// Who makes the surface reflectance of Level-2: LEDAPS for TM and ETM+, LaSRC for OLI.
    var surfaceMethod: String { self == .oli ? "LaSRC" : "LEDAPS" }

    var isMSS: Bool { self == .mss4to7 || self == .mss1to4 }

    /// The bands that a product of a level can have, in the product's order.
    ///
    /// ETM+ delivers its one thermal band twice, with low (`VCID_1`) and with high gain (`VCID_2`). `thermal` is the
    /// first of them: low gain reaches 347 K and so does not saturate over hot bare and salt-covered ground, while high
    /// gain resolves smaller differences and ends at 322 K (the temperatures of the metadata's RADIANCE_MAXIMUM, 17.04
    /// and 12.65).
    func bands(_ level: ProductLevel) -> [LandsatBand] {
        let delivered = level1Bands
        guard level == .level2 else { return delivered }
        let thermal = self == .oli ? 10 : 6
        let surface = delivered.filter { band in
            band.role?.isThermal != true && band.role != .pan && band.role != .cirrus
        }
        let temperature = LandsatBand(name: "ST_B\(thermal)", role: .thermal11, key: "BAND_ST_B\(thermal)")
        return surface.map { band in
            LandsatBand(name: "SR_\(band.name)", role: band.role, key: band.key, saturationBit: band.saturationBit)
        } + (isMSS ? [] : [temperature])
    }

    private var level1Bands: [LandsatBand] {
        switch self {
        case .mss4to7: Self.bands([.green, .red, .nir, .nir08], first: 4)
        case .mss1to4: Self.bands([.green, .red, .nir, .nir08], first: 1)
        case .tm:
            Self.bands([.blue, .green, .red, .nir08, .swir16, .thermal11, .swir22], first: 1) { $0 - 1 }
        case .etm:
            Self.bands([.blue, .green, .red, .nir08, .swir16], first: 1) { $0 - 1 } + [
                LandsatBand(name: "B6_VCID_1", role: .thermal11, key: "BAND_6_VCID_1", saturationBit: 5),
                LandsatBand(name: "B6_VCID_2", role: .thermal11, key: "BAND_6_VCID_2", saturationBit: 8),
                LandsatBand(name: "B7", role: .swir22, key: "BAND_7", saturationBit: 6),
                LandsatBand(name: "B8", role: .pan, key: "BAND_8"),
            ]
        case .oli:
            Self.bands(
                [
                    .coastal, .blue, .green, .red, .nir08, .swir16, .swir22, .pan, .cirrus, .thermal11, .thermal12,
                ], first: 1
            ) { $0 <= 7 ? $0 - 1 : $0 == 9 ? 8 : nil }
        }
    }

    private static func bands(
        _ roles: [BandRole], first: Int, saturationBit: (Int) -> Int? = { _ in nil }
    ) -> [LandsatBand] {
        roles.enumerated().map { index, role in
            let number = first + index
            return LandsatBand(
                name: "B\(number)", role: role, key: "BAND_\(number)", saturationBit: saturationBit(number))
        }
    }

    /// The constants from radiance to brightness temperature as published, for metadata that lacks them.
    ///
    /// Only for TM and ETM+, whose metadata had none before Collection 1. OLI's products always carry their own.
    /// Source: Chander, Markham and Helder 2009, Remote Sensing of Environment 113, table 7.
    static func publishedThermal(satellite: Int, _ instrument: LandsatInstrument) -> ThermalConstants? {
        switch (instrument, satellite) {
        case (.tm, 4): ThermalConstants(k1: 671.62, k2: 1284.30)
        case (.tm, 5): ThermalConstants(k1: 607.76, k2: 1260.56)
        case (.etm, 7): ThermalConstants(k1: 666.09, k2: 1282.71)
        default: nil
        }
    }

    // MARK: Quality layers

    /// The flags of `QA_PIXEL` of Collection 2: only OLI sees cirrus, and for MSS only fill and cloud are set.
    ///
    /// Source: USGS LSDS-1618 (Landsat 4-7) and LSDS-1619 (Landsat 8-9), tables of QA_PIXEL bits; for MSS the Earth
    /// Engine catalogue's table of the Collection 2 bits.
    var pixelFlags: [QualityFlag] {
        let all = QualityLayer.landsatQAPixelFlags
        switch self {
        case .oli: return all
        case .tm, .etm: return all.filter { $0.name != "cirrus" }
        case .mss4to7, .mss1to4: return all.filter { $0.name == "fill" || $0.name == "cloud" }
        }
    }

    /// The flags of `QA_RADSAT` of Collection 2: before OLI, bit 8 is the high-gain thermal band and bit 9 a dropped
    /// pixel.
    ///
    /// Source: USGS LSDS-1618 and LSDS-1619, tables of QA_RADSAT bits.
    var saturationFlags: [QualityFlag] {
        if self == .oli { return QualityLayer.landsatQARadsatFlags }
        let mask: UInt32 = isMSS ? 0b0111_1111 : 0b1_0111_1111
        return [
            QualityFlag(name: "saturated", mask: mask, reason: .saturated),
            QualityFlag(name: "dropped", mask: 1 << 9, reason: .maskedOther),
        ]
    }

    /// The flags of `BQA` of Collection 1: cloud is a bit; cirrus, shadow and snow are confidences of two bits, of which
    /// 3 is high.
    ///
    /// Bit 1 is terrain occlusion for OLI and a dropped pixel before it. `saturated` means that at least one band is.
    /// Source: USGS, Landsat Collection 1 Level-1 Quality Assessment Band.
    var collection1Flags: [QualityFlag] {
        let bit1 =
            self == .oli
            ? QualityFlag(name: "occluded", mask: 1 << 1, reason: .maskedOther)
            : QualityFlag(name: "dropped", mask: 1 << 1, reason: .maskedOther)
        let high: [(name: String, shift: UInt32, reason: PixelReason)] = [
            ("shadow", 7, .shadow), ("snow", 9, .maskedOther), ("cirrus", 11, .cloud),
        ]
        return [
            QualityFlag(name: "fill", mask: 1 << 0, reason: .fill), bit1,
            QualityFlag(name: "saturated", test: .field(shift: 2, width: 2, atLeast: 1), reason: .saturated),
            QualityFlag(name: "cloud", mask: 1 << 4, reason: .cloud),
        ]
            + high.filter { $0.name != "cirrus" || self == .oli }.map { entry in
                QualityFlag(
                    name: entry.name, test: .field(shift: entry.shift, width: 2, atLeast: 3), reason: entry.reason)
            }
    }
}

/// One band that a Landsat product can have.
struct LandsatBand: Sendable, Hashable {
    /// As delivered, for example `B4`, `SR_B4` or `B6_VCID_1`.
    let name: String
    let role: BandRole?
    /// The end of its keys, for example `BAND_4`.
    let key: String
    /// Its bit of `QA_RADSAT`.
    let saturationBit: Int?

    init(name: String, role: BandRole?, key: String, saturationBit: Int? = nil) {
        self.name = name
        self.role = role
        self.key = key
        self.saturationBit = saturationBit
    }

    var isThermal: Bool { role?.isThermal == true }
}
