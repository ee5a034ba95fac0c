import Foundation
import Testing

@testable import RSPipeline

/// Damaged and hostile metadata in its three forms: never a trap, never a file outside the product, never a number that
/// is none.
@Suite struct LandsatMutationTests {
    private enum Form: String, CaseIterable { case txt, json, xml }

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

    @Test(.timeLimit(.minutes(5)), arguments: Form.allCases.map(\.rawValue))
    func metadata(form: String) throws {
        let canary = try Canary()
        let root = canary.product
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
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
        let syntax: Mutator.Syntax = form == "json" ? .json : form == "xml" ? .xml : .lines
        var mutator = Mutator(seed: seed, syntax, lures: canary.lures + canary.remoteLures)
        var accepted = 0
        let rounds = 700
        _ = canary.opened()
        for round in 0..<rounds {
            let what: Comment = "\(form), seed \(seed), mutation \(round)"
            do throws(SceneError) {
                let metadata = try LandsatMetadata(
                    bytes: mutator.damaged(texts[round % texts.count]), path: root + "/x_MTL")
                let scene = try LandsatProduct.open(
                    metadata, files: .product(files, prefix: ""), options: SceneOptions())
                accepted += 1
                #expect(scene.flaws(outside: root) == [], what)
            } catch {
                #expect(error.message.contains("x_MTL") && error.message.utf8.count < 2000, "\(error)")
            }
            #expect(canary.opened() == [], what)
        }
        print("Landsat \(form) mutations: seed \(seed), \(accepted) of \(rounds) accepted")
        #expect((20...(rounds - 20)).contains(accepted))
    }
}
