import Foundation

@testable import RSPipeline

/// A map of classes, and of the values behind it, as `rsproc run ... ! model m.json ! classify ! write` leaves them.
struct MadeMap {
    var grid = SmallRaster.grid(4, 4)
    /// Class numbers row by row; 0 is none.
    var classes: [Double]
    /// NaN is none; nil for no map of values.
    var values: [Double]?
    var names = ["non-saline", "slightly saline", "moderately saline"]
    var rule = "usda (Richards 1954): 1 non-saline from 0, 2 slightly saline from 2, 3 moderately saline from 4"
    var plane = "ECe"
    var quantity = Quantity.salinity(SoilProperty(.saturatedPaste, depth: 0...30))
    var scene = "scene"
    var sensor = "landsat8-oli-tirs"
    var date: String?
    var chain = "read scene ! surface method=dos1 ! model m.json ! classify scheme=usda ! write ./"
    var constants: [String: String] = [:]

    /// Writes it into a folder that it makes; returns the folder.
    @discardableResult
    func write(to folder: String) throws -> String {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let categories = names.enumerated().map { RasterCategory(UInt8($0.offset + 1), $0.element, [200, 100, 0]) }
        try write(
            classes, .uint8, folder, plane + "_class",
            RasterBandDescription(
                name: plane + "_class", noData: .value(0), categories: categories,
                metadata: [GenericProduct.Item.quantity: Quantity.classes.label]))
        if let values {
            try write(
                values, .float32, folder, plane,
                RasterBandDescription(
                    name: plane, noData: .nan, metadata: [GenericProduct.Item.quantity: quantity.label]))
        }
        return folder
    }

    private func write(
        _ numbers: [Double], _ type: SampleType, _ folder: String, _ name: String, _ band: RasterBandDescription
    ) throws {
        let writer = try DatasetWriter(
            creating: "\(folder)/\(scene)_\(name).tif", grid: grid, sampleType: type, bandCount: 1, options: [])
        let all = constants.merging(["classes \(plane)_class": rule]) { $1 }
        let record = JSONValue.object([
            "chain": .string(chain), "constants": .object(all.mapValues(JSONValue.string)),
        ])
        var items = [
            "RSP_RECORD": record.text(pretty: false), GenericProduct.Item.sceneID: scene,
            GenericProduct.Item.sensor: sensor,
        ]
        items[GenericProduct.Item.acquired] = date
        try writer.describe(bands: [band], metadata: items)
        var failure: GDALError?
        unsafe numbers.withUnsafeBytes { bytes in
            do throws(GDALError) {
                try unsafe writer.write(band: 1, window: grid.window, from: bytes, as: .float64)
            } catch { failure = error }
        }
        if let failure { throw failure }
        try writer.close()
    }
}
