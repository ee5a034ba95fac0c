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
        #expect(result.classes.map(\.upper) == [24, 49, 74, 99] && result.classes.map(\.lower) == [0, 25, 50, 75])
    }

    @Test func noDataIsLeftOut() throws {
        let result = try areas([-1, 5, 6, -1, 7, 8], classes: 2, noData: .value(-1))
        #expect(result.classes.map(\.pixels) == [2, 2] && result.classes[0].lower == 5)
        #expect(try areas([.nan, .nan], classes: 3).classes.isEmpty)
    }

    /// Two wild values must not squeeze all others into one class.
    @Test func outliersDoNotMatter() throws {
        let values = (0..<1000).map { Double($0) / 1000 } + [1e6, -1e6]
        let result = try areas(values, classes: 4)
        #expect(result.classes.map(\.pixels) == [251, 250, 251, 250])
        #expect(result.classes[0].lower == -1e6 && result.classes[3].upper == 1e6)
        #expect(abs(result.classes[1].upper - 0.499) < 1e-6)
    }

    @Test func sharedValuesMergeClasses() throws {
        let result = try areas([0, 0, 0, 0, 0, 0, 1, 2], classes: 4)
        #expect(result.classes.map(\.pixels) == [6, 2] && result.classes[0].upper == 0)
    }

    @Test func aConstantMapIsOneClass() throws {
        #expect(try areas([4, 4, 4, 4], classes: 3).classes.map(\.pixels) == [4])
        #expect(try areas([4, 4], classes: 1).classes.map(\.pixels) == [2])
    }
}
