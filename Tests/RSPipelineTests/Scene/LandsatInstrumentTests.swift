import Foundation
import Testing

@testable import RSPipeline

/// The sensors before OLI.
@Suite struct LandsatInstrumentTests {
    private static let isInstalled = SceneTestData.isInstalled

    @Test(
        arguments: [
            (1, "MSS", LandsatInstrument.mss4to7), (3, "MSS", .mss4to7), (4, "MSS", .mss1to4), (5, "MSS", .mss1to4),
            (4, "TM", .tm), (5, "tm", .tm), (7, "ETM", .etm), (7, "ETM+", .etm), (8, "OLI_TIRS", .oli),
            (9, "OLI", .oli),
            (8, "TIRS", .oli),
        ] as [(Int, String, LandsatInstrument)])
    func satellitesCarryTheirInstruments(satellite: Int, sensor: String, instrument: LandsatInstrument) {
        #expect(LandsatInstrument(satellite: satellite, sensor: sensor) == instrument)
    }

    @Test(arguments: [(6, "ETM"), (7, "TM"), (3, "TM"), (8, "ETM"), (5, "OLI_TIRS"), (7, "MSS"), (5, "")])
    func othersAreNone(satellite: Int, sensor: String) {
        #expect(LandsatInstrument(satellite: satellite, sensor: sensor) == nil)
    }

    @Test func rolesFollowTheInstrument() throws {
        let tm = try SmallHeritageLandsat(satellite: 5, sensor: "TM", day: "1990-01-01").open()
        #expect(tm.sensor == "landsat5-tm")
        #expect(tm.bands.map(\.name) == (1...7).map { "B\($0)" })
        #expect(tm.bands.map(\.role) == [.blue, .green, .red, .nir08, .swir16, .thermal11, .swir22])
        #expect(tm.bands.map(\.saturationBit) == [0, 1, 2, 3, 4, 5, 6])
        let etm = try SmallHeritageLandsat().open()
        #expect(etm.sensor == "landsat7-etm" && etm.product == "Landsat Collection 2 Level-1")
        #expect(
            etm.bands.map(\.name) == ["B1", "B2", "B3", "B4", "B5", "B6_VCID_1", "B6_VCID_2", "B7", "B8"])
        #expect(
            etm.bands.map(\.role) == [
                .blue, .green, .red, .nir08, .swir16, .thermal11, .thermal11, .swir22, .pan,
            ])
        #expect(etm.bands.map(\.saturationBit) == [0, 1, 2, 3, 4, 5, 8, 6, nil])
        #expect(etm.band(named: "thermal")?.name == "B6_VCID_1")
        #expect(etm.band(named: "nir")?.name == "B4")
        let old = try SmallHeritageLandsat(satellite: 2, sensor: "MSS", day: "1976-01-01").open()
        #expect(old.bands.map(\.name) == ["B4", "B5", "B6", "B7"])
        #expect(old.bands.map(\.role) == [.green, .red, .nir, .nir08])
        let late = try SmallHeritageLandsat(satellite: 5, sensor: "MSS", day: "1990-01-01").open()
        #expect(late.bands.map(\.name) == ["B1", "B2", "B3", "B4"])
        #expect(late.bands.map(\.role) == [.green, .red, .nir, .nir08])
    }

    @Test func bandsAreFoundByNumber() throws {
        let etm = SmallHeritageLandsat()
        let scene = try etm.open(options: SceneOptions(bands: ["6", "B6_VCID_2", "red"]))
        #expect(scene.bands.map(\.name) == ["B6_VCID_1", "B6_VCID_2", "B3"])
    }

    /// `pi * 1.0160252^2 * 293.7 / 0.467827`, by hand.
    @Test func solarIrradianceComesFromTheMaxima() throws {
        let scene = try SmallHeritageLandsat().open()
        let irradiance = try #require(scene.band(named: "blue")?.calibration.solarIrradiance)
        #expect(abs(irradiance - 2035.99) < 0.01)
        #expect(scene.band(named: "thermal")?.calibration.solarIrradiance == nil)
        let without = SmallHeritageLandsat(changes: [("EARTH_SUN_DISTANCE = 1.0160252", "X = 1")])
        #expect(try without.open().bands.allSatisfy { $0.calibration.solarIrradiance == nil })
    }

    @Test func radianceAndReflectanceComeFromTheMetadata() throws {
        for collection in [1, 2] {
            let scene = try SmallHeritageLandsat(collection: collection).open()
            let blue = try #require(scene.band(named: "blue"))
            #expect(blue.calibration.radiance == LinearScale(gain: 1.1807, offset: -7.38071))
            #expect(blue.calibration.toaReflectance == LinearScale(gain: 1.8807e-3, offset: -0.011757))
            let thermal = try #require(scene.band(named: "thermal"))
            #expect(thermal.calibration.thermal == ThermalConstants(k1: 666.09, k2: 1282.71))
            #expect(scene.bands.allSatisfy { $0.calibration.missing.isEmpty })
            #expect(scene.bands.allSatisfy { $0.noData == .value(0) && $0.saturatedValue == 255 })
        }
    }

    @Test func level2HasSurfaceReflectanceAndTemperature() throws {
        let scene = try SmallHeritageLandsat(level: "L2SP").open()
        #expect(scene.level == .level2)
        #expect(scene.bands.map(\.name) == ["SR_B1", "SR_B2", "SR_B3", "SR_B4", "SR_B5", "SR_B7", "ST_B6"])
        #expect(scene.bands.map(\.role) == [.blue, .green, .red, .nir08, .swir16, .swir22, .thermal11])
        #expect(
            scene.bands[0].calibration.product
                == ProductScaling(
                    scale: LinearScale(gain: 2.75e-5, offset: -0.2), quantity: .surfaceReflectance(method: "LEDAPS")))
        #expect(scene.bands[6].calibration.product?.quantity == .surfaceTemperature)
        #expect(scene.bands[6].calibration.product?.scale == LinearScale(gain: 0.00341802, offset: 149))
    }

    @Test(
        arguments: [(4, "TM", 671.62, 1284.30), (5, "TM", 607.76, 1260.56), (7, "ETM", 666.09, 1282.71)]
            as [(Int, String, Double, Double)])
    func missingThermalConstantsAreThePublishedOnesOfTheSensor(
        satellite: Int, sensor: String, k1: Double, k2: Double
    ) throws {
        let scene = try SmallHeritageLandsat(
            satellite: satellite, sensor: sensor, collection: 0, hasThermalConstants: false
        ).open()
        let thermal = try #require(scene.band(named: "thermal"))
        #expect(thermal.calibration.thermal == ThermalConstants(k1: k1, k2: k2))
        #expect(scene.notices.contains { $0.contains("published") && $0.contains("\(k1)") }, "\(scene.notices)")
    }

    /// Half a pair is damage, not an old file.
    @Test func halfAPairOfThermalConstantsIsAnError() throws {
        let scene = try SmallHeritageLandsat(changes: [("K2_CONSTANT_BAND_6_VCID_1 = 1282.71", "X = 1")]).open()
        let thermal = try #require(scene.band(named: "thermal"))
        let failure = try SceneTestData.error { () throws(SceneError) in try thermal.requireThermal() }
        #expect(failure.message.contains("K2_CONSTANT_BAND_6_VCID_1"), "\(failure)")
        let negative = try SmallHeritageLandsat(changes: [("VCID_1 = 666.09", "VCID_1 = -666.09")]).open()
        #expect(negative.band(named: "thermal")?.calibration.thermal == nil)
    }

    @Test func noticesTellOfGapsAndGains() throws {
        let off = try SmallHeritageLandsat().open()
        #expect(off.notices.contains { $0.contains("scan line corrector") })
        #expect(off.notices.contains { $0.contains("B6_VCID_2 H") && $0.contains("B4 L (changes LH)") })
        let before = try SmallHeritageLandsat(day: "2003-05-30").open()
        #expect(!before.notices.contains { $0.contains("scan line corrector") })
        let tm = try SmallHeritageLandsat(satellite: 5, sensor: "TM", day: "2010-05-30").open()
        #expect(tm.notices.isEmpty, "\(tm.notices)")
    }

    @Test func qualityLayersFollowTheCollection() throws {
        #expect(
            try SmallHeritageLandsat(collection: 2).open().qualityLayers.map(\.kind) == [
                .landsatQAPixel, .landsatQARadsat,
            ])
        #expect(try SmallHeritageLandsat(collection: 1).open().qualityLayers.map(\.kind) == [.landsatBQA])
        let none = try SmallHeritageLandsat(collection: 0).open()
        #expect(none.qualityLayers.isEmpty && none.notices.contains { $0.contains("BQA") })
    }

    @Test func qualityBitsOfTheOlderSensors() {
        let pixel = LandsatInstrument.tm.pixelFlags
        #expect(!pixel.contains { $0.name == "cirrus" })
        #expect(LandsatInstrument.mss1to4.pixelFlags.map(\.name) == ["fill", "cloud"])
        let radsat = LandsatInstrument.etm.saturationFlags
        func names(_ flags: [QualityFlag], _ value: UInt32) -> [String] {
            flags.filter { $0.test.holds(for: value) }.map(\.name)
        }
        #expect(names(radsat, 1 << 8) == ["saturated"])
        #expect(names(radsat, 1 << 7).isEmpty && names(radsat, 1 << 11).isEmpty)
        #expect(names(radsat, 1 << 9) == ["dropped"])
        // The values that USGS tabulates for Collection 1: 672 clear land, 676 to 684 saturated, 680 etc.
        let tm = LandsatInstrument.tm.collection1Flags
        #expect(names(tm, 1) == ["fill"])
        #expect(names(tm, 2) == ["dropped"])
        #expect(names(tm, 672).isEmpty)
        #expect(names(tm, 676) == ["saturated"] && names(tm, 684) == ["saturated"])
        #expect(names(tm, 752) == ["cloud"])
        #expect(names(tm, 928) == ["shadow"])
        #expect(names(tm, 1696) == ["snow"])
        let oli = LandsatInstrument.oli.collection1Flags
        #expect(names(oli, 2) == ["occluded"])
        #expect(names(oli, 2720).isEmpty)
        #expect(names(oli, 2800) == ["cloud"])
        #expect(names(oli, 2976) == ["shadow"])
        #expect(names(oli, 6816) == ["cirrus"])
    }

    /// Every stored number of 16 bits, against the definition.
    @Test(
        arguments: [(2, 2, 1), (7, 2, 3), (7, 2, 2), (0, 3, 5), (4, 4, 6), (4, 4, 0), (4, 2, 4)]
            as [(UInt32, UInt32, UInt32)])
    func fieldsAreTestedBitByBit(shift: UInt32, width: UInt32, limit: UInt32) {
        var graph = ValueGraph()
        let value = graph.field(graph.load(slot: 0), shift, width, atLeast: limit)
        let program = Program(of: [value], in: graph)
        let numbers = (0..<65_536).map(Float.init)
        let result = BlockRun.floats(program, [numbers])[0]
        let test = QualityTest.field(shift: shift, width: width, atLeast: limit)
        let wrong = (0..<65_536).filter { (result[$0] == 1) != test.holds(for: UInt32($0)) }
        #expect(wrong.isEmpty, "\(wrong.prefix(5))")
    }

    // MARK: Through the chain

    @Test func reflectanceSaturationAndMasksThroughTheChain() throws {
        let folder = try ScratchFolder()
        var red = [Double](repeating: 100, count: 16)
        red[0] = 0
        red[1] = 255
        var quality = [Double](repeating: 672, count: 16)
        quality[2] = 752
        quality[3] = 928
        let scene = try SmallHeritageLandsat(collection: 1).write(
            ["B3": red, "B4": SmallLandsat.filled(150)], quality: ["BQA": quality], in: folder.path)
        let values = try Run.values("read \(scene) bands=red ! mask cloud,shadow ! toa ! write \(folder.path)/o/")
        let plane = try #require(values["B3"])
        #expect((0..<4).allSatisfy { plane[$0].isNaN })
        // (1.8807e-3 * 100 - 0.011757) / sin 30
        #expect(abs(plane[4] - 0.352626) < 1e-6)
        let thermal = try SmallHeritageLandsat(collection: 1).write(
            ["B6_VCID_1": SmallLandsat.filled(130), "B6_VCID_2": SmallLandsat.filled(10)], in: folder.path + "/t")
        let kelvin = try Run.values("read \(thermal) bands=thermal ! brightness ! write \(folder.path)/o/")
        let radiance = 1.1807 * 130 - 7.38071
        let expected = 1282.71 / log(666.09 / radiance + 1)
        #expect(kelvin.count == 1 && abs(Double(kelvin.values.first?[0] ?? 0) - expected) < 1e-3 * expected)
    }

    // MARK: Real metadata

    @Test(.enabled(if: isInstalled, "real data is not installed"))
    func realMetadataOfEveryAge() throws {
        let tm = try Scene.open([SceneTestData.path("landsat/mtl/test_5_reproc_MTL.txt")])
        #expect(tm.sensor == "landsat5-tm" && tm.id == "LT51970181984155XXX03")
        #expect(tm.bands[0].calibration.radiance == LinearScale(gain: 0.671, offset: -2.19134))
        #expect(tm.bands[0].calibration.toaReflectance == nil)
        #expect(tm.bands[0].calibration.missing.contains { $0.contains("REFLECTANCE_MULT_BAND_1") })
        #expect(tm.band(named: "thermal")?.calibration.thermal == ThermalConstants(k1: 607.76, k2: 1260.56))
        let etm = try Scene.open([SceneTestData.path("landsat/mtl/test_7_reproc_MTL.txt")])
        #expect(etm.sensor == "landsat7-etm" && etm.bands.count == 9)
        #expect(!etm.notices.contains { $0.contains("scan line corrector") })
        #expect(etm.notices.contains { $0.contains("gain states") }, "\(etm.notices)")
        for (file, satellite) in [("L1", 1), ("L3", 3)] {
            let mss = try Scene.open([SceneTestData.path("landsat/mtl/test_\(file)_MSS_MTL.txt")])
            #expect(mss.sensor == "landsat\(satellite)-mss")
            #expect(mss.bands.map(\.role) == [.green, .red, .nir, .nir08])
            #expect(mss.bands.allSatisfy { $0.calibration.radiance != nil })
        }
    }

    /// The files of before 2012: `gain = (LMAX - LMIN) / (QCALMAX - QCALMIN)`.
    @Test(.enabled(if: isInstalled, "real data is not installed"))
    func filesOfBefore2012() throws {
        let etm = try Scene.open([SceneTestData.path("landsat/mtl/test_L7_MTL.txt")])
        #expect(etm.id == "L71181040_04020060115" && etm.sensor == "landsat7-etm")
        #expect(etm.acquiredText == "2006-01-15T08:45:02.5876037Z")
        #expect(etm.sun == SunGeometry(elevation: 33.4912322, azimuth: 149.1059224))
        #expect(etm.bands.map(\.name) == ["B1", "B2", "B3", "B4", "B5", "B6_VCID_1", "B6_VCID_2", "B7", "B8"])
        let blue = try #require(etm.bands[0].calibration.radiance)
        #expect(abs(blue.gain - (293.7 + 6.2) / 254) < 1e-12 && abs(blue.offset - (-6.2 - 299.9 / 254)) < 1e-12)
        #expect(etm.bands[6].problem?.contains("L72181040_04020060115_B62.TIF") == true)
        #expect(etm.notices.contains { $0.contains("B4 H") && $0.contains("B6_VCID_2 H") }, "\(etm.notices)")
        #expect(etm.notices.contains { $0.contains("scan line corrector") })
        let failure = try SceneTestData.error { () throws(SceneError) in try etm.bands[0].requireTOAReflectance() }
        #expect(failure.message.contains("before 2012"))
        let tm = try Scene.open([SceneTestData.path("landsat/mtl/test_MTL.txt")])
        #expect(tm.sensor == "landsat5-tm" && tm.bands.count == 7 && tm.id == "L5195030_03020030914")
    }
}
