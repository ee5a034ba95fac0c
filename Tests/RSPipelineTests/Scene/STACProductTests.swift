import Foundation
import Testing

@testable import RSPipeline

@Suite struct STACProductTests {
    private func message(_ path: String, _ options: SceneOptions = SceneOptions()) -> String {
        Run.message { _ = try Scene.open([path], options: options) }
    }

    // MARK: Sentinel-2

    @Test func aSentinel2ItemGivesBandsRolesQualityAndSurfaceReflectance() throws {
        let scratch = try ScratchFolder()
        let path = try SmallItem.sentinel2().write(in: scratch.path)
        try SmallItem.file("B04.tif", in: scratch.path, 3000)
        try SmallItem.file("B06.tif", in: scratch.path, 500)
        try SmallItem.file("SCL.tif", in: scratch.path, 9, type: .uint8)
        let scene = try Scene.open([path])
        #expect(scene.bands.map(\.name) == ["B04", "B06"])
        #expect(scene.bands.map(\.role) == [.red, .rededge2])
        #expect(scene.sensor == "sentinel2a-msi" && scene.level == .level2)
        #expect(scene.sun == SunGeometry(elevation: 40, azimuth: 150) && scene.cloudCover == 12.5)
        #expect(scene.acquiredText == "2023-07-15T07:30:00Z")
        #expect(scene.qualityLayer(.sentinel2SCL)?.source != nil)
        // (3000 - 1000) / 10000 and (500 - 1000) / 10000, which stays negative.
        let values = try Run.values("read \(path) ! surface")
        #expect(abs((values["B04"]?[0] ?? .nan) - 0.2) < 1e-6)
        #expect(abs((values["B06"]?[0] ?? .nan) + 0.05) < 1e-6)
        let masked = try Run.values("read \(path) ! surface ! mask cloud")
        #expect(masked["B04"]?.allSatisfy(\.isNaN) == true)
        let text = SceneDescription(scene).text
        #expect(text.contains("sentinel2a-msi") && text.contains("surface:product"))
    }

    /// Level-1C is reflectance already: no division by the sine of the sun elevation.
    @Test func level1CIsTopOfAtmosphereReflectance() throws {
        let scratch = try ScratchFolder()
        var item = SmallItem.sentinel2()
        item.properties["s2:product_type"] = .string("S2MSI1C")
        let path = try item.write(in: scratch.path)
        try SmallItem.file("B04.tif", in: scratch.path, 3000)
        let values = try Run.values("read \(path) bands=red ! toa")
        #expect(abs((values["B04"]?[0] ?? .nan) - 0.2) < 1e-6)
    }

    /// (baseline, offset of the item, scale of the item, Earth Search's flag, assume, expected offset; nil for a question).
    static let offsets: [(String?, Double?, Double?, Bool?, String?, Double?)] = [
        ("05.09", -0.1, 0.0001, nil, nil, -0.1), ("02.09", 0, 0.0001, nil, nil, 0), ("02.09", nil, 0.0001, nil, nil, 0),
        ("04.00", 0, 0.0001, nil, nil, nil), ("04.00", nil, 0.0001, nil, nil, nil),
        ("02.09", -0.1, 0.0001, nil, nil, nil),
        (nil, -0.1, 0.0001, nil, nil, -0.1), (nil, 0, 0.0001, nil, nil, 0), (nil, nil, 0.0001, nil, nil, nil),
        ("05.00", -0.1, 0.0001, true, nil, 0), ("05.00", -0.1, 0.0001, false, nil, -0.1),
        ("05.00", 0, 0.0001, false, nil, nil), ("05.00", nil, nil, nil, nil, nil),
        ("05.00", nil, nil, nil, "offset-missing", -0.1), ("05.00", nil, nil, nil, "offset-applied", 0),
        ("05.00", -0.1, 0.0001, false, "offset-applied", 0), ("04.00", 0, 0.0001, nil, "offset-missing", -0.1),
    ]

    @Test(arguments: offsets)
    func theOffsetIsTheItemsOrIsAskedFor(
        _ baseline: String?, _ offset: Double?, _ scale: Double?, _ removed: Bool?, _ assume: String?,
        _ expected: Double?
    ) throws {
        let scratch = try ScratchFolder()
        var item = SmallItem.sentinel2(baseline: baseline, offset: offset, scale: scale)
        if let removed { item.properties["earthsearch:boa_offset_applied"] = .bool(removed) }
        let path = try item.write(in: scratch.path)
        try SmallItem.file("B04.tif", in: scratch.path, 3000)
        let band = try #require(try Scene.open([path], options: SceneOptions(assume: assume)).band(named: "red"))
        if let expected {
            #expect(band.calibration.product?.scale == LinearScale(gain: 0.0001, offset: expected))
        } else {
            #expect(band.calibration.product == nil)
            let message = Run.planMessage("read \(path) bands=red ! surface")
            #expect(message.contains("assume=offset-missing"), "\(message)")
        }
    }

    @Test func assumeIsCheckedAndBelongsToSentinel2() throws {
        let scratch = try ScratchFolder()
        let path = try SmallItem.sentinel2().write(in: scratch.path)
        #expect(message(path, SceneOptions(assume: "yes")).contains("offset-applied"))
        #expect(message(path, SceneOptions(scale: 2)).contains("scale="))
        let landsat = try SmallItem.landsat2().write(in: scratch.path, name: "l.json")
        #expect(message(landsat, SceneOptions(assume: "offset-applied")).contains("Sentinel-2"))
    }

    /// A coarser copy of a band is there when it is asked for by the name of its asset.
    @Test func coarserCopiesAreLeftOut() throws {
        let scratch = try ScratchFolder()
        var item = SmallItem.sentinel2()
        item.assets["red_20m"] = SmallItem.asset(
            "./B04_20m.tif", common: "red", name: "B04", more: ["gsd": .integer(20)])
        let path = try item.write(in: scratch.path)
        #expect(try Scene.open([path]).bands.map(\.name) == ["B04", "B06"])
        let chosen = try Scene.open([path], options: SceneOptions(bands: ["red_20m", "aot"]))
        #expect(chosen.bands.map(\.name) == ["red_20m", "aot"])
    }

    // MARK: Landsat

    @Test func aLandsatLevel2ItemGivesReflectanceAndTemperature() throws {
        let scratch = try ScratchFolder()
        let path = try SmallItem.landsat2().write(in: scratch.path)
        try SmallItem.file("X_SR_B4.TIF", in: scratch.path, 20_000)
        try SmallItem.file("X_ST_B10.TIF", in: scratch.path, 44_000)
        try SmallItem.file("X_QA_PIXEL.TIF", in: scratch.path, 64)
        let scene = try Scene.open([path])
        #expect(scene.sensor == "landsat8-oli-tirs" && scene.level == .level2)
        #expect(scene.bands.map(\.name) == ["SR_B4", "ST_B10"])
        #expect(scene.qualityLayers.map(\.name) == ["QA_PIXEL"])
        let values = try Run.values("read \(path) ! surface ! mask cloud ! select red,thermal11")
        // 20000 * 2.75e-5 - 0.2 and 44000 * 0.00341802 + 149.
        #expect(abs((values["SR_B4"]?[0] ?? .nan) - 0.35) < 1e-6, "\(values)")
        #expect(abs((values["ST_B10"]?[0] ?? .nan) - 299.39288) < 1e-3)
    }

    /// Level-1 items state no scale; the MTL file among the assets does.
    @Test func aLandsatLevel1ItemTakesItsCalibrationFromItsMTLFile() throws {
        let scratch = try ScratchFolder()
        let folder = try SmallLandsat(bands: ["B4": SmallLandsat.filled(20_000)]).write(in: scratch.path)
        var item = SmallItem()
        item.id = SmallLandsat.id
        item.properties["platform"] = .string("landsat-8")
        item.properties["instruments"] = .array([.string("oli"), .string("tirs")])
        item.properties["landsat:correction"] = .string("L1TP")
        item.properties["view:sun_elevation"] = .number(30)
        item.assets = [
            "red": SmallItem.asset("./LC08_TEST_B4.TIF", common: "red", name: "B4"),
            "MTL.txt": SmallItem.asset("./LC08_TEST_MTL.txt", roles: ["metadata"], type: "text/plain"),
        ]
        let path = try item.write(in: folder)
        let direct = try Run.values("read \(folder) bands=red ! toa")
        let through = try Run.values("read \(path) ! toa")
        #expect(direct["B4"] == through["B4"] && direct["B4"]?[0].isFinite == true, "\(through)")
        item.assets["MTL.txt"] = nil
        let bare = try item.write(in: folder, name: "bare.json")
        #expect(
            Run.planMessage("read \(bare) ! toa").contains("states no scale"),
            "\(Run.planMessage("read \(bare) ! toa"))")
    }

    /// As in the items of USGS: four assets of hundredths of degrees.
    @Test func aLandsatItemGivesItsAngles() throws {
        let scratch = try ScratchFolder()
        try SmallItem.file("X_SR_B4.TIF", in: scratch.path, 20_000)
        var item = SmallItem.landsat2()
        for (name, value) in [("SZA", 3150.0), ("SAA", -12_000), ("VZA", 420)] {
            try SmallItem.file("X_\(name).TIF", in: scratch.path, value, type: .int16)
            item.assets[name] = SmallItem.asset("./X_\(name).TIF", roles: ["data"])
        }
        item.assets["VAA"] = SmallItem.asset("../X_VAA.TIF", roles: ["data"])
        let scene = try Scene.open([try item.write(in: scratch.path)])
        #expect(Set(scene.angles.map(\.kind)) == [.sunZenith, .sunAzimuth, .viewZenith], "\(scene.angles)")
        #expect(scene.angles.allSatisfy { $0.scale == LinearScale(gain: 0.01, offset: 0) && $0.bands == nil })
        #expect(scene.notices.contains { $0.hasPrefix("VAA is not used: ") }, "\(scene.notices)")
        #expect(!scene.bands.contains { $0.name.contains("ZA") }, "\(scene.bands.map(\.name))")
        let zenith = try #require(scene.angles.first { $0.kind == .sunZenith })
        #expect(try Dataset(reading: zenith.source.path).floats(band: 1)[0] == 3150)
    }

    // MARK: Other collections

    @Test func bandsOfUnknownCollectionsNeedTheirQuantity() throws {
        let scratch = try ScratchFolder()
        var item = SmallItem()
        item.version = "1.1.0"
        item.assets["data"] = .object([
            "href": .string("two.tif"), "type": .string("image/tiff"), "raster:scale": .number(0.5),
            "nodata": .string("nan"),
            "bands": .array([
                .object(["name": .string("first"), "eo:common_name": .string("red")]),
                .object(["name": .string("second"), "raster:scale": .number(2), "nodata": .integer(7)]),
            ]),
        ])
        let path = try item.write(in: scratch.path)
        let values = (0..<16).map { Double($0) }
        try SmallRaster.write(
            scratch.path + "/two.tif", grid: SmallRaster.grid(4, 4), type: .float32, bands: [values, values])
        let scene = try Scene.open([path])
        #expect(scene.bands.map(\.name) == ["first", "second"] && scene.bands[0].role == .red)
        #expect(scene.bands.map(\.quantity) == [.relative, .relative])
        #expect(scene.bands.map(\.readScale?.gain) == [0.5, 2])
        #expect(scene.bands[0].noData == .nan && scene.bands[1].noData == .value(7))
        let read = try Run.values("read \(path) quantity=surfaceReflectance bands=second")
        #expect(read["second"]?[6] == 12 && read["second"]?[7].isNaN == true)
        let roles = try Scene.open([path], options: SceneOptions(roles: ["nir", "green"]))
        #expect(roles.bands.map(\.role) == [.nir, .green])
    }

    @Test func itemsOfThisLibraryAreReadBack() throws {
        let scratch = try ScratchFolder()
        let scene = try SmallLandsat(bands: ["B4": SmallLandsat.filled(20_000), "B5": SmallLandsat.filled(30_000)])
            .write(in: scratch.path)
        let out = scratch.path + "/out"
        try Run.run("read \(scene) bands=red,nir ! toa ! index ndvi ! write \(out)/")
        let item = try #require(
            try FileManager.default.contentsOfDirectory(atPath: out).first { $0.hasSuffix(".stac.json") })
        let back = try Scene.open([out + "/" + item])
        #expect(back.bands.map(\.name) == ["ndvi"] && back.sensor == "landsat8-oli-tirs", "\(back.bands)")
        guard case .index? = back.bands.first?.quantity else {
            Issue.record("\(back.bands)")
            return
        }
        #expect(back.bands[0].source != nil)
        let ndvi = try Run.values("read \(scene) bands=red,nir ! toa ! index ndvi")["ndvi"]?[0] ?? .nan
        #expect(abs((try Run.values("read \(out)/\(item)")["ndvi"]?[0] ?? .nan) - ndvi) < 1e-4)
        // The folder is read too.
        #expect(try Scene.open([out]).bands.map(\.name) == ["ndvi"])
        // Where the sun stood is known to the item and to the file.
        let sun = try Scene.open([scene]).sun
        #expect(back.sun == sun && sun != nil && back.acquiredText == "2023-07-15T07:30:00.123456Z")
        let map = try #require(
            try FileManager.default.contentsOfDirectory(atPath: out).first { $0.hasSuffix("ndvi.tif") })
        #expect(try Scene.open([out + "/" + map]).sun == sun)
    }

    // MARK: Links

    @Test(arguments: [
        "../secret.tif", "sub/../../secret.tif", "/vsimem/secret.tif", "/vsicurl/http://127.0.0.1:1/a.tif",
        "/etc/passwd.tif", "ftp://host/a.tif", "data:image/tiff;base64,AAAA", "file:///etc/passwd.tif", "file:x.tif",
        "vsizip/x.tif", "gs://bucket/a.tif", "..%2Fsecret.tif", "C:\\a.tif", "https://", "s3://b",
        "http://ho st\u{7}/a.tif",
    ])
    func linksThatLeadElsewhereAreRefused(_ href: String) throws {
        let scratch = try ScratchFolder()
        let inside = scratch.path + "/inside"
        try FileManager.default.createDirectory(atPath: inside, withIntermediateDirectories: true)
        try SmallItem.file("secret.tif", in: scratch.path, 1)
        var item = SmallItem()
        item.assets["red"] = SmallItem.asset(href, common: "red")
        let path = try item.write(in: inside)
        let band = try Scene.open([path]).bands[0]
        #expect(band.source == nil)
        #expect(band.problem?.isEmpty == false)
    }

    @Test func linksInsideTheFolderAreFollowed() throws {
        let scratch = try ScratchFolder()
        try FileManager.default.createDirectory(atPath: scratch.path + "/sub dir", withIntermediateDirectories: true)
        try SmallItem.file("sub dir/a.tif", in: scratch.path, 1)
        var hrefs = ["sub dir/a.tif", "./sub%20dir/a.tif", "sub dir/../sub dir/a.tif"]
        hrefs += [scratch.path + "/sub dir/a.tif", "file://" + scratch.path + "/sub%20dir/a.tif"]
        // What was fetched from a URL lies beside the item.
        try SmallItem.file("near.tif", in: scratch.path, 1)
        hrefs.append("https://nowhere.invalid/x/near.tif?sig=1")
        for href in hrefs {
            var item = SmallItem()
            item.assets["red"] = SmallItem.asset(href, common: "red")
            let path = try item.write(in: scratch.path)
            let band = try Scene.open([path]).bands[0]
            #expect(band.source != nil, "\(href): \(band.problem ?? "")")
        }
    }

    /// An item behind a URL may not name files of this machine.
    @Test func remoteItemsNameURLsOnly() throws {
        let files = ProductFiles(root: "/vsicurl/https://h/x", title: "t", names: ["item.json"])
        let links = STACLinks(item: "item.json", in: files)
        #expect(links.place(of: "a.tif") == .path("/vsicurl/https://h/x/a.tif"))
        #expect(links.place(of: "/etc/passwd") == .path("/vsicurl/https://h/etc/passwd"))
        for href in ["file:///etc/passwd", "ftp://h/a", "data:x"] {
            guard case .refused = links.place(of: href) else {
                Issue.record("\(href)")
                continue
            }
        }
    }

    // MARK: Items that are wrong

    @Test func whatIsNoItemIsRefusedInWords() throws {
        let scratch = try ScratchFolder()
        func refused(_ change: (inout SmallItem) -> Void, _ words: String...) throws {
            var item = SmallItem.landsat2()
            change(&item)
            let said = message(try item.write(in: scratch.path))
            for word in words { #expect(said.contains(word), "\(said)") }
        }
        try refused({ $0.version = "0.9.0" }, "0.9.0", "1.0")
        try refused({ $0.assets = [:] }, "assets are missing")
        try refused({ $0.assets = ["a": .object([:])] }, "no href")
        try refused({ $0.assets = ["a": SmallItem.asset("a.png", type: "image/png")] }, "no asset is a GeoTIFF")
        try refused({ $0.properties["datetime"] = .string("yesterday") }, "datetime", "yesterday")
        try refused({ $0.properties["view:sun_elevation"] = .number(100) }, "view:sun_elevation", "100")
        try refused({ $0.properties["eo:cloud_cover"] = .string("many") }, "eo:cloud_cover", "many")
        try refused(
            {
                $0.properties["landsat:correction"] = nil; $0.id = "x"
            }, "Level-1 or Level-2")
        for type in ["Collection", "FeatureCollection", "Catalog"] {
            let text = "{\"type\": \"\(type)\", \"stac_version\": \"1.0.0\"}"
            try Data(text.utf8).write(to: URL(fileURLWithPath: scratch.path + "/c.json"))
            #expect(message(scratch.path + "/c.json").contains(type))
        }
    }

    @Test(arguments: [JSONValue.number(.nan), .integer(0), .integer(-1), .string("big"), .number(.infinity)])
    func badScalesAreErrorsWhenUsed(_ scale: JSONValue) throws {
        let scratch = try ScratchFolder()
        var item = SmallItem.landsat2()
        item.assets["red"] = SmallItem.asset("./X_SR_B4.TIF", common: "red", raster: ["scale": scale])
        // NaN has no place in JSON but is written by some.
        let text = item.json.text(pretty: true).replacingOccurrences(of: "\"scale\" : null", with: "\"scale\" : NaN")
        try Data(text.utf8).write(to: URL(fileURLWithPath: scratch.path + "/item.json"))
        try SmallItem.file("X_SR_B4.TIF", in: scratch.path, 20_000)
        let said = Run.planMessage("read \(scratch.path)/item.json bands=red ! surface")
        #expect(said.contains("asset red"), "\(said)")
    }

    @Test func filesThatContradictTheItemAreProblems() throws {
        let scratch = try ScratchFolder()
        try SmallItem.file("a.tif", in: scratch.path, 1)
        func problem(_ more: [String: JSONValue], raster: [String: JSONValue] = [:]) throws -> String {
            var item = SmallItem()
            item.assets["red"] = SmallItem.asset("a.tif", common: "red", raster: raster, more: more)
            return try Scene.open([item.write(in: scratch.path)]).bands[0].problem ?? ""
        }
        #expect(try problem(["proj:shape": .array([.integer(4), .integer(4)]), "proj:epsg": .integer(32639)]) == "")
        #expect(try problem(["proj:shape": .array([.integer(5), .integer(4)])]).contains("proj:shape"))
        #expect(try problem(["proj:code": .string("EPSG:4326")]).contains("EPSG:4326"))
        #expect(try problem([:], raster: ["nodata": .string("none")]).contains("nodata"))
        #expect(try problem([:], raster: ["scale": .integer(0)]).contains("scale"))
    }

    // MARK: Real items

    static let products = [
        "S2A_MSIL1C_20200717T221941_R029_T01LAC_20200717T234135",
        "S2A_MSIL1C_20210908T042701_N0301_R133_T46RER_20210908T070248",
        "S2A_MSIL2A_20230625T234621_N0509_R073_T01WCP_20230626T022157",
        "S2A_MSIL2A_20230625T234621_N0509_R073_T01WCP_20230626T022158",
        "S2B_MSIL2A_20220413T150759_N0400_R025_T33XWJ_20220414T082126",
    ]

    /// Made by stactools; the images are not there.
    @Test(arguments: products) func itemsOfOthersAreUnderstood(_ product: String) throws {
        guard let url = try TestData.url("sentinel2/mtd/\(product).SAFE/expected_output.json") else { return }
        let scene = try Scene.open([url.path])
        let isSurface = product.contains("L2A")
        let names = ["B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09"]
        #expect(scene.bands.map(\.name) == names + (isSurface ? [] : ["B10"]) + ["B11", "B12"])
        #expect(scene.bands.compactMap(\.role).count == scene.bands.count)
        #expect(scene.level == (isSurface ? .level2 : .level1))
        let isNew = product.contains("N0509") || product.contains("N0400")
        for band in scene.bands {
            #expect(
                band.source == nil && band.problem?.contains(".jp2") ?? false || band.problem?.contains(".tif") ?? false
            )
            let scale = isSurface ? band.calibration.product?.scale : band.calibration.toaReflectance
            #expect(scale == LinearScale(gain: 0.0001, offset: isNew ? -0.1 : 0), "\(band.calibration.missing)")
        }
        #expect(SceneDescription(scene).text.contains("Problems"))
    }

    /// USGS's own item lies beside its files and names them by URL.
    @Test func anItemOfUSGSBesideItsFilesGivesWhatTheProductGives() throws {
        let id = "LC08_L1GT_089074_20220506_20220512_02_T2"
        guard let url = try TestData.url("landsat/\(id)/\(id)_stac.json") else { return }
        let scene = try Scene.open([url.path])
        let product = try Scene.open([url.deletingLastPathComponent().path + "/\(id)_MTL.txt"])
        #expect(scene.id == product.id && scene.sensor == product.sensor)
        #expect(scene.bands.map(\.name) == product.bands.map(\.name))
        for (a, b) in zip(scene.bands, product.bands) {
            #expect(
                a.calibration == b.calibration && a.role == b.role && a.saturationBit == b.saturationBit, "\(a.name)")
            // The reduced copy of the pan band is not what the item says of it.
            #expect(a.name == "B8" || a.source?.path.hasSuffix("_\(a.name).TIF") == true, "\(a.problem ?? "")")
        }
    }
}
