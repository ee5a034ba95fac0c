import Foundation
import Testing

/// Runs that are stopped from outside.
///
/// A run is frozen (SIGSTOP) as soon as its temporary folder appears, so that nothing here depends on speed.
@Suite struct InterruptionTests {
    private static func start(_ target: String, _ more: [String] = []) throws -> RunningCommand {
        let run = try RunningCommand(
            [
                "run", "--threads", "1", "read", try MadeScene.large.get().path, "!", "toa", "!", "index", "ndvi,crsi",
                "!", "write", target,
            ] + more)
        let folder = target.hasSuffix("/") ? target : URL(fileURLWithPath: target).deletingLastPathComponent().path
        let began = run.wait { Files.temporary(in: folder).contains { Files.isHeld(folder + "/" + $0) } }
        run.send(SIGSTOP)
        #expect(began && run.isRunning, "the run was over before it could be interrupted")
        return run
    }

    private static func small(_ target: String) throws -> Command.Outcome {
        try Command.run([
            "run", "--quiet", "read", try MadeScene.small.get().path, "!", "toa", "!", "index", "savi", "!", "write",
            target,
        ])
    }

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)]) func politeSignals(
        signal: Int32, status: Int32
    ) throws {
        let scratch = try Scratch()
        let run = try Self.start(scratch.path + "/new/out/")
        run.send(signal)
        run.send(SIGCONT)
        let outcome = try run.wait()
        #expect(outcome.status == status, "\(outcome.said)")
        #expect(outcome.stderr.contains("stopped on request"), "\(outcome.said)")
        #expect(scratch.list() == [])
    }

    @Test func interruptedBatchStops() throws {
        let scratch = try Scratch()
        let later = try MadeScene.copy(to: scratch)
        try MadeScene.rename(later, to: "LATER")
        let out = scratch.path + "/out"
        let run = try RunningCommand([
            "run", "--threads", "1", "--recipe", Repository.recipe, "--out", out, try MadeScene.large.get().path, later,
        ])
        #expect(run.wait { !Files.temporary(in: out).isEmpty })
        run.send(SIGINT)
        let outcome = try run.wait()
        #expect(outcome.status == 130, "\(outcome.said)")
        #expect(outcome.stderr.contains("[1/2]") && outcome.stderr.contains("stopped on request"), "\(outcome.said)")
        #expect(!outcome.stderr.contains("LATER"), "\(outcome.said)")
        #expect(!FileManager.default.fileExists(atPath: out))
    }

    @Test func killedRunLeavesOnlyATemporaryFolder() throws {
        let scratch = try Scratch()
        let out = scratch.path + "/"
        let run = try Self.start(out)
        run.send(SIGKILL)
        #expect(try run.wait().status == 137)
        let left = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
        #expect(left.count == 1 && left[0].hasPrefix(".rsproc-") && left[0].hasSuffix(".tmp"), "\(left)")

        // The next run that writes there clears up.
        let next = try Self.small(out)
        #expect(next.status == 0, "\(next.said)")
        #expect(scratch.list() == ["\(MadeScene.id).stac.json", "\(MadeScene.id)_savi.tif"])
    }

    /// Whenever a run is killed, a file that has its final name is whole.
    @Test func killedAtRandomMoments() throws {
        let scratch = try Scratch()
        func chain(_ target: String) throws -> [String] {
            [
                "run", "--quiet", "--overwrite", "read", try MadeScene.small.get().path, "!", "toa", "!", "index",
                "ndvi,crsi", "!", "write", target,
            ]
        }
        let start = Date()
        #expect(try Command.run(try chain(scratch.path + "/whole/")).status == 0)
        let duration = Date().timeIntervalSince(start)
        let names = ["\(MadeScene.id)_crsi.tif", "\(MadeScene.id)_ndvi.tif"]
        let whole = try names.map { try Data(contentsOf: scratch.url("whole/" + $0)) }
        var finished = 0
        for round in 0..<50 {
            // Every third round finds an empty folder, the others replace what is there.
            let out = scratch.path + "/out\(round / 3)"
            let run = try RunningCommand(try chain(out + "/"))
            Thread.sleep(forTimeInterval: Double.random(in: 0...duration * 1.1))
            run.send(SIGKILL)
            if try run.wait().status == 0 { finished += 1 }
            for (name, expected) in zip(names, whole) {
                guard let found = try? Data(contentsOf: URL(fileURLWithPath: out + "/" + name)) else { continue }
                #expect(found == expected, "round \(round): \(name) has \(found.count) of \(expected.count) bytes")
            }
        }
        #expect(finished < 50, "nothing was killed")
        #expect(try Command.run(try chain(scratch.path + "/out0/")).status == 0)
        #expect(scratch.list("out0") == ["\(MadeScene.id).stac.json"] + names)
    }

    @Test func livingRunKeepsItsTemporaryFolder() throws {
        let scratch = try Scratch()
        let run = try Self.start(scratch.path + "/a.tif")
        let other = try Self.small(scratch.path + "/b.tif")
        #expect(other.status == 0, "\(other.said)")
        #expect(Files.temporary(in: scratch.path).count == 1)
        run.send(SIGCONT)
        let outcome = try run.wait()
        #expect(outcome.status == 0, "\(outcome.said)")
        #expect(scratch.list() == ["a.stac.json", "a.tif", "b.stac.json", "b.tif"])
    }

    @Test func otherHiddenFoldersAreNotTouched() throws {
        let scratch = try Scratch()
        let names = [".rsproc-elsewhere-1-0.tmp", ".rsproc-notes", ".hidden"]
        for name in names {
            try FileManager.default.createDirectory(
                atPath: scratch.path + "/" + name, withIntermediateDirectories: false)
        }
        #expect(try Self.small(scratch.path + "/b.tif").status == 0)
        #expect(scratch.list() == (names + ["b.stac.json", "b.tif"]).sorted())
    }

    /// Two runs for one target at the same moment: one set of outputs, and the loser says so.
    @Test func twoRunsAtOnceForOneTarget() throws {
        let scratch = try Scratch()
        let out = scratch.path + "/out/"
        let first = try Self.start(out)
        let second = try Self.start(out)
        for run in [first, second] { run.send(SIGCONT) }
        let outcomes = [try first.wait(), try second.wait()]
        #expect(outcomes.map(\.status).sorted() == [0, 4], "\(outcomes.map(\.said))")
        let loser = outcomes.first { $0.status == 4 }
        #expect(loser?.stderr.contains("exists; add --overwrite") == true)
        #expect(
            scratch.list("out") == [
                "\(MadeScene.id).stac.json", "\(MadeScene.id)_crsi.tif", "\(MadeScene.id)_ndvi.tif",
            ])
        let again = try Command.run(
            [
                "run", "--skip-existing", "read", try MadeScene.large.get().path, "!", "toa", "!", "index", "ndvi,crsi",
                "!", "write", out,
            ])
        #expect(again.status == 0 && again.stdout.contains("up to date, skipped"), "\(again.said)")
    }

    @Test func twoRunsAtOnceThatReplace() throws {
        let scratch = try Scratch()
        let out = scratch.path + "/out/"
        let runs = [try Self.start(out, ["--overwrite"]), try Self.start(out, ["--overwrite"])]
        for run in runs { run.send(SIGCONT) }
        for run in runs {
            let outcome = try run.wait()
            #expect(outcome.status == 0, "\(outcome.said)")
        }
        #expect(scratch.list("out").count == 3, "\(scratch.list("out"))")
    }
}
