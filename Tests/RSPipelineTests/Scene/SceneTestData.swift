import Foundation
import Testing

@testable import RSPipeline

/// Files for the tests of scenes: real data where it is installed, and small GeoTIFFs written here.
enum SceneTestData {
    private static let root: URL = {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = ProcessInfo.processInfo.environment["RSP_TEST_DATA"] ?? "../shared/data"
        return URL(fileURLWithPath: text, relativeTo: URL(fileURLWithPath: package.path + "/")).standardizedFileURL
    }()

    private static var isRequired: Bool { ProcessInfo.processInfo.environment["RSP_REQUIRE_DATA"] == "1" }

    /// The condition of a test that needs real data: absent data skips it, unless `RSP_REQUIRE_DATA=1`.
    static var isInstalled: Bool { isRequired || FileManager.default.fileExists(atPath: root.path) }

    static func path(_ relative: String) -> String { root.appendingPathComponent(relative).path }

    static func bytes(_ relative: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(relative))))
    }

    /// Every `*_MTL.*` below the Landsat folder, as relative paths.
    static func metadataFiles() -> [String] {
        let base = path("landsat")
        let names = FileManager.default.enumerator(atPath: base)?.compactMap { $0 as? String } ?? []
        return names.filter { $0.contains("_MTL.") }.sorted().map { "landsat/" + $0 }
    }

    /// A folder of its own for one test, removed afterwards.
    static func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rsp-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder.path)
    }

    static func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    /// A 2 x 2 uint16 GeoTIFF of one strip, written byte by byte, with GDAL's own metadata when given.
    static func writeTIFF(to path: String, gdalMetadata: String? = nil, noData: String? = nil) throws {
        var entries: [(tag: UInt16, type: UInt16, count: UInt32, value: UInt32)] = []
        var extra: [UInt8] = []
        let count = 9 + (gdalMetadata == nil ? 0 : 1) + (noData == nil ? 0 : 1)
        let after = UInt32(8 + 2 + count * 12 + 4)
        func text(_ tag: UInt16, _ string: String) {
            let bytes = Array(string.utf8) + [0]
            if bytes.count <= 4 {
                let value = bytes.enumerated().reduce(UInt32(0)) { $0 | UInt32($1.element) << UInt32(8 * $1.offset) }
                entries.append((tag, 2, UInt32(bytes.count), value))
            } else {
                entries.append((tag, 2, UInt32(bytes.count), after + UInt32(extra.count)))
                extra += bytes + (bytes.count % 2 == 1 ? [0] : [])
            }
        }
        let pixels = after
        for value: UInt16 in [1, 2, 3, 4] { extra += [UInt8(value & 0xFF), UInt8(value >> 8)] }
        let numbers: [(UInt16, UInt32)] = [
            (256, 2), (257, 2), (258, 16), (259, 1), (262, 1), (273, pixels), (277, 1), (278, 2), (279, 8),
        ]
        for (tag, value) in numbers { entries.append((tag, tag == 273 || tag == 279 ? 4 : 3, 1, value)) }
        if let gdalMetadata { text(42112, gdalMetadata) }
        if let noData { text(42113, noData) }
        var file: [UInt8] = [0x49, 0x49, 42, 0, 8, 0, 0, 0]
        func append(_ value: UInt32, _ size: Int) {
            for index in 0..<size { file.append(UInt8((value >> UInt32(8 * index)) & 0xFF)) }
        }
        append(UInt32(entries.count), 2)
        for entry in entries {
            append(UInt32(entry.tag), 2)
            append(UInt32(entry.type), 2)
            append(entry.count, 4)
            append(entry.value, 4)
        }
        append(0, 4)
        try Data(file + extra).write(to: URL(fileURLWithPath: path))
    }

    /// A small Collection 2 Level-1 file with bands 4, 5 and 10.
    static func metadata(
        _ changes: (inout [(group: String, lines: [String])]) -> Void = { _ in }
    ) -> String {
        var groups: [(group: String, lines: [String])] = [
            (
                "PRODUCT_CONTENTS",
                [
                    "LANDSAT_PRODUCT_ID = \"LC08_TEST\"", "PROCESSING_LEVEL = \"L1TP\"", "COLLECTION_NUMBER = 02",
                    "FILE_NAME_BAND_4 = \"LC08_TEST_B4.TIF\"", "FILE_NAME_BAND_5 = \"LC08_TEST_B5.TIF\"",
                    "FILE_NAME_BAND_10 = \"LC08_TEST_B10.TIF\"",
                    "FILE_NAME_QUALITY_L1_PIXEL = \"LC08_TEST_QA_PIXEL.TIF\"",
                ]
            ),
            (
                "IMAGE_ATTRIBUTES",
                [
                    "SPACECRAFT_ID = \"LANDSAT_8\"", "SENSOR_ID = \"OLI_TIRS\"", "DATE_ACQUIRED = 2020-12-04",
                    "SCENE_CENTER_TIME = \"19:02:11.1944860Z\"", "SUN_ELEVATION = 18.80722985",
                ]
            ),
            (
                "LEVEL1_RADIOMETRIC_RESCALING",
                [
                    "RADIANCE_MULT_BAND_4 = 1.0288E-02", "RADIANCE_ADD_BAND_4 = -51.43874",
                    "REFLECTANCE_MULT_BAND_4 = 2.0000E-05", "REFLECTANCE_ADD_BAND_4 = -0.100000",
                    "RADIANCE_MULT_BAND_5 = 6.2956E-03", "RADIANCE_ADD_BAND_5 = -31.47794",
                    "REFLECTANCE_MULT_BAND_5 = 2.0000E-05", "REFLECTANCE_ADD_BAND_5 = -0.100000",
                    "RADIANCE_MULT_BAND_10 = 3.3420E-04", "RADIANCE_ADD_BAND_10 = 0.10000",
                ]
            ),
            ("LEVEL1_THERMAL_CONSTANTS", ["K1_CONSTANT_BAND_10 = 774.8853", "K2_CONSTANT_BAND_10 = 1321.0789"]),
            ("LEVEL1_MIN_MAX_PIXEL_VALUE", ["QUANTIZE_CAL_MAX_BAND_4 = 65535"]),
        ]
        changes(&groups)
        var lines = ["GROUP = LANDSAT_METADATA_FILE"]
        for (group, values) in groups {
            lines += ["  GROUP = \(group)"] + values.map { "    " + $0 } + ["  END_GROUP = \(group)"]
        }
        return (lines + ["END_GROUP = LANDSAT_METADATA_FILE", "END", ""]).joined(separator: "\n")
    }

    /// The error that a call must throw.
    static func error<Result>(_ body: () throws(SceneError) -> Result) throws -> SceneError {
        do throws(SceneError) {
            _ = try body()
        } catch {
            return error
        }
        return try #require(nil, "nothing was thrown")
    }
}
