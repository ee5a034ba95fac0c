import Foundation

@testable import RSPipeline

/// Small rasters and scenes written for one test.
enum SmallRaster {
    static let crs = try? CoordinateSystem(text: "EPSG:32639")

    static func grid(_ width: Int, _ height: Int, left: Double = 500_000, top: Double = 4_400_000) -> Grid {
        Grid(
            width: width, height: height, transform: GeoTransform(left: left, top: top, pixelSize: 30), crs: crs)
    }

    /// Writes bands of whole or broken numbers, row by row.
    static func write(
        _ path: String, grid: Grid, type: SampleType, bands: [[Double]], names: [String] = [],
        noData: NoData = .none, scale: LinearScale? = nil, quantity: Quantity? = nil, options: [String] = [],
        items: [String: String] = [:]
    ) throws {
        let writer = try DatasetWriter(
            creating: path, grid: grid, sampleType: type, bandCount: bands.count, options: options)
        let metadata = quantity.map { [GenericProduct.Item.quantity: $0.label] } ?? [:]
        try writer.describe(
            bands: bands.indices.map { index in
                RasterBandDescription(
                    name: index < names.count ? names[index] : "", noData: noData, scale: scale, metadata: metadata)
            }, metadata: items)
        for (index, values) in bands.enumerated() {
            var failure: GDALError?
            unsafe values.withUnsafeBytes { bytes in
                do throws(GDALError) {
                    try unsafe writer.write(band: index + 1, window: grid.window, from: bytes, as: .float64)
                } catch { failure = error }
            }
            if let failure { throw failure }
        }
        try writer.close()
    }

    /// The numbers of one band as stored.
    static func read(_ path: String, band: Int = 1) throws -> [Float] {
        try Dataset(reading: path).floats(band: band)
    }
}

/// A Landsat scene of a few pixels: text metadata and band files.
struct SmallLandsat {
    var width = 4
    var height = 4
    /// Stored numbers by band name (`B4`, `SR_B4`, `QA_PIXEL`); a band without them has no file.
    var bands: [String: [Double]] = [:]
    var isLevel2 = false
    /// Lines of the metadata that are left out.
    var omitted: [String] = []
    var sunElevation = 30.0
    /// Bands twice as fine.
    var fineBands: [String] = []
    /// Bands stored in another type.
    var types: [String: SampleType] = [:]
    /// Bands that lie one pixel to the east.
    var shiftedBands: [String] = []

    static let id = "LC08_TEST"
    var id = Self.id
    /// Where its first pixel lies, in pixels of 30 m.
    var column = 0
    var row = 0
    var date = "2023-07-15"
    var time = "07:30:00.1234567Z"
    var spacecraft = "LANDSAT_8"
    var radianceAdd = "0.10000"

    static func filled(_ value: Double, count: Int = 16) -> [Double] { [Double](repeating: value, count: count) }

    /// Writes the scene into a new folder below a folder; returns its path.
    func write(in parent: String, name: String = "scene") throws -> String {
        let folder = parent + "/" + name
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (band, values) in bands {
            let isFine = fineBands.contains(band)
            let left = 500_000 + 30 * Double(column)
            let top = 4_400_000 - 30 * Double(row)
            var grid = SmallRaster.grid(width, height, left: shiftedBands.contains(band) ? left + 30 : left, top: top)
            if isFine {
                let half = GeoTransform(left: left, top: top, pixelSize: 15)
                grid = Grid(width: width * 2, height: height * 2, transform: half, crs: grid.crs)
            }
            try SmallRaster.write(
                "\(folder)/\(id)_\(band).TIF", grid: grid, type: types[band] ?? .uint16, bands: [values])
        }
        let lines = metadata.split(separator: "\n").filter { line in !omitted.contains { line.contains($0) } }
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: "\(folder)/\(id)_MTL.txt"))
        return folder
    }

    private var metadata: String {
        var groups: [(String, [String])] = []
        var contents = [
            "LANDSAT_PRODUCT_ID = \"\(id)\"", "PROCESSING_LEVEL = \"\(isLevel2 ? "L2SP" : "L1TP")\"",
            "COLLECTION_NUMBER = 02", "FILE_NAME_QUALITY_L1_PIXEL = \"\(id)_QA_PIXEL.TIF\"",
            "FILE_NAME_QUALITY_L1_RADIOMETRIC_SATURATION = \"\(id)_QA_RADSAT.TIF\"",
        ]
        var rescaling: [String] = []
        var surface: [String] = []
        for number in 1...11 {
            let band = isLevel2 ? "SR_B\(number)" : "B\(number)"
            if isLevel2 && number > 7 { continue }
            contents.append("FILE_NAME_BAND_\(number) = \"\(id)_\(band).TIF\"")
            surface += ["REFLECTANCE_MULT_BAND_\(number) = 2.75e-05", "REFLECTANCE_ADD_BAND_\(number) = -0.2"]
            rescaling += ["RADIANCE_MULT_BAND_\(number) = 3.3420E-04", "RADIANCE_ADD_BAND_\(number) = \(radianceAdd)"]
            if number <= 9 {
                rescaling += [
                    "REFLECTANCE_MULT_BAND_\(number) = 2.0000E-05", "REFLECTANCE_ADD_BAND_\(number) = -0.100000",
                ]
            }
        }
        groups.append(("PRODUCT_CONTENTS", contents))
        groups.append(
            (
                "IMAGE_ATTRIBUTES",
                [
                    "SPACECRAFT_ID = \"\(spacecraft)\"", "SENSOR_ID = \"OLI_TIRS\"", "DATE_ACQUIRED = \(date)",
                    "SCENE_CENTER_TIME = \"\(time)\"", "SUN_ELEVATION = \(sunElevation)",
                ]
            ))
        groups.append(
            isLevel2
                ? ("LEVEL2_SURFACE_REFLECTANCE_PARAMETERS", surface) : ("LEVEL1_RADIOMETRIC_RESCALING", rescaling))
        if !isLevel2 {
            groups.append(
                (
                    "LEVEL1_THERMAL_CONSTANTS",
                    ["K1_CONSTANT_BAND_10 = 774.8853", "K2_CONSTANT_BAND_10 = 1321.0789"]
                ))
        }
        var lines = ["GROUP = LANDSAT_METADATA_FILE"]
        for (name, values) in groups { lines += ["GROUP = \(name)"] + values + ["END_GROUP = \(name)"] }
        return (lines + ["END_GROUP = LANDSAT_METADATA_FILE", "END", ""]).joined(separator: "\n")
    }
}

/// Short cuts of the tests of chains.
enum Run {
    static func plan(_ chain: String, out: String? = nil) throws -> Plan {
        let chain = try Chain(chain)
        return try Plan(chain, scene: try chain.openScene(), outputDirectory: out)
    }

    /// The values of a chain's planes by name.
    static func values(_ chain: String, threads: Int = 1) throws -> [String: [Float]] {
        let plan = try plan(chain)
        let planes = try plan.planesInMemory(options: ExecutionOptions(threads: threads))
        return Dictionary(zip(plan.planeNames, planes.map(\.values)), uniquingKeysWith: { first, _ in first })
    }

    @discardableResult
    static func run(
        _ chain: String, out: String? = nil, existing: ExistingOutputs = .refuse,
        options: ExecutionOptions = ExecutionOptions(threads: 1)
    ) throws -> SceneSummary {
        try SceneRun(try plan(chain, out: out), existing: existing, options: options).run()
    }

    /// The message of the error that a call must throw; empty when it throws none.
    static func message(_ body: () throws -> Void) -> String {
        do { try body() } catch { return "\(error)" }
        return ""
    }

    static func planMessage(_ chain: String) -> String { message { _ = try plan(chain) } }
}
