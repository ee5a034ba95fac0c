import Foundation
import Testing

@testable import RSPipeline

@Suite struct MapPictureTests {
    private func raster(_ classes: [UInt8], width: Int, in folder: ScratchFolder, type: SampleType = .uint8) throws
        -> String
    {
        let path = folder.path + "/classes.tif"
        let grid = Grid(
            width: width, height: classes.count / width,
            transform: GeoTransform(left: 500_000, top: 4_400_000, pixelSize: 20),
            crs: try CoordinateSystem(text: "EPSG:32639"))
        let writer = try DatasetWriter(creating: path, grid: grid, sampleType: type, bandCount: 1, options: [])
        try writer.describe(bands: [RasterBandDescription(name: "class", noData: .value(0))], metadata: [:])
        try unsafe classes.withUnsafeBytes { bytes in
            try unsafe writer.write(band: 1, window: grid.window, from: bytes, as: .uint8)
        }
        try writer.close()
        return path
    }

    private let categories = [
        RasterCategory(1, "low", [250, 250, 200]), RasterCategory(2, "high", [200, 20, 20]),
        RasterCategory(7, "top", [20, 20, 200]),
    ]

    /// The picture as it was drawn: class numbers by way of the colours.
    private func drawn(_ picture: MapPicture, in folder: ScratchFolder) throws -> [UInt8] {
        let path = folder.path + "/picture.png"
        try picture.png.write(to: URL(fileURLWithPath: path))
        let dataset = try Dataset(reading: path, drivers: ["PNG"])
        #expect(dataset.width == picture.width && dataset.height == picture.height)
        return try dataset.floats(band: 1).map { UInt8($0) }
    }

    @Test func aSmallMapIsDrawnAsItIs() throws {
        let folder = try ScratchFolder()
        let classes: [UInt8] = [0, 1, 2, 7, 1, 9]
        let picture = try MapPicture(of: try raster(classes, width: 3, in: folder), categories: categories)
        #expect(picture.width == 3 && picture.height == 2 && picture.grid.width == 3)
        // 9 is no class.
        #expect(try drawn(picture, in: folder) == [0, 1, 2, 7, 1, 0])
        #expect(picture.png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    }

    @Test func aLargeMapShowsWhatMostPixelsAre() throws {
        let folder = try ScratchFolder()
        let classes: [UInt8] = [
            1, 1, 0, 0, 2, 1,
            1, 2, 0, 2, 1, 2,
            0, 0, 7, 7, 0, 2,
            0, 1, 7, 0, 0, 7,
        ]
        let path = try raster(classes, width: 6, in: folder)
        let picture = try MapPicture(of: path, categories: categories, longerSide: 3)
        // Most; none; equal ones: the lower; none; most; as many without a class: the lower of those that have one.
        #expect(try drawn(picture, in: folder) == [1, 0, 1, 0, 7, 2])
        let again = try MapPicture(of: path, categories: categories.reversed(), longerSide: 3)
        #expect(again.png == picture.png)
    }

    @Test func sizesThatDoNotDivideCoverEveryPixel() throws {
        let folder = try ScratchFolder()
        let picture = try MapPicture(
            of: try raster([UInt8](repeating: 2, count: 7 * 5), width: 7, in: folder), categories: categories,
            longerSide: 4)
        #expect(picture.width == 4 && picture.height == 2)
        #expect(try drawn(picture, in: folder) == [UInt8](repeating: 2, count: 8))
    }

    @Test func valuesAreNoClasses() throws {
        let folder = try ScratchFolder()
        let path = try raster([1, 2], width: 2, in: folder, type: .float32)
        let error = #expect(throws: GDALError.self) { try MapPicture(of: path, categories: categories) }
        #expect(error?.message.contains("float32") == true)
        #expect(throws: GDALError.self) { try MapPicture(of: folder.path + "/none.tif", categories: categories) }
    }

    @Test func theMapIsMeasuredOnTheGround() throws {
        // Ten kilometres of Web Mercator at 40 degrees north are 7.7 on the ground.
        let mercator = try CoordinateSystem(text: "EPSG:3857")
        let grid = Grid(
            width: 1000, height: 1000, transform: GeoTransform(left: 5_400_000, top: 4_870_000, pixelSize: 10),
            crs: mercator)
        let map = try Assessment.Map(grid)
        #expect(abs(map.width - 7680) < 40 && abs(map.north) < 1e-6 && map.scaleBar == 1000)
        #expect(
            map.corners[0].latitude > map.corners[2].latitude && map.corners[0].longitude < map.corners[1].longitude)
        // West of the middle of a zone true north lies to the right of up, by some tan(dlon) sin(lat).
        let zone = Grid(
            width: 100, height: 100, transform: GeoTransform(left: 250_000, top: 4_430_000, pixelSize: 10),
            crs: try CoordinateSystem(text: "EPSG:32639"))
        let turned = try Assessment.Map(zone)
        #expect(turned.north > 1.7 && turned.north < 2.0)
        let nowhere = Grid(width: 1, height: 1, transform: .identity, crs: nil)
        #expect(throws: GDALError.self) { try Assessment.Map(nowhere) }
    }
}
