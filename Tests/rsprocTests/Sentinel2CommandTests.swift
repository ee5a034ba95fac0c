import Foundation
import RSPipeline
import Testing

/// Sentinel-2 products through the built command.
@Suite struct Sentinel2CommandTests {
    private static let data: String = {
        if let path = ProcessInfo.processInfo.environment["RSP_TEST_DATA"], !path.isEmpty { return path }
        return Repository.root.deletingLastPathComponent().path + "/shared/data"
    }()
    static let product = data + "/sentinel2/S2A_MSIL2A_20240725T021611_N0511_R003_T52SBF_20240725T085851.SAFE"
    static let metadata = data + "/sentinel2/mtd"
    static let isInstalled =
        FileManager.default.fileExists(atPath: product)
        || ProcessInfo.processInfo.environment["RSP_REQUIRE_DATA"] == "1"

    @Test(.enabled(if: isInstalled, "Sentinel-2 test data is not installed"))
    func infoShowsBandsAndQuality() throws {
        let info = try Command.run(["info", Self.product])
        #expect(info.status == 0, "\(info.said)")
        for word in ["sentinel2a-msi", "B8A", "nir08", "SCL", "MSK_CLDPRB", "surface:product", "66.5563483354347"] {
            #expect(info.stdout.contains(word), "\(word): \(info.said)")
        }
        let json = try Command.run(["info", "--json", Self.product + "/MTD_MSIL2A.xml"])
        #expect(json.status == 0 && json.stdout.contains("\"surfaceReflectance:Sen2Cor\""), "\(json.said)")
    }

    /// Metadata without images: told in full, and each missing image is a problem of its band.
    @Test(.enabled(if: isInstalled, "Sentinel-2 test data is not installed"))
    func infoOnMetadataAlone() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: Self.metadata) {
            let info = try Command.run(["info", Self.metadata + "/" + name])
            #expect(info.status == 0 && info.stdout.contains("the file is missing"), "\(info.said)")
            let step = name.contains("L1C") ? "toa" : "surface"
            let run = try Command.run(
                ["run", "read", Self.metadata + "/" + name, "!", step, "!", "index", "ndvi", "!", "write", "o/"])
            #expect(run.status == 3 && run.stderr.contains("is needed"), "\(run.said)")
        }
        let several = try Command.run(["info", Self.metadata])
        #expect(several.status != 0 && several.stderr.contains("5 Sentinel-2 products"), "\(several.said)")
    }

    @Test(.enabled(if: isInstalled, "Sentinel-2 test data is not installed"))
    func chainOf20Metres() throws {
        let scratch = try Scratch()
        let run = try Command.run(
            [
                "run", "read", Self.product, "resolution=20", "!", "surface", "!", "mask", "cloud,cirrus,shadow", "!",
                "index", "ndvi,ndmi", "!", "write", "out/",
            ], in: scratch.path)
        #expect(run.status == 0, "\(run.said)")
        for index in ["ndvi", "ndmi"] {
            let name = try #require(scratch.list("out").first { $0.hasSuffix("_\(index).tif") }, "\(scratch.list())")
            #expect(name.hasPrefix("S2A_MSIL2A_20240725T021611_N0511_R003_T52SBF_20240725T085851"))
            let file = try Dataset(reading: "\(scratch.path)/out/\(name)")
            #expect(file.width == 48 && file.grid.transform.pixelWidth == 20 && file.grid.crs?.epsg == 32652)
            let values = try file.floats(band: 1)
            #expect(values.contains { $0.isNaN } && values.contains { !$0.isNaN })
        }
        let refused = try Command.run(["run", "read", Self.product, "!", "toa", "!", "write", "x/"], in: scratch.path)
        #expect(refused.status == 2 && refused.stderr.contains("surface"), "\(refused.said)")
    }
}
