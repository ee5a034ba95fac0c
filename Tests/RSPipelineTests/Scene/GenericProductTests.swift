import Foundation
import Testing

@testable import RSPipeline

struct GenericProductTests {
    private static let isInstalled = SceneTestData.isInstalled

    private func open(_ names: String..., options: SceneOptions = SceneOptions()) throws(SceneError) -> Scene {
        try Scene.open(names.map { SceneTestData.path($0) }, options: options)
    }

    // MARK: Real files

    @Test(.enabled(if: isInstalled, "real data is not installed"))
    func descriptionsGiveNamesAndRoles() throws {
        let scene = try open("generic/all-nodata.tif")
        #expect(scene.id == "all-nodata" && scene.product == "generic" && scene.sensor == "generic")
        #expect(scene.level == .unknown && scene.acquired == nil && scene.sun == nil)
        #expect(scene.bands.map(\.name) == ["blue", "green", "red", "nir"])
        #expect(scene.bands.map(\.role) == [.blue, .green, .red, .nir])
        #expect(scene.bands.map { $0.source?.band } == [1, 2, 3, 4])
        #expect(scene.bands.allSatisfy { $0.noData == .value(0) && $0.quantity == .digitalNumber })
        #expect(scene.bands[0].source?.blockWidth == 256)
    }

    @Test(.enabled(if: isInstalled, "real data is not installed"))
    func gridsOfEveryKindAreTaken() throws {
        let rotated = try open("generic/rotated.tif").bands[0]
        #expect(rotated.source?.grid.crs == nil)
        #expect(rotated.source?.grid.transform.isAxisAligned == false)
        #expect(try open("generic/geomatrix.tif").bands[0].source?.grid.crs?.epsg == 32611)
        #expect(try open("generic/elev.tif").bands[0].source?.grid.crs?.isGeographic == true)
        #expect(try open("generic/float32.tif").bands[0].source?.grid.crs == nil)
    }

    @Test(.enabled(if: isInstalled, "real data is not installed"))
    func noDataOfEveryKindIsTaken() throws {
        #expect(try open("generic/float_nan.tif").bands[0].noData == .nan)
        #expect(try open("generic/elev_vinschgau.tif").bands[0].noData == .value(Double(Float(-3.4e+38))))
        #expect(try open("generic/elev.tif").bands[0].noData == .value(-32768))
        #expect(try open("generic/float32.tif").bands[0].noData == .none)
        let overridden = try open("generic/elev.tif", options: SceneOptions(noData: -5)).bands[0]
        #expect(overridden.noData == .value(-5))
        #expect(try open("generic/float32.tif", options: SceneOptions(noData: .nan)).bands[0].noData == .nan)
    }

    @Test(.enabled(if: isInstalled, "real data is not installed"))
    func quantityFollowsTheType() throws {
        #expect(try open("generic/float32.tif").bands[0].quantity == .relative)
        #expect(try open("generic/rotated.tif").bands[0].quantity == .digitalNumber)
        let options = SceneOptions(scale: 2.75e-5, offset: -0.2, quantity: .surfaceReflectance(method: "LaSRC"))
        let band = try open("salinity/india_uttar_pradesh/Red.tif", options: options).bands[0]
        #expect(band.quantity == .surfaceReflectance(method: "LaSRC"))
        #expect(band.readScale == LinearScale(gain: 2.75e-5, offset: -0.2))
        #expect(band.role == .red && band.name == "Red")
    }

    @Test(.enabled(if: isInstalled, "real data is not installed"))
    func severalFilesAreOneScene() throws {
        let names = ["Blue", "Green", "Red", "NIR", "SWIR1", "SWIR2"]
        let scene = try Scene.open(names.map { SceneTestData.path("salinity/india_uttar_pradesh/\($0).tif") })
        #expect(scene.id == "Blue")
        #expect(scene.bands.map(\.name) == names)
        #expect(scene.bands.map(\.role) == [.blue, .green, .red, .nir, .swir16, .swir22])
        let mixed = try open("generic/all-nodata.tif", "generic/rgb_lzw.tif", "generic/rgb_lzw.tif")
        #expect(mixed.bands.map(\.name) == ["blue", "green", "red", "nir", "b1", "b2", "b3", "b1_2", "b2_2", "b3_2"])
        #expect(mixed.bands[0].source?.grid.difference(from: try #require(mixed.bands[4].source).grid) != nil)
    }

    @Test(.enabled(if: isInstalled, "real data is not installed"))
    func rolesAreAssignedInOrder() throws {
        var options = SceneOptions()
        try options.set("roles", to: "-, GREEN ,lwir11")
        let scene = try open("generic/rgb_lzw.tif", options: options)
        #expect(scene.bands.map(\.role) == [nil, .green, .thermal11])
        #expect(scene.band(named: "thermal")?.name == "b3")
        #expect(scene.band(named: "green")?.name == "b2")
        options.bands = ["3", "green"]
        #expect(try open("generic/rgb_lzw.tif", options: options).bands.map(\.name) == ["b3", "b2"])
    }

    @Test(
        .enabled(if: isInstalled, "real data is not installed"),
        arguments: [
            ("red,green", "3"), ("red,gren,blue", "did you mean green"), ("red,red,blue", "given to"),
            ("red,ultraviolet,blue", "swir16"),
        ])
    func wrongRolesAreRefused(roles: String, word: String) throws {
        var options = SceneOptions()
        try options.set("roles", to: roles)
        let failure = try SceneTestData.error { [options] () throws(SceneError) in
            try Scene.open([SceneTestData.path("generic/rgb_lzw.tif")], options: options)
        }
        #expect(failure.code == .badOption)
        #expect(failure.message.contains(word), "\(failure)")
    }

    @Test(.enabled(if: isInstalled, "real data is not installed"))
    func aBandFileOfALandsatFolderIsGeneric() throws {
        let name = "LC08_L1GT_089074_20220506_20220512_02_T2"
        let scene = try open("landsat/\(name)/\(name)_B4.TIF")
        #expect(scene.product == "generic" && scene.bands.count == 1 && scene.bands[0].calibration == BandCalibration())
    }

    @Test(.enabled(if: isInstalled, "real data is not installed"))
    func brokenFilesAreNamed() throws {
        #expect(try open("generic/corrupt.tif").bands.count == 3)  // its header is whole, its tiles are not
        try SceneTestData.withFolder { folder in
            let bytes = try SceneTestData.bytes("generic/cogeo.tif")
            for length in [0, 4, 8, 60, 200] {
                let path = folder + "/cut\(length).tif"
                try Data(bytes.prefix(length)).write(to: URL(fileURLWithPath: path))
                let failure = try SceneTestData.error { () throws(SceneError) in try Scene.open([path]) }
                #expect(failure.code == .unreadable, "\(length)")
                #expect(failure.message.contains("cut\(length).tif"))
            }
        }
    }

    // MARK: Made here

    @Test func ourOwnFilesReadBack() throws {
        try SceneTestData.withFolder { folder in
            let path = folder + "/LC08_X_ndvi.tif"
            try SceneTestData.writeTIFF(
                to: path,
                gdalMetadata: """
                    <GDALMetadata>
                    <Item name="RSP_SCENE_ID">LC08_X</Item><Item name="RSP_SENSOR">landsat8-oli-tirs</Item>
                    <Item name="RSP_ACQUIRED">2022-05-06T23:39:59.2851330Z</Item>
                    <Item name="DESCRIPTION" sample="0" role="description">ndvi</Item>
                    <Item name="SCALE" sample="0" role="scale">0.0001</Item>
                    <Item name="OFFSET" sample="0" role="offset">-1</Item>
                    <Item name="RSP_QUANTITY" sample="0">index:-1.0...1.0</Item>
                    </GDALMetadata>
                    """, noData: "0")
            let scene = try Scene.open([path])
            #expect(scene.id == "LC08_X" && scene.sensor == "landsat8-oli-tirs")
            #expect(scene.acquiredText == "2022-05-06T23:39:59.2851330Z" && scene.acquired != nil)
            let band = try #require(scene.bands.first)
            #expect(band.name == "ndvi" && band.noData == .value(0))
            #expect(band.quantity == .index(range: -1...1))
            #expect(band.readScale == LinearScale(gain: 0.0001, offset: -1))
            let forced = try Scene.open([path], options: SceneOptions(scale: 2, quantity: .relative)).bands[0]
            #expect(forced.readScale == LinearScale(gain: 2, offset: 0) && forced.quantity == .relative)
        }
    }

    @Test func identifiersThatLeaveTheFolderAreNotTaken() throws {
        try SceneTestData.withFolder { folder in
            try SceneTestData.writeTIFF(
                to: folder + "/a.tif",
                gdalMetadata: "<GDALMetadata><Item name=\"RSP_SCENE_ID\">../../x</Item></GDALMetadata>")
            let scene = try Scene.open([folder + "/a.tif"])
            #expect(scene.id == "a" && scene.bands[0].name == "a" && scene.bands[0].noData == .none)
        }
    }

    @Test func prefixIsRefused() throws {
        try SceneTestData.withFolder { folder in
            try SceneTestData.writeTIFF(to: folder + "/a.tif")
            let failure = try SceneTestData.error { () throws(SceneError) in
                try Scene.open([folder + "/a.tif"], options: SceneOptions(prefix: "x_"))
            }
            #expect(failure.code == .badOption)
        }
    }

    @Test(
        arguments: [
            ("role", "x", "roles"), ("scale", "0", "scale"), ("scale", "nan", "scale"), ("offset", "a", "offset"),
            ("offset", "inf", "finite"), ("quantity", "colour", "toaReflectance"), ("nodata", "x", "nodata"),
            ("zzzzzzzz", "1", "known"),
        ])
    func wrongOptionsAreRefused(key: String, value: String, word: String) throws {
        let failure = try SceneTestData.error { () throws(SceneError) in
            var options = SceneOptions()
            try options.set(key, to: value)
        }
        #expect(failure.code == .badOption)
        #expect(failure.message.contains(word), "\(failure)")
    }

    @Test func optionsAreReadFromText() throws {
        var options = SceneOptions()
        let texts = [
            ("roles", "red,-,"), ("bands", "1, nir"), ("scale", "2.75e-5"), ("offset", "-0.2"),
            ("quantity", "surfaceReflectance:dos1"), ("nodata", "nan"), ("prefix", "tiny_"), ("metadata", "a_MTL.txt"),
            ("assume", "offset-applied"),
        ]
        #expect(texts.map(\.0) == SceneOptions.keys)
        for (key, value) in texts { try options.set(key, to: value) }
        #expect(options.roles == ["red", "-", ""] && options.bands == ["1", "nir"])
        #expect(options.scale == 2.75e-5 && options.offset == -0.2 && options.noData?.isNaN == true)
        #expect(options.quantity == .surfaceReflectance(method: "dos1"))
        #expect(options.prefix == "tiny_" && options.metadata == "a_MTL.txt" && options.assume == "offset-applied")
    }

    @Test func bandsAreFoundByNameThenRole() {
        func band(_ name: String, _ role: BandRole?) -> Band {
            Band(name: name, role: role, source: nil, quantity: .digitalNumber)
        }
        let scene = Scene(
            id: "x", product: "generic", sensor: "generic",
            bands: [band("B5", .nir08), band("red", .blue), band("b4", .red), band("t", .thermal12)])
        #expect(scene.band(named: "b5")?.role == .nir08)
        #expect(scene.band(named: "RED")?.name == "red")
        #expect(scene.band(named: "nir")?.name == "B5")
        #expect(scene.band(named: "nir09") == nil)
        #expect(scene.band(named: "thermal")?.name == "t")
        #expect(scene.band(named: "lwir12")?.name == "t")
        #expect(scene.band(named: "") == nil)
    }
}
