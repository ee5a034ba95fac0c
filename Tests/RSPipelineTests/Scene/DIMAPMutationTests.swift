import Foundation
import Testing

@testable import RSPipeline

/// Damaged and hostile metadata: one clear error each, nothing opened outside of the product.
@Suite struct DIMAPMutationTests {
    private static let injections = [
        "../SECRET.TIF", "../../SECRET.TIF", "/etc/passwd", "..\\SECRET.TIF", "/vsicurl/http://127.0.0.1:9/x.tif",
        "vsizip/x.zip", "IMG/../../SECRET.TIF", "C:/x.tif", "file:///etc/passwd", "", ".", "..", "MASKS",
        "x\u{1}.TIF", "-1", "0", "nan", "inf", "1e999", "1e308", "-8", "0x10", "4294967296",
        "99999999999999999999", "B0", "B9", "P", "MS", "REFLECTANCE", "DISPLAY", "SENSOR", "Center", "999",
        String(repeating: "A", count: 5000),
    ]

    private static func mutate(_ text: String, _ random: inout SplitMix64) -> [UInt8] {
        var lines = text.components(separatedBy: "\n")
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let line = Int.random(in: 1..<max(lines.count - 1, 2), using: &random)
            let other = Int.random(in: 1..<max(lines.count - 1, 2), using: &random)
            switch Int.random(in: 0..<7, using: &random) {
            case 0: lines.remove(at: line)
            case 1: lines.insert(lines[line], at: other)
            case 2: lines.swapAt(line, other)
            case 3, 4:
                // The text of an element, or the value of an attribute.
                let pieces = lines[line].split(omittingEmptySubsequences: false) { ">\"".contains($0) }
                let candidates = pieces.filter { !$0.isEmpty && !$0.hasPrefix("/") }
                guard let piece = candidates.randomElement(using: &random) else { continue }
                let old = String(piece.prefix { $0 != "<" })
                let new = injections.randomElement(using: &random) ?? ""
                if !old.isEmpty { lines[line] = lines[line].replacingOccurrences(of: old, with: new) }
            case 5:
                let digits = lines[line].indices.filter { lines[line][$0].isNumber }
                guard let place = digits.randomElement(using: &random) else { continue }
                let digit = Character("\(Int.random(in: 0...9, using: &random))")
                lines[line].replaceSubrange(place...place, with: [digit])
            default:
                var bytes = Array(lines.joined(separator: "\n").utf8)
                let place = Int.random(in: 0..<bytes.count, using: &random)
                if Bool.random(using: &random) {
                    bytes[place] = UInt8.random(in: 0...255, using: &random)
                } else {
                    bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...40, using: &random)))
                }
                return bytes
            }
        }
        return Array(lines.joined(separator: "\n").utf8)
    }

    @Test(arguments: [UInt64(7), 1967])
    func nothingIsTrustedThatCannotBe(seed: UInt64) throws {
        print("DIMAP mutations: seed \(seed)")
        var random = SplitMix64(seed: seed)
        let scratch = try ScratchFolder()
        let folder = scratch.path + "/product"
        var sample = DIMAPSample()
        if seed != 7 {
            sample.columns = [3, 1]
            sample.rows = [2, 2]
        }
        let path = try sample.write(in: folder)
        try SmallRaster.write(
            scratch.path + "/SECRET.TIF", grid: SmallRaster.grid(4, 4), type: .uint16,
            bands: [[Double]](repeating: SmallLandsat.filled(1), count: 4))
        let text = sample.xml
        var accepted = 0
        for count in 0..<800 {
            let bytes = Self.mutate(text, &random)
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            let scene: Scene
            do throws(SceneError) {
                scene = try Scene.open([folder])
            } catch {
                #expect(!error.message.isEmpty && error.message.utf8.count < 3000, "seed \(seed), \(count)")
                continue
            }
            accepted += 1
            for band in scene.bands {
                let place: Comment = "seed \(seed), mutation \(count), band \(band.name)"
                #expect((band.source == nil) == (band.problem != nil), place)
                for file in band.source?.files ?? [] {
                    #expect(file.hasPrefix(folder + "/") && !file.contains(".."), place)
                }
                let scales = [
                    band.calibration.radiance, band.calibration.toaReflectance, band.calibration.product?.scale,
                ]
                for scale in scales.compactMap(\.self) {
                    #expect(scale.gain.isFinite && scale.gain > 0 && scale.offset.isFinite, place)
                }
                #expect(band.calibration.solarIrradiance.map { $0.isFinite && $0 > 0 } ?? true, place)
                #expect(scales.contains { $0 != nil } || !band.calibration.missing.isEmpty, place)
            }
            #expect(scene.sun?.elevation.isFinite ?? true && scene.view?.zenith.isFinite ?? true)
            #expect(!scene.id.contains("/"))
        }
        // Neither everything is refused nor everything taken.
        #expect(accepted > 80 && accepted < 720, "\(accepted) of 800")
    }
}
