import Foundation
import Testing

@testable import RSPipeline

/// Damaged and hostile items: never a trap, never a file outside of the folder, never a number that is not finite.
@Suite struct STACMutationTests {
    private static let links = [
        "../outside.tif", "/etc/passwd", "file:///etc/passwd", "/vsimem/x.tif", "ftp://h/x.tif",
        "sub/../../outside.tif",
        "\\\\..\\\\outside.tif", "vsizip/x.tif", "..%2foutside.tif", "data:,x", "", "./", ".", "..", "a\\u0000.tif",
    ]
    private static let words = [
        "NaN", "-1", "0", "1e999", "null", "true", "\"x\"", "[]", "{}", "-Infinity", "99999999999999999999", "1e-320",
    ]

    private static func mutated(_ text: String, _ random: inout SplitMix64) -> [UInt8] {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...2, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<14, using: &random) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...40, using: &random)))
            case 2:
                let part = Array(bytes[place..<min(bytes.count, place + 120)])
                bytes.insert(contentsOf: part, at: Int.random(in: 0...bytes.count, using: &random))
            case 3: bytes = Array(bytes[..<place])
            case 4...8: bytes = replace(bytes, after: "\"href\" : \"", until: "\"", with: links, &random)
            case 9...12: bytes = replace(bytes, after: "\" : ", until: "\n", with: words.map { $0 + "," }, &random)
            default:
                let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
                bytes = Array(
                    (lines.dropFirst(lines.count / 2) + lines.prefix(lines.count / 2)).joined(separator: "\n").utf8)
            }
        }
        return bytes
    }

    private static func replace(
        _ bytes: [UInt8], after: String, until: String, with words: [String], _ random: inout SplitMix64
    ) -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self)
        let places = text.ranges(of: after)
        guard let place = places.randomElement(using: &random), let word = words.randomElement(using: &random) else {
            return bytes
        }
        let rest = text[place.upperBound...]
        let end = rest.range(of: until)?.lowerBound ?? rest.endIndex
        return Array((text[..<place.upperBound] + word + text[end...]).utf8)
    }

    /// The scene, or nil for an item that is refused in words.
    private static func open(_ files: ProductFiles, _ round: String) -> Scene? {
        do {
            return try STACProduct.open(["item.json"], in: files, options: SceneOptions())
        } catch {
            #expect(!error.message.isEmpty && error.message.utf8.count < 3000, "\(round)")
            return nil
        }
    }

    @Test func noItemTrapsOrLeadsOutsideOfItsFolder() throws {
        let scratch = try ScratchFolder()
        let inside = scratch.path + "/inside"
        try FileManager.default.createDirectory(atPath: inside, withIntermediateDirectories: true)
        try SmallItem.file("outside.tif", in: scratch.path, 1)
        for name in ["B04.tif", "B06.tif", "X_SR_B4.TIF", "X_ST_B10.TIF", "X_QA_PIXEL.TIF"] {
            try SmallItem.file(name, in: inside, 5000)
        }
        try SmallItem.file("SCL.tif", in: inside, 9, type: .uint8)
        var other = SmallItem()
        other.assets["red"] = SmallItem.asset(
            "B04.tif", common: "red", raster: ["scale": .number(0.5), "nodata": .integer(0)])
        let texts = [SmallItem.sentinel2(), SmallItem.landsat2(), other].map { $0.json.text(pretty: true) }
        let seed: UInt64 = 20_261_121
        var random = SplitMix64(seed: seed)
        let names = try FileManager.default.contentsOfDirectory(atPath: inside)
        let files = ProductFiles(root: inside, title: inside, names: names + ["item.json"])
        var accepted = 0
        for round in 0..<1500 {
            let bytes = Self.mutated(texts[round % texts.count], &random)
            try Data(bytes).write(to: URL(fileURLWithPath: inside + "/item.json"))
            guard let scene = Self.open(files, "seed \(seed), round \(round)") else { continue }
            accepted += 1
            let sources = scene.bands.compactMap(\.source) + scene.qualityLayers.compactMap(\.source)
            for source in sources {
                #expect(
                    source.path.hasPrefix(inside + "/") && !source.path.contains(".."),
                    "seed \(seed), round \(round): \(source.path)")
            }
            for band in scene.bands {
                let scales = [
                    band.readScale, band.calibration.product?.scale, band.calibration.toaReflectance,
                    band.calibration.radiance,
                ]
                for scale in scales.compactMap({ $0 }) {
                    #expect(
                        scale.gain.isFinite && scale.offset.isFinite && scale.gain != 0, "seed \(seed), round \(round)")
                }
            }
            #expect(scene.sun.map { $0.elevation.isFinite } ?? true, "seed \(seed), round \(round)")
        }
        // Both ways are taken, or nothing is tested.
        #expect(accepted > 100 && accepted < 1400, "\(accepted) of 1500 accepted with seed \(seed)")
        print("STAC mutations: \(accepted) of 1500 accepted, seed \(seed)")
    }
}
