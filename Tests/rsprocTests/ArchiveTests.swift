import Foundation
import RSPipeline
import Testing

/// Archives through the command, packed by the system's tar.
@Suite struct ArchiveTests {
    private func pack(_ options: String, _ name: String, in scratch: Scratch) throws {
        let scene = try MadeScene.small.get().path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "tar", options, scratch.path + "/" + name, "-C",
            URL(fileURLWithPath: scene).deletingLastPathComponent().path,
            MadeScene.id,
        ]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    private let chain = ["bands=4,5", "!", "mask", "cloud", "!", "toa", "!", "index", "ndvi", "!", "write"]

    @Test(arguments: [("-cf", "a.tar"), ("-czf", "a.tar.gz")])
    func runsAndRepeatedRuns(options: String, name: String) throws {
        let scratch = try Scratch()
        try pack(options, name, in: scratch)
        let spools = try Scratch()
        let environment = ["TMPDIR": spools.path]
        let plain = try Command.run(["run", "read", MadeScene.small.get().path] + chain + ["plain/"], in: scratch.path)
        #expect(plain.status == 0, "\(plain.said)")
        let run = try Command.run(
            ["run", "--json", "read", name] + chain + ["out/"], in: scratch.path, environment: environment)
        #expect(run.status == 0, "\(run.said)")
        #expect(!run.stdout.contains("spool") && run.stdout.contains(name), "\(run.said)")
        let maps = try ["plain", "out"].map { folder in
            let map = try #require(scratch.list(folder).first { $0.hasSuffix("ndvi.tif") })
            return try Dataset(reading: "\(scratch.path)/\(folder)/\(map)").floats(band: 1).map(\.bitPattern)
        }
        #expect(maps[0] == maps[1] && maps[0].count == 128 * 128)
        let again = try Command.run(
            ["run", "--skip-existing", "read", name] + chain + ["out/"], in: scratch.path, environment: environment)
        #expect(again.status == 0 && again.said.contains("skipped"), "\(again.said)")
        let info = try Command.run(["info", name], in: scratch.path, environment: environment)
        #expect(info.status == 0 && info.stdout.contains("landsat8") && !info.stdout.contains("spool"), "\(info.said)")
        #expect(spools.list().isEmpty, "\(spools.list())")
    }

    /// However many archives there are, the disk holds one of them inflated.
    @Test func manyArchivesAreInflatedOneAtATime() throws {
        let scratch = try Scratch()
        try pack("-czf", "a.tar.gz", in: scratch)
        for name in ["b", "c"] {
            try FileManager.default.copyItem(
                atPath: scratch.path + "/a.tar.gz", toPath: "\(scratch.path)/\(name).tar.gz")
        }
        let spools = try Scratch()
        let run = try RunningCommand(
            [
                "run", "--recipe", Repository.recipe, "--out", "out", "--set", "write.args={scene}.tif", "--overwrite",
                "a.tar.gz", "b.tar.gz", "c.tar.gz",
            ], in: scratch.path, environment: ["TMPDIR": spools.path])
        var seen: Set<String> = []
        var most = 0
        _ = run.wait {
            let names = spools.list()
            seen.formUnion(names)
            most = max(most, names.count)
            return false
        }
        let outcome = try run.wait()
        #expect(most == 1 && spools.list().isEmpty, "\(most), \(seen)")
        // All three are one scene, which the second and third would write anew.
        #expect(outcome.status == 1, "\(outcome.said)")
        #expect(outcome.stdout.contains("1 done, 0 skipped, 2 failed"), "\(outcome.said)")
        #expect(outcome.stderr.contains("[2/3] b.tar.gz: a.tar.gz and b.tar.gz would both write"), "\(outcome.said)")
    }

    @Test func aKilledRunLeavesWhatTheNextOneRemoves() throws {
        let scratch = try Scratch()
        try pack("-czf", "a.tar.gz", in: scratch)
        let spools = try Scratch()
        try spools.write("left", to: "rsproc-spool-1-0.tar")
        let info = try Command.run(["info", "a.tar.gz"], in: scratch.path, environment: ["TMPDIR": spools.path])
        #expect(info.status == 0 && spools.list().isEmpty, "\(spools.list())")
    }

    @Test func truncatedArchivesSaySo() throws {
        let scratch = try Scratch()
        try pack("-czf", "a.tar.gz", in: scratch)
        let bytes = try Data(contentsOf: scratch.url("a.tar.gz"))
        try bytes.prefix(bytes.count / 2).write(to: scratch.url("a.tar.gz"))
        let info = try Command.run(["info", "a.tar.gz"], in: scratch.path)
        #expect(info.status == 3, "\(info.said)")
        for word in ["a.tar.gz", "truncated", "fetch it again"] { #expect(info.stderr.contains(word), "\(info.said)") }
    }
}
