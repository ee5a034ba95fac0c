import Foundation
import Testing

@testable import RSPipeline

/// Bands of two pixel sizes in one chain, through real files.
@Suite struct InputReaderTests {
    private let folder = FileManager.default.temporaryDirectory.path + "/rsp-reader-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    private func write(_ name: String, _ values: [UInt16], size: Int, pixel: Double) throws -> String {
        let path = "\(folder)/\(name).tif"
        let grid = Grid(
            width: size, height: size, transform: GeoTransform(left: 0, top: 0, pixelSize: pixel),
            crs: try CoordinateSystem(text: "EPSG:32639"))
        let writer = try DatasetWriter(creating: path, grid: grid, sampleType: .uint16, bandCount: 1, options: [])
        try writer.describe(bands: [RasterBandDescription(name: name, noData: .value(0))], metadata: [:])
        try unsafe values.withUnsafeBytes { bytes in
            try unsafe writer.write(band: 1, window: grid.window, from: bytes, as: .uint16)
        }
        try writer.close()
        return path
    }

    private func planes(_ steps: String) throws -> (Plan, [Plane]) {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let red = try write("red", [1, 3, 9, 9, 5, 7, 9, 9, 0, 0, 2, 4, 0, 4, 6, 8], size: 4, pixel: 15)
        let nir = try write("nir", [10, 20, 30, 40], size: 2, pixel: 30)
        let chain = try Chain("read \(red) \(nir) \(steps)")
        let plan = try Plan(chain, scene: chain.openScene())
        return (plan, try plan.planesInMemory())
    }

    @Test func theCoarsestBandUsedGivesTheGrid() throws {
        let (plan, planes) = try planes("! expr sum=\"red + nir\"")
        #expect(plan.grid.width == 2 && plan.grid.transform.pixelWidth == 30)
        #expect(planes[0].values[0] == 14 && planes[0].values[1] == 29 && planes[0].values[3] == 45)
        #expect(planes[0].values[2].isNaN, "three of four red pixels are fill")
    }

    @Test func aFinerGridCanBeAskedFor() throws {
        let (plan, planes) = try planes("resolution=15 ! expr sum=\"red + nir\"")
        #expect(plan.grid.width == 4)
        #expect(Array(planes[0].values[0...3]) == [11, 13, 29, 29])
    }

    @Test func bandsThatAreNotUsedDoNotMatter() throws {
        let (plan, planes) = try planes("! expr twice=\"red * 2\"")
        #expect(plan.grid.width == 4 && planes[0].values[0] == 2)
    }

    @Test func aSizeThatNoBandHasIsRefused() throws {
        let error = #expect(throws: RunError.self) { try planes("resolution=20 ! expr sum=\"red + nir\"") }
        #expect(error?.kind == .chain)
        #expect(error?.message.contains("15.0, 30.0") == true)
    }
}
