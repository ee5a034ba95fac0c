import Foundation
import Testing

@testable import RSPipeline

struct SceneDescriptionTests {
    private static let isInstalled = SceneTestData.isInstalled

    private func object(_ scene: Scene) throws -> [String: Any] {
        let json = try SceneDescription(scene).json()
        return try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    }

    @Test(.enabled(if: isInstalled, "real data is not installed"))
    func level1() throws {
        let name = "LC08_L1GT_089074_20220506_20220512_02_T2"
        let scene = try Scene.open([SceneTestData.path("landsat/\(name)")])
        let object = try object(scene)
        #expect(object["scene_id"] as? String == name)
        #expect(object["sensor"] as? String == "landsat8-oli-tirs")
        #expect(object["level"] as? String == "level1")
        #expect(object["processing_level"] as? String == "L1GT")
        #expect(object["acquired"] as? String == "2022-05-06T23:39:59.2851330Z")
        #expect(object["crs"] as? String == "EPSG:32656")
        #expect(object["size"] as? [Int] == [60, 60])
        #expect((object["transform"] as? [Double])?.count == 6)
        #expect((object["sun"] as? [String: Double])?["elevation"] == 43.24426868)
        #expect(object["cloud_cover"] as? Double == 86.35)
        #expect(object["corrections"] as? [String] == ["radiance", "toa", "brightness", "surface:dos1"])
        let bands = try #require(object["bands"] as? [[String: Any]])
        #expect(bands.count == 11)
        #expect(bands[3]["role"] as? String == "red")
        #expect(bands[3]["no_data"] as? Double == 0)
        #expect(bands[3]["type"] as? String == "uint16")
        #expect(bands[3]["scale"] is NSNull && bands[3]["problem"] is NSNull)
        #expect(bands[3]["corrections"] as? [String] == ["radiance", "toa", "surface:dos1"])
        #expect(bands[8]["corrections"] as? [String] == ["radiance", "toa"])
        #expect(bands[9]["corrections"] as? [String] == ["radiance", "brightness"])
        let quality = try #require(object["quality"] as? [[String: Any]])
        #expect(quality.map { $0["name"] as? String } == ["QA_PIXEL", "QA_RADSAT"])
        #expect((quality[0]["flags"] as? [String])?.contains("dilated") == true)

        // The corners that the product states, to its five digits, counter-clockwise.
        let footprint = try #require(object["footprint"] as? [String: Any])
        #expect(footprint["type"] as? String == "Polygon")
        let ring = try #require((footprint["coordinates"] as? [[[Double]]])?.first)
        #expect(ring.count == 5 && ring.first == ring.last)
        let area = zip(ring, ring.dropFirst()).reduce(0) { $0 + $1.0[0] * $1.1[1] - $1.1[0] * $1.0[1] }
        #expect(area > 0)
        #expect(ring.contains { abs($0[0] - 153.89692) < 0.01 && abs($0[1] + 19.18283) < 0.01 })
    }

    @Test(.enabled(if: isInstalled, "real data is not installed"))
    func level2() throws {
        let object = try object(Scene.open([SceneTestData.path("landsat/C2_L2_512")]))
        #expect(object["corrections"] as? [String] == ["surface:product"])
        let bands = try #require(object["bands"] as? [[String: Any]])
        let calibration = try #require(bands[0]["calibration"] as? [String: Any])
        #expect(calibration["product_quantity"] as? String == "surfaceReflectance:LaSRC")
        #expect((calibration["product"] as? [String: Double])?["gain"] == 2.75e-05)
        #expect(calibration["radiance"] is NSNull)
    }

    @Test(.enabled(if: isInstalled, "real data is not installed"))
    func generic() throws {
        let nan = try object(Scene.open([SceneTestData.path("generic/float_nan.tif")]))
        #expect((nan["bands"] as? [[String: Any]])?[0]["no_data"] as? String == "nan")
        #expect(nan["crs"] is NSNull && nan["footprint"] is NSNull && nan["sun"] is NSNull)
        #expect(nan["corrections"] as? [String] == [])
        let none = try object(Scene.open([SceneTestData.path("generic/float32.tif")]))
        #expect((none["bands"] as? [[String: Any]])?[0]["no_data"] is NSNull)
        let options = SceneOptions(scale: 0.5, offset: 1, quantity: .toaReflectance)
        let scaled = try object(Scene.open([SceneTestData.path("generic/elev.tif")], options: options))
        let band = try #require((scaled["bands"] as? [[String: Any]])?.first)
        #expect(band["scale"] as? Double == 0.5 && band["offset"] as? Double == 1)
        #expect(band["quantity"] as? String == "toaReflectance")
        #expect(band["no_data"] as? Double == -32768)
    }

    @Test func aSceneWithoutFilesHasEveryKey() throws {
        let band = Band(
            name: "B4", role: .red, source: nil, problem: "x_B4.TIF: the file does not exist",
            noData: .value(.infinity),
            quantity: .digitalNumber,
            calibration: BandCalibration(toaReflectance: LinearScale(gain: 2e-5, offset: -0.1)))
        let scene = Scene(
            id: "x", product: "p", sensor: "s", sun: SunGeometry(elevation: 30), bands: [band],
            qualityLayers: [
                QualityLayer(kind: .landsatQAPixel, name: "QA_PIXEL", source: nil, problem: "gone", flags: [])
            ])
        let object = try object(scene)
        let keys: Set = [
            "scene_id", "sensor", "product", "level", "processing_level", "acquired", "crs", "size", "pixel_size",
            "transform", "footprint", "sun", "earth_sun_distance", "cloud_cover", "metadata_files", "bands", "quality",
            "corrections", "view", "angles", "notices",
        ]
        #expect(Set(object.keys) == keys)
        #expect((object["sun"] as? [String: Any])?["azimuth"] is NSNull)
        #expect(object["view"] is NSNull && object["notices"] as? [String] == [])
        let entry = try #require((object["bands"] as? [[String: Any]])?.first)
        #expect(entry["corrections"] as? [String] == [])
        #expect(entry["no_data"] as? String == "inf")
        #expect(entry["file"] is NSNull)
        let text = SceneDescription(scene).text
        #expect(text.contains("missing") && text.contains("x_B4.TIF: the file does not exist") && text.contains("gone"))
    }

    @Test func correctionsFollowTheSunAndTheBand() {
        let grid = Grid(width: 1, height: 1, transform: .identity, crs: nil)
        let source = RasterSource(path: "x", band: 1, grid: grid, sampleType: .uint16, blockWidth: 1, blockHeight: 1)
        let calibration = BandCalibration(
            radiance: LinearScale(gain: 1, offset: 0), toaReflectance: LinearScale(gain: 1, offset: 0))
        let band = Band(name: "B4", role: .red, source: source, quantity: .digitalNumber, calibration: calibration)
        #expect(band.corrections(sun: SunGeometry(elevation: 10)) == [.radiance, .toa, .surfaceDOS1])
        #expect(band.corrections(sun: SunGeometry(elevation: -10)) == [.radiance])
        #expect(band.corrections(sun: nil) == [.radiance])
        var cirrus = band
        cirrus.role = .cirrus
        #expect(cirrus.corrections(sun: SunGeometry(elevation: 10)) == [.radiance, .toa])
        var file = band
        file.source = nil
        #expect(file.corrections(sun: SunGeometry(elevation: 10)) == [])
    }

    @Test(.enabled(if: isInstalled, "real data is not installed"))
    func textIsATable() throws {
        let name = "LC08_L1GT_089074_20220506_20220512_02_T2"
        let text = SceneDescription(try Scene.open([SceneTestData.path("landsat/\(name)")])).text
        let lines = text.split(separator: "\n")
        #expect(lines.first.map(String.init) == name)
        #expect(lines.contains { $0.hasPrefix("B4 ") && $0.contains("red") && $0.hasSuffix("_B4.TIF") })
        #expect(lines.allSatisfy { !$0.hasSuffix(" ") })
        #expect(!text.contains("Problems"))
    }
}
