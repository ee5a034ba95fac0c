import Foundation
import Testing

@testable import RSPipeline

@Suite struct DatasetWriterTests {
    @Test(arguments: SampleType.allCases) func everyTypeReadsBack(type: SampleType) throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/a.tif"
        let values: [Double] = type.isInteger ? [1, 2, 3, 255, 0, 7] : [1.5, -2.25, .nan, 0, 1e10, -1]
        try SmallRaster.write(path, grid: SmallRaster.grid(3, 2), type: type, bands: [values, values.reversed()])
        let dataset = try Dataset(reading: path)
        #expect(try dataset.band(1).sampleType == type)
        #expect(zip(try dataset.floats(band: 1), values).allSatisfy { BlockRun.same($0, Float($1)) })
        #expect(zip(try dataset.floats(band: 2), values.reversed()).allSatisfy { BlockRun.same($0, Float($1)) })
    }

    @Test(arguments: [("GTiff", NoData.value(-9999)), ("COG", .value(-9999)), ("GTiff", .nan), ("COG", .none)])
    func copiesKeepWhatIsSaid(driver: String, noData: NoData) throws {
        let folder = try ScratchFolder()
        let source = folder.path + "/a.tif"
        let target = folder.path + "/b.tif"
        let grid = SmallRaster.grid(3, 2)
        let writer = try DatasetWriter(
            creating: source, grid: grid, sampleType: .float32, bandCount: 2, options: ["TILED=YES"])
        try writer.describe(
            bands: [
                RasterBandDescription(
                    name: "ndvi", noData: noData, scale: LinearScale(gain: 0.5, offset: -1), unit: "K",
                    metadata: ["KEY": "a=b"]), RasterBandDescription(name: "grün", noData: noData),
            ], metadata: ["RSP_CHAIN": "read x ! write y"])
        try writer.close()
        try DatasetCopy.copy(source, to: target, driver: driver, options: ["COMPRESS=DEFLATE"])
        let copy = try Dataset(reading: target)
        let band = try copy.band(1)
        #expect(band.name == "ndvi" && band.noData == noData && band.scale == 0.5 && band.offset == -1)
        #expect(band.metadata["KEY"] == "a=b")
        #expect(try copy.band(2).name == "grün")
        #expect(try copy.band(2).scale == nil)
        #expect(copy.metadata["RSP_CHAIN"] == "read x ! write y")
        #expect(copy.grid.difference(from: grid) == nil)
    }

    @Test func windowsComeInAnyOrder() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/a.tif"
        let writer = try DatasetWriter(
            creating: path, grid: SmallRaster.grid(5, 4), sampleType: .uint16, bandCount: 1, options: [])
        for window in Window.tiling(width: 5, height: 4, unitWidth: 2, unitHeight: 3).reversed() {
            var values: [UInt16] = []
            for row in window.row..<(window.row + window.height) {
                for column in window.column..<(window.column + window.width) { values.append(UInt16(row * 5 + column)) }
            }
            try unsafe values.withUnsafeBytes { bytes in
                try unsafe writer.write(band: 1, window: window, from: bytes, as: .uint16)
            }
        }
        try writer.close()
        #expect(try SmallRaster.read(path) == (0..<20).map(Float.init))
    }

    @Test func whatCannotBeCreatedIsNamed() throws {
        let path = "/nowhere/at/all.tif"
        #expect(throws: GDALError.self) {
            _ = try DatasetWriter(
                creating: path, grid: SmallRaster.grid(1, 1), sampleType: .uint8, bandCount: 1, options: [])
        }
        #expect(Run.message { try DatasetCopy.copy(path, to: "/tmp/x.tif", driver: "COG", options: []) }.contains(path))
    }

    @Test func aStoppedCopySaysSo() throws {
        let folder = try ScratchFolder()
        try SmallRaster.write(folder.path + "/a.tif", grid: SmallRaster.grid(2, 1), type: .uint8, bands: [[1, 2]])
        do throws(GDALError) {
            try DatasetCopy.copy(
                folder.path + "/a.tif", to: folder.path + "/b.tif", driver: "GTiff", options: [],
                shouldStop: { true })
            Issue.record("nothing was thrown")
        } catch { #expect(error.code == .cancelled) }
    }
}
