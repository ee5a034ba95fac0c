import Foundation

@testable import RSPipeline

/// Metadata of a scene of TM, ETM+ or MSS as the archive delivers it, cut to what is read.
///
/// The numbers are those of LE07_L1TP_038035_20190618_20190618_01_RT and of published TM scenes.
struct SmallHeritageLandsat {
    var satellite = 7
    var sensor = "ETM"
    var collection = 2
    var level = "L1TP"
    var day = "2019-06-18"
    var hasThermalConstants = true
    /// Text changed before use, old by new.
    var changes: [(String, String)] = []

    static let id = "LX07_TEST"

    private var isETM: Bool { sensor.hasPrefix("ETM") }
    private var keys: [String] {
        switch sensor {
        case "MSS": (satellite <= 3 ? 4...7 : 1...4).map { "BAND_\($0)" }
        case "TM": (1...7).map { "BAND_\($0)" }
        default:
            (1...5).map { "BAND_\($0)" } + ["BAND_6_VCID_1", "BAND_6_VCID_2", "BAND_7", "BAND_8"]
        }
    }

    private func name(_ key: String) -> String { "B" + key.dropFirst(5) }

    var text: String {
        let is2 = collection == 2
        var groups: [(String, [String])] = []
        let identity =
            ["LANDSAT_PRODUCT_ID = \"\(Self.id)\""]
            + (collection == 0 ? [] : ["COLLECTION_NUMBER = 0\(collection)"])
        let acquisition = [
            "SPACECRAFT_ID = \"LANDSAT_\(satellite)\"", "SENSOR_ID = \"\(sensor)\"", "DATE_ACQUIRED = \(day)",
            "SCENE_CENTER_TIME = \"17:58:52.6952310Z\"",
        ]
        let sun = ["SUN_AZIMUTH = 114.88805154", "SUN_ELEVATION = 30.0", "EARTH_SUN_DISTANCE = 1.0160252"]
        var files: [String] = []
        var rescaling: [String] = []
        var radiance: [String] = []
        var reflectance: [String] = []
        var range: [String] = []
        var constants: [String] = []
        var surface: [String] = []
        let isLevel2 = level.hasPrefix("L2")
        for key in keys {
            let isThermal = key.contains("_6") && sensor != "MSS"
            if isLevel2 {
                if key == "BAND_8" || key == "BAND_6_VCID_2" { continue }
                let label = isThermal ? "ST_B6" : "SR_" + name(key)
                files.append("FILE_NAME_\(isThermal ? "BAND_ST_B6" : key) = \"\(Self.id)_\(label).TIF\"")
                if !isThermal {
                    surface += ["REFLECTANCE_MULT_\(key) = 2.75e-05", "REFLECTANCE_ADD_\(key) = -0.2"]
                }
                continue
            }
            files.append("FILE_NAME_\(key) = \"\(Self.id)_\(name(key)).TIF\"")
            range.append("QUANTIZE_CAL_MAX_\(key) = 255")
            rescaling += ["RADIANCE_MULT_\(key) = 1.1807E+00", "RADIANCE_ADD_\(key) = -7.38071"]
            radiance.append("RADIANCE_MAXIMUM_\(key) = 293.700")
            if isThermal {
                constants += ["K1_CONSTANT_\(key) = 666.09", "K2_CONSTANT_\(key) = 1282.71"]
            } else if collection > 0 {
                rescaling += ["REFLECTANCE_MULT_\(key) = 1.8807E-03", "REFLECTANCE_ADD_\(key) = -0.011757"]
                reflectance.append("REFLECTANCE_MAXIMUM_\(key) = 0.467827")
            }
        }
        if collection == 2 {
            files += [
                "FILE_NAME_QUALITY_L1_PIXEL = \"\(Self.id)_QA_PIXEL.TIF\"",
                "FILE_NAME_QUALITY_L1_RADIOMETRIC_SATURATION = \"\(Self.id)_QA_RADSAT.TIF\"",
            ]
        } else {
            files.append("FILE_NAME_BAND_QUALITY = \"\(Self.id)_BQA.TIF\"")
        }
        groups.append((is2 ? "PRODUCT_CONTENTS" : "METADATA_FILE_INFO", identity))
        let levelKey = "\(is2 ? "PROCESSING_LEVEL" : "DATA_TYPE") = \"\(level)\""
        groups.append((is2 ? "PRODUCT_CONTENTS" : "PRODUCT_METADATA", [levelKey] + files))
        groups.append((is2 ? "IMAGE_ATTRIBUTES" : "PRODUCT_METADATA", acquisition))
        groups.append(("IMAGE_ATTRIBUTES", sun))
        if isLevel2 {
            groups.append(("LEVEL2_SURFACE_REFLECTANCE_PARAMETERS", surface))
            let temperature = ["TEMPERATURE_MULT_BAND_ST_B6 = 0.00341802", "TEMPERATURE_ADD_BAND_ST_B6 = 149.0"]
            groups.append(("LEVEL2_SURFACE_TEMPERATURE_PARAMETERS", temperature))
        }
        let prefix = is2 ? "LEVEL1_" : ""
        groups.append((prefix + "MIN_MAX_RADIANCE", radiance))
        groups.append((prefix + "MIN_MAX_REFLECTANCE", reflectance))
        groups.append((prefix + "MIN_MAX_PIXEL_VALUE", range))
        groups.append((prefix + "RADIOMETRIC_RESCALING", rescaling))
        if hasThermalConstants { groups.append((prefix + "THERMAL_CONSTANTS", constants)) }
        if isETM {
            let gains = keys.map { "GAIN_\($0) = \"\($0.hasSuffix("VCID_2") ? "H" : "L")\"" }
            groups.append(("PRODUCT_PARAMETERS", gains + ["GAIN_CHANGE_BAND_4 = \"LH\""]))
        }
        let root = is2 ? "LANDSAT_METADATA_FILE" : "L1_METADATA_FILE"
        var lines = ["GROUP = \(root)"]
        for (name, values) in groups { lines += ["GROUP = \(name)"] + values + ["END_GROUP = \(name)"] }
        let text = (lines + ["END_GROUP = \(root)", "END", ""]).joined(separator: "\n")
        return changes.reduce(text) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
    }

    /// The scene of the metadata alone.
    func open(options: SceneOptions = SceneOptions()) throws(SceneError) -> Scene {
        try LandsatProduct.open(
            LandsatMetadata(bytes: Array(text.utf8), path: "x_MTL.txt"),
            files: .product(ProductFiles(root: "/nowhere", title: "/nowhere", names: []), prefix: ""), options: options)
    }

    /// Writes the metadata and 4 x 4 bands of 8 bits into a new folder; returns its path.
    func write(_ bands: [String: [Double]], quality: [String: [Double]] = [:], in parent: String) throws -> String {
        let folder = parent + "/scene"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(Self.id)_MTL.txt"))
        for (name, values) in bands.merging(quality, uniquingKeysWith: { a, _ in a }) {
            try SmallRaster.write(
                "\(folder)/\(Self.id)_\(name).TIF", grid: SmallRaster.grid(4, 4),
                type: quality[name] == nil ? .uint8 : .uint16, bands: [values])
        }
        return folder
    }
}
