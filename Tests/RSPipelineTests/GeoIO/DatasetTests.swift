import Foundation
import Testing

@testable import RSPipeline

@Suite struct DatasetTests {
    private func error(_ body: () throws(GDALError) -> Void) throws -> GDALError {
        do throws(GDALError) { try body() } catch { return error }
        return try #require(nil, "nothing was thrown")
    }

    @Test func whatIsNotThereIsNamed() throws {
        let error = try error { () throws(GDALError) in _ = try Dataset(reading: "/nowhere/at/all.tif") }
        #expect(error.code == .openFailed)
        #expect(error.message.contains("/nowhere/at/all.tif") && error.message.contains("does not exist"))
    }

    @Test func whatIsNoRasterIsRefused() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/text.tif"
        try Data("not a raster".utf8).write(to: URL(fileURLWithPath: path))
        let error = try error { () throws(GDALError) in _ = try Dataset(reading: path) }
        #expect(error.code == .openFailed && error.message.contains("is not a readable"))
    }

    /// A virtual raster could name any file of the machine.
    @Test func otherFormatsAreRefused() throws {
        let folder = try ScratchFolder()
        try SmallRaster.write(folder.path + "/a.tif", grid: SmallRaster.grid(2, 1), type: .uint8, bands: [[1, 2]])
        let text = """
            <VRTDataset rasterXSize="2" rasterYSize="1"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>
            <SourceFilename>\(folder.path)/a.tif</SourceFilename><SourceBand>1</SourceBand></SimpleSource>
            </VRTRasterBand></VRTDataset>
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path + "/b.tif"))
        #expect(throws: GDALError.self) { _ = try Dataset(reading: folder.path + "/b.tif") }
    }

    @Test(arguments: [0, 2, -1]) func bandsOutOfRangeAreRefused(band: Int) throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/a.tif"
        try SmallRaster.write(path, grid: SmallRaster.grid(2, 1), type: .uint8, bands: [[1, 2]])
        let dataset = try Dataset(reading: path)
        let error = try error { () throws(GDALError) in _ = try dataset.band(band) }
        #expect(error.code == .readFailed && error.message.contains("the file has 1"))
    }

    @Test(.enabled(if: TestData.isUsable("generic/corrupt.tif"), "generic/corrupt.tif is not installed"))
    func damagedPixelsAreAnError() throws {
        let url = try #require(try TestData.url("generic/corrupt.tif"))
        let dataset = try Dataset(reading: url.path)
        let error = try error { () throws(GDALError) in _ = try dataset.floats(band: 1) }
        #expect(error.code == .readFailed && error.message.contains("fetch it again"))
    }

    @Test(.enabled(if: TestData.isUsable("generic/rotated.tif"), "generic/rotated.tif is not installed"))
    func turnedRastersKeepTheirTransform() throws {
        let url = try #require(try TestData.url("generic/rotated.tif"))
        let grid = try Dataset(reading: url.path).grid
        #expect(!grid.transform.isAxisAligned)
        #expect(grid.width == 10 && grid.height == 15)
    }

    @Test func reducedAverages() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/a.tif"
        try SmallRaster.write(
            path, grid: SmallRaster.grid(4, 2), type: .float32, bands: [[1, 3, 10, 10, 1, 3, 10, 10]])
        #expect(try Dataset(reading: path).reduced(band: 1, width: 2, height: 1) == [2, 10])
    }
}
