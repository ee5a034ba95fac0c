import Foundation
import Testing

@testable import RSPipeline

@Suite struct Sentinel2ProductTests {
    private let scratch: ScratchFolder
    init() throws { scratch = try ScratchFolder() }

    private func open(
        _ product: SmallSentinel2, _ options: SceneOptions = SceneOptions()
    ) throws -> Scene {
        try Scene.open([try product.write(in: scratch.path)], options: options)
    }

    private func message(_ product: SmallSentinel2, _ options: SceneOptions = SceneOptions()) throws -> String {
        let folder = try product.write(in: scratch.path)
        return Run.message { _ = try Scene.open([folder], options: options) }
    }

    /// Every band of Level-2A, each 2000 everywhere.
    private static var level2: SmallSentinel2 {
        var product = SmallSentinel2()
        for band in Sentinel2Band.all where band.name != "B10" {
            product.images["\(band.name)_\(band.resolution)m"] = [2000]
        }
        return product
    }

    private static var level1: SmallSentinel2 {
        var product = SmallSentinel2(isLevel2: false)
        for band in Sentinel2Band.all { product.images[band.name] = [2000] }
        return product
    }

    // MARK: Facts

    @Test func rolesNamesAndFacts() throws {
        let scene = try open(Self.level2)
        #expect(
            scene.bands.map(\.name) == [
                "B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B11", "B12",
            ])
        #expect(
            scene.bands.map(\.role) == [
                .coastal, .blue, .green, .red, .rededge1, .rededge2, .rededge3, .nir, .nir08, .nir09, .swir16, .swir22,
            ])
        #expect(scene.bands.allSatisfy { $0.problem == nil && $0.noData == .value(0) && $0.saturatedValue == 65535 })
        #expect(scene.band(named: "b2")?.name == "B02" && scene.band(named: "B8A")?.role == .nir08)
        #expect(scene.band(named: "nir")?.name == "B08")
        #expect(scene.id == "S2A_MSIL2A_20230715T072621_N0511_R049_T39TUG_20230715T101112")
        #expect(scene.sensor == "sentinel2a-msi" && scene.level == .level2)
        #expect(scene.acquiredText == "2023-07-15T07:29:00.5Z")
        #expect(scene.sun == SunGeometry(elevation: 29.5, azimuth: 151.25))
        #expect(scene.view?.zenith == 4.5)
        #expect(abs((scene.view?.azimuth ?? 0) - 1) < 1e-9, "358 and 4 degrees lie around 1")
        #expect(abs((scene.earthSunDistance ?? 0) - 1.0206207261596576) < 1e-15)
        #expect(scene.cloudCover == 12.5)
        #expect(scene.bands.map(\.calibration.solarIrradiance)[8] == 1100, "B8A has bandId 8")
        #expect(scene.notices.isEmpty, "\(scene.notices)")
    }

    @Test(arguments: [("Sentinel-2B", "sentinel2b-msi"), ("Sentinel-2C", "sentinel2c-msi")])
    func spacecraft(name: String, sensor: String) throws {
        var product = Self.level2
        product.spacecraft = name
        #expect(try open(product).sensor == sensor)
    }

    @Test func bandsByNumberNeverMeanB8A() throws {
        let scene = try open(Self.level2, SceneOptions(bands: ["8", "B8A", "b4", "11"]))
        #expect(scene.bands.map(\.name) == ["B08", "B8A", "B04", "B11"])
    }

    // MARK: Calibration

    /// Each band_id has an offset of its own, so that a band taking its neighbour's shows.
    @Test func offsetsGoByBandID() throws {
        var product = Self.level2
        product.offsets = Dictionary(uniqueKeysWithValues: (0...12).map { ($0, "\(-1000 - 10 * $0)") })
        let scene = try open(product)
        let ids = ["B01": 0, "B02": 1, "B08": 7, "B8A": 8, "B09": 9, "B11": 11, "B12": 12]
        for (name, id) in ids {
            let scale = try #require(scene.band(named: name)?.calibration.product?.scale)
            #expect(scale == LinearScale(gain: 1 / 10000, offset: Double(-1000 - 10 * id) / 10000), "\(name)")
            #expect(scene.band(named: name)?.calibration.product?.quantity == .surfaceReflectance(method: "Sen2Cor"))
        }
    }

    @Test func level1IsReflectanceWithoutTheSun() throws {
        let folder = try Self.level1.write(in: scratch.path)
        let scene = try Scene.open([folder])
        #expect(scene.bands.count == 13 && scene.band(named: "B10")?.role == .cirrus)
        #expect(scene.bands.allSatisfy { $0.calibration.isSunCorrected })
        // (2000 - 1000) / 10000, whatever the sun.
        let values = try Run.values("read \(folder) bands=B4,B8 ! toa")
        #expect(values["B04"]?.allSatisfy { abs($0 - 0.1) < 1e-7 } == true)
        #expect(values["B08"]?.count == 144)
    }

    @Test func fillAndSaturatedPixelsAreNoData() throws {
        var product = SmallSentinel2()
        var numbers = [Double](repeating: 3000, count: 144)
        numbers[0] = 0
        numbers[1] = 65535
        numbers[2] = 960
        product.images = ["B04_10m": numbers]
        let folder = try product.write(in: scratch.path)
        let values = try #require(try Run.values("read \(folder) ! surface")["B04"])
        #expect(values[0].isNaN && values[1].isNaN)
        #expect(abs(values[2] + 0.004) < 1e-7, "a negative reflectance is kept")
        #expect(abs(values[3] - 0.2) < 1e-7)
        let kept = try #require(try Run.values("read \(folder) saturated=keep ! surface")["B04"])
        #expect(abs(kept[1] - 6.4535) < 1e-6)
    }

    @Test(arguments: ["02.04", "03.01"])
    func olderBaselinesHaveNoOffset(baseline: String) throws {
        for var product in [Self.level2, Self.level1] {
            product.baseline = baseline
            product.offsets = nil
            let calibration = try #require(try open(product).band(named: "red")?.calibration)
            let scale = product.isLevel2 ? calibration.product?.scale : calibration.toaReflectance
            #expect(scale == LinearScale(gain: 1 / 10000, offset: 0))
        }
    }

    /// Neither the baseline nor a date decides: the user does.
    @Test(arguments: ["04.00", "05.11", nil] as [String?])
    func missingOffsetsAreAskedFor(baseline: String?) throws {
        var product = Self.level2
        product.baseline = baseline
        product.offsets = nil
        let folder = try product.write(in: scratch.path)
        #expect(try Scene.open([folder]).band(named: "red")?.calibration.product == nil)
        let asked = Run.planMessage("read \(folder) ! surface")
        #expect(asked.contains("BOA_ADD_OFFSET") && asked.contains("assume=offset-missing"), "\(asked)")
        for (word, reflectance) in [("offset-missing", Float(0.1)), ("offset-applied", 0.2)] {
            let values = try Run.values("read \(folder) bands=red assume=\(word) ! surface")
            #expect(abs((values["B04"]?[0] ?? .nan) - reflectance) < 1e-7, "\(word)")
        }
        let wrong = Run.message { _ = try Chain("read \(folder) assume=offset ! surface").openScene() }
        #expect(wrong.contains("offset-applied, offset-missing"), "\(wrong)")
    }

    @Test func assumptionsAgainstTheMetadataAreRefused() throws {
        #expect(try message(Self.level2, SceneOptions(assume: "offset-applied")).contains("Leave it out"))
        var old = Self.level2
        old.baseline = "02.14"
        old.offsets = nil
        #expect(try message(old, SceneOptions(assume: "offset-missing")).contains("before offsets"))
    }

    // MARK: Pixel sizes

    @Test func nativePixelsThenTheFinestDelivered() throws {
        var product = SmallSentinel2()
        product.images = ["B04_20m": [1], "B04_60m": [1], "B01_20m": [1], "B01_60m": [1], "B05_20m": [1]]
        let scene = try open(product)
        func size(_ name: String) -> Double? { scene.band(named: name)?.source?.grid.transform.pixelWidth }
        #expect(size("B04") == 20 && size("B01") == 60 && size("B05") == 20)
        #expect(scene.notices.count == 1 && scene.notices[0].contains("B04"), "\(scene.notices)")
    }

    /// Means, nearest pixels and origins of 10, 20 and 60 m grids.
    @Test func resolutions() throws {
        var product = SmallSentinel2()
        product.offsets = Dictionary(uniqueKeysWithValues: (0...12).map { ($0, "0") })
        product.images = [
            "B04_10m": (0..<144).map { Double(1000 + ($0 % 12) * 10) }, "B11_20m": (0..<36).map { Double(2000 + $0) },
            "B01_60m": [1, 2, 3, 4],
        ]
        let folder = try product.write(in: scratch.path)
        func values(_ options: String, _ bands: String) throws -> [String: [Float]] {
            try Run.values("read \(folder) \(options) ! select \(bands)")
        }
        // The coarsest of the bands used.
        #expect(try values("", "B04")["B04"]?.count == 144)
        let mixed = try values("", "B04,B11")
        #expect(mixed["B04"]?.prefix(6) == [1005, 1025, 1045, 1065, 1085, 1105])
        #expect(mixed["B11"]?[35] == 2035)
        let fine = try values("resolution=10", "B04,B11")
        #expect(fine["B11"]?.prefix(4) == [2000, 2000, 2001, 2001])
        #expect(fine["B11"]?[12] == 2000 && fine["B11"]?[24] == 2006)
        // The grid of a band that is not used.
        #expect(try values("resolution=60", "B04")["B04"] == [1025, 1085, 1025, 1085])
        #expect(try values("resolution=10", "B01")["B01"]?.count == 144)
        #expect(try values("resolution=20", "B01")["B01"]?.prefix(6) == [1, 1, 1, 2, 2, 2])
        let refused = Run.planMessage("read \(folder) resolution=30 ! select B04")
        #expect(refused.contains("10.0, 20.0, 60.0"), "\(refused)")
    }

    // MARK: Angles

    @Test func anglesLieOnTheNodes() throws {
        let scene = try open(Self.level2)
        #expect(scene.angles.map(\.kind) == [.sunZenith, .sunAzimuth, .viewZenith, .viewAzimuth])
        #expect(scene.angles.map(\.bands) == [nil, nil, ["B8A"], ["B8A"]])
        func values(_ index: Int) throws -> [Float] {
            try Dataset(reading: scene.angles[index].source.path).floats(band: 1)
        }
        let grid = scene.angles[0].source.grid
        #expect(grid.width == 3 && grid.crs?.epsg == 32639)
        // The centre of the first pixel is the tile's corner.
        let centre = grid.transform.map(column: 0.5, row: 0.5)
        #expect(centre.x == SmallSentinel2.left && centre.y == SmallSentinel2.top)
        #expect(try values(0)[8] == 62 && values(1)[8] == 158)
        // Two detectors: 4 and 6 give 5, 359 and 1 give 0; one detector is as it is; none is NaN.
        let zenith = try values(2)
        let azimuth = try values(3)
        #expect(zenith.prefix(3) == [2, 5, 8] && zenith[4] == 4 && zenith[8].isNaN)
        #expect(azimuth[0] == 10 && min(abs(azimuth[1]), abs(azimuth[1] - 360)) < 1e-4 && azimuth[4] == 350)
        #expect(azimuth[8].isNaN)
    }

    @Test func damagedAnglesAreLeftOutWithAWord() throws {
        var product = Self.level2
        product.tileEdit = {
            $0.replacingOccurrences(of: "<VALUES>60.0 60.25 60.5</VALUES>", with: "<VALUES>60 x</VALUES>")
        }
        let scene = try open(product)
        #expect(scene.angles.isEmpty && scene.sun != nil)
        #expect(scene.notices.contains { $0.contains("Sun_Angles_Grid/Zenith") }, "\(scene.notices)")
    }

    // MARK: Quality

    @Test func sceneClassesAndCloudProbability() throws {
        var product = SmallSentinel2()
        product.images = ["B05_20m": [2000], "SCL_20m": (0..<36).map { Double($0 % 12) }]
        product.masks = ["MSK_CLDPRB_20m": [(0..<36).map { Double($0) * 2 }]]
        let folder = try product.write(in: scratch.path)
        func masked(_ flags: String) throws -> Set<Int> {
            let values = try #require(try Run.values("read \(folder) ! surface ! mask \(flags)")["B05"])
            return Set(values.indices.filter { values[$0].isNaN && $0 < 12 })
        }
        #expect(try masked("cloud") == [8, 9])
        #expect(try masked("cirrus") == [10])
        #expect(try masked("shadow") == [3])
        #expect(try masked("snow,water,fill,saturated,dark") == [0, 1, 2, 6, 11])
        #expect(try masked("vegetation,bare,unclassified") == [4, 5, 7])
        let likely = try #require(try Run.values("read \(folder) ! mask cloud-probability=60")["B05"])
        #expect(likely.indices.allSatisfy { likely[$0].isNaN == ($0 * 2 >= 60) })
        let both = try #require(try Run.values("read \(folder) ! mask cloud cloud-probability=70")["B05"])
        #expect(both.indices.filter { both[$0].isNaN } == [8, 9, 20, 21, 32, 33, 35])
        let even = try #require(try Run.values("read \(folder) ! mask cloudprob")["B05"])
        #expect(even[25].isNaN && !even[24].isNaN, "at least 50 %: 50 is pixel 25, 48 pixel 24")
    }

    @Test func masksCoarserThanUsualDeserveAWord() throws {
        var product = SmallSentinel2()
        product.images = ["B05_20m": [2000], "SCL_60m": [4]]
        product.masks = ["MSK_CLDPRB_60m": [[1, 2, 3, 4]]]
        let notices = try open(product).notices.filter { $0.contains("is read at 60") }
        #expect(notices.count == 2 && notices[0].hasPrefix("SCL ") && notices[1].hasPrefix("MSK_CLDPRB "), "\(notices)")
        product.images["SCL_20m"] = [4]
        product.masks["MSK_CLDPRB_20m"] = [[Double](repeating: 1, count: 36)]
        #expect(try !open(product).notices.contains { $0.contains("is read at 60") })
    }

    @Test func anglesAreShownWithTheFileThatStatesThem() throws {
        let description = SceneDescription(try open(Self.level2))
        #expect(description.angles.count == 4 && description.angles.allSatisfy { $0.file.hasSuffix("/MTD_TL.xml") })
        #expect(try !description.json().contains("vsimem") && !description.text.contains("vsimem"))
    }

    @Test func theSunIsMissingUnderTheNameThatTheProductGivesIt() throws {
        var product = Self.level1
        product.hasTile = false
        let folder = try product.write(in: scratch.path)
        let message = Run.planMessage("read \(folder) bands=B04 ! surface method=cost")
        #expect(message.contains("Mean_Sun_Angle of MTD_TL.xml"), "\(message)")
    }

    @Test func missingQualityFilesAreProblemsOfTheLayer() throws {
        var product = Self.level2
        product.absent = ["SCL_20m"]
        product.tileEdit = {
            $0.replacingOccurrences(
                of: "</n1:Quality_Indicators_Info>",
                with: "<Pixel_Level_QI><MASK_FILENAME type=\"MSK_CLDPRB\">\(product.granule)/QI_DATA/MSK_CLDPRB_20m.jp2"
                    + "</MASK_FILENAME></Pixel_Level_QI></n1:Quality_Indicators_Info>")
        }
        let scene = try open(product)
        #expect(scene.qualityLayers.map(\.name) == ["SCL", "MSK_CLDPRB"])
        #expect(scene.qualityLayers.allSatisfy { $0.source == nil && $0.problem?.contains("is missing") == true })
    }

    @Test func masksOfLevel1() throws {
        var product = Self.level1
        product.masks = ["MSK_CLASSI_B00": [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]]
        let folder = try product.write(in: scratch.path)
        func masked(_ flags: String) throws -> [Int] {
            let values = try #require(try Run.values("read \(folder) bands=B1 ! toa ! mask \(flags)")["B01"])
            return values.indices.filter { values[$0].isNaN }
        }
        #expect(try masked("cloud") == [0])
        #expect(try masked("cirrus") == [1])
        #expect(try masked("snow,cloud") == [0, 2])
    }

    // MARK: Places

    @Test(
        arguments: [
            ("GRANULE/x/IMG_DATA/R10m/T39TUG_20230715T072621_B02_10m.jp2", "B02", 10), ("R60m/B8A.jp2", "B8A", 60),
            ("B12.jp2", "B12", nil), ("qi/CLD_20m.jp2", "CLD", 20), ("L2A_T39TUG_SCL_20m.tif", "SCL", 20),
            ("S2A_OPER_MSI_L1C_TL_EPA__20160930T192141_A000734_T32TQM_B01.jp2", "B01", nil),
            ("preview/B02.jp2", nil, nil),
            ("QI_DATA/MSK_DETFOO_B02.jp2", nil, nil), ("T39TUG_TCI_10m.jp2", nil, nil), ("T39TUG_B13.jp2", nil, nil),
            ("", nil, nil),
        ] as [(String, String?, Int?)])
    func bandsByFileName(name: String, band: String?, resolution: Int?) {
        let found = Sentinel2Images.band(of: name)
        #expect(found?.band == band && found?.resolution == resolution)
    }

    @Test func folderMetadataFileFolderAboveAndArchive() throws {
        let product = Self.level2
        let folder = try product.write(in: scratch.path + "/above")
        let zip = scratch.path + "/product.zip"
        try StoredZip.pack(folder, under: product.id + ".SAFE", to: zip)
        let places = [folder, folder + "/" + product.metadataName, scratch.path + "/above", zip]
        for place in places {
            let scene = try Scene.open([place])
            #expect(scene.id == product.id && scene.bands.count == 12, "\(place)")
            #expect(scene.bands.allSatisfy { $0.problem == nil }, "\(place): \(scene.bands.compactMap(\.problem))")
        }
        #expect(
            try Run.values("read \(zip) ! surface ! select red")["B04"]?.allSatisfy { abs($0 - 0.1) < 1e-7 } == true)
        var second = product
        second.tile = "T39TUH"
        try second.write(in: scratch.path + "/above")
        let several = Run.message { _ = try Scene.open([self.scratch.path + "/above"]) }
        #expect(several.contains("2 Sentinel-2 products"), "\(several)")
    }

    @Test func imagesOfJPEG2000() throws {
        let folder = try Self.level2.write(in: scratch.path)
        let images = "\(folder)/\(Self.level2.granule)/IMG_DATA/R10m"
        let name = "\(images)/T39TUG_20230715T072621_B04_10m"
        try DatasetCopy.copy(
            name + ".tif", to: name + ".jp2", driver: "JP2OpenJPEG", options: ["REVERSIBLE=YES", "QUALITY=100"])
        try FileManager.default.removeItem(atPath: name + ".tif")
        let band = try #require(try Scene.open([folder]).band(named: "red"))
        #expect(band.source?.path.hasSuffix(".jp2") == true, "\(band.problem ?? "")")
        #expect(
            try Run.values("read \(folder) ! surface ! select red")["B04"]?.allSatisfy { abs($0 - 0.1) < 1e-7 } == true)
    }

    /// Level-2A products of before 2018 name elements and files differently.
    @Test func olderElementNames() throws {
        var product = Self.level2
        product.baseline = "02.05"
        product.offsets = nil
        product.productEdit = { text in
            let names = [
                ("Product_Info>", "L2A_Product_Info>"),
                ("Product_Image_Characteristics>", "L2A_Product_Image_Characteristics>"),
                ("IMAGE_FILE>", "IMAGE_ID_2A>"), ("BOA_QUANTIFICATION_VALUE>", "L2A_BOA_QUANTIFICATION_VALUE>"),
                ("PRODUCT_URI>", "PRODUCT_URI_2A>"),
            ]
            return names.reduce(text) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
        }
        let scene = try open(product)
        #expect(scene.bands.count == 12)
        #expect(scene.band(named: "red")?.calibration.product?.scale == LinearScale(gain: 1e-4, offset: 0))
    }

    @Test func tilesOfDistributors() throws {
        let folder = scratch.path + "/tile"
        for name in ["R10m", "R20m", "qi"] {
            try FileManager.default.createDirectory(atPath: folder + "/" + name, withIntermediateDirectories: true)
        }
        for (name, size, number) in [("R10m/B04", 10, 3000.0), ("R20m/B04", 20, 1), ("R20m/B11", 20, 2000)] {
            let grid = SmallSentinel2.grid(size)
            try SmallRaster.write(
                "\(folder)/\(name).tif", grid: grid, type: .uint16,
                bands: [[Double](repeating: number, count: grid.pixelCount)])
        }
        try SceneTestData.write(SmallSentinel2().tileXML, to: folder + "/metadata.xml")
        try SceneTestData.write(
            "{\"productName\": \"S2B_MSIL2A_20230715T072621_N0511_R049_T39TUG_20230715T101112\", \"utmZone\": 39}",
            to: folder + "/tileInfo.json")
        let scene = try Scene.open([folder])
        #expect(scene.sensor == "sentinel2b-msi" && scene.bands.map(\.name) == ["B04", "B11"])
        #expect(scene.sun?.elevation == 29.5 && scene.angles.count == 4)
        let refusal = Run.message { _ = try Scene.open([folder], options: SceneOptions(scale: 2)) }
        #expect(refusal.contains("takes it from its metadata"), "\(refusal)")
        let asked = Run.planMessage("read \(folder) ! surface ! select red")
        #expect(asked.contains("assume=offset-missing") && asked.contains("tileInfo.json"), "\(asked)")
        let values = try Run.values("read \(folder) assume=offset-missing ! surface ! select red")
        #expect(values["B04"]?.count == 144 && abs((values["B04"]?[0] ?? .nan) - 0.2) < 1e-7)
        // The tile's metadata alone, without the JSON.
        try FileManager.default.removeItem(atPath: folder + "/tileInfo.json")
        let alone = try Scene.open([folder + "/metadata.xml"], options: SceneOptions(assume: "offset-applied"))
        #expect(alone.band(named: "red")?.calibration.product?.scale.offset == 0 && alone.sensor == "sentinel2a-msi")
    }

    // MARK: Stacks

    @Test func stacksAskForTheOffset() throws {
        func stack(_ name: String, scale: LinearScale? = nil, type: SampleType = .uint16) throws -> String {
            let path = "\(scratch.path)/\(name).tif"
            let values = [Double](repeating: 3000, count: 144)
            try SmallRaster.write(
                path, grid: SmallSentinel2.grid(10), type: type, bands: [values, values], names: ["red", "nir"],
                scale: scale)
            return path
        }
        let level2 = try stack("S2A_MSIL2A_20230715_stack")
        let asked = Run.planMessage("read \(level2) ! surface")
        #expect(asked.contains("assume=offset-missing"), "\(asked)")
        #expect(abs((try Run.values("read \(level2) assume=offset-missing ! surface")["red"]?[0] ?? .nan) - 0.2) < 1e-7)
        #expect(abs((try Run.values("read \(level2) assume=offset-applied ! surface")["red"]?[0] ?? .nan) - 0.3) < 1e-7)
        let level1 = try stack("S2B1C_20170703_022_TOA_10")
        #expect(Run.planMessage("read \(level1) ! toa").contains("assume=offset-missing"))
        #expect(abs((try Run.values("read \(level1) assume=offset-applied ! toa")["nir"]?[0] ?? .nan) - 0.3) < 1e-7)
        let unclear = try stack("S2C_20250703_stack")
        let message = Run.planMessage("read \(unclear) assume=offset-missing ! surface")
        #expect(message.contains("neither Level-1C nor Level-2A"), "\(message)")
        // What the user or the file says of scale is left as it is.
        let said = "read \(level2) scale=0.0001 offset=-0.1 quantity=surfaceReflectance"
        #expect(abs((try Run.values(said)["red"]?[0] ?? .nan) - 0.2) < 1e-7)
        let scaled = try Scene.open([try stack("S2A_MSIL2A_scaled", scale: LinearScale(gain: 1e-4, offset: 0))])
        #expect(scaled.bands.allSatisfy { $0.quantity == .relative && $0.calibration.missing.isEmpty })
        let other = try stack("stack")
        let refused = Run.message { _ = try Scene.open([other], options: SceneOptions(assume: "offset-missing")) }
        #expect(refused.contains("Sentinel-2 by their name"), "\(refused)")
    }

    // MARK: Hostile and broken products

    @Test func brokenMetadataIsOneClearError() throws {
        let cases: [(what: String, from: String, to: String, says: [String])] = [
            (
                "path", "IMG_DATA/R10m/T39TUG_20230715T072621_B02", "../../../../etc/T39TUG_B02",
                ["MTD_MSIL2A.xml", "not inside"]
            ),
            ("absolute", "<IMAGE_FILE>GRANULE/", "<IMAGE_FILE>/vsicurl/http://x/", ["MTD_MSIL2A.xml", "not inside"]),
            ("level", "<PROCESSING_LEVEL>Level-2A", "<PROCESSING_LEVEL>Level-1C", ["PROCESSING_LEVEL", "Level-2A"]),
            ("spacecraft", "Sentinel-2A<", "Landsat-9<", ["SPACECRAFT_NAME", "Landsat-9"]),
            ("id", "<PRODUCT_URI>S2A", "<PRODUCT_URI>../S2A", ["PRODUCT_URI"]),
            ("U", "<U>0.96", "<U>-3", ["Reflectance_Conversion/U"]),
            ("NaN", "<U>0.96", "<U>NaN", ["Reflectance_Conversion/U", "not a number"]),
            ("special", "<SPECIAL_VALUE_INDEX>65535", "<SPECIAL_VALUE_INDEX>-1", ["SPECIAL_VALUE_INDEX", "SATURATED"]),
            ("band", "band_id=\"3\"", "id=\"3\"", ["BOA_ADD_OFFSET", "band_id"]),
            ("entity", "<n1:Level-2A", "<!DOCTYPE x [<!ENTITY a \"b\">]><n1:Level-2A", ["document type"]),
            ("text", "Sentinel-2A<", String(repeating: "x", count: 2 << 20) + "<", ["SPACECRAFT_NAME"]),
            ("cut", "</n1:General_Info>", "", ["not well formed"]),
            ("other tile", "_T39TUG_20230715T101112.SAFE", "_T01ABC_20230715T101112.SAFE", ["T39TUG", "T01ABC"]),
            ("time", "2023-07-15T07:26:21.024Z", "yesterday", []),
        ]
        for entry in cases {
            var product = Self.level2
            product.productEdit = { $0.replacingOccurrences(of: entry.from, with: entry.to) }
            let said = try message(product)
            for word in entry.says { #expect(said.contains(word), "\(entry.what): \(said)") }
            if !entry.says.isEmpty { #expect(!said.isEmpty && said.utf8.count < 2000, "\(entry.what)") }
        }
        let tiles: [(from: String, to: String, says: String)] = [
            ("Level-2A_Tile_ID", "Level-1C_Tile_ID", "another level"),
            ("EPSG:32639", "EPSG:0", "HORIZONTAL_CS_CODE"), ("<NROWS>12<", "<NROWS>-4<", "describes no raster"),
            ("<ZENITH_ANGLE>60.5", "<ZENITH_ANGLE>-60", "Mean_Sun_Angle"), ("07:29:00.5Z", "29 h", "sensing time"),
        ]
        for entry in tiles {
            var product = Self.level2
            product.tileEdit = { $0.replacingOccurrences(of: entry.from, with: entry.to) }
            let said = try message(product)
            #expect(said.contains(entry.says), "\(entry.to): \(said)")
        }
    }

    /// What only some bands need is an error only when one of them is used.
    @Test(arguments: [
        ("<BOA_QUANTIFICATION_VALUE>10000", "<BOA_QUANTIFICATION_VALUE>NaN", "BOA_QUANTIFICATION_VALUE"),
        ("<BOA_QUANTIFICATION_VALUE>10000", "<BOA_QUANTIFICATION_VALUE>-10000", "above 0"),
        ("<BOA_QUANTIFICATION_VALUE>10000", "<BOA_QUANTIFICATION_VALUE>0", "above 0"),
        ("<BOA_QUANTIFICATION_VALUE>10000</BOA_QUANTIFICATION_VALUE>", "", "BOA_QUANTIFICATION_VALUE is missing"),
        ("band_id=\"3\">-1000", "band_id=\"3\">inf", "band_id 3 is not a number"),
        ("band_id=\"3\"", "band_id=\"4\"", "no entry for this band"),
        ("band_id=\"4\">-1000", "band_id=\"3\">-900", "differ"),
    ])
    func brokenCalibrationIsTheBands(from: String, to: String, says: String) throws {
        var product = Self.level2
        product.productEdit = { $0.replacingOccurrences(of: from, with: to) }
        let folder = try product.write(in: scratch.path)
        let said = Run.planMessage("read \(folder) ! surface ! select red")
        #expect(said.contains(says) && said.contains("B04"), "\(said)")
        #expect(Run.planMessage("read \(folder) ! select red").isEmpty)
        if from.hasPrefix("band_id") { #expect(Run.planMessage("read \(folder) ! surface ! select blue").isEmpty) }
    }

    @Test func filesThatAreMissingOrLieElsewhere() throws {
        var product = Self.level2
        product.absent = ["B08_10m"]
        product.images["B08_10m"] = nil
        product.shifted = ["B04_10m"]
        let scene = try open(product)
        let nir = try #require(scene.band(named: "nir"))
        #expect(
            nir.name == "B08" && nir.source == nil && nir.problem?.contains("B08_10m.jp2: the file is missing") == true)
        let red = try #require(scene.band(named: "red"))
        #expect(red.source == nil && red.problem?.contains("Tile_Geocoding") == true, "\(red.problem ?? "")")
        #expect(scene.band(named: "blue")?.problem == nil)
        var floats = SmallSentinel2()
        floats.tile = "T39TUH"
        floats.type = .float32
        floats.images = ["B02_10m": [0.1]]
        #expect(try open(floats).bands[0].problem?.contains("float32") == true)
    }

    @Test func duplicatedAndForeignFiles() throws {
        var product = Self.level2
        product.productEdit = {
            $0.replacingOccurrences(
                of: "<IMAGE_FILE>\(product.granule)/IMG_DATA/R10m/T39TUG_20230715T072621_B02_10m</IMAGE_FILE>",
                with: "<IMAGE_FILE>\(product.granule)/IMG_DATA/R10m/T39TUG_20230715T072621_B02_10m</IMAGE_FILE>"
                    + "<IMAGE_FILE>other/T39TUG_B02_10m</IMAGE_FILE>")
        }
        let folder = try product.write(in: scratch.path)
        // Named but not there: the first one is taken.
        #expect(try Scene.open([folder]).band(named: "blue")?.problem == nil)
        try FileManager.default.createDirectory(atPath: folder + "/other", withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: "\(folder)/\(product.granule)/IMG_DATA/R10m/T39TUG_20230715T072621_B02_10m.tif",
            toPath: folder + "/other/T39TUG_B02_10m.tif")
        let said = Run.message { _ = try Scene.open([folder]) }
        #expect(said.contains("are both B02 at 10 m"), "\(said)")
    }

    @Test func tilesMissingOrSeveral() throws {
        var product = Self.level2
        product.hasTile = false
        let scene = try open(product)
        #expect(scene.sun == nil && scene.acquiredText == "2023-07-15T07:26:21.024Z" && scene.bands.count == 12)
        #expect(scene.notices.contains { $0.contains("MTD_TL.xml is missing") })
        let folder = try Self.level2.write(in: scratch.path + "/two")
        try FileManager.default.createDirectory(
            atPath: folder + "/GRANULE/L2A_T39TUH_A1_2", withIntermediateDirectories: true)
        try SceneTestData.write(Self.level2.tileXML, to: folder + "/GRANULE/L2A_T39TUH_A1_2/MTD_TL.xml")
        #expect(Run.message { _ = try Scene.open([folder]) }.contains("holds 2 tiles"))
    }

    @Test func optionsOfGenericFilesAreRefused() throws {
        for options in [
            SceneOptions(roles: ["red"]), SceneOptions(scale: 2), SceneOptions(noData: 0),
            SceneOptions(quantity: .relative), SceneOptions(prefix: "x"),
        ] {
            #expect(try message(Self.level2, options).contains("takes it from its metadata"))
        }
    }
}
