import Foundation
import Testing

@testable import RSPipeline

/// Samples of a real raster, beside what gdallocationinfo says of the same places.
@Suite struct SampledRasterTests {
    private static let red = "salinity/india_uttar_pradesh/Red.tif"

    @Test(.enabled(if: TestData.isUsable(red) && GDALTool.isInstalled("gdallocationinfo")))
    func placesGiveThePixelsThatGDALGives() throws {
        guard let path = try TestData.url(Self.red)?.path else { return }
        let chain = try Chain("read '\(path)' roles=red quantity=surfaceReflectance scale=2.75e-5 offset=-0.2")
        let scene = try chain.openScene()
        let grid = try #require(scene.bands.first?.source?.grid)
        var random = SplitMix64(seed: 21)
        let degrees = try CoordinateTransform(
            from: try #require(grid.crs), to: try CoordinateSystem(text: "EPSG:4326"))
        var text = "id,lon,lat,ECe\n"
        var expected: [Double] = []
        for number in 0..<8 {
            let place = grid.transform.map(
                column: Double.random(in: 0..<Double(grid.width), using: &random),
                row: Double.random(in: 0..<Double(grid.height), using: &random))
            let point = try #require(degrees.transform(x: place.x, y: place.y))
            text += "\(number),\(point.x),\(point.y),\(number)\n"
            let printed = try GDALTool.run(
                "gdallocationinfo", ["-valonly", "-wgs84", path, "\(point.x)", "\(point.y)"])
            let stored = try #require(Double(printed.split(separator: "\n").first ?? ""))
            expected.append(stored == 65_535 ? .nan : stored * 2.75e-5 - 0.2)
        }
        let samples = try FieldSamples(
            csv: Data(text.utf8), name: "t.csv", FieldSampleOptions(unit: "dS/m"))
        let rows = try SampleExtraction(chain, scene: scene, duplicates: .keep).extract(samples).table.rows
        for (row, value) in zip(rows, expected) {
            #expect(
                abs(row.predictors[0] - value) < 1e-6 || row.predictors[0].isNaN && value.isNaN, "seed 21: \(row[.id])")
        }
        #expect(expected.contains { $0.isFinite })
    }
}
