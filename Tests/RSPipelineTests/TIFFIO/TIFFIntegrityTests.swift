import Foundation
import Testing

@testable import RSPipeline

@Suite struct TIFFIntegrityTests {
    private func made(_ folder: ScratchFolder, driver: String, options: [String]) throws -> String {
        let values = (0..<(600 * 600)).map { Double($0 * 7919 % 251) }
        let grid = SmallRaster.grid(600, 600)
        try SmallRaster.write(folder.path + "/raw.tif", grid: grid, type: .uint8, bands: [values])
        let path = folder.path + "/good.tif"
        try DatasetCopy.copy(folder.path + "/raw.tif", to: path, driver: driver, options: options)
        return path
    }

    @Test(arguments: [("COG", "COMPRESS=DEFLATE"), ("GTiff", "TILED=YES"), ("GTiff", "COMPRESS=LZW")])
    func goodFilesPassAndCutOnesFail(driver: String, option: String) throws {
        let folder = try ScratchFolder()
        let good = try made(folder, driver: driver, options: [option])
        try TIFFIntegrity.check(good)
        let data = try folder.data("good.tif")
        // A COG ends in four bytes that belong to no tile.
        for length in [data.count - 5, data.count - 1000, data.count / 2, data.count / 3, 5000, 100, 8, 7, 0] {
            let cut = folder.path + "/cut.tif"
            try data.prefix(length).write(to: URL(fileURLWithPath: cut))
            #expect(throws: TIFFError.self, "\(driver) \(option) cut to \(length) of \(data.count)") {
                try TIFFIntegrity.check(cut)
            }
        }
    }

    /// The first image is whole and the next one lies beyond the end.
    @Test func aListOfImagesThatBreaksOffIsFound() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/two.tif"
        try SceneTestData.writeTIFF(to: path)
        var bytes = [UInt8](try folder.data("two.tif"))
        let next = 8 + 2 + Int(bytes[8]) * 12
        // The next image is said to begin beyond the end.
        bytes[next] = 0xF0
        bytes[next + 1] = 0xFF
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        #expect(Run.message { try TIFFIntegrity.check(path) }.contains("breaks off"))
    }

    @Test func whatIsNoTIFFIsNamed() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/text.tif"
        try Data("hello, this is text".utf8).write(to: URL(fileURLWithPath: path))
        #expect(Run.message { try TIFFIntegrity.check(path) }.contains("not a readable TIFF"))
        #expect(Run.message { try TIFFIntegrity.check("/nowhere.tif") }.contains("/nowhere.tif"))
    }

    @Test(.enabled(if: TestData.isUsable("generic/cogeo.tif"), "generic/cogeo.tif is not installed"))
    func realFiles() throws {
        for name in ["cogeo.tif", "rgb_lzw.tif", "rgb_deflate.tif", "float32.tif", "all-nodata.tif", "RGB.byte.tif"] {
            try TIFFIntegrity.check(try #require(try TestData.url("generic/" + name)).path)
        }
    }
}
