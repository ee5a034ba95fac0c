import Foundation
import Testing

@testable import RSPipeline

@Suite struct TerrainOperationTests {
    /// On the map, where columns and rows are easy to follow by hand; geographic grids on the earth.
    private func run(_ heights: [Float], _ grid: Grid, windows: [Window]? = nil, onEarth: Bool = false) throws -> (
        slope: [Float], aspect: [Float]
    ) {
        let onMap = onEarth ? nil : GroundFrame(onMap: grid).map { TerrainOperation(grid: grid, frame: $0) }
        let result = try StageRunner.run(
            try onMap ?? TerrainOperation(grid: grid), planes: [heights], sourceWidth: grid.width,
            windows: windows ?? [grid.window], resultWidth: grid.width, resultHeight: grid.height, resultCount: 2)
        return (result[0], result[1])
    }

    /// A plane that falls by one metre per metre: 45 degrees everywhere, the outline included.
    @Test(
        arguments: [(1, 0, 270), (-1, 0, 90), (0, 1, 0), (0, -1, 180), (1, 1, 315), (-1, -1, 135)]
            as [(Float, Float, Float)])
    func inclinedPlanes(perColumn: Float, perRow: Float, aspect: Float) throws {
        let grid = SmallRaster.grid(5, 4)
        let heights = (0..<20).map { 30 * (perColumn * Float($0 % 5) + perRow * Float($0 / 5)) }
        let result = try run(heights, grid)
        let expected = Float(atan((perColumn * perColumn + perRow * perRow).squareRoot()) * 180 / .pi)
        for index in heights.indices {
            #expect(abs(result.slope[index] - expected) < 1e-4)
            #expect(abs(result.aspect[index] - aspect) < 1e-4)
        }
    }

    /// Horn's own differences: a hill of 8 m in the north-west of one pixel raises it by 1 m per 30 m along and down.
    @Test func weightsOfTheNeighbours() throws {
        var heights = [Float](repeating: 0, count: 9)
        heights[0] = 240
        var result = try run(heights, SmallRaster.grid(3, 3))
        // East: -240 / 8 per 30 m = -1, north: +1: falls to the south-east.
        #expect(abs(result.slope[4] - Float(atan(2.0.squareRoot()) * 180 / .pi)) < 1e-4)
        #expect(abs(result.aspect[4] - 135) < 1e-4)
        heights[0] = 0
        heights[1] = 120
        result = try run(heights, SmallRaster.grid(3, 3))
        #expect(abs(result.slope[4] - 45) < 1e-5 && abs(result.aspect[4] - 180) < 1e-4)
    }

    @Test func flatAndMissing() throws {
        var heights = [Float](repeating: 12, count: 25)
        heights[12] = .nan
        let result = try run(heights, SmallRaster.grid(5, 5))
        #expect(result.slope[12].isNaN && result.aspect[12].isNaN)
        #expect(result.slope.enumerated().allSatisfy { $0.offset == 12 || $0.element == 0 })
        #expect(result.aspect.enumerated().allSatisfy { $0.offset == 12 || $0.element == 0 })
    }

    /// One degree of longitude at 60 N is half as long as at the equator.
    @Test func degreesHaveALength() throws {
        let grid = Grid(
            width: 3, height: 3,
            transform: GeoTransform(originX: 10, columnX: 0.001, rowX: 0, originY: 60.0015, columnY: 0, rowY: -0.001),
            crs: try CoordinateSystem(text: "EPSG:4326"))
        // 55.800 m east-west and 111.412 m north-south at 60 N.
        let east = try run((0..<9).map { Float($0 % 3) * 55.800 }, grid)
        #expect(abs(east.slope[4] - 45) < 1e-3 && abs(east.aspect[4] - 270) < 1e-3)
        let south = try run((0..<9).map { Float($0 / 3) * 111.412 }, grid)
        #expect(abs(south.slope[4] - 45) < 1e-3 && abs(south.aspect[4]) < 1e-3)
    }

    @Test func turnedGridsKeepTheMapsNorth() throws {
        // Columns run north-east, rows south-east; heights rise along columns only.
        let grid = Grid(
            width: 4, height: 4,
            transform: GeoTransform(originX: 0, columnX: 30, rowX: 30, originY: 0, columnY: 30, rowY: -30),
            crs: SmallRaster.crs)
        let result = try run((0..<16).map { Float($0 % 4) * 30 * Float(2).squareRoot() }, grid)
        #expect(result.slope.allSatisfy { abs($0 - 45) < 1e-4 })
        #expect(result.aspect.allSatisfy { abs($0 - 225) < 1e-4 })
    }

    @Test func windowsDoNotMatter() throws {
        var random = SplitMix64(seed: 8)
        let grid = SmallRaster.grid(61, 47)
        let heights = (0..<grid.pixelCount).map { _ in
            Int.random(in: 0..<20, using: &random) == 0 ? Float.nan : Float.random(in: 0...900, using: &random)
        }
        let whole = try run(heights, grid)
        for _ in 0..<6 {
            let cut = try run(heights, grid, windows: StageRunner.randomWindows(61, 47, using: &random))
            #expect(cut.slope.bits == whole.slope.bits && cut.aspect.bits == whole.aspect.bits)
        }
    }

    /// A plane that rises 1 m per metre of ground to the true north, on maps whose north and metres are others.
    @Test(arguments: ["EPSG:32639", "EPSG:32637", "EPSG:3413", "EPSG:3857", "EPSG:4326"])
    func directionsAndMetresAreThoseOfTheGround(system: String) throws {
        let crs = try CoordinateSystem(text: system)
        let place = try CoordinateTransform(from: try CoordinateSystem(text: "EPSG:4326"), to: crs)
        let back = try CoordinateTransform(from: crs, to: try CoordinateSystem(text: "EPSG:4326"))
        let centre = try #require(place.transform(x: 48.6, y: 40.2))
        let size = crs.isGeographic ? 0.0003 : 30
        let grid = Grid(
            width: 150, height: 130,
            transform: GeoTransform(
                originX: centre.x - 75 * size, columnX: size, rowX: 0, originY: centre.y + 65 * size, columnY: 0,
                rowY: -size), crs: crs)
        let degree = Ellipsoid.wgs84.metresPerDegree(latitude: 40.2).y
        let heights = try (0..<grid.pixelCount).map { index in
            let map = grid.transform.map(column: Double(index % 150) + 0.5, row: Double(index / 150) + 0.5)
            return Float((try #require(back.transform(x: map.x, y: map.y)).y - 40.2) * degree)
        }
        let result = try run(heights, grid, onEarth: true)
        for (column, row) in [(75, 65), (2, 2), (147, 3), (3, 126), (146, 127), (64, 63)] {
            let index = row * 150 + column
            // Heights are Float32: 1e-4 m of 60 m.
            #expect(abs(result.slope[index] - 45) < 0.01, "\(system) \(column) \(row): \(result.slope[index])")
            #expect(abs(result.aspect[index] - 180) < 0.02, "\(system) \(column) \(row): \(result.aspect[index])")
        }
    }

    @Test func gridsWithoutASizeInMetresAreRefused() throws {
        let grid = Grid(width: 3, height: 3, transform: .identity, crs: nil)
        #expect(throws: ChainError.self) { try TerrainOperation(grid: grid) }
    }

    /// gdaldem on a real terrain, away from its outline.
    @Test(
        .enabled(if: GDALTool.isInstalled("gdaldem") && TestData.isUsable("generic/elev_vinschgau.tif")))
    func asGDALDem() throws {
        guard let file = try TestData.url("generic/elev_vinschgau.tif") else { return }
        let dataset = try Dataset(reading: file.path)
        let grid = dataset.grid
        let noData = try dataset.band(1).noData.number.map(Float.init)
        let heights = try dataset.floats(band: 1).map { $0 == noData ? Float.nan : $0 }
        let scratch = try ScratchFolder()
        try GDALTool.run("gdaldem", ["slope", "-q", file.path, scratch.path + "/slope.tif"])
        try GDALTool.run("gdaldem", ["aspect", "-q", file.path, scratch.path + "/aspect.tif"])
        let slope = try SmallRaster.read(scratch.path + "/slope.tif")
        let aspect = try SmallRaster.read(scratch.path + "/aspect.tif")
        let ours = try run(heights, grid)
        var compared = 0
        var worst: (slope: Float, aspect: Float) = (0, 0)
        for index in slope.indices where slope[index] > -9000 {
            compared += 1
            worst.slope = max(worst.slope, abs(slope[index] - ours.slope[index]))
            if slope[index] > 0.5 {
                let turn = abs(aspect[index] - ours.aspect[index])
                worst.aspect = max(worst.aspect, min(turn, 360 - turn))
            }
        }
        print("gdaldem: \(compared) pixels, slope within \(worst.slope), aspect within \(worst.aspect) degrees")
        #expect(compared > grid.pixelCount / 2)
        #expect(worst.slope < 2e-4 && worst.aspect < 0.02)
    }
}
