import Testing

@testable import RSPipeline

struct TileMosaicTests {
    @Test func tilesAreReadAsOneRaster() throws {
        let scratch = try ScratchFolder()
        let numbers: [[Double]] = [[1, 2], [3], [4, 5], [6]]
        let places = [(0, 0, 2), (2, 0, 1), (0, 1, 2), (2, 1, 1)]
        var tiles: [TileMosaic.Tile] = []
        for (index, place) in places.enumerated() {
            let path = "\(scratch.path)/a & <b> \(index).tif"
            try SmallRaster.write(
                path, grid: SmallRaster.grid(place.2, 1), type: .uint16,
                bands: [numbers[index], numbers[index].map { $0 * 10 }])
            tiles.append(TileMosaic.Tile(path: path, column: place.0, row: place.1, width: place.2, height: 1))
        }
        let mosaic = TileMosaic(
            tiles: tiles, width: 3, height: 2, bandCount: 2, sampleType: .uint16, blockWidth: 2, blockHeight: 1,
            isPixelInterleaved: true)
        let file = try mosaic.make(name: "whole")
        #expect(throws: GDALError.self) { try Dataset(reading: file.path).width }
        let dataset = try Dataset(reading: file.path, drivers: Dataset.drivers(forNamed: file.path))
        #expect(dataset.width == 3 && dataset.height == 2 && dataset.isPixelInterleaved)
        #expect(try dataset.floats(band: 1) == [1, 2, 3, 4, 5, 6])
        #expect(try dataset.floats(band: 2) == [10, 20, 30, 40, 50, 60])
    }
}
