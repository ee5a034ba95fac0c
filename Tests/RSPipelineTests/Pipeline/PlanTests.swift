import Foundation
import Testing

@testable import RSPipeline

/// The rules of what flows along a chain.
@Suite struct PlanTests {
    private let folder: ScratchFolder
    private let level1: String
    private let level2: String

    init() throws {
        folder = try ScratchFolder()
        var scene = SmallLandsat()
        for number in [2, 3, 4, 5, 6, 7, 10] {
            scene.bands["B\(number)"] = SmallLandsat.filled(10_000 + 1000 * Double(number))
        }
        scene.bands["B8"] = SmallLandsat.filled(12_000, count: 64)
        scene.fineBands = ["B8"]
        scene.bands["QA_PIXEL"] = SmallLandsat.filled(21_824)
        scene.bands["QA_RADSAT"] = SmallLandsat.filled(0)
        level1 = try scene.write(in: folder.path, name: "l1")
        var second = SmallLandsat(isLevel2: true)
        for number in 2...7 { second.bands["SR_B\(number)"] = SmallLandsat.filled(9000 + 1000 * Double(number)) }
        level2 = try second.write(in: folder.path, name: "l2")
    }

    private func names(_ rest: String, bands: String = "bands=2,3,4,5,6,7,10") throws -> [String] {
        try Run.plan("read \(level1) \(bands) ! \(rest)").planeNames
    }

    @Test func readSelectsAllSpectralBandsButPan() throws {
        let builder = try planned("read \(level1)")
        #expect(builder.planes.map(\.name).contains("B8"))
        let selected = builder.selection.map { builder.planes[$0].name }
        #expect(selected == ["B1", "B2", "B3", "B4", "B5", "B6", "B7", "B9", "B10", "B11"])
        #expect(try Run.plan("read \(level1) bands=pan").planeNames == ["B8"])
    }

    private func planned(_ text: String) throws -> PlanBuilder {
        let chain = try Chain(text)
        var builder = PlanBuilder(scene: try chain.openScene(), catalogue: .builtin)
        for step in try chain.steps() { try step.lower(into: &builder) }
        return builder
    }

    @Test func conversionsReplaceAndSelectWhatTheyApplyTo() throws {
        #expect(try names("toa") == ["B2", "B3", "B4", "B5", "B6", "B7"])
        #expect(try names("brightness") == ["B10"])
        #expect(try names("toa ! brightness") == ["B10"])
        #expect(try names("toa ! brightness ! select red,thermal") == ["B4", "B10"])
        #expect(try names("surface method=dos1") == ["B2", "B3", "B4", "B5", "B6", "B7"])
    }

    @Test func addedPlanesAreSelectedFromTheFirstOn() throws {
        #expect(try names("toa ! index ndvi") == ["ndvi"])
        #expect(
            try names("toa ! index ndvi,gdvi(n=3) ! expr x=\"ndvi * 2\" y=\"x + red\"") == [
                "ndvi", "gdvi_n3", "x", "y",
            ])
        #expect(try names("toa ! index ndvi as=veg") == ["veg"])
        #expect(try names("toa ! index ndvi ! select red,ndvi") == ["B4", "ndvi"])
        #expect(try names("toa ! index SI1@Douaoui2006") == ["sqrt_GR"])
    }

    @Test func onlyWrittenPlanesAreComputed() throws {
        let plan = try Run.plan(
            "read \(level1) bands=2,3,4,5 ! toa ! index ndvi ! write \(folder.path)/o/ ! index evi ! select evi ! "
                + "write \(folder.path)/e.tif")
        #expect(plan.planeNames == ["ndvi", "evi"])
        #expect(plan.outputPaths.map { $0.split(separator: "/").last ?? "" } == ["LC08_TEST_ndvi.tif", "e.tif"])
        #expect(plan.usedSlots.compactMap { plan.inputs[$0].name } == ["B2", "QA_RADSAT", "B4", "B5"])
    }

    @Test func namesAreFoundWhateverTheirCase() throws {
        #expect(try names("toa ! expr x=\"NIR - Red + b4 + nir08\"") == ["x"])
        #expect(try names("select thermal") == ["B10"])
    }

    @Test(arguments: [
        ("toa ! index ndvi ! index ndvi", "'ndvi' is taken"), ("expr red=\"B4\"", "'red' is taken"),
        ("expr b4=\"B4\"", "'b4' is taken"), ("expr nir=\"B4\"", "'nir' is taken"),
        ("toa ! index evi ! select evl", "did you mean 'evi'?"), ("expr x=\"rde + 1\"", "did you mean 'red'?"),
        ("index evi", "digital numbers; put toa"), ("index ndvi", "offset would falsify it; put toa"),
        ("toa ! toa", "step 3 (toa): the bands hold toaReflectance already"),
        ("radiance ! index ndvi", "holds radiance"),
        // The thermal band alone would be converted, and nobody would notice.
        ("toa ! radiance", "but B2 holds toaReflectance"), ("toa ! radiance", "select B10"),
        ("brightness ! radiance", "B10 holds brightnessTemperature"),
        ("select nir,nir08", "'nir' and 'nir08' both mean B5"),
        ("surface", "surface method=dos1"), ("surface method=dos1 ! surface method=dos1", "already"),
        ("surface method=dos1 ! toa", "it starts from"), ("select red,red", "chosen twice"),
        ("toa ! index asi:TVDI", "asi:TVDI"), ("expr if=\"B4\"", "word of the formula language"),
    ]) func whatDoesNotFitIsRefused(rest: String, part: String) {
        let message = Run.planMessage("read \(level1) bands=2,3,4,5,6,7,10 ! \(rest)")
        #expect(message.contains(part), "\(rest): \(message)")
    }

    @Test func conversionsOfOtherBandsFollowEachOther() throws {
        let bands = "read \(level1) bands=2,3,4,5,6,7,10"
        #expect(try Run.plan("\(bands) ! toa ! brightness").planeNames == ["B10"])
        #expect(try Run.plan("\(bands) ! brightness ! toa").planeNames == ["B2", "B3", "B4", "B5", "B6", "B7"])
        #expect(try Run.plan("\(bands) ! toa ! select B10 ! radiance").planeNames == ["B10"])
    }

    @Test func level2HasItsOwnRules() throws {
        #expect(try Run.plan("read \(level2) bands=2,3,4,5 ! surface ! index ndvi").planeNames == ["ndvi"])
        #expect(Run.planMessage("read \(level2) ! surface method=dos1").contains("would correct twice"))
        #expect(Run.planMessage("read \(level2) ! toa").contains("use: surface"))
        #expect(Run.planMessage("read \(level2) ! index ndvi").contains("put surface before it"))
        #expect(Run.planMessage("read \(level2) ! surface ! surface").contains("already"))
        #expect(try Run.plan("read \(level2) bands=red ! surface method=auto").planeNames == ["SR_B4"])
    }

    @Test func anIndexWithoutItsBandsListsThoseThatRun() {
        let message = Run.planMessage("read \(level1) bands=red,nir ! toa ! index evi")
        #expect(message.contains("needs blue") && message.contains("ndvi") && message.contains("savi"))
        #expect(!message.contains("crsi"))
    }

    @Test func aMissingFileMattersOnlyWhenItsBandIsUsed() throws {
        #expect(try Run.plan("read \(level1) ! toa ! index ndvi").planeNames == ["ndvi"])
        let message = Run.planMessage("read \(level1) ! toa ! expr x=\"coastal + red\"")
        #expect(message.contains("B1") && message.contains("LC08_TEST_B1.TIF"))
    }

    @Test(arguments: ["REFLECTANCE_MULT_BAND_4", "REFLECTANCE_ADD_BAND_4"])
    func aMissingKeyMattersOnlyWhenItsBandIsUsed(key: String) throws {
        for isLevel2 in [false, true] {
            var scene = SmallLandsat(isLevel2: isLevel2)
            let prefix = isLevel2 ? "SR_B" : "B"
            for number in 2...5 { scene.bands["\(prefix)\(number)"] = SmallLandsat.filled(9000) }
            scene.omitted = [key]
            let path = try scene.write(in: folder.path, name: "no-key")
            let step = isLevel2 ? "surface" : "toa"
            #expect(try Run.plan("read \(path) bands=2,3,4,5 ! \(step) ! index ndwi").planeNames == ["ndwi"])
            for rest in ["index ndvi", "expr x=\"red\"", "select red"] {
                let message = Run.planMessage("read \(path) bands=2,3,4,5 ! \(step) ! \(rest)")
                #expect(message.contains(key), "\(rest): \(message)")
            }
        }
    }

    @Test func gridsMustBeOne() throws {
        var scene = SmallLandsat(shiftedBands: ["B5"])
        scene.bands = ["B4": SmallLandsat.filled(9), "B5": SmallLandsat.filled(9)]
        let path = try scene.write(in: folder.path, name: "shifted")
        #expect(Run.planMessage("read \(path) bands=red,nir ! toa ! index ndvi").contains("1.0 pixels apart"))
    }

    /// The saturation layer of the other bands lies on another grid and has no say in the result.
    @Test func panAloneRuns() throws {
        let chain = "read \(level1) ! toa ! select pan"
        #expect(try Run.plan(chain).grid.width == 8)
        #expect(try Run.values(chain)["B8"]?.count == 64)
    }

    @Test func aQualityLayerOfBrokenNumbersIsRefused() throws {
        var scene = SmallLandsat(types: ["QA_PIXEL": .float32])
        scene.bands = ["B4": SmallLandsat.filled(9000), "QA_PIXEL": SmallLandsat.filled(1e30)]
        let path = try scene.write(in: folder.path, name: "float-qa")
        #expect(Run.planMessage("read \(path) bands=red ! mask cloud").contains("float32"))
    }

    @Test func aNightSceneHasNoReflectance() throws {
        var scene = SmallLandsat(sunElevation: -3)
        scene.bands = ["B4": SmallLandsat.filled(9000)]
        let path = try scene.write(in: folder.path, name: "night")
        #expect(Run.planMessage("read \(path) bands=red ! toa").contains("sun"))
    }

    @Test func bandsMayBearAnyName() throws {
        let path = folder.path + "/odd.tif"
        try SmallRaster.write(
            path, grid: SmallRaster.grid(2, 1), type: .uint8, bands: [[1, 2], [3, 4], [5, 6]],
            names: ["max", "nir", "B1"])
        let plan = try Run.plan("read \(path) roles=red,-,nir")
        #expect(plan.planeNames == ["max", "nir", "B1"])
        // A delivered name wins over a role.
        #expect(try Run.values("read \(path) roles=red,-,nir ! expr x=\"nir\"")["x"] == [3, 4])
    }

    @Test func whatLooksEqualInTwoFilesOrPlacesIsRefused() {
        let write = "read \(level1) bands=2,3,4,5 ! toa ! index ndvi ! write a.tif ! write ./a.tif"
        #expect(Run.planMessage(write).contains("two outputs have one name"))
        let mixed = "read \(level1) bands=2,3,4,5 ! toa ! index ndvi ! select red,ndvi ! write a.tif"
        #expect(Run.planMessage(mixed).contains("one file cannot hold B4 (toaReflectance) and ndvi"))
        let scale = "read \(level1) bands=2,3,4,5 ! toa ! index evi ! write a.tif type=int16"
        #expect(Run.planMessage(scale).contains("has no usual scale in int16"))
        let dn = "read \(level1) bands=4 ! write a.tif type=int16"
        #expect(Run.planMessage(dn).contains("write scale="))
        let noData = "read \(level1) bands=4 ! toa ! write a.tif type=int16 nodata=0"
        #expect(Run.planMessage(noData).contains("at an end of its range"))
        #expect(Run.planMessage("read \(level1) bands=4 ! expr x=1").contains("use no band"))
    }

    @Test func targetsAreFilledIn() throws {
        let chain = "read \(level1) bands=4,5 ! toa ! index ndvi ! write {sensor}/{date}/{scene}.tif"
        #expect(
            try Run.plan(chain, out: "/out").outputPaths == ["/out/landsat8-oli-tirs/2023-07-15/LC08_TEST.tif"])
        #expect(Run.planMessage("read \(level1) bands=4 ! toa ! write {name}.tif").contains("only {scene}, {date}"))
    }

    /// What metadata cannot be: two bands in one file, a scale of nothing.
    @Test(arguments: [
        ("T_B5.TIF", "T_B4.TIF", "name one file"),
        ("REFLECTANCE_MULT_BAND_4 = 2.0000E-05", "REFLECTANCE_MULT_BAND_4 = 0.0", "is not above 0"),
        ("REFLECTANCE_MULT_BAND_4 = 2.0000E-05", "REFLECTANCE_MULT_BAND_4 = -2.0E-05", "is not above 0"),
        ("\"LANDSAT_8\"", "\"LANDSAT_98\"", "no Landsat"),
    ])
    func impossibleMetadataAreRefused(was: String, becomes: String, part: String) throws {
        let path = level1 + "/LC08_TEST_MTL.txt"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.contains(was))
        try text.replacing(was, with: becomes).write(toFile: path, atomically: true, encoding: .utf8)
        let message = Run.planMessage("read \(level1) bands=red,nir ! toa ! index ndvi")
        #expect(message.contains(part), "\(message)")
    }

    /// A mask or an alpha band hides pixels that must not count as data.
    @Test func hiddenPixelsAreNotTakenForData() throws {
        let path = folder.path + "/alpha.tif"
        let grid = SmallRaster.grid(2, 1)
        let writer = try DatasetWriter(
            creating: path, grid: grid, sampleType: .uint8, bandCount: 4, options: ["PHOTOMETRIC=RGB", "ALPHA=YES"])
        for band in 1...4 {
            try unsafe [UInt8](repeating: 9, count: 2).withUnsafeBytes { bytes in
                try unsafe writer.write(band: band, window: grid.window, from: bytes, as: .uint8)
            }
        }
        try writer.close()
        #expect(Run.planMessage("read \(path) ! expr a=b1").contains("alpha band"))
        #expect(Run.planMessage("read \(path) nodata=0 ! expr a=b1").isEmpty)
    }

    @Test func optionsThatCannotBeAreRefused() throws {
        #expect(Run.planMessage("read \(level1) bands=red resolution=nan ! toa").contains("above 0"))
        #expect(Run.planMessage("read \(level1) bands=red ! toa ! write a.tif nodata=1e40").contains("float32"))
        #expect(Run.planMessage("read \(level1) bands=red ! toa ! write a").contains("ends in .tif"))
        #expect(Run.planMessage("read \(level1) bands=red ! toa ! write a.tif type=uint8").contains("no usual scale"))
        #expect(Run.planMessage("read \(level1) bands=red ! toa ! expr validity=red").contains("name of the reasons"))
    }

    @Test func explanationReadsNoPixel() throws {
        let text = try Run.plan(
            "read \(level1) bands=2,3,4,5 ! surface method=dos1 ! index ndvi ! write \(folder.path)/x/ type=int16"
        ).explanation(options: ExecutionOptions(threads: 2))
        for part in ["4 x 4 pixels, EPSG:32639", "dark objects of B4, B5", "ndvi (index:-1.0...1.0)", "int16", "units"]
        {
            #expect(text.contains(part), "\(part) in \(text)")
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/x"))
    }
}

@Suite struct PixelReasonRulesTests {
    /// Sixteen pixels, one case each; the first reason along the chain wins.
    private func scene(_ folder: ScratchFolder) throws -> String {
        var scene = SmallLandsat()
        scene.sunElevation = 45  // 5000 is then a reflectance of exactly 0 in Float
        var red = SmallLandsat.filled(10_000)
        var nir = SmallLandsat.filled(15_000)
        var quality = SmallLandsat.filled(21_824)
        var saturation = SmallLandsat.filled(0)
        red[0] = 0  // fill of one band
        nir[1] = 0  // fill of the other, and cloud
        quality[1] = 22_280
        saturation[2] = 8  // red saturated, and cloud
        quality[2] = 22_280
        saturation[3] = 1  // coastal saturated: of no account
        quality[4] = 22_280  // cloud
        quality[5] = 23_888  // shadow
        quality[6] = 24_088  // cloud and shadow
        quality[7] = 30_048  // snow
        red[8] = 15_000  // no difference: the formula divides by 0
        red[9] = 0  // fill and shadow
        quality[9] = 23_888
        scene.bands = ["B4": red, "B5": nir, "QA_PIXEL": quality, "QA_RADSAT": saturation]
        return try scene.write(in: folder.path)
    }

    @Test func everyMissingPixelHasItsReason() throws {
        let folder = try ScratchFolder()
        let path = try scene(folder)
        let summary = try Run.run(
            "read \(path) bands=red,nir ! toa ! mask snow ! mask cloud,shadow ! "
                + "expr v=\"1 / (nir - red)\" ! write \(folder.path)/o/")
        #expect(
            summary.planes[0].pixels == [
                "valid": 7, "fill": 3, "saturated": 1, "cloud": 2, "shadow": 1, "masked_other": 1,
                "undefined_result": 1,
            ])
        #expect(summary.quality["QA_PIXEL"]?["cloud"] == 4)
        #expect(summary.quality["QA_PIXEL"]?["shadow"] == 3)
        #expect(summary.quality["QA_RADSAT"]?["saturated"] == 2)
        let codes = try Run.values(
            "read \(path) bands=red,nir ! toa ! mask snow ! mask cloud,shadow ! "
                + "expr v=\"1 / (nir - red)\" ! select validity")
        #expect(codes["validity"] == [1, 1, 2, 0, 3, 4, 3, 5, 8, 1, 0, 0, 0, 0, 0, 0])
        let values = try #require(try Run.values("read \(path) bands=red,nir ! toa ! mask cloud ! index ndvi")["ndvi"])
        #expect(abs(values[3] - Float(1) / 3) < 1e-6 && values[5].isFinite && values[4].isNaN)
    }

    /// A formula without a result at one step is not a mask of a later step.
    @Test func anUndefinedResultComesBeforeALaterMask() throws {
        let folder = try ScratchFolder()
        let path = try scene(folder)
        let later = try Run.values(
            "read \(path) bands=red,nir ! toa ! expr none=\"red - nir == 0 ? nodata : red\" ! mask cloud,snow,fill ! "
                + "select none,validity")
        let codes = try #require(later["validity"])
        #expect(codes[4] == 3 && codes[7] == 5 && codes[8] == 8)
        let covered = try Run.values(
            "read \(path) bands=red,nir ! toa ! expr none=nodata*red ! mask cloud ! select none ! select none,validity")
        #expect(covered["validity"]?[4] == 8, "cloud came after the formula")
    }

    @Test func theOrderOfMasksDecides() throws {
        let folder = try ScratchFolder()
        let path = try scene(folder)
        let codes = try Run.values(
            "read \(path) bands=red,nir ! mask shadow ! mask cloud ! toa ! index ndvi ! select validity")
        #expect(codes["validity"]?[6] == 4)
    }

    @Test func saturatedPixelsCanBeKept() throws {
        let folder = try ScratchFolder()
        let path = try scene(folder)
        let values = try #require(
            try Run.values("read \(path) bands=red,nir saturated=keep ! toa ! index ndvi")["ndvi"])
        #expect(values[2].isFinite)
        #expect(try Run.values("read \(path) bands=red,nir ! toa ! index ndvi")["ndvi"]?[2].isNaN == true)
    }

    /// `coalesce` fills fill, and still nothing under a mask is filled.
    @Test func masksHoldForWhateverIsAddedLater() throws {
        let folder = try ScratchFolder()
        let path = try scene(folder)
        let values = try #require(
            try Run.values("read \(path) bands=red,nir ! toa ! mask cloud ! expr x=\"coalesce(red, 7)\"")["x"])
        #expect(values[0] == 7)
        #expect(values[4].isNaN && values[6].isNaN)
        let before = try #require(
            try Run.values("read \(path) bands=red,nir ! toa ! expr x=\"isnodata(red)\" ! mask cloud")["x"])
        #expect(before[0] == 1 && before[3] == 0 && before[4].isNaN)
    }
}
