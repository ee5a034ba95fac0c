import Foundation
import Testing

@testable import RSPipeline

@Suite struct DIMAPProductTests {
    private static let isInstalled = SceneTestData.isInstalled
    private static let mini = "spot/spot7_mini"

    private func error(_ inputs: [String], _ options: SceneOptions = SceneOptions()) throws -> SceneError {
        try SceneTestData.error { () throws(SceneError) in try Scene.open(inputs, options: options) }
    }

    private func opened(_ sample: DIMAPSample, _ options: SceneOptions = SceneOptions()) throws -> Scene {
        let scratch = try ScratchFolder()
        return try Scene.open([try sample.write(in: scratch.path)], options: options)
    }

    private func refusal(_ sample: DIMAPSample) throws -> String {
        let scratch = try ScratchFolder()
        return try error([try sample.write(in: scratch.path)]).message
    }

    private func problem(_ sample: DIMAPSample) throws -> String {
        let scene = try opened(sample)
        #expect(scene.bands.allSatisfy { $0.source == nil })
        return scene.bands.first?.problem ?? ""
    }

    // MARK: Real data

    @Test(.enabled(if: isInstalled, "real data is not installed"))
    func realSPOT7() throws {
        let scene = try Scene.open([SceneTestData.path(Self.mini)])
        #expect(scene.id == "SPOT7_PMS_202011170245179_ORT_5481586101")
        #expect(scene.product == "SPOT-7 (Azersky)" && scene.sensor == "spot7-naomi" && scene.level == .level1)
        #expect(scene.processingLevel == "ORTHO PMS")
        #expect(scene.acquiredText == "2020-11-17T02:45:17.9Z")
        #expect(scene.sun == SunGeometry(elevation: 63.7303240255, azimuth: 117.56509223))
        #expect(scene.view == ViewGeometry(zenith: 26.1382464616, azimuth: 271.680295802))
        #expect(scene.cloudCover == 51.63 && scene.notices.isEmpty)
        // The distance of the full theory (IAU SOFA, epv00) for this moment.
        #expect(abs((scene.earthSunDistance ?? 0) - 0.988707001) < 1e-7)
        #expect(scene.bands.map(\.name) == ["B2", "B1", "B0", "B3"])
        #expect(scene.bands.map(\.role) == [.red, .green, .blue, .nir])
        #expect(scene.bands.map { $0.source?.band } == [1, 2, 3, 4])
        #expect(scene.bands.map(\.calibration.solarIrradiance) == [1520.298133, 1810.106202, 1964.630881, 1084.46188])
        let gains: [Double] = [11.08, 10.08, 8.07, 16.77]
        #expect(scene.bands.compactMap(\.calibration.radiance?.gain) == gains.map { 1 / $0 })
        #expect(scene.bands.allSatisfy { $0.noData == .value(0) && $0.saturatedValue == 4095 })
        #expect(scene.bands[0].source?.grid.crs?.epsg == 32749)
        #expect(scene.qualityLayers.map(\.name) == ["CLD", "SNW"])
        #expect(scene.qualityLayers.allSatisfy { $0.source == nil && $0.problem != nil })
    }

    /// Every pixel of another program's reflectance (eoreader): red and blue would be wrong by 0.01 if swapped.
    ///
    /// Saturated pixels, which are no data otherwise, are kept for it.
    @Test(.enabled(if: isInstalled, "real data is not installed"))
    func reflectanceIsAnothersReflectance() throws {
        let folder = SceneTestData.path(Self.mini)
        let values = try Run.values("read \(folder) saturated=keep ! toa")
        var largest: Float = 0
        for (name, band) in [("RED", "B2"), ("GREEN", "B1"), ("BLUE", "B0"), ("NIR", "B3")] {
            let reference = try SmallRaster.read("\(folder)/eoreader_toa_reflectance_\(name).tif")
            let ours = try #require(values[band])
            #expect(ours.count == 64 * 48)
            var compared = 0
            for (a, b) in zip(ours, reference) where a.isFinite && b.isFinite {
                largest = max(largest, abs(a - b))
                compared += 1
            }
            #expect(compared > 2900, "\(name): \(compared)")
        }
        #expect(largest < 3e-7, "\(largest)")
    }

    // MARK: Calibration

    /// Digital number 400 in all bands of SPOT-6 (domain table: GAIN of a product of 2012-12-07, sun at 45 degrees).
    @Test func spot6Vectors() throws {
        var sample = DIMAPSample()
        sample.mission = ("SPOT", "6")
        sample.time = ("2012-12-07", "10:20:27.1Z")
        sample.sunElevation = "45"
        sample.calibration = [
            ("B0", "8.5175", "0", "1982.671954"), ("B1", "9.1625", "0", "1826.087443"),
            ("B2", "10.04", "0", "1540.494123"),
            ("B3", "12.733", "0", "1094.747446"),
        ]
        sample.pixel = { _, _, _ in 400 }
        try check(
            sample, distance: 0.9850850739,
            [
                "B0": (46.962137, 0.1021197), "B1": (43.656207, 0.1030711), "B2": (39.840637, 0.1115010),
                "B3": (31.414435, 0.1237165),
            ])
    }

    /// Digital number 1000 in all bands of a real PeruSat-1 product's calibration.
    @Test func perusatVectors() throws {
        var sample = DIMAPSample()
        sample.mission = ("PER", "1")
        sample.time = ("2017-03-07", "15:06:57.95163Z")
        sample.sunElevation = "56.9"
        sample.calibration = [
            ("B0", "5.975202615", "0", "1982.671954"), ("B1", "5.741597026", "0", "1826.087443"),
            ("B2", "7.85915805", "0", "1540.494123"), ("B3", "10.27482194", "0", "1094.747446"),
        ]
        sample.pixel = { _, _, _ in 1000 }
        try check(
            sample, distance: 0.9922680223,
            [
                "B0": (167.358342, 0.3116780), "B1": (174.167570, 0.3521724), "B2": (127.240093, 0.3049816),
                "B3": (97.325288, 0.3282626),
            ])
    }

    /// The expected reflectance was computed with another formula for the distance, which is taken out.
    private func check(
        _ sample: DIMAPSample, distance: Double, _ expected: [String: (radiance: Double, reflectance: Double)]
    ) throws {
        let scratch = try ScratchFolder()
        let path = try sample.write(in: scratch.path)
        let ours = try #require(try Scene.open([path]).earthSunDistance)
        let radiance = try Run.values("read \(path) ! radiance")
        let reflectance = try Run.values("read \(path) ! toa")
        for (band, numbers) in expected {
            let l = Double(try #require(radiance[band]?.first))
            let rho = Double(try #require(reflectance[band]?.first))
            #expect(abs(l / numbers.radiance - 1) < 1e-6, "\(band) \(l)")
            let wanted = numbers.reflectance * ours * ours / (distance * distance)
            #expect(abs(rho / wanted - 1) < 1e-6, "\(band) \(rho) \(wanted)")
        }
    }

    /// A bias, and what is no data and saturated.
    @Test func biasAndSpecialValues() throws {
        var sample = DIMAPSample()
        sample.calibration[2].bias = "-1.5"
        sample.special = [("NODATA", "100"), ("SATURATED", "101")]
        let scratch = try ScratchFolder()
        let path = try sample.write(in: scratch.path)
        let radiance = try Run.values("read \(path) ! radiance")
        let red = try #require(radiance["B2"])
        #expect(red[0].isNaN && red[1].isNaN)
        #expect(abs(Double(red[2]) - (102.0 / 11 - 1.5)) < 1e-5)
        let kept = try Run.values("read \(path) saturated=keep ! radiance")
        #expect(kept["B2"]?[1].isFinite == true && kept["B2"]?[0].isNaN == true)
        sample.special = [("SATURATED", "4095")]
        let scene = try opened(sample)
        #expect(scene.bands[0].noData == .value(0))
        #expect(scene.notices.contains { $0.contains("NODATA") })
    }

    /// GAIN is joined by BAND_ID whatever the order of the list, and the file's order never changes it.
    @Test func gainsAreJoinedByBandID() throws {
        var sample = DIMAPSample()
        let expected = ["B0": 8.0, "B1": 10.0, "B2": 11.0, "B3": 16.0]
        for shift in 0..<4 {
            sample.calibration = Array(sample.calibration[shift...] + sample.calibration[..<shift])
            let scene = try opened(sample)
            for band in scene.bands { #expect(band.calibration.radiance?.gain == 1 / (expected[band.name] ?? 0)) }
            #expect(scene.band(named: "red")?.source?.band == 1)
            #expect(scene.band(named: "blue")?.source?.band == 3)
        }
    }

    @Test func bandOrder() throws {
        func order(_ change: (inout DIMAPSample) -> Void) throws -> [String] {
            var sample = DIMAPSample()
            change(&sample)
            return try opened(sample).bands.map(\.name)
        }
        #expect(try order { $0.display = nil } == ["B2", "B1", "B0", "B3"])
        #expect(try order { $0.display = ["B0", "B1", "B2", "B3"] } == ["B0", "B1", "B2", "B3"])
        #expect(try order { $0.display = ["B3", "B2", "B1"] } == ["B2", "B1", "B0", "B3"])
        let natural = try order {
            $0.display = nil
            $0.spectral = "PMS-N"
            $0.bandCount = 3
        }
        #expect(natural == ["B2", "B1", "B0"])
        let falseColour = try order {
            $0.display = nil
            $0.spectral = "MS-X"
            $0.bandCount = 3
        }
        #expect(falseColour == ["B1", "B2", "B3"])
        let displayed = try order {
            $0.display = ["B3", "B2", "B1"]
            $0.spectral = "MS-X"
            $0.bandCount = 3
        }
        #expect(displayed == ["B3", "B2", "B1"])
        let list = ["B3", "B0", "B1", "B2"].enumerated().map {
            "<Raster_Index><BAND_ID>\($1)</BAND_ID><BAND_INDEX>\($0 + 1)</BAND_INDEX></Raster_Index>"
        }
        let indexed = try order {
            $0.replacing = [
                ("<Band_Display_Order>", "<Raster_Index_List>\(list.joined())</Raster_Index_List><Band_Display_Order>")
            ]
        }
        #expect(indexed == ["B3", "B0", "B1", "B2"])
        let pan = try order {
            $0.display = ["P", "P", "P"]
            $0.spectral = "P"
            $0.bandCount = 1
        }
        #expect(pan == ["P"])
        var sample = DIMAPSample()
        sample.display = nil
        sample.spectral = "XYZ"
        #expect(try refusal(sample).contains("which band of the image is which"))
        sample.display = ["B2", "B2", "B0", "B3"]
        #expect(try refusal(sample).contains("which band of the image is which"))
    }

    @Test func irradianceOfPlaceholders() throws {
        var sample = DIMAPSample()
        sample.calibration[2].irradiance = "999"
        var scene = try opened(sample)
        #expect(scene.band(named: "red")?.calibration.solarIrradiance == 1520.23)
        #expect(scene.notices.contains { $0.contains("999") && $0.contains("B2") })
        sample.mission = ("PER", "1")
        scene = try opened(sample)
        let red = try #require(scene.band(named: "red")?.calibration)
        #expect(red.toaReflectance == nil && red.radiance != nil)
        #expect(red.missing.first?.contains("placeholder 999") == true)
        #expect(scene.band(named: "blue")?.calibration.missing.isEmpty == true)
    }

    @Test(arguments: ["0", "-8", "nan", "", "1e999", "GAIN"])
    func badGains(gain: String) throws {
        var sample = DIMAPSample()
        sample.calibration[2].gain = gain
        let scene = try opened(sample)
        let red = try #require(scene.band(named: "B2"))
        #expect(red.calibration.radiance == nil && red.calibration.toaReflectance == nil)
        #expect(red.calibration.missing.first?.contains("GAIN of Band_Radiance of BAND_ID B2") == true)
        #expect(scene.band(named: "B3")?.calibration.radiance != nil)
        let scratch = try ScratchFolder()
        let path = try sample.write(in: scratch.path)
        #expect(Run.planMessage("read \(path) ! toa ! select B2 ! write \(scratch.path)/o/").contains("BAND_ID B2"))
    }

    @Test func otherFormulasAreNotTaken() throws {
        var sample = DIMAPSample()
        sample.replacing = [("L=DN/GAIN+BIAS", "L=DN*GAIN+BIAS")]
        #expect(try opened(sample).bands[0].calibration.missing.first?.contains("L=DN*GAIN+BIAS") == true)
    }

    // MARK: Radiometric processing

    @Test(arguments: ["LINEAR_STRETCH", "DISPLAY", "SEAMLESS"])
    func adjustedNumbersAreNotCalibrated(word: String) throws {
        var sample = DIMAPSample()
        sample.processing = word
        let scratch = try ScratchFolder()
        let path = try sample.write(in: scratch.path)
        let scene = try Scene.open([path])
        #expect(scene.level == .unknown)
        #expect(scene.bands.allSatisfy { $0.quantity == .digitalNumber && $0.calibration.toaReflectance == nil })
        for chain in ["toa", "radiance"] {
            let said = Run.planMessage("read \(path) ! \(chain) ! write \(scratch.path)/o/")
            #expect(said.contains(word) && said.contains("assume=relative"), "\(chain): \(said)")
        }
        let said = Run.planMessage("read \(path) ! index ndvi ! write \(scratch.path)/o/")
        #expect(said.contains(word) && said.contains("assume=relative"), "\(said)")
        let values = try Run.values("read \(path) assume=relative ! index ndvi")
        let ndvi = try #require(values["ndvi"]?.first)
        #expect(abs(ndvi - Float(400 - 100) / Float(400 + 100)) < 1e-6)
        // EVI has constants that assume reflectance.
        #expect(!Run.planMessage("read \(path) assume=relative ! index evi ! write \(scratch.path)/o/").isEmpty)
        #expect(try error([path], SceneOptions(assume: "offset-applied")).message.contains("assume=relative"))
    }

    @Test func assumeIsRefusedWhereNothingHasToBeAssumed() throws {
        let scratch = try ScratchFolder()
        let path = try DIMAPSample().write(in: scratch.path)
        #expect(try error([path], SceneOptions(assume: "relative")).message.contains("leave it out"))
        #expect(try error([path], SceneOptions(roles: ["red"])).message.contains("roles="))
    }

    @Test func eightBitsAreAStretch() throws {
        var sample = DIMAPSample()
        sample.type = .uint8
        sample.pixel = { _, column, row in Double(10 * row + column + 1) }
        sample.special = [("NODATA", "0"), ("SATURATED", "255")]
        let scene = try opened(sample)
        #expect(scene.bands.allSatisfy { $0.calibration.radiance == nil && $0.calibration.missing.count == 1 })
        var adjusted = DIMAPSample()
        adjusted.replacing = [
            (
                "<Dynamic_Range>",
                "<Dynamic_Adjustment><ADJUSTMENT_TYPE>LINEAR</ADJUSTMENT_TYPE></Dynamic_Adjustment><Dynamic_Range>"
            )
        ]
        #expect(try opened(adjusted).bands[0].calibration.missing.first?.contains("ADJUSTMENT_TYPE LINEAR") == true)
    }

    @Test func reflectanceProducts() throws {
        var sample = DIMAPSample()
        sample.processing = "REFLECTANCE"
        let scratch = try ScratchFolder()
        let path = try sample.write(in: scratch.path)
        let scene = try Scene.open([path])
        #expect(scene.level == .level2)
        #expect(scene.notices.contains { $0.contains("not full surface reflectance") })
        let values = try Run.values("read \(path) ! surface")
        #expect(abs(Double(try #require(values["B2"]?.first)) - 0.01) < 1e-8)
        #expect(Run.planMessage("read \(path) ! toa ! write \(scratch.path)/o/").contains("surface"))
        sample.replacing = [
            (
                "</Band_Measurement_List>",
                "<Band_Reflectance><BAND_ID>B2</BAND_ID><GAIN>20000</GAIN><BIAS>0.5</BIAS></Band_Reflectance>"
                    + "</Band_Measurement_List>"
            )
        ]
        let scale = try opened(sample).band(named: "B2")?.calibration.product?.scale
        #expect(scale == LinearScale(gain: 1.0 / 20_000, offset: 0.5))
    }

    // MARK: Tiles

    @Test func tilesAreOneBand() throws {
        var sample = DIMAPSample()
        sample.columns = [3, 2, 1]
        sample.rows = [2, 3]
        var whole = sample
        whole.columns = [6]
        whole.rows = [5]
        whole.name = "WHOLE"
        let scratch = try ScratchFolder()
        let tiled = try sample.write(in: scratch.path + "/tiled")
        let one = try whole.write(in: scratch.path + "/whole")
        let scene = try Scene.open([tiled])
        let grid = try Scene.open([one]).bands[0].source?.grid
        #expect(scene.bands.allSatisfy { $0.source?.grid == grid })
        #expect(scene.bands[0].source?.files.count == 6)
        for chain in ["toa", "toa ! index ndvi,sqrt_GR"] {
            let a = try Run.values("read \(tiled) ! \(chain)", threads: 2)
            let b = try Run.values("read \(one) ! \(chain)")
            #expect(a.mapValues { $0.map(\.bitPattern) } == b.mapValues { $0.map(\.bitPattern) })
        }
    }

    @Test func tilesThatDoNotFit() throws {
        var sample = DIMAPSample()
        sample.columns = [2, 2]
        sample.missing = ["R1C2"]
        var said = try problem(sample)
        #expect(said.contains("R1C2.TIF") && said.contains("tile R1C2"), "\(said)")
        sample.missing = []
        sample.shifted = ["R1C2": 1]
        said = try problem(sample)
        #expect(said.contains("tile R1C2") && said.contains("1.0 columns"), "\(said)")
        sample.shifted = [:]
        sample.replacing = [("tile_R=\"1\" tile_C=\"2\"", "tile_R=\"2\" tile_C=\"2\"")]
        said = try problem(sample)
        #expect(said.contains("no file for the tile R1C2"), "\(said)")
        sample.replacing = [("tile_C=\"2\"", "tile_C=\"1\"")]
        #expect(try refusal(sample).contains("two files for the tile R1C1"))
        sample.replacing = [("<NCOLS>4", "<NCOLS>5")]
        said = try problem(sample)
        #expect(said.contains("4 x 4") && said.contains("5 x 4"), "\(said)")
    }

    @Test func imagesOfOtherProducts() throws {
        var sample = DIMAPSample()
        sample.bandCount = 3
        sample.replacing = [("<NBANDS>3", "<NBANDS>4")]
        #expect(try problem(sample).contains("3 bands"))
        sample = DIMAPSample()
        sample.replacing = [("<ULXMAP>400000.0", "<ULXMAP>400003.0")]
        #expect(try refusal(sample).contains("one of them is not of this product"))
        sample.replacing = [("EPSG::32639", "EPSG::32638")]
        #expect(try refusal(sample).contains("EPSG:32638"))
        let scratch = try ScratchFolder()
        sample.replacing = []
        let path = try sample.write(in: scratch.path)
        let image = "\(scratch.path)/\(sample.imageName("R1C1"))"
        try FileManager.default.removeItem(atPath: image)
        try SceneTestData.write("<VRTDataset rasterXSize=\"4\" rasterYSize=\"4\"/>", to: image)
        #expect(try Scene.open([path]).bands[0].problem?.contains("is not a readable GTiff") == true)
    }

    @Test(arguments: ["../OTHER.TIF", "/etc/passwd", "/vsicurl/http://127.0.0.1:9/a.tif", "a\\b.TIF"])
    func namesThatLeadOut(name: String) throws {
        var sample = DIMAPSample()
        sample.replacing = [(sample.imageName("R1C1"), name)]
        let said = try refusal(sample)
        #expect(said.contains("not inside the product"), "\(said)")
    }

    // MARK: Geometry

    @Test func sensorGeometryHasNoMap() throws {
        var sample = DIMAPSample()
        sample.geometry = "SENSOR"
        sample.columns = [2, 2]
        let scene = try opened(sample)
        #expect(scene.bands[0].source?.grid.crs == nil && scene.bands[0].source?.grid.transform == .identity)
        #expect(scene.notices.contains { $0.contains("ortho dem=") })
        #expect(scene.bands[0].calibration.toaReflectance != nil)
    }

    @Test func imagesWithoutAPositionTakeTheMetadatas() throws {
        let scratch = try ScratchFolder()
        let sample = DIMAPSample()
        let path = try sample.write(in: scratch.path)
        let expected = try Scene.open([path]).bands[0].source?.grid
        let image = "\(scratch.path)/\(sample.imageName("R1C1"))"
        try FileManager.default.removeItem(atPath: image)
        try SmallRaster.write(
            image, grid: Grid(width: 4, height: 4, transform: .identity, crs: nil), type: .uint16,
            bands: [[Double]](repeating: SmallLandsat.filled(7), count: 4))
        let grid = try #require(try Scene.open([path]).bands[0].source?.grid)
        #expect(grid.difference(from: try #require(expected)) == nil && grid.crs?.epsg == 32639)
    }

    // MARK: Deliveries

    @Test func bundles() throws {
        let scratch = try ScratchFolder()
        let folder = scratch.path + "/PROD_1/VOL_1"
        var colour = DIMAPSample()
        colour.name = "SPOT7_MS_1"
        colour.spectral = "MS"
        colour.columns = [1]
        colour.rows = [1]
        try colour.write(in: folder + "/IMG_MS_1")
        var pan = DIMAPSample()
        pan.name = "SPOT7_P_1"
        pan.spectral = "P"
        pan.display = ["P", "P", "P"]
        pan.bandCount = 1
        pan.calibration = [("P", "6", "0", "1704")]
        try pan.write(in: folder + "/IMG_P_1")
        try SceneTestData.write("<Dimap_Document/>", to: folder + "/IMG_P_1/STRIP_X_DIM.XML")
        let scene = try Scene.open([scratch.path])
        #expect(scene.id == "SPOT7_MS_1" && scene.metadataFiles.count == 2)
        #expect(scene.bands.map(\.name) == ["B2", "B1", "B0", "B3", "P"])
        #expect(scene.band(named: "pan")?.source?.grid.width == 4)
        #expect(scene.band(named: "red")?.source?.grid.width == 1)
        #expect(scene.band(named: "P")?.calibration.radiance?.gain == 1.0 / 6)
        #expect(try Run.plan("read \(scratch.path) ! toa ! write \(scratch.path)/o/").planeNames.count == 4)

        // A table of contents leads to the same.
        let components = ["IMG_MS_1/DIM_SPOT7_MS_1.XML", "IMG_P_1/DIM_SPOT7_P_1.XML", "http://example.com/DIM_x.XML"]
            .map {
                "<Component><COMPONENT_PATH href=\"\($0)\"/></Component>"
            }
        let contents =
            "<Dimap_Document><Metadata_Identification><METADATA_FORMAT version=\"2.15\">DIMAP</METADATA_FORMAT>"
            + "</Metadata_Identification><Dataset_Content><Dataset_Components>"
            + "\(components[..<2].joined())</Dataset_Components></Dataset_Content></Dimap_Document>"
        try SceneTestData.write(contents, to: folder + "/SPOT_VOL.XML")
        #expect(try Scene.open([folder + "/SPOT_VOL.XML"]).bands.count == 5)
        try SceneTestData.write(
            contents.replacingOccurrences(of: components[0], with: components[2]), to: folder + "/SPOT_VOL.XML")
        #expect(try error([folder + "/SPOT_VOL.XML"]).message.contains("not inside the product"))

        // Another moment is another product.
        pan.time = ("2020-06-15", "10:00:30.0Z")
        try pan.write(in: folder + "/IMG_P_1")
        let said = try error([scratch.path]).message
        #expect(said.contains("DIM_SPOT7_MS_1.XML, DIM_SPOT7_P_1.XML"), "\(said)")
    }

    /// Pleiades Neo delivers two images of three bands, each with a list of its own.
    @Test func twoImagesOfOneProduct() throws {
        func display(_ ids: [String]) -> String {
            let entries = ids.enumerated().map {
                "<Raster_Index><BAND_ID>\($1)</BAND_ID><BAND_INDEX>\($0 + 1)</BAND_INDEX></Raster_Index>"
            }
            return "<Raster_Display><Raster_Index_List>\(entries.joined())</Raster_Index_List></Raster_Display>"
        }
        var sample = DIMAPSample()
        sample.mission = ("PNEO", "4")
        sample.spectral = "MS-FS"
        sample.bandCount = 3
        sample.display = nil
        sample.calibration = ["DB", "B", "G", "R", "RE", "NIR"].enumerated().map { ($1, "\($0 + 5)", "0", "1500") }
        let other = sample.imageName("R1C1").replacingOccurrences(of: "_R1C1", with: "_NED_R1C1")
        sample.replacing = [
            (
                "</Data_Files>",
                display(["R", "G", "B"])
                    + "</Data_Files><Data_Files><Data_File tile_R=\"1\" tile_C=\"1\"><DATA_FILE_PATH "
                    + "href=\"\(other)\"/></Data_File>" + display(["NIR", "RE", "DB"]) + "</Data_Files>"
            ), ("<NBANDS>3", "<NBANDS>6"),
        ]
        let scratch = try ScratchFolder()
        let path = try sample.write(in: scratch.path)
        try FileManager.default.copyItem(
            atPath: "\(scratch.path)/\(sample.imageName("R1C1"))", toPath: "\(scratch.path)/\(other)")
        let scene = try Scene.open([path])
        #expect(scene.bands.map(\.name) == ["R", "G", "B", "NIR", "RE", "DB"])
        #expect(scene.bands.map(\.role) == [.red, .green, .blue, .nir, .rededge1, .coastal])
        #expect(scene.bands.map { $0.source?.band } == [1, 2, 3, 1, 2, 3])
        #expect(scene.band(named: "nir")?.source?.path.hasSuffix(other) == true)
        #expect(scene.band(named: "nir")?.calibration.radiance?.gain == 0.1)
    }

    @Test func missionsAndVersions() throws {
        var sample = DIMAPSample()
        let known = [
            ("SPOT", "6", "spot6-naomi"), ("SPOT", "7", "spot7-naomi"), ("PHR", "1A", "pleiades1a-hiri"),
            ("PHR", "1B", "pleiades1b-hiri"), ("PER", "1", "perusat1-naomi"), ("PNEO", "4", "pleiadesneo4"),
        ]
        for (mission, index, sensor) in known {
            sample.mission = (mission, index)
            #expect(try opened(sample).sensor == sensor)
        }
        sample.mission = ("SPOT", "5")
        #expect(try refusal(sample).contains("MISSION SPOT 5 is not read"))
        sample = DIMAPSample()
        sample.replacing = [("version=\"2.12\"", "version=\"1.1\"")]
        #expect(try refusal(sample).contains("DIMAP version 1.1"))
        sample.replacing = [
            ("<METADATA_FORMAT", "<METADATA_PROFILE>BEAM-DATAMODEL-V1</METADATA_PROFILE><METADATA_FORMAT")
        ]
        #expect(try refusal(sample).contains("SNAP"))
        sample.replacing = [("Strip_Source>", "Strip>")]
        #expect(try refusal(sample).contains("MISSION is missing"))
        let scratch = try ScratchFolder()
        try SceneTestData.write(
            "<Dimap_Document><Metadata_Id><METADATA_FORMAT version=\"1.1\">DIMAP</METADATA_FORMAT></Metadata_Id>"
                + "</Dimap_Document>", to: scratch.path + "/METADATA.DIM")
        #expect(try error([scratch.path]).message.contains("SPOT 1 to 5"))
        #expect(try error([scratch.path + "/METADATA.DIM"]).message.contains("SPOT 1 to 5"))
    }

    @Test func anglesComeFromTheCentre() throws {
        var sample = DIMAPSample()
        sample.sunElevation = "40"
        var scene = try opened(sample)
        #expect(scene.sun == SunGeometry(elevation: 40, azimuth: 117.5))
        #expect(scene.view == ViewGeometry(zenith: 26, azimuth: 271.5))
        #expect(scene.cloudCover == 12.5)
        sample.replacing = [(">Center<", ">Middle<")]
        let scratch = try ScratchFolder()
        let path = try sample.write(in: scratch.path)
        scene = try Scene.open([path])
        #expect(scene.sun == nil && scene.view == nil)
        #expect(Run.planMessage("read \(path) ! toa ! write \(scratch.path)/o/").contains("SUN_ELEVATION"))
        sample.replacing = [(">TopCenter<", ">Center<")]
        #expect(try refusal(sample).contains("more than once"))
        sample.replacing = [("IMAGING_DATE>", "IMAGING_DAY>")]
        scene = try opened(sample)
        #expect(scene.earthSunDistance == nil && scene.bands[0].calibration.radiance != nil)
        #expect(scene.bands[0].calibration.missing.first?.contains("IMAGING_DATE") == true)
    }
}
