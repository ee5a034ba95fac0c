import Foundation
import Testing

/// `--explain` as text and as JSON; nothing is run.
@Suite struct ExplanationTests {
    @Test func asJSON() throws {
        let scratch = try Scratch()
        let scene = try MadeScene.small.get().path
        let outcome = try Command.run(
            [
                "run", "--explain", "--json", "read", scene, "!", "surface", "method=dos1", "!", "index", "ndvi", "!",
                "write", "out/", "type=int16", "scale=0.0001",
            ], in: scratch.path)
        #expect(outcome.status == 0, "\(outcome.said)")
        let json = try #require(try JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8)) as? [String: Any])
        #expect(json["schema"] as? String == "rsproc.explain/1" && json["version"] is String && json["chain"] is String)
        let entry = try #require((json["scenes"] as? [[String: Any]])?.first)
        #expect(
            Set(entry.keys) == [
                "scene", "product", "sensor", "grid", "inputs", "passes", "planes", "outputs", "memory", "warnings",
            ])
        #expect(entry["scene"] as? String == MadeScene.id && (entry["passes"] as? [String])?.count == 1)
        let grid = try #require(entry["grid"] as? [String: Any])
        #expect(grid["width"] as? Int == 128 && (grid["crs"] as? String)?.hasPrefix("EPSG:") == true)
        let output = try #require((entry["outputs"] as? [[String: Any]])?.first)
        #expect(output["path"] as? String == "\(scratch.path)/out/\(MadeScene.id)_ndvi.tif", "\(output)")
        #expect(output["bytes"] as? Int == 128 * 128 * 2 && output["planes"] as? [String] == ["ndvi"])
        #expect(output["type"] as? String == "int16" && output["scale"] as? Double == 0.0001)
        let names = (entry["inputs"] as? [[String: Any]])?.compactMap { $0["name"] as? String }
        #expect(names?.contains("B4") == true && names?.contains("B5") == true, "\(names ?? [])")
        #expect(scratch.list() == [])
    }

    @Test func aSceneThatCannotBeRunIsInItToo() throws {
        let scratch = try Scratch()
        let outcome = try Command.run(
            ["run", "--explain", "--json", "--recipe", Repository.recipe, try MadeScene.small.get().path, "absent"],
            in: scratch.path)
        #expect(outcome.status == 1 && outcome.stderr.contains("absent"), "\(outcome.said)")
        let json = try #require(try JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8)) as? [String: Any])
        let scenes = try #require(json["scenes"] as? [[String: Any]])
        #expect(scenes.count == 2 && scenes[1]["scene"] as? String == "absent")
        #expect((scenes[1]["error"] as? [String: Any])?["kind"] as? String == "input")
    }
}
