import Foundation
import Testing

@testable import RSPipeline

@Suite struct SceneRunTests {
    private let folder: ScratchFolder
    private let scene: String
    private var chain: String { "read \(scene) bands=4,5 ! toa ! index ndvi ! write \(folder.path)/o/" }
    private var other: String { "read \(scene) bands=4,5 ! toa ! index savi as=ndvi ! write \(folder.path)/o/" }

    init() throws {
        folder = try ScratchFolder()
        var small = SmallLandsat()
        small.bands = ["B4": SmallLandsat.filled(10_000), "B5": SmallLandsat.filled(20_000)]
        scene = try small.write(in: folder.path)
    }

    private func touch(_ path: String, after seconds: Double) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: seconds)], ofItemAtPath: path)
    }

    @Test func outputsAndTheItemAppearAndNothingElse() throws {
        let summary = try Run.run(chain)
        #expect(summary.state == .done)
        #expect(folder.names("o") == ["LC08_TEST.stac.json", "LC08_TEST_ndvi.tif"])
        let names = summary.outputs.map { URL(fileURLWithPath: $0.path).lastPathComponent }
        #expect(names == ["LC08_TEST_ndvi.tif", "LC08_TEST.stac.json"])
        #expect(summary.outputs.allSatisfy { $0.bytes > 0 })
        #expect(summary.planes[0].pixels == ["valid": 16] && summary.seconds > 0 && summary.peakMemory > 1 << 20)
    }

    @Test func aRepeatedRunIsRefusedSkippedOrDone() throws {
        try Run.run(chain)
        #expect(Run.message { try Run.run(chain) }.contains("--overwrite"))
        #expect(try Run.run(chain, existing: .skip).state == .skipped)
        #expect(try Run.run(chain, existing: .update).state == .skipped)
        #expect(try Run.run(chain, existing: .overwrite).state == .done)
    }

    @Test func anotherChainIsStale() throws {
        try Run.run(chain)
        #expect(Run.message { try Run.run(other, existing: .skip) }.contains("another chain"))
        let before = try folder.data("o/LC08_TEST_ndvi.tif")
        #expect(try Run.run(other, existing: .update).state == .done)
        #expect(try folder.data("o/LC08_TEST_ndvi.tif") != before)
        #expect(Run.message { try Run.run(chain, existing: .skip) }.contains("stale"))
    }

    @Test func aChangedInputIsStale() throws {
        try Run.run(chain)
        let band = scene + "/LC08_TEST_B4.TIF"
        try touch(band, after: 60)
        #expect(try Run.run(chain, existing: .skip).state == .skipped, "its bytes are as they were")
        // Other bytes under the same name, size and an old time, as rsync -t and tar leave them.
        var bytes = try Data(contentsOf: URL(fileURLWithPath: band))
        bytes[bytes.count - 1] ^= 1
        try bytes.write(to: URL(fileURLWithPath: band))
        try touch(band, after: -86_400)
        #expect(Run.message { try Run.run(chain, existing: .skip) }.contains("LC08_TEST_B4.TIF has changed"))
        #expect(try Run.run(chain, existing: .update).state == .done)
        #expect(try Run.run(chain, existing: .skip).state == .skipped)
    }

    @Test func aDamagedOutputIsStale() throws {
        try Run.run(chain)
        let path = folder.path + "/o/LC08_TEST_ndvi.tif"
        try Data(try folder.data("o/LC08_TEST_ndvi.tif").dropLast(10)).write(to: URL(fileURLWithPath: path))
        #expect(Run.message { try Run.run(chain, existing: .skip) }.contains("is damaged"))
        #expect(try Run.run(chain, existing: .update).state == .done)
        // Other bytes at the same length and an old time.
        var bytes = try folder.data("o/LC08_TEST_ndvi.tif")
        bytes[bytes.count - 1] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
        try touch(path, after: -86_400)
        #expect(Run.message { try Run.run(chain, existing: .skip) }.contains("not those that were written"))
        #expect(try Run.run(chain, existing: .update).state == .done)
        #expect(try Run.run(chain, existing: .skip).state == .skipped)
    }

    @Test(arguments: ["LC08_TEST_savi.tif", "LC08_TEST.stac.json"]) func aMissingOutputIsStale(name: String) throws {
        let two = chain.replacingOccurrences(of: "index ndvi", with: "index ndvi,savi")
        try Run.run(two)
        try FileManager.default.removeItem(atPath: folder.path + "/o/" + name)
        #expect(Run.message { try Run.run(two, existing: .skip) }.contains("\(name) is missing"))
        #expect(try Run.run(two, existing: .update).state == .done)
        #expect(folder.names("o").count == 3)
    }

    @Test func whatIsNotThereAtAllIsMade() throws {
        try Run.run(chain)
        try FileManager.default.removeItem(atPath: folder.path + "/o/LC08_TEST_ndvi.tif")
        #expect(try Run.run(chain, existing: .skip).state == .done)
    }

    /// Two chains in one folder: the item lists both, each is up to date, and neither disturbs the other.
    @Test func chainsShareTheItemOfAScene() throws {
        let savi = chain.replacingOccurrences(of: "index ndvi", with: "index savi")
        try Run.run(chain)
        try Run.run(savi)
        let item = try #require(JSONValue(try folder.data("o/LC08_TEST.stac.json")))
        #expect(item["assets"]?.members?.keys.sorted() == ["ndvi", "savi"])
        #expect(item["properties"]?["rsproc:runs"]?.members?.count == 2)
        #expect(try Run.run(chain, existing: .skip).state == .skipped)
        #expect(try Run.run(savi, existing: .skip).state == .skipped)
        // One that takes over a file of another makes the other stale.
        let both = chain.replacingOccurrences(of: "index ndvi", with: "index ndvi,savi")
        #expect(try Run.run(both, existing: .update).state == .done)
        #expect(Run.message { try Run.run(savi, existing: .skip) }.contains("another chain"))
        let merged = try #require(JSONValue(try folder.data("o/LC08_TEST.stac.json")))
        #expect(merged["properties"]?["rsproc:runs"]?.members?.count == 1)
    }

    @Test func aDamagedItemIsStale() throws {
        try Run.run(chain)
        try Data("{}".utf8).write(to: URL(fileURLWithPath: folder.path + "/o/LC08_TEST.stac.json"))
        #expect(Run.message { try Run.run(chain, existing: .skip) }.contains("not of rsproc"))
    }

    @Test func aFailureLeavesNothing() throws {
        let path = scene + "/LC08_TEST_B5.TIF"
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        let plan = try Run.plan(chain)
        try data.prefix(data.count - 4).write(to: URL(fileURLWithPath: path))
        #expect(Run.message { _ = try SceneRun(plan).run() }.contains("LC08_TEST_B5.TIF"))
        #expect(folder.names() == ["scene"])
    }

    @Test func aStoppedRunLeavesNothing() throws {
        let options = ExecutionOptions(threads: 1)
        options.cancellation.cancel()
        let plan = try Run.plan(chain)
        do throws(RunError) {
            _ = try SceneRun(plan, options: options).run()
            Issue.record("nothing was thrown")
        } catch { #expect(error.kind == .cancelled) }
        #expect(folder.names() == ["scene"])
    }

    @Test func theItemSaysWhatWasMade() throws {
        try Run.run(chain)
        let item = try #require(JSONValue(try folder.data("o/LC08_TEST.stac.json")))
        #expect(item["type"] == .string("Feature") && item["stac_version"] == .string("1.0.0"))
        #expect(item["id"] == .string("LC08_TEST"))
        let properties = try #require(item["properties"])
        #expect(properties["datetime"] == .string("2023-07-15T07:30:00.123456Z"))
        #expect(properties["proj:epsg"] == .integer(32639))
        #expect(properties["proj:shape"] == .array([.integer(4), .integer(4)]))
        #expect(item["assets"]?["ndvi"]?["href"] == .string("./LC08_TEST_ndvi.tif"))
        guard case .array(let box)? = item["bbox"], case .number(let west)? = box.first else {
            Issue.record("no bbox")
            return
        }
        #expect(box.count == 4 && abs(west - 51) < 1e-6)
        let text = try String(contentsOfFile: folder.path + "/o/LC08_TEST.stac.json", encoding: .utf8)
        #expect(!text.contains(folder.path), "a place of this machine is in the item")
        let made = "read scene bands=4,5 ! toa ! index ndvi ! write ./"
        #expect(item["assets"]?["ndvi"]?["rsproc:chain"] == .string(made))
        let record = try #require(properties["rsproc:runs"]?[made]?["record"])
        #expect(record["chain"] == .string("read scene bands=4,5 ! toa ! index ndvi ! write ./"))
        #expect(record["constants"]?["sun_elevation"] == .string("30.0"))
        guard case .array(let inputs)? = record["inputs"] else {
            Issue.record("no inputs")
            return
        }
        #expect(inputs.map { $0["file"]?.text ?? "" } == ["LC08_TEST_MTL.txt", "LC08_TEST_B4.TIF", "LC08_TEST_B5.TIF"])
        #expect(inputs[1]["checksum"] != inputs[2]["checksum"])
    }

    @Test func aChainThatWritesNothingIsRefused() throws {
        #expect(Run.message { try Run.run("read \(scene) bands=4 ! toa") }.contains("the chain writes nothing"))
    }
}
