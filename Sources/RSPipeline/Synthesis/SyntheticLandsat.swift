/// A satellite whose Level-1 product can be imitated.
public enum LandsatSatellite: String, Sendable, Hashable, CaseIterable {
    /// The Thematic Mapper: seven bands of 8 bits.
    case landsat5
    /// OLI and TIRS: 16 bits.
    case landsat8
    /// OLI-2 and TIRS-2: 16 bits.
    case landsat9
}

/// One overpass of one Landsat: names, bands and calibration constants as its MTL states them.
///
/// Numbers are kept as the text of the MTL wherever they are rounded there, and read from it, so that the file and the
/// pixels cannot differ.
struct SyntheticLandsat: Sendable {
    /// A band of reflected light.
    struct ReflectiveBand: Sendable {
        let number: Int
        /// Its lane in a ``Spectrum``; nil for the cirrus band.
        let lane: Int?
        let radianceGain: Double
        let radianceGainText: String
        let radianceOffset: Double
        let reflectanceGain: Double
        let reflectanceGainText: String
        let reflectanceOffset: Double
        let reflectanceOffsetText: String
        /// Radiance and reflectance at the largest and the smallest count.
        let radianceLimits: (maximum: String, minimum: String)
        let reflectanceLimits: (maximum: String, minimum: String)
    }

    /// A band of emitted heat.
    struct ThermalBand: Sendable {
        let number: Int
        let gain: Double
        let gainText: String
        let offset: Double
        let offsetText: String
        let limits: (maximum: String, minimum: String)
        let k1: Double
        let k1Text: String
        let k2: Double
        let k2Text: String
        /// Whether water vapour makes it colder than the first: the more so above hot ground.
        let isSplitWindow: Bool
    }

    let spacecraft: String
    let sensor: String
    let productID: String
    let sceneID: String
    let date: String
    let time: String
    let station: String
    let generated: String
    let sun: SyntheticSun
    let sampleType: SampleType
    let reflective: [ReflectiveBand]
    let thermal: [ThermalBand]
    /// The standard deviations of noise: reflectance in darkness, its growth per unit, kelvin.
    let noise: (floor: Float, slope: Float, thermal: Float)

    /// The largest count, which is also the mark of saturation.
    var maximumCount: Int { sampleType == .uint8 ? 255 : 65535 }
    /// Whether cirrus is told apart in QA_PIXEL.
    var hasCirrusBand: Bool { reflective.contains { $0.lane == nil } }
    /// All bands in the order of their numbers.
    var bandNumbers: [Int] { (reflective.map(\.number) + thermal.map(\.number)).sorted() }
    /// Reflective bands with a lane, which the truth holds.
    var truthBands: [ReflectiveBand] { reflective.filter { $0.lane != nil } }

    static func instrument(_ satellite: LandsatSatellite) -> SyntheticLandsat {
        switch satellite {
        case .landsat5: tm
        case .landsat8: oli
        case .landsat9: oli2
        }
    }

    // MARK: Operational Land Imager

    /// Landsat 8.
    ///
    /// Radiance per count: those of a product of 6 May 2022, scaled by the square of the two sun distances, which is the
    /// factory's own dependence. Thermal constants: those of every Collection 2 MTL.
    private static let oli = SyntheticLandsat(
        spacecraft: "LANDSAT_8", sensor: "OLI_TIRS", productID: "LC08_L1TP_167032_20230715_20230720_02_T1",
        sceneID: "LC81670322023196LGN00", date: "2023-07-15", time: "07:32:14.0000000Z", station: "LGN",
        generated: "2023-07-20T00:00:00Z", sun: .landsat8, sampleType: .uint16,
        reflective: oliBands([
            (1, "1.2152E-02"), (2, "1.2443E-02"), (3, "1.1467E-02"), (4, "9.6693E-03"), (5, "5.9171E-03"),
            (6, "1.4715E-03"), (7, "4.9599E-04"), (9, "2.3126E-03"),
        ]),
        thermal: [
            tirsBand(10, gain: "3.3420E-04", k1: "774.8853", k2: "1321.0789"),
            tirsBand(11, gain: "3.3420E-04", k1: "480.8883", k2: "1201.1442"),
        ], noise: (0.0003, 0.003, 0.08))

    /// Landsat 9; radiance per count: those of a product of 3 February 2022, scaled as above.
    private static let oli2 = SyntheticLandsat(
        spacecraft: "LANDSAT_9", sensor: "OLI_TIRS", productID: "LC09_L1TP_167032_20230723_20230802_02_T1",
        sceneID: "LC91670322023204LGN00", date: "2023-07-23", time: "07:32:20.0000000Z", station: "LGN",
        generated: "2023-08-02T00:00:00Z", sun: .landsat9, sampleType: .uint16,
        reflective: oliBands([
            (1, "1.2149E-02"), (2, "1.2477E-02"), (3, "1.1466E-02"), (4, "9.7179E-03"), (5, "5.9621E-03"),
            (6, "1.4894E-03"), (7, "5.0292E-04"), (9, "2.4733E-03"),
        ]),
        thermal: [
            tirsBand(10, gain: "3.8000E-04", k1: "799.0284", k2: "1329.2405"),
            tirsBand(11, gain: "3.4900E-04", k1: "475.6581", k2: "1198.3494"),
        ], noise: (0.0003, 0.003, 0.08))

    private static func oliBands(_ gains: [(number: Int, text: String)]) -> [ReflectiveBand] {
        gains.map { number, text in
            let gain = parsed(text)
            // The offset is -5000 counts, as that of reflectance is.
            return ReflectiveBand(
                number: number, lane: number == 9 ? nil : number - 1, radianceGain: gain, radianceGainText: text,
                radianceOffset: gain * -5000, reflectanceGain: 2e-5, reflectanceGainText: "2.0000E-05",
                reflectanceOffset: -0.1, reflectanceOffsetText: "-0.100000",
                radianceLimits: (MetadataNumber.fixed(gain * 60535, 5), MetadataNumber.fixed(gain * -4999, 5)),
                reflectanceLimits: ("1.210700", "-0.099980"))
        }
    }

    private static func tirsBand(_ number: Int, gain: String, k1: String, k2: String) -> ThermalBand {
        let slope = parsed(gain)
        return ThermalBand(
            number: number, gain: slope, gainText: gain, offset: 0.1, offsetText: "0.10000",
            limits: (MetadataNumber.fixed(slope * 65535 + 0.1, 5), MetadataNumber.fixed(slope + 0.1, 5)),
            k1: parsed(k1), k1Text: k1, k2: parsed(k2), k2Text: k2, isSplitWindow: number == 11)
    }

    // MARK: Thematic Mapper

    /// Landsat 5.
    ///
    /// Radiance at counts 1 and 255 and the sun's irradiance: Chander, Markham and Helder 2009 (doi
    /// 10.1016/j.rse.2009.01.007), tables 3 and 4. The reflectance numbers follow from them by `pi d^2 / ESUN`.
    private static let tm: SyntheticLandsat = {
        let ranges: [(number: Int, lane: Int, minimum: Double, maximum: Double, irradiance: Double)] = [
            (1, SpectralLane.blue, -1.52, 193, 1983), (2, SpectralLane.green, -2.84, 365, 1796),
            (3, SpectralLane.red, -1.17, 264, 1536), (4, SpectralLane.nir, -1.51, 221, 1031),
            (5, SpectralLane.swir16, -0.37, 30.2, 220), (7, SpectralLane.swir22, -0.15, 16.5, 83.44),
        ]
        let distance = SyntheticSun.landsat5.earthSunDistance
        let reflective = ranges.map { number, lane, minimum, maximum, irradiance in
            let gain = (maximum - minimum) / 254
            let toReflectance = Double.pi * distance * distance / irradiance
            let texts = (
                MetadataNumber.scientific(gain, 4), MetadataNumber.scientific(gain * toReflectance, 4),
                MetadataNumber.fixed((minimum - gain) * toReflectance, 6)
            )
            return ReflectiveBand(
                number: number, lane: lane, radianceGain: parsed(texts.0), radianceGainText: texts.0,
                radianceOffset: minimum - gain, reflectanceGain: parsed(texts.1), reflectanceGainText: texts.1,
                reflectanceOffset: parsed(texts.2), reflectanceOffsetText: texts.2,
                radianceLimits: (MetadataNumber.fixed(maximum, 3), MetadataNumber.fixed(minimum, 3)),
                reflectanceLimits: (
                    MetadataNumber.fixed(maximum * toReflectance, 6), MetadataNumber.fixed(minimum * toReflectance, 6)
                ))
        }
        return SyntheticLandsat(
            spacecraft: "LANDSAT_5", sensor: "TM", productID: "LT05_L1TP_167032_20100711_20200823_02_T1",
            sceneID: "LT51670322010192MOR00", date: "2010-07-11", time: "07:24:40.0000000Z", station: "MOR",
            generated: "2020-08-23T00:00:00Z", sun: .landsat5, sampleType: .uint8, reflective: reflective,
            thermal: [
                ThermalBand(
                    number: 6, gain: 5.5375e-2, gainText: "5.5375E-02", offset: 1.18243, offsetText: "1.18243",
                    limits: ("15.303", "1.238"), k1: 607.76, k1Text: "607.76", k2: 1260.56, k2Text: "1260.56",
                    isSplitWindow: false)
            ], noise: (0.0008, 0.003, 0.2))
    }()

    /// The value of a number written above.
    private static func parsed(_ text: String) -> Double { Double(text) ?? .nan }
}
