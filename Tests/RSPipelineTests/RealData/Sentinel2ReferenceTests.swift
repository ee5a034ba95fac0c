import Foundation
import Testing

@testable import RSPipeline

/// Real Sentinel-2 metadata, and what other software made of the same pixels.
@Suite struct Sentinel2ReferenceTests {
    static let mini = "sentinel2/S2A_MSIL2A_20240725T021611_N0511_R003_T52SBF_20240725T085851.SAFE"
    static let peer = "sentinel2/eoreader_peer_pixels.csv"
    static let metadata = "sentinel2/mtd"

    /// Pixels of bands and NDVI by eoreader, which makes negative reflectance 0, no-data 0 and keeps saturated pixels.
    @Test(.enabled(if: TestData.isUsable(peer), "\(peer) is not installed"))
    func pixelsOfEOReader() throws {
        let folder = try #require(try TestData.url(Self.mini)).path
        let text = try String(contentsOf: try #require(try TestData.url(Self.peer)), encoding: .utf8)
        let names = ["RED": "B04", "BLUE": "B02", "NIR": "B08", "SWIR_1": "B11", "SWIR_2": "B12", "NDVI": "ndvi"]
        let read = "read \(folder) saturated=keep"
        var values = try Run.values("\(read) ! surface ! index ndvi")
        for band in ["B04", "B02", "B08", "B11", "B12"] {
            values.merge(try Run.values("\(read) bands=\(band) ! surface")) { first, _ in first }
        }
        let normal = try Run.values("read \(folder) bands=B11 ! surface")
        var compared = 0
        var worst = 0.0
        for line in text.split(separator: "\n").dropFirst() {
            let words = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            let name = try #require(names[words[1]])
            let width = words[2] == "10" ? 96 : 48
            let row = try #require(Int(words[3]))
            let column = try #require(Int(words[4]))
            let theirs = try #require(Double(words[6]))
            let ours = Double(try #require(values[name])[row * width + column])
            compared += 1
            switch Double(words[5]) {
            case 0?: #expect(theirs == 0 && ours.isNaN, "\(line): no-data in ours")
            case let number? where number < 1000:
                #expect(theirs == 0 && abs(ours - (number - 1000) / 10000) < 1e-7, "\(line): negative in ours")
            case nil where theirs.isNaN: #expect(ours.isNaN, "\(line)")
            default:
                worst = max(worst, abs(ours - theirs))
                #expect(abs(ours - theirs) <= 1e-6, "\(line): ours \(ours)")
                if words[5] == "65535" { #expect(normal["B11"]?[row * width + column].isNaN == true) }
            }
        }
        #expect(compared == 30)
        print("eoreader: \(compared) pixels, largest difference \(worst)")
    }

    /// Every band and layer of the small product opens; the missing masks are said to be missing.
    @Test(.enabled(if: TestData.isUsable(mini), "\(mini) is not installed"))
    func factsOfTheSmallProduct() throws {
        let scene = try Scene.open([try #require(try TestData.url(Self.mini)).path])
        #expect(scene.bands.count == 12 && scene.bands.allSatisfy { $0.problem == nil })
        #expect(
            scene.bands.map { Int($0.source?.grid.transform.pixelWidth ?? 0) }
                == [60, 10, 10, 10, 20, 20, 20, 10, 20, 60, 20, 20])
        #expect(scene.sensor == "sentinel2a-msi" && scene.acquiredText == "2024-07-25T02:27:33.019021Z")
        #expect(abs((scene.sun?.elevation ?? 0) - (90 - 23.4436516645653)) < 1e-12)
        #expect(scene.cloudCover == 83.018708)
        #expect(abs((scene.earthSunDistance ?? 0) - 1.0160500) < 1e-6)
        #expect(scene.bands.first { $0.name == "B09" }?.calibration.solarIrradiance == 812.92)
        #expect(scene.qualityLayers.map(\.name) == ["SCL", "MSK_CLDPRB"])
        #expect(scene.qualityLayers[0].source != nil && scene.qualityLayers[1].source == nil)
        // Sun and every band that the metadata has grids for.
        #expect(scene.angles.filter { $0.kind == .sunZenith }.count == 1)
        let zenith = try #require(scene.angles.first { $0.kind == .sunZenith })
        #expect(zenith.source.grid.width == 23 && zenith.source.grid.height == 23)
        let numbers = try Dataset(reading: zenith.source.path).floats(band: 1).filter { !$0.isNaN }
        let mean = numbers.reduce(0, +) / Float(numbers.count)
        #expect(abs(mean - 23.44365) < 0.05, "the mean of the nodes is near the mean of the metadata: \(mean)")
    }

    /// The STAC items that stactools made of the same metadata, baselines 02.09 to 05.09.
    @Test(.enabled(if: TestData.isUsable(metadata), "\(metadata) is not installed"))
    func baselinesAgreeWithSTACItems() throws {
        let root = try #require(try TestData.url(Self.metadata)).path
        var baselines: Set<String> = []
        for name in try FileManager.default.contentsOfDirectory(atPath: root).sorted() {
            let folder = root + "/" + name
            let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/expected_output.json"))
            let properties = try #require(JSONValue(data)?["properties"])
            func number(_ key: String) -> Double? {
                switch properties[key] {
                case .number(let value)?: value
                case .integer(let value)?: Double(value)
                default: nil
                }
            }
            let scene = try Scene.open([folder])
            let baseline = try #require(properties["s2:processing_baseline"]?.text)
            baselines.insert(baseline)
            #expect(scene.id + ".SAFE" == properties["s2:product_uri"]?.text)
            #expect(scene.processingLevel?.hasSuffix(baseline) == true)
            #expect(
                "sentinel-2\(scene.sensor.dropFirst(9).first.map(String.init) ?? "")" == properties["platform"]?.text)
            if let elevation = number("view:sun_elevation") {
                #expect(abs((scene.sun?.elevation ?? .nan) - elevation) < 1e-9)
                #expect(abs((scene.sun?.azimuth ?? .nan) - (number("view:sun_azimuth") ?? 0)) < 1e-9)
                #expect(abs((scene.view?.zenith ?? .nan) - (number("view:incidence_angle") ?? 0)) < 1e-9, "\(name)")
                // Azimuths differ on purpose: theirs are averaged as numbers, also across north and at nadir.
                #expect((0..<360).contains(scene.view?.azimuth ?? .nan))
            }
            let factor = try #require(number("s2:reflectance_conversion_factor"))
            #expect(abs((scene.earthSunDistance ?? 0) - 1 / factor.squareRoot()) < 1e-12)
            #expect(abs((scene.cloudCover ?? -1) - (number("eo:cloud_cover") ?? 0)) < 1e-5)
            let assets = try #require(JSONValue(data)?["assets"])
            for band in scene.bands {
                let scale = try #require(band.calibration.product?.scale ?? band.calibration.toaReflectance)
                // Assets have the names of roles.
                guard case .array(let list)? = assets[band.role?.rawValue ?? ""]?["raster:bands"] else {
                    Issue.record("\(name): no asset for \(band.name)")
                    continue
                }
                let theirs = list[0]
                #expect(theirs["scale"] == .number(scale.gain), "\(name) \(band.name)")
                let offset = theirs["offset"] == .integer(0) ? 0 : -0.1
                #expect(offset == scale.offset && (offset == 0 || theirs["offset"] == .number(-0.1)), "\(name)")
                #expect(theirs["nodata"] == .integer(0) && band.noData == .value(0))
                #expect(band.source == nil && band.problem?.contains("is missing") == true)
            }
            #expect(scene.bands.count == (scene.level == .level2 ? 12 : 13), "\(name)")
            #expect(scene.angles.count >= 2, "\(name): \(scene.notices)")
        }
        #expect(baselines == ["02.09", "03.01", "04.00", "05.09"])
    }
}
