import Foundation
import Testing

@testable import RSPipeline

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct COGLayoutTests {
    private func directories(_ sizes: [(Int, Int)]) throws -> [TIFFDirectory] {
        let description = try GeoTIFFDescription.file(
            grid: SmallRaster.grid(sizes[0].0, sizes[0].1), sampleType: .uint8,
            bands: [RasterBandDescription(name: "n", noData: .value(0))], metadata: [:])
        return try sizes.map { width, height in
            var directory = try TIFFDirectory(firstOf: description)
            directory.set(TIFFTag(256, value: width))
            directory.set(TIFFTag(257, value: height))
            directory.set(TIFFTag(322, value: 512))
            directory.set(TIFFTag(323, value: 512))
            return directory
        }
    }

    /// By hand: header 8, description 43 + 140 + 1, first directory at 192; one tile with a frame of 4 bytes each side.
    @Test func oneTile() throws {
        let layout = COGLayout(try directories([(10, 10)]), sizes: [[100]], isCloudOptimized: true)
        #expect(!layout.isBig)
        #expect(layout.head[4] == 192)
        #expect(layout.offsets[0][0] == layout.head.count + 4)
        #expect(layout.length == layout.head.count + 108)
        let plain = COGLayout(try directories([(10, 10)]), sizes: [[100]], isCloudOptimized: false)
        #expect(plain.head[4] == 8 && plain.offsets[0][0] == plain.head.count)
        #expect(plain.length == plain.head.count + 100)
    }

    @Test func coarserLevelsComeFirstAndEmptyTilesTakeNoRoom() throws {
        let layout = COGLayout(
            try directories([(1024, 1024), (512, 512)]), sizes: [[10, 0, 30, 40], [7]], isCloudOptimized: true)
        let start = layout.head.count
        #expect(layout.offsets == [[start + 15 + 4, 0, start + 15 + 18 + 4, start + 15 + 18 + 38 + 4], [start + 4]])
        #expect(layout.length == start + 15 + 18 + 38 + 48)
    }

    /// A file of more than 4 GiB, a hole but for its directories: GDAL finds every tile inside.
    @Test func beyondFourGibibytes() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/big.tif"
        let sizes = [[Int](repeating: 1 << 26, count: 100), [Int](repeating: 1 << 26, count: 25)]
        let layout = COGLayout(try directories([(5120, 5120), (2560, 2560)]), sizes: sizes, isCloudOptimized: true)
        #expect(layout.isBig && layout.length > 7 << 30)
        #expect(Array(layout.head[0..<4]) == [0x49, 0x49, 0x2B, 0] && layout.head[8] == 200)
        try Data(layout.head).write(to: URL(fileURLWithPath: path))
        guard unsafe truncate(path, off_t(layout.length)) == 0 else { return }
        try TIFFIntegrity.check(path)
        let dataset = try Dataset(reading: path)
        #expect(dataset.width == 5120 && dataset.height == 5120)
        #expect(try dataset.band(1).noData == .value(0))
        #expect(unsafe truncate(path, off_t(layout.length - 9)) == 0)
        #expect(throws: TIFFError.self) { try TIFFIntegrity.check(path) }
    }

    /// Just below the limit a file stays classic.
    @Test func bigOnlyWhenNeeded() throws {
        let levels = try directories([(1024, 512)])
        let room = Int(UInt32.max) - COGLayout(levels, sizes: [[1, 1]], isCloudOptimized: true).length
        #expect(!COGLayout(levels, sizes: [[1, 1 + room]], isCloudOptimized: true).isBig)
        #expect(COGLayout(levels, sizes: [[1, 2 + room]], isCloudOptimized: true).isBig)
    }
}
