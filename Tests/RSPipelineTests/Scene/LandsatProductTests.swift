import Foundation
import Testing

@testable import RSPipeline

struct LandsatProductTests {
    private static let isInstalled = SceneTestData.isInstalled
    private static let level1 = "landsat/LC08_L1GT_089074_20220506_20220512_02_T2"
    private static let level2 = "landsat/C2_L2_512"
    private static let rio = "landsat/LC80460282016177LGN00"

    private func error(_ inputs: [String], _ options: SceneOptions = SceneOptions()) throws -> SceneError {
        try SceneTestData.error { () throws(SceneError) in try Scene.open(inputs, options: options) }
    }

    // MARK: Real products

    @Test(.enabled(if: isInstalled, "real data is not installed"))
    func level1() throws {
        let scene = try Scene.open([SceneTestData.path(Self.level1)])
        #expect(scene.id == "LC08_L1GT_089074_20220506_20220512_02_T2")
        #expect(scene.product == "Landsat Collection 2 Level-1")
        #expect(scene.sensor == "landsat8-oli-tirs")
        #expect(scene.level == .level1)
        #expect(scene.processingLevel == "L1GT")
        #expect(scene.acquiredText == "2022-05-06T23:39:59.2851330Z")
        #expect(abs((scene.acquired?.timeIntervalSince1970 ?? 0) - 1_651_880_399.285133) < 1e-5)
        #expect(scene.sun == SunGeometry(elevation: 43.24426868, azimuth: 39.80724521))
        #expect(scene.earthSunDistance == 1.0089022)
        #expect(scene.cloudCover == 86.35)
        #expect(scene.bands.map(\.name) == (1...11).map { "B\($0)" })
        #expect(
            scene.bands.map(\.role) == [
                .coastal, .blue, .green, .red, .nir08, .swir16, .swir22, .pan, .cirrus, .thermal11, .thermal12,
            ])
        #expect(scene.bands.map(\.saturationBit) == [0, 1, 2, 3, 4, 5, 6, nil, 8, nil, nil])
        #expect(scene.bands.allSatisfy { $0.noData == .value(0) && $0.quantity == .digitalNumber })
        #expect(scene.bands.allSatisfy { $0.saturatedValue == nil && $0.problem == nil && $0.readScale == nil })
        #expect(scene.bands.allSatisfy { $0.source?.grid.width == 60 && $0.source?.sampleType == .uint16 })
        #expect(scene.bands[0].source?.grid.crs?.epsg == 32656)
        let red = scene.bands[3].calibration
        #expect(red.radiance == LinearScale(gain: 9.8152e-03, offset: -49.07618))
        #expect(red.toaReflectance == LinearScale(gain: 2e-05, offset: -0.1))
        #expect(red.thermal == nil && red.product == nil && red.missing.isEmpty)
        let thermal = scene.bands[9].calibration
        #expect(thermal.radiance == LinearScale(gain: 3.3420e-04, offset: 0.1))
        #expect(thermal.thermal == ThermalConstants(k1: 774.8853, k2: 1321.0789))
        #expect(thermal.toaReflectance == nil)
        #expect(scene.qualityLayers.map(\.name) == ["QA_PIXEL", "QA_RADSAT"])
        #expect(scene.qualityLayers.allSatisfy { $0.source != nil })
    }

    @Test(.enabled(if: isInstalled, "real data is not installed"), arguments: ["txt", "json", "xml"])
    func everyFormGivesTheSameScene(form: String) throws {
        let folder = try Scene.open([SceneTestData.path(Self.level1)])
        let file = "\(Self.level1)/LC08_L1GT_089074_20220506_20220512_02_T2_MTL.\(form)"
        let scene = try Scene.open([SceneTestData.path(file)])
        #expect(scene.bands == folder.bands)
        #expect(scene.qualityLayers == folder.qualityLayers)
        #expect(scene.acquired == folder.acquired && scene.sun == folder.sun && scene.id == folder.id)
        #expect(scene.metadataFiles == [SceneTestData.path(file)])
    }

    @Test(.enabled(if: isInstalled, "real data is not installed"))
    func level2() throws {
        let scene = try Scene.open([SceneTestData.path(Self.level2)])
        #expect(scene.level == .level2)
        #expect(scene.product == "Landsat Collection 2 Level-2")
        #expect(scene.bands.map(\.name) == (1...7).map { "SR_B\($0)" } + ["ST_B10"])
        for band in scene.bands.prefix(7) {
            let scale = LinearScale(gain: 2.75e-05, offset: -0.2)
            #expect(
                band.calibration
                    == BandCalibration(
                        product: ProductScaling(scale: scale, quantity: .surfaceReflectance(method: "LaSRC"))))
        }
        let temperature = ProductScaling(
            scale: LinearScale(gain: 0.00341802, offset: 149), quantity: .surfaceTemperature)
        #expect(scene.band(named: "thermal")?.calibration.product == temperature)
        #expect(scene.bands.allSatisfy { $0.quantity == .digitalNumber && $0.source != nil })
        #expect(scene.bands.map(\.saturationBit) == [0, 1, 2, 3, 4, 5, 6, nil])
        #expect(scene.qualityLayers.map(\.kind) == [.landsatQAPixel, .landsatQARadsat])
    }

    @Test(.enabled(if: isInstalled, "real data is not installed"))
    func renamedBandsAreFoundByPrefix() throws {
        let scene = try Scene.open([SceneTestData.path(Self.rio)], options: SceneOptions(prefix: "tiny_"))
        #expect(scene.id == "LC80460282016177LGN00")
        #expect(scene.product == "Landsat pre-collection Level-1")
        #expect(scene.bands.filter { $0.source != nil }.map(\.name) == ["B2", "B3", "B4"])
        #expect(scene.bands[1].source?.grid.width == 1558)
        #expect(scene.bands[1].saturatedValue == 65535)
        #expect(scene.qualityLayers.isEmpty)
        let missing = try #require(scene.band(named: "nir"))
        #expect(missing.name == "B5")
        #expect(missing.problem?.contains("tiny_LC80460282016177LGN00_B5.TIF") == true)
        let error = try SceneTestData.error { () throws(SceneError) in try missing.requireSource() }
        #expect(error.code == .missingBand && error.message.contains("B5.TIF"))
        #expect(try Scene.open([SceneTestData.path(Self.rio)]).bands.allSatisfy { $0.source == nil })
    }

    @Test(.enabled(if: isInstalled, "real data is not installed"))
    func explicitFilesBesideTheirMetadata() throws {
        let metadata = SceneTestData.path("\(Self.rio)/LC80460282016177LGN00_MTL.json")
        let files = ["B4", "B2"].map { SceneTestData.path("\(Self.rio)/tiny_LC80460282016177LGN00_\($0).TIF") }
        let scene = try Scene.open(files, options: SceneOptions(metadata: metadata))
        #expect(scene.bands.map(\.name) == ["B2", "B4"])
        #expect(scene.bands.allSatisfy { $0.source != nil && $0.calibration.toaReflectance != nil })
        let stray = SceneTestData.path("\(Self.rio)/tiny_LC80460282016177LGN00_B2_refl.TIF")
        #expect(try error(files + [stray], SceneOptions(metadata: metadata)).message.contains("B2_refl.TIF"))
        let whole = try Scene.open([], options: SceneOptions(prefix: "tiny_", metadata: metadata))
        #expect(whole.bands.filter { $0.source != nil }.count == 3)
    }

    @Test(.enabled(if: isInstalled, "real data is not installed"))
    func everyMetadataFileOfLandsat8And9OpensWithoutItsBands() throws {
        var opened = 0
        for file in SceneTestData.metadataFiles() where file.contains("/mtl/") {
            let name = file.split(separator: "/").last.map(String.init) ?? ""
            guard name.hasPrefix("LC") || name.contains("L8") || name.contains("L9") else { continue }
            let scene = try Scene.open([SceneTestData.path(file)])
            #expect(scene.bands.count >= 7, "\(file)")
            #expect(scene.bands.allSatisfy { $0.source == nil && $0.problem != nil && $0.calibration.missing.isEmpty })
            #expect(scene.sun != nil && scene.acquired != nil, "\(file)")
            opened += 1
        }
        #expect(opened >= 17)
    }

    @Test(.enabled(if: isInstalled, "real data is not installed"))
    func landsat9HasItsOwnThermalConstants() throws {
        let scene = try Scene.open([SceneTestData.path("landsat/mtl/test_L9C2L1_MTL.txt")])
        #expect(scene.sensor == "landsat9-oli-tirs")
        #expect(scene.band(named: "B10")?.calibration.thermal == ThermalConstants(k1: 799.0284, k2: 1329.2405))
        #expect(scene.band(named: "B11")?.calibration.radiance?.gain == 3.4900e-04)
    }

    @Test(.enabled(if: isInstalled, "real data is not installed"))
    func collection1HasItsOwnQualityLayer() throws {
        let scene = try Scene.open(
            [SceneTestData.path("landsat/mtl/LC08_L1TP_204030_20180226_20180226_01_T1_MTL.txt")])
        #expect(scene.product == "Landsat Collection 1 Level-1")
        #expect(scene.id == "LC08_L1TP_204030_20180226_20180226_01_RT_MTI")
        #expect(scene.qualityLayers.map(\.kind) == [.landsatBQA])
        #expect(scene.qualityLayers[0].problem?.contains("BQA.TIF") == true)
        #expect(scene.bands[0].saturatedValue == 65535)
    }

    /// Angles, the view from the roll, and the sun's irradiance of a real scene.
    @Test(.enabled(if: isInstalled, "real data is not installed"))
    func anglesAndIrradiance() throws {
        let scene = try Scene.open([SceneTestData.path(Self.level1)])
        #expect(scene.angles.map(\.kind) == [.sunZenith, .sunAzimuth, .viewZenith, .viewAzimuth])
        #expect(scene.angles.allSatisfy { $0.scale == LinearScale(gain: 0.01, offset: 0) && $0.bands == nil })
        #expect(scene.angles[0].noData == .value(0) && scene.angles[1].noData == .none)
        let zenith = try Dataset(reading: scene.angles[0].source.path).floats(band: 1)
        // The scene's centre has 90 - 43.2443 degrees.
        #expect(abs(zenith[30 * 60 + 30] / 100 - 46.7557) < 0.1, "\(zenith[30 * 60 + 30])")
        #expect(abs((scene.view?.zenith ?? 0) - 0.0011107) < 1e-6 && scene.view?.azimuth == nil)
        // pi * 1.0089022^2 * 764.63885 / 1.2107
        let blue = try #require(scene.bands[1].calibration.solarIrradiance)
        #expect(abs(blue - 2019.6) < 0.3, "\(blue)")
        #expect(scene.notices.contains { $0.contains("60 x 60") }, "\(scene.notices)")
    }

    @Test func aDistanceThatTheEarthNeverHasIsRefused() throws {
        for text in ["0", "-1", "10", "1e300"] {
            let made = SmallHeritageLandsat(changes: [("DISTANCE = 1.0160252", "DISTANCE = \(text)")])
            let failure = try SceneTestData.error { () throws(SceneError) in try made.open() }
            #expect(failure.message.contains("EARTH_SUN_DISTANCE"), "\(failure)")
        }
    }

    @Test(.enabled(if: isInstalled, "real data is not installed"))
    func aFolderOfSeveralProductsNamesThem() throws {
        let refusal = try error([SceneTestData.path("landsat/mtl")])
        #expect(refusal.code == .badMetadata)
        #expect(refusal.message.contains("LC08_L1TP_204030_20180226_20180226_02_T1_MTL.txt"))
        #expect(refusal.message.contains(" more)"), "\(refusal)")
    }

    // MARK: Made here

    @Test func missingKeysAreNamedWhenTheyAreNeeded() throws {
        try SceneTestData.withFolder { folder in
            let text = SceneTestData.metadata { groups in
                groups[2].lines.removeAll {
                    $0.contains("REFLECTANCE_MULT_BAND_4") || $0.contains("RADIANCE_ADD_BAND_5")
                }
                groups[3].lines.removeAll { $0.contains("K2") }
            }
            try SceneTestData.write(text, to: folder + "/LC08_TEST_MTL.txt")
            let scene = try Scene.open([folder])
            let red = try #require(scene.band(named: "red"))
            let failure = try SceneTestData.error { () throws(SceneError) in try red.requireTOAReflectance() }
            #expect(failure.code == .badMetadata)
            for word in ["B4", "REFLECTANCE_MULT_BAND_4", "LEVEL1_RADIOMETRIC_RESCALING", "LC08_TEST_MTL.txt"] {
                #expect(failure.message.contains(word), "\(failure)")
            }
            #expect(try red.requireRadiance() == LinearScale(gain: 1.0288e-02, offset: -51.43874))
            #expect(scene.band(named: "nir")?.calibration.radiance == nil)
            #expect(scene.band(named: "nir")?.calibration.toaReflectance != nil)
            let thermal = try #require(scene.band(named: "thermal"))
            #expect(throws: SceneError.self) { try thermal.requireThermal() }
            #expect(throws: SceneError.self) { try thermal.requireProductScaling() }
        }
    }

    @Test func bandsWithTheirFilesAreReadAndOthersNamed() throws {
        try SceneTestData.withFolder { folder in
            try SceneTestData.write(SceneTestData.metadata(), to: folder + "/LC08_TEST_MTL.txt")
            try SceneTestData.writeTIFF(to: folder + "/lc08_test_b4.tif")
            try SceneTestData.write("II*", to: folder + "/LC08_TEST_B5.TIF")
            let scene = try Scene.open([folder + "/"])
            #expect(scene.band(named: "B4")?.source?.grid.width == 2)
            #expect(scene.band(named: "B4")?.saturatedValue == 65535)
            #expect(scene.band(named: "B5")?.problem?.contains("LC08_TEST_B5.TIF") == true)
            #expect(scene.band(named: "B10")?.problem?.contains("LC08_TEST_B10.TIF: the file does not exist") == true)
            #expect(scene.qualityLayers.map(\.kind) == [.landsatQAPixel])
            #expect(scene.qualityLayers[0].problem?.contains("QA_PIXEL.TIF") == true)
        }
    }

    @Test(arguments: ["../x.TIF", "a/b.TIF", "/etc/hostname", "..", "a\\\\b.TIF", ".hidden.TIF"])
    func namesThatLeaveTheFolderAreRefused(name: String) throws {
        let text = SceneTestData.metadata { $0[0].lines[3] = "FILE_NAME_BAND_4 = \"\(name)\"" }
        let failure = try SceneTestData.error { () throws(SceneError) in
            try LandsatProduct.open(
                LandsatMetadata(bytes: Array(text.utf8), path: "x_MTL.txt"),
                files: .product(ProductFiles(root: "/tmp", title: "/tmp", names: []), prefix: ""),
                options: SceneOptions())
        }
        #expect(failure.code == .badMetadata)
        #expect(failure.message.contains("x_MTL.txt"))
    }

    @Test(
        arguments: [
            ("SPACECRAFT_ID = \"LANDSAT_8\"", "SPACECRAFT_ID = \"SPOT_7\"", SceneError.Code.notRecognised),
            ("SENSOR_ID = \"OLI_TIRS\"", "X = 1", .badMetadata),
            ("DATE_ACQUIRED = 2020-12-04", "DATE_ACQUIRED = soon", .badMetadata),
            ("\"L1TP\"", "\"ARD\"", .badMetadata), ("\"LC08_TEST\"", "\"../LC08\"", .badMetadata),
            ("SUN_ELEVATION = 18.80722985", "SUN_ELEVATION = 18,8", .badMetadata),
        ])
    func wrongMetadataIsRefused(old: String, new: String, code: SceneError.Code) throws {
        let text = SceneTestData.metadata().replacingOccurrences(of: old, with: new)
        let failure = try SceneTestData.error { () throws(SceneError) in
            try LandsatProduct.open(
                LandsatMetadata(bytes: Array(text.utf8), path: "x_MTL.txt"),
                files: .product(ProductFiles(root: "/nowhere", title: "/nowhere", names: []), prefix: ""),
                options: SceneOptions())
        }
        #expect(failure.code == code, "\(failure)")
        #expect(failure.message.contains("x_MTL.txt"))
    }

    @Test func bandsAreSelectedByNameRoleAndNumber() throws {
        try SceneTestData.withFolder { folder in
            try SceneTestData.write(SceneTestData.metadata(), to: folder + "/LC08_TEST_MTL.txt")
            let scene = try Scene.open([folder], options: SceneOptions(bands: ["nir", "b4", "10"]))
            #expect(scene.bands.map(\.name) == ["B5", "B4", "B10"])
            let unknown = try error([folder], SceneOptions(bands: ["B7"]))
            #expect(unknown.code == .missingBand && unknown.message.contains("B4(red)"))
            #expect(try error([folder], SceneOptions(bands: ["red", "B4"])).code == .badOption)
            for key in ["roles=red", "scale=2", "offset=1", "quantity=relative", "nodata=0", "prefix=a/"] {
                var options = SceneOptions()
                let parts = key.split(separator: "=").map(String.init)
                try options.set(parts[0], to: parts[1])
                #expect(try error([folder], options).code == .badOption, "\(key)")
            }
        }
    }

    @Test func foldersThatAreNoProductSaySo() throws {
        try SceneTestData.withFolder { folder in
            #expect(try error([folder]).code == .notRecognised)
            try SceneTestData.writeTIFF(to: folder + "/a.TIF")
            let images = try error([folder])
            #expect(
                images.code == .notRecognised && images.message.contains("MTL") && images.message.contains("roles="))
            #expect(try error([folder + "/nothing"]).code == .notFound)
            #expect(try error([]).code == .badOption)
            try SceneTestData.write("", to: folder + "/a.tar")
            #expect(try error([folder + "/a.tar"]).message.contains("fetch it again"))
            try SceneTestData.write(SceneTestData.metadata(), to: folder + "/a_MTL.txt")
            #expect(try error([folder, folder + "/a.TIF"]).code == .badOption)
            try SceneTestData.write(
                SceneTestData.metadata().replacingOccurrences(of: "\"LC08_TEST\"", with: "\"LC08_OTHER\""),
                to: folder + "/b_MTL.txt")
            let two = try error([folder])
            #expect(two.message.contains("LC08_TEST") && two.message.contains("LC08_OTHER"))
            #expect(try Scene.open([folder], options: SceneOptions(metadata: folder + "/b_MTL.txt")).id == "LC08_OTHER")
        }
    }

    @Test(arguments: [(90.0, true), (0.5, true), (0, false), (-12.3, false), (90.5, false), (Double.nan, false)])
    func daylight(elevation: Double, isDay: Bool) throws {
        let sun = SunGeometry(elevation: elevation)
        if isDay {
            try sun.requireDaylight()
        } else {
            let failure = try SceneTestData.error { () throws(SceneError) in try sun.requireDaylight() }
            #expect(failure.message.contains("\(elevation)"))
        }
    }

    @Test func nightScenesOpenWithoutReflectance() throws {
        let text = SceneTestData.metadata().replacingOccurrences(of: "= 18.80722985", with: "= -20.5")
        let scene = try LandsatProduct.open(
            LandsatMetadata(bytes: Array(text.utf8), path: "x_MTL.txt"),
            files: .product(ProductFiles(root: "/nowhere", title: "/nowhere", names: []), prefix: ""),
            options: SceneOptions())
        #expect(scene.sun?.elevation == -20.5)
        #expect(throws: SceneError.self) { try scene.sun?.requireDaylight() }
    }

    @Test func qualityFlagsMatchTheBitTable() {
        let flags = QualityLayer.landsatQAPixelFlags
        func names(_ value: UInt32) -> [String] { flags.filter { $0.test.holds(for: value) }.map(\.name) }
        #expect(names(1) == ["fill"])
        #expect(names(21824) == ["clear"])
        #expect(names(21952) == ["clear", "water"])
        #expect(names(23888) == ["shadow", "clear"])
        #expect(names(30048) == ["snow", "clear"])
        #expect(names(22280) == ["cloud"])
        #expect(names(54596) == ["cirrus", "clear"])
        #expect(names(55052) == ["cirrus", "cloud"])
        let saturation = QualityLayer.landsatQARadsatFlags
        #expect(saturation.map(\.test) == [.anyBit(0b1_0111_1111), .anyBit(0b1000_0000_0000)])
        #expect(saturation.map(\.reason) == [.saturated, .maskedOther])
    }

    @Test(
        arguments: [
            ("1970-01-01", 0.0), ("1970-01-01T00:00:01Z", 1), ("2000-02-29T12:00:00.5Z", 951_825_600.5),
            ("2020-12-04T19:02:11.1944860Z", 1_607_108_531.194486),
        ])
    func times(text: String, seconds: Double) {
        #expect(abs((AcquisitionTime.date(text)?.timeIntervalSince1970 ?? -1) - seconds) < 1e-5)
    }

    @Test(
        arguments: [
            "", "2021-02-29", "2020-13-01", "2020-1-1", "20201204", "2020-12-04T", "2020-12-04T25:00:00Z",
            "2020-12-04T19:02Z", "2020-12-04T19:02:11.Z", "٢٠٢٠-١٢-٠٤",
        ])
    func wrongTimes(text: String) {
        #expect(AcquisitionTime.date(text) == nil)
    }

    @Test func optionsThatCannotBeHonouredAreRefused() throws {
        let scratch = try ScratchFolder()
        let scene = try SmallLandsat(bands: ["B4": SmallLandsat.filled(20_000)]).write(in: scratch.path)
        let assumed = Run.message { _ = try Scene.open([scene], options: SceneOptions(assume: "offset-missing")) }
        #expect(assumed.contains("assume=offset-missing") && assumed.contains("leave it out"), "\(assumed)")
        let other = try SmallSentinel2(images: ["B05_20m": [2000]]).write(in: scratch.path) + "/MTD_MSIL2A.xml"
        for inputs in [[], [scene], [scene + "/LC08_TEST_B4.TIF"]] {
            let said = Run.message { _ = try Scene.open(inputs, options: SceneOptions(metadata: other)) }
            #expect(said.contains("is of a Sentinel-2") && said.contains("Give it as the scene: \(other)"), "\(said)")
        }
    }
}
