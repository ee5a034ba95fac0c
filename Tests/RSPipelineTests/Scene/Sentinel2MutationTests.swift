import Foundation
import Testing

@testable import RSPipeline

/// Damaged and hostile metadata of Sentinel-2: one error or a scene that can be trusted, never a trap.
@Suite struct Sentinel2MutationTests {
    private enum Mutation: CaseIterable {
        case flip, delete, duplicate, swapNumbers, number, path, attribute, reorder, truncate, insert
    }

    private static let numbers = [
        "NaN", "-1", "0", "1e308", "-1e308", "1e-320", "inf", "0x10", "", "99999999999999999999", "1,5", "-1000",
        "65536",
    ]
    private static let paths = [
        "../../../etc/passwd", "/etc/passwd", "/vsicurl/http://127.0.0.1/x", "..", "a/../../b",
        "GRANULE/../../../x_B02",
        "vsizip/x.zip/B02", "C:/x_B02", "GRANULE\\..\\..\\x_B02", "/vsimem/x_B02", "GRANULE/./x_B02_10m",
    ]

    private static func mutate(_ text: String, _ random: inout SplitMix64) -> [UInt8] {
        var bytes = Array(text.utf8)
        func place(_ random: inout SplitMix64) -> Int { Int.random(in: 0..<max(1, bytes.count), using: &random) }
        switch Mutation.allCases.randomElement(using: &random) ?? .flip {
        case .flip:
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[place(&random)] ^= UInt8(1 << Int.random(in: 0..<8, using: &random))
            }
        case .delete:
            let start = place(&random)
            bytes.removeSubrange(start..<min(bytes.count, start + Int.random(in: 1...200, using: &random)))
        case .truncate: bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
        case .insert:
            let junk = (0..<Int.random(in: 1...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random)
            }
            bytes.insert(contentsOf: junk, at: place(&random))
        case .duplicate, .reorder:
            var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let first = Int.random(in: 0..<lines.count, using: &random)
            let second = Int.random(in: 0..<lines.count, using: &random)
            if Bool.random(using: &random) {
                lines.insert(lines[first], at: second)
            } else {
                lines.swapAt(first, second)
            }
            bytes = Array(lines.joined(separator: "\n").utf8)
        case .swapNumbers, .number, .path, .attribute:
            // The text of an element, or of an attribute.
            let marks = text.indices.filter { text[$0] == ">" || text[$0] == "\"" }
            guard let mark = marks.randomElement(using: &random) else { break }
            let start = text.index(after: mark)
            let end = text[start...].firstIndex { $0 == "<" || $0 == "\"" } ?? text.endIndex
            let new = (Bool.random(using: &random) ? numbers : paths).randomElement(using: &random) ?? ""
            bytes = Array((text[..<start] + new + text[end...]).utf8)
        }
        return bytes
    }

    private func check(_ scene: Scene, inside folder: String, _ what: String) throws {
        let sources = scene.bands.compactMap(\.source) + scene.qualityLayers.compactMap(\.source)
        for source in sources {
            #expect(source.path.hasPrefix(folder + "/") && !source.path.contains("/../"), "\(what)")
        }
        for layer in scene.angles { #expect(layer.source.path.hasPrefix("/vsimem/rspipeline/"), "\(what)") }
        #expect(!scene.id.contains("/") && !scene.id.contains(".."), "\(what)")
        for band in scene.bands {
            for scale in [band.calibration.toaReflectance, band.calibration.product?.scale].compactMap({ $0 }) {
                #expect(
                    scale.gain.isFinite && scale.gain > 0 && scale.offset.isFinite, "\(what): \(band.name) \(scale)")
            }
            #expect(band.calibration.solarIrradiance.map { $0.isFinite && $0 > 0 } ?? true, "\(what)")
        }
        #expect(scene.sun.map { $0.elevation.isFinite && ($0.azimuth ?? 0).isFinite } ?? true, "\(what)")
        #expect(scene.earthSunDistance.map { (0.9...1.1).contains($0) } ?? true, "\(what)")
        _ = SceneDescription(scene).text
        _ = try SceneDescription(scene).json()
    }

    @Test(arguments: [true, false])
    func neverTrapsNorLeavesTheProduct(isLevel2: Bool) throws {
        let seed: UInt64 = isLevel2 ? 20_240_725 : 20_170_703
        var random = SplitMix64(seed: seed)
        print("Sentinel-2 mutations: seed \(seed)")
        let scratch = try ScratchFolder()
        var product = SmallSentinel2(isLevel2: isLevel2)
        product.images =
            isLevel2
            ? ["B02_10m": [1], "B8A_20m": [1], "B12_20m": [1], "SCL_20m": [4]] : ["B02": [1], "B8A": [1], "B10": [1]]
        product.masks = isLevel2 ? ["MSK_CLDPRB_20m": [[Double](repeating: 1, count: 36)]] : [:]
        let folder = try product.write(in: scratch.path)
        let productPath = folder + "/" + product.metadataName
        let tilePath = folder + "/" + product.granule + "/MTD_TL.xml"
        var accepted = 0
        var refused = 0
        for count in 0..<750 {
            let isTile = count % 3 == 0
            let path = isTile ? tilePath : productPath
            let original = isTile ? product.tileXML : product.productXML
            try Data(Self.mutate(original, &random)).write(to: URL(fileURLWithPath: path))
            let assume = count % 5 == 0 ? "offset-missing" : nil
            do throws(SceneError) {
                let scene = try Scene.open([folder], options: SceneOptions(assume: assume))
                accepted += 1
                do { try check(scene, inside: folder, "seed \(seed), mutation \(count)") } catch {
                    Issue.record("seed \(seed), mutation \(count): \(error)")
                }
            } catch {
                refused += 1
                #expect(!error.message.isEmpty && error.message.utf8.count < 3000, "seed \(seed), mutation \(count)")
            }
            try Data(original.utf8).write(to: URL(fileURLWithPath: path))
        }
        #expect(accepted > 50 && refused > 50, "\(accepted) accepted, \(refused) refused")
    }
}
