import Testing

@testable import RSPipeline

@Suite struct QuantileAreasTests {
    private func areas(_ values: [Double], classes: Int, noData: NoData = .nan) throws -> QuantileAreas {
        let folder = try ScratchFolder()
        let path = folder.path + "/a.tif"
        try SmallRaster.write(
            path, grid: SmallRaster.grid(values.count, 1), type: .float32, bands: [values], names: ["x"],
            noData: noData)
        return try QuantileAreas(path: path, band: 1, classes: classes)
    }

    @Test func equalSharesFromTheLowestOn() throws {
        let result = try areas((0..<100).reversed().map(Double.init) + [.nan], classes: 4)
        #expect(result.name == "x")
        #expect(result.classes.map(\.pixels) == [25, 25, 25, 25])
        #expect(result.classes.map { $0.hectares ?? 0 }.allSatisfy { abs($0 - 2.25) < 1e-9 })
        #expect(result.classes[0].lower == 0 && abs(result.classes[3].upper - 99) < 1e-9)
        #expect(zip(result.classes, result.classes.dropFirst()).allSatisfy { $0.upper == $1.lower })
    }

    @Test func noDataIsLeftOut() throws {
        let result = try areas([-1, 5, 6, -1, 7, 8], classes: 2, noData: .value(-1))
        #expect(result.classes.map(\.pixels) == [2, 2] && result.classes[0].lower == 5)
        #expect(try areas([.nan, .nan], classes: 3).classes.isEmpty)
    }

    @Test func aConstantMapIsOneClass() throws {
        #expect(try areas([4, 4, 4, 4], classes: 3).classes.map(\.pixels) == [4])
        #expect(try areas([4, 4], classes: 1).classes.map(\.pixels) == [2])
    }
}
