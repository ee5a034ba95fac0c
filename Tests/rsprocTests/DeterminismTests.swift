import Foundation
import Testing

/// The same work gives the same bytes, whatever the threads, the folder and the hour.
@Suite struct DeterminismTests {
    @Test(arguments: [
        "format=cog compress=deflate", "format=cog compress=zstd", "format=gtiff type=int16 compress=deflate",
        "format=gtiff compress=zstd",
    ]) func bytesDoNotDependOnTheRun(options: String) throws {
        let scratch = try Scratch()
        let scene = try MadeScene.large.get().path
        let copy = scratch.path + "/elsewhere"
        try FileManager.default.copyItem(atPath: scene, toPath: copy)
        try FileManager.default.moveItem(atPath: copy, toPath: scratch.path + "/" + MadeScene.id)
        func run(_ threads: String, _ scene: String, _ out: String, _ more: [String]) throws {
            let outcome = try Command.run(
                [
                    "run", "--quiet", "--threads", threads, "--out", out, "read", scene, "!", "surface", "method=dos1",
                    "!", "mask", "cloud", "!", "index", "ndvi", "!", "write", "./",
                ] + options.split(separator: " ").map(String.init) + more, in: scratch.path)
            #expect(outcome.status == 0, "\(outcome.said)")
        }
        try run("1", scene, "one", [])
        try run("2", MadeScene.id + "/", "deeper/two", ["--memory", "64M"])
        let names = scratch.list("one")
        #expect(names.count == 2 && scratch.list("deeper/two") == names)
        for name in names {
            #expect(
                try Data(contentsOf: scratch.url("one/" + name)) == Data(contentsOf: scratch.url("deeper/two/" + name)),
                "\(name)")
        }
    }

    @Test(arguments: ["landsat8", "spot7", "sentinel2-l2a"])
    func syntheticScenesAreTheSameBytesOnAnyNumberOfThreads(product: String) throws {
        let scratch = try Scratch()
        for (out, threads) in [("one", "1"), ("five", "5")] {
            let outcome = try Command.run(
                ["synth", product, "--size", "270", "--seed", "11", "--threads", threads, "--out", out],
                in: scratch.path)
            #expect(outcome.status == 0, "\(outcome.said)")
        }
        let names = try FileManager.default.subpathsOfDirectory(atPath: scratch.path + "/one").sorted()
        #expect(names.count > 5)
        #expect(try FileManager.default.subpathsOfDirectory(atPath: scratch.path + "/five").sorted() == names)
        for name in names where !name.hasSuffix("/") {
            let path = scratch.path + "/one/" + name
            guard let bytes = FileManager.default.contents(atPath: path) else { continue }
            #expect(bytes == FileManager.default.contents(atPath: scratch.path + "/five/" + name), "\(name)")
        }
    }

    /// The links of an item are relative even across folders, so that a whole tree can be moved.
    @Test func itemsNameNoPlace() throws {
        let scratch = try Scratch()
        for out in ["one", "deeper/two"] {
            let outcome = try Command.run(
                [
                    "run", "--quiet", "--out", out, "read", try MadeScene.small.get().path, "!", "toa", "!", "index",
                    "ndvi", "!", "write", "a/", "!", "write", "b/c/map.tif",
                ], in: scratch.path)
            #expect(outcome.status == 0, "\(outcome.said)")
        }
        #expect(scratch.list("one") == scratch.list("deeper/two"))
        let item = "a/\(MadeScene.id).stac.json"
        let text = try scratch.text("one/" + item)
        #expect(try scratch.text("deeper/two/" + item) == text)
        #expect(text.contains("\"./\(MadeScene.id)_ndvi.tif\"") && text.contains("\"../b/c/map.tif\""), "\(text)")
        #expect(!text.contains(scratch.path))
    }
}
