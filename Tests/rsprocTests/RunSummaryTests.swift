import Foundation
import Testing

/// `--json`: the document that RunSummary.md describes.
@Suite struct RunSummaryTests {
    private struct Run: Decodable {
        let schema: String
        let version: String
        let chain: String
        let scenes: [Scene]
        let counts: [String: Int]
    }

    private struct Scene: Decodable {
        let scene: String
        let state: String
        let inputs: [String]
        let planes: [Plane]
        let quality: [String: [String: Int]]
        let outputs: [Output]
        let warnings: [String]
        let seconds: Double
        let peak_memory_bytes: Int
        let error: Failure?
    }

    private struct Plane: Decodable {
        let name: String
        let quantity: String
        let pixels: [String: Int]
        let minimum: Double?
        let maximum: Double?
        let mean: Double?
        let clamped: Int
    }

    private struct Output: Decodable {
        let path: String
        let bytes: Int
    }

    private struct Failure: Decodable {
        let kind: String
        let message: String
    }

    private static let documentation: Result<String, any Error> = Result {
        let path = "Sources/RSPipeline/RSPipeline.docc/RunSummary.md"
        return String(decoding: try Data(contentsOf: Repository.root.appendingPathComponent(path)), as: UTF8.self)
    }

    /// The fields of one table of the page, and which of them may be absent.
    private func fields(_ heading: String) throws -> (all: Set<String>, optional: Set<String>) {
        let text = try Self.documentation.get()
        let start = try #require(text.range(of: "### \(heading)\n"))
        let section = text[start.upperBound...].components(separatedBy: "\n##")[0]
        var all: Set<String> = []
        var optional: Set<String> = []
        for line in section.split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            for name in cells[0].components(separatedBy: ", ") {
                all.insert(name.trimmingCharacters(in: CharacterSet(charactersIn: "`")))
                if cells[1].contains("optional") {
                    optional.insert(name.trimmingCharacters(in: CharacterSet(charactersIn: "`")))
                }
            }
        }
        return (all, optional)
    }

    /// Every documented field is there, and every field there is documented.
    private func check(_ object: Any?, is heading: String) throws {
        let keys = Set(try #require(object as? [String: Any]).keys)
        let (all, optional) = try fields(heading)
        #expect(!all.isEmpty)
        #expect(keys.isSubset(of: all), "\(heading): \(keys.subtracting(all)) are not documented")
        #expect(all.subtracting(optional).isSubset(of: keys), "\(heading): \(all.subtracting(keys)) are missing")
    }

    @Test func everyFieldIsAsDocumented() throws {
        let scratch = try Scratch()
        let scene = try MadeScene.copy(to: scratch)
        let outcome = try Command.run(
            ["run", "--json", "--recipe", Repository.recipe, "--out", "out", scene, "absent"], in: scratch.path)
        #expect(outcome.status == 1, "\(outcome.said)")
        let data = Data(outcome.stdout.utf8)

        let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let scenes = try #require(root["scenes"] as? [[String: Any]])
        try check(root, is: "The run")
        for scene in scenes { try check(scene, is: "A scene") }
        for plane in try #require(scenes[0]["planes"] as? [Any]) { try check(plane, is: "A plane") }
        for output in try #require(scenes[0]["outputs"] as? [Any]) { try check(output, is: "An output") }
        try check(scenes[0]["coverage"], is: "A coverage")
        try check(scenes[1]["error"], is: "An error")
        #expect(scenes[0]["error"] == nil)

        let run = try JSONDecoder().decode(Run.self, from: data)
        #expect(run.schema == "rsproc.run/1" && !run.version.isEmpty)
        #expect(run.chain.hasPrefix("read \(scene) ! toa ! mask cloud"))
        #expect(run.counts == ["done": 1, "skipped": 0, "failed": 1])
        let done = run.scenes[0]
        #expect(done.scene == MadeScene.id && done.state == "done" && done.seconds > 0)
        #expect(done.peak_memory_bytes > 1 << 20)
        #expect(done.inputs.first == MadeScene.metadata(of: scene))
        #expect(
            Set(done.inputs.dropFirst())
                == Set(["B4", "B5", "QA_PIXEL", "QA_RADSAT"].map { MadeScene.band($0, of: scene) }))
        #expect(
            done.outputs.map(\.path)
                == ["_ndvi.tif", "_ndvi.png", ".stac.json"].map { "\(scratch.path)/out/\(MadeScene.id)\($0)" })
        for output in done.outputs {
            #expect(output.bytes == (try Data(contentsOf: URL(fileURLWithPath: output.path)).count))
        }
        let plane = try #require(done.planes.first)
        #expect(done.planes.count == 1 && plane.name == "ndvi" && plane.quantity == "index:-1.0...1.0")
        #expect(plane.pixels.values.reduce(0, +) == 128 * 128 && plane.pixels["valid"] != nil)
        let low = try #require(plane.minimum)
        let high = try #require(plane.maximum)
        let mean = try #require(plane.mean)
        #expect(-1 <= low && low < mean && mean < high && high <= 1 && plane.clamped == 0)
        #expect(done.quality["QA_PIXEL"]?["cloud"] != nil)
        let failed = run.scenes[1]
        #expect(failed.scene == "absent" && failed.state == "failed" && failed.inputs == ["absent"])
        #expect(failed.error?.kind == "input" && failed.error?.message.contains("no such file") == true)
    }

    /// "cloud 0 %" of a chain that looked for none would pass for a clear scene.
    @Test func whatIsClearIsToldOnlyWhereTheChainMasks() throws {
        let scratch = try Scratch()
        let scene = try MadeScene.copy(to: scratch)
        func scenes(_ chain: String) throws -> (object: [String: Any], text: String) {
            let words = chain.split(separator: " ").map(String.init)
            let json = try Command.run(["run", "--json"] + words, in: scratch.path)
            let root = try #require(
                try JSONSerialization.jsonObject(with: Data(json.stdout.utf8)) as? [String: Any], "\(json.said)")
            let text = try Command.run(["run", "--overwrite"] + words, in: scratch.path)
            return (try #require((root["scenes"] as? [[String: Any]])?.first), text.stdout)
        }
        let bare = try scenes("read \(scene) ! toa ! index ndvi ! write bare/")
        #expect(bare.object["coverage"] == nil && !bare.text.contains("clear"))
        // Nothing of the flag is there, which is worth a line all the same.
        let masked = try scenes("read \(scene) ! toa ! mask expr=B5<-9 ! index ndvi ! write masked/")
        let coverage = try #require(masked.object["coverage"] as? [String: Double])
        #expect(coverage["masked_other"] == 0 && masked.text.contains("  clear "))
    }

    @Test func skippedScene() throws {
        let scratch = try Scratch()
        let arguments = [
            "run", "--json", "--skip-existing", "--recipe", Repository.recipe, try MadeScene.small.get().path,
        ]
        #expect(try Command.run(arguments, in: scratch.path).status == 0)
        let outcome = try Command.run(arguments, in: scratch.path)
        let run = try JSONDecoder().decode(Run.self, from: Data(outcome.stdout.utf8))
        #expect(run.counts == ["done": 0, "skipped": 1, "failed": 0])
        #expect(run.scenes[0].state == "skipped" && run.scenes[0].outputs.isEmpty)
    }

    /// `valid` stands there even when nothing is, and there is no mean of nothing.
    @Test func planeWithoutValues() throws {
        let scratch = try Scratch()
        let outcome = try Command.run(
            [
                "run", "--json", "read", try MadeScene.small.get().path, "!", "toa", "!", "expr", "x=sqrt(0-1-B4^2)",
                "!",
                "write", "x.tif",
            ], in: scratch.path)
        #expect(outcome.status == 0, "\(outcome.said)")
        let run = try JSONDecoder().decode(Run.self, from: Data(outcome.stdout.utf8))
        let plane = try #require(run.scenes.first?.planes.first)
        #expect(plane.pixels["valid"] == 0 && plane.mean == nil && plane.minimum == nil && plane.maximum == nil)
    }
}
