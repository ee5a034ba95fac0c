import Foundation
import Testing

@testable import RSPipeline

/// Damaged and hostile metadata in its three forms: never a trap, never a file outside the product, never a number that
/// is none.
@Suite struct LandsatMutationTests {
    private enum Form: String, CaseIterable { case txt, json, xml }

    /// Values that should lead somewhere else, and numbers that are none.
    private static let injections = [
        "../secret.TIF", "../../etc/passwd", "/etc/passwd", "a/../../secret.TIF", "..\\secret.TIF",
        "/vsizip/x.zip/a.TIF",
        "/vsicurl/http://127.0.0.1:9/a.TIF", "http://127.0.0.1:9/a.TIF", "secret.vrt", ".hidden.TIF", "..", "", "nan",
        "inf", "-1", "0", "1e400", "-1e308", "1e308", "٣", "0x10", "1,5", "\u{0}", "&xxe;", "<![CDATA[x]]>", "\"", "{",
        "}",
        String(repeating: "9", count: 5000),
    ]

    private static func json(_ metadata: LandsatMetadata) -> String {
        let groups = metadata.groups.filter { $0.key != metadata.root }.sorted { $0.key < $1.key }
        let body = groups.map { group, values in
            let lines = values.sorted { $0.key < $1.key }.map { "\"\($0)\": \"\($1)\"" }
            return "\"\(group)\": {\n" + lines.joined(separator: ",\n") + "\n}"
        }
        return "{\"\(metadata.root)\": {\n" + body.joined(separator: ",\n") + "\n}}\n"
    }

    private static func xml(_ metadata: LandsatMetadata) -> String {
        let groups = metadata.groups.filter { $0.key != metadata.root }.sorted { $0.key < $1.key }
        let body = groups.map { group, values in
            let lines = values.sorted { $0.key < $1.key }.map { "<\($0)>\($1)</\($0)>\n" }
            return "<\(group)>\n" + lines.joined() + "</\(group)>\n"
        }
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<\(metadata.root)>\n" + body.joined()
            + "</\(metadata.root)>\n"
    }

    /// One change of a file.
    private static func mutate(_ bytes: inout [UInt8], using random: inout SplitMix64) {
        if bytes.isEmpty { bytes = [0x20] }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        func lines() -> [ArraySlice<UInt8>] { bytes.split(separator: 0x0A, omittingEmptySubsequences: false) }
        func join(_ lines: [ArraySlice<UInt8>]) -> [UInt8] { Array(lines.joined(separator: [0x0A])) }
        switch Int.random(in: 0..<11, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes.remove(at: place)
        case 3: bytes.insert(contentsOf: bytes[place...].prefix(40), at: place)
        case 4: bytes.removeSubrange(place...)
        case 5:
            var all = lines()
            all.remove(at: Int.random(in: 0..<all.count, using: &random))
            bytes = join(all)
        case 6:
            var all = lines()
            all.insert(
                all[Int.random(in: 0..<all.count, using: &random)], at: Int.random(in: 0...all.count, using: &random))
            bytes = join(all)
        case 7:
            var all = lines()
            all.swapAt(Int.random(in: 0..<all.count, using: &random), Int.random(in: 0..<all.count, using: &random))
            bytes = join(all)
        case 8...9:
            // The value of a line becomes another one.
            var all = lines()
            let index = Int.random(in: 0..<all.count, using: &random)
            let value = injections[Int.random(in: 0..<injections.count, using: &random)]
            let text = String(decoding: all[index], as: UTF8.self)
            for (before, after) in [(" = ", ""), ("\": \"", "\","), (">", "</")] {
                guard let start = text.range(of: before) else { continue }
                let end = after.isEmpty ? text.endIndex : text.range(of: after, options: .backwards)?.lowerBound
                guard let end, end >= start.upperBound else { continue }
                all[index] = Array((text[..<start.upperBound] + value + text[end...]).utf8)[...]
                break
            }
            bytes = join(all)
        default:
            // The numbers of two lines change places.
            var all = lines()
            let numbered = all.indices.filter { all[$0].contains { (0x30...0x39).contains($0) } }
            guard let first = numbered.randomElement(using: &random),
                let second = numbered.randomElement(using: &random)
            else { return }
            func parts(_ line: ArraySlice<UInt8>) -> (ArraySlice<UInt8>, ArraySlice<UInt8>)? {
                guard let place = line.firstIndex(where: { "=:>".utf8.contains($0) }) else { return nil }
                return (line[...place], line[(place + 1)...])
            }
            guard let a = parts(all[first]), let b = parts(all[second]) else { return }
            all[first] = a.0 + b.1
            all[second] = b.0 + a.1
            bytes = join(all)
        }
    }

    private static func isSound(_ scale: LinearScale?) -> Bool {
        scale.map { $0.gain.isFinite && $0.gain > 0 && $0.offset.isFinite } ?? true
    }

    private func check(_ scene: Scene, _ root: String) -> Bool {
        let sources =
            scene.bands.map(\.source) + scene.qualityLayers.map(\.source) + scene.angles.map { Optional($0.source) }
        let isInside = sources.compactMap { $0?.path }.allSatisfy { path in
            path.hasPrefix(root + "/") && !path.contains("..") && !path.dropFirst(root.count + 1).contains("/")
        }
        let isSound = scene.bands.allSatisfy { band in
            let calibration = band.calibration
            return Self.isSound(calibration.radiance) && Self.isSound(calibration.toaReflectance)
                && Self.isSound(calibration.product?.scale)
                && (calibration.thermal.map { $0.k1.isFinite && $0.k2.isFinite && $0.k1 > 0 && $0.k2 > 0 } ?? true)
                && (calibration.solarIrradiance.map { $0.isFinite && $0 > 0 } ?? true)
        }
        let numbers = [
            scene.sun?.elevation, scene.sun?.azimuth, scene.earthSunDistance, scene.cloudCover, scene.view?.zenith,
        ]
        return isInside && isSound && numbers.allSatisfy { $0?.isFinite ?? true } && !scene.id.contains("/")
    }

    @Test(arguments: Form.allCases.map(\.rawValue))
    func metadata(form: String) throws {
        let folder = try ScratchFolder()
        let root = folder.path + "/product"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        try SceneTestData.writeTIFF(to: folder.path + "/secret.TIF")
        let originals: [String] = [
            SmallHeritageLandsat().text, SmallHeritageLandsat(satellite: 5, sensor: "TM", collection: 1).text,
            SmallHeritageLandsat(level: "L2SP").text, SceneTestData.metadata(),
        ]
        var texts: [[UInt8]] = []
        for (index, text) in originals.enumerated() {
            let metadata = try LandsatMetadata(bytes: Array(text.utf8), path: "x")
            for value in metadata.groups.values.flatMap(\.values) where value.hasSuffix(".TIF") {
                try SceneTestData.writeTIFF(to: "\(root)/\(value)")
            }
            let other = form == "json" ? Self.json(metadata) : form == "xml" ? Self.xml(metadata) : text
            let again = try LandsatMetadata(bytes: Array(other.utf8), path: "x")
            for (group, values) in metadata.groups where !values.isEmpty {
                #expect(again.groups[group] == values, "\(index), \(group)")
            }
            texts.append(Array(other.utf8))
        }
        let files = try ProductFiles(root: root, depth: 0)
        let seed = UInt64.random(in: 0..<1 << 32)
        var random = SplitMix64(seed: seed)
        var accepted = 0
        for number in 0..<500 {
            var bytes = texts[number % texts.count]
            for _ in 0..<Int.random(in: 1...4, using: &random) { Self.mutate(&bytes, using: &random) }
            do throws(SceneError) {
                let metadata = try LandsatMetadata(bytes: bytes, path: "x_MTL")
                let scene = try LandsatProduct.open(
                    metadata, files: .product(files, prefix: ""), options: SceneOptions())
                accepted += 1
                #expect(check(scene, root), "\(form), seed \(seed), mutation \(number)")
            } catch {
                #expect(error.message.contains("x_MTL") && error.message.utf8.count < 2000, "seed \(seed): \(error)")
            }
        }
        print("Landsat \(form) mutations: seed \(seed), \(accepted) of 500 accepted")
        #expect(accepted > 20)
    }
}
