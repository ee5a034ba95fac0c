import Foundation
import Testing

@testable import RSPipeline

/// An image whose rational model is linear, so that every pixel's place can be computed by hand.
///
/// Columns run along longitude, 0.001 degrees each, from 48.98; rows along latitude from 40.015 down. Every 50 metres of
/// height move the ground one column to the right in the image.
@Suite struct OrthoStepTests {
    private static let width = 40
    private static let height = 30

    private func sample() -> DIMAPSample {
        var sample = DIMAPSample()
        sample.geometry = "SENSOR"
        sample.columns = [25, 15]
        sample.rows = [Self.height]
        sample.pixel = { band, column, row in Double(1000 * (band + 1) + row * 30 + column + 1) }
        sample.replacing = [
            (
                "</Raster_CRS>",
                "<PIXEL_ORIGIN>1</PIXEL_ORIGIN></Raster_CRS><Geoposition_Models><Rational_Function_Model><Component>"
                    + "<COMPONENT_PATH href=\"RPC_1.XML\"/></Component></Rational_Function_Model></Geoposition_Models>"
            )
        ]
        return sample
    }

    private func writeModel(to path: String, without missing: String? = nil) throws {
        func terms(_ key: String, _ numbers: [Int: String]) -> String {
            (1...20).map { "<\(key)_COEFF_\($0)>\(numbers[$0] ?? "0")</\(key)_COEFF_\($0)>" }.joined()
        }
        let ranges = [
            "LONG": ("49", "0.02"), "LAT": ("40", "0.015"), "HEIGHT": ("0", "100"), "SAMP": ("20.5", "20"),
            "LINE": ("15.5", "15"),
        ]
        let validity = ranges.map { "<\($0)_OFF>\($1.0)</\($0)_OFF><\($0)_SCALE>\($1.1)</\($0)_SCALE>" }.joined()
        var text =
            "<Dimap_Document><Rational_Function_Model><Global_RFM><Inverse_Model>"
            + terms("SAMP_NUM", [2: "1", 4: "0.1"]) + terms("SAMP_DEN", [1: "1"]) + terms("LINE_NUM", [3: "-1"])
            + terms("LINE_DEN", [1: "1"]) + "</Inverse_Model><RFM_Validity>\(validity)</RFM_Validity></Global_RFM>"
            + "</Rational_Function_Model></Dimap_Document>"
        if let missing { text = text.replacingOccurrences(of: missing, with: "X") }
        try SceneTestData.write(text, to: path)
    }

    private func writeHeights(_ metres: Double, to path: String) throws {
        let grid = Grid(
            width: 20, height: 20, transform: GeoTransform(left: 48.9, top: 40.1, pixelSize: 0.01),
            crs: try CoordinateSystem(text: "EPSG:4326"))
        try SmallRaster.write(
            path, grid: grid, type: .float32, bands: [[Double](repeating: metres, count: 400)])
    }

    @Test(arguments: [0.0, 100])
    func everyPixelIsWhereTheModelPutsIt(metres: Double) throws {
        let scratch = try ScratchFolder()
        let path = try sample().write(in: scratch.path)
        try writeModel(to: scratch.path + "/RPC_1.XML")
        let heights = scratch.path + "/heights.tif"
        try writeHeights(metres, to: heights)
        let plan = try Run.plan("read \(path) saturated=keep ! ortho dem=\(heights) crs=EPSG:4326 resolution=0.001")
        let planes = try plan.planesInMemory(options: ExecutionOptions(threads: 2))
        let grid = plan.grid
        #expect(grid.crs?.epsg == 4326 && abs(grid.transform.pixelWidth - 0.001) < 1e-9)
        #expect(plan.planeNames == ["B2", "B1", "B0", "B3"])
        var compared = 0
        for row in 0..<grid.height {
            for column in 0..<grid.width {
                let point = grid.transform.map(column: Double(column) + 0.5, row: Double(row) + 0.5)
                let x = (point.x - 48.98) / 0.001 + metres / 50
                let y = (40.015 - point.y) / 0.001
                // Too near to an edge between two pixels to say which one is meant.
                if abs(x - x.rounded()) < 0.1 || abs(y - y.rounded()) < 0.1 { continue }
                let isInside = x > 0 && y > 0 && x < Double(Self.width) && y < Double(Self.height)
                for (band, plane) in planes.enumerated() {
                    let found = plane.values[row * grid.width + column]
                    let expected = Float(1000 * (band + 1) + Int(y) * 30 + Int(x) + 1)
                    #expect(isInside ? found == expected : found.isNaN, "\(band) \(x) \(y) \(found) \(expected)")
                }
                if isInside { compared += 1 }
            }
        }
        #expect(compared > 900, "\(compared)")
    }

    /// The result flows on as any other band, and its record names image and heights.
    @Test func aChainGoesOn() throws {
        let scratch = try ScratchFolder()
        let path = try sample().write(in: scratch.path)
        try writeModel(to: scratch.path + "/RPC_1.XML")
        let heights = scratch.path + "/heights.tif"
        try writeHeights(20, to: heights)
        let plan = try Run.plan("read \(path) ! ortho dem=\(heights) ! toa ! index ndvi ! write \(scratch.path)/out/")
        #expect(plan.grid.crs?.epsg == 32639)
        #expect(plan.inputPaths.contains { $0.hasSuffix("R1C2.TIF") } && plan.inputPaths.contains(heights))
        #expect(plan.constants["ortho dem"] == "heights.tif")
        _ = try SceneRun(plan, existing: .refuse, options: ExecutionOptions(threads: 2)).run()
        let made = try #require(scratch.names("out").first { $0.hasSuffix("ndvi.tif") })
        #expect(try SmallRaster.read("\(scratch.path)/out/\(made)").contains { $0.isFinite })
    }

    @Test func whatCannotBeDone() throws {
        let scratch = try ScratchFolder()
        let folder = scratch.path
        let heights = folder + "/heights.tif"
        try writeHeights(0, to: heights)
        let path = try sample().write(in: folder)
        func said(_ chain: String) -> String { Run.planMessage("read \(chain) ! write \(folder)/out/") }
        #expect(
            said("\(path) ! ortho dem=\(heights)").contains("RPC_1.XML: the file with the rational model is missing"))
        try writeModel(to: folder + "/RPC_1.XML", without: "LINE_NUM_COEFF_7")
        #expect(said("\(path) ! ortho dem=\(heights)").contains("Inverse_Model/LINE_NUM_COEFF_7 is missing"))
        try writeModel(to: folder + "/RPC_1.XML")
        #expect(said("\(path) ! ortho").contains("dem= is needed"))
        #expect(said("\(path) ! ortho dem=\(folder)/no.tif").contains("no.tif: there is no such file"))
        #expect(said("\(path) ! ortho dem=\(heights) resolution=-1").contains("resolution=-1"))
        #expect(said("\(path) ! ortho dem=\(heights) crs=EPSG:1").contains("crs="))
        #expect(said("\(path) ! ortho dem=\(path)").contains("is not a readable"))
        let flat = try DIMAPSample().write(in: folder + "/flat")
        // Nobody has to look for heights first to learn that none are needed.
        for ortho in ["ortho dem=\(heights)", "ortho"] {
            #expect(said("\(flat) ! \(ortho)").contains("on a map already"), "\(said("\(flat) ! \(ortho)"))")
        }
    }
}
