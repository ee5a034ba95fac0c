import Foundation
import Testing

/// A recipe over many scenes.
@Suite struct ManyScenesTests {
    private let scratch: Scratch
    private let first: String
    private let second: String

    init() throws {
        scratch = try Scratch()
        first = try MadeScene.copy(to: scratch, as: "first")
        second = try MadeScene.copy(to: scratch, as: "second")
        try MadeScene.rename(second, to: "SECOND")
    }

    private func run(_ scenes: [String], _ more: [String] = []) throws -> Command.Outcome {
        try Command.run(
            ["run", "--recipe", Repository.recipe, "--out", "out"] + more + scenes, in: scratch.path)
    }

    private func outputs(_ id: String) -> [String] { ["\(id).stac.json", "\(id)_ndvi.png", "\(id)_ndvi.tif"] }

    @Test func oneBrokenSceneHarmsNoOther() throws {
        let broken = try MadeScene.copy(to: scratch, as: "broken")
        try MadeScene.rename(broken, to: "BROKEN")
        let band = MadeScene.band("B4", of: broken)
        try Data(try Data(contentsOf: URL(fileURLWithPath: band)).prefix(5000)).write(to: URL(fileURLWithPath: band))
        let outcome = try run([first, broken, scratch.path + "/absent", second])
        #expect(outcome.status == 1, "\(outcome.said)")
        #expect(outcome.stderr.contains("[2/4] \(broken): \(band): the file is truncated"), "\(outcome.said)")
        #expect(outcome.stderr.contains("[3/4] \(scratch.path)/absent: "), "\(outcome.said)")
        #expect(outcome.stdout.contains("\(MadeScene.id): done"), "\(outcome.said)")
        #expect(outcome.stdout.contains("\(broken): failed: \(band): the file is truncated"), "\(outcome.said)")
        #expect(outcome.stdout.contains("SECOND: done"), "\(outcome.said)")
        #expect(outcome.stdout.hasSuffix("2 done, 0 skipped, 2 failed\n"), "\(outcome.said)")
        #expect(scratch.list("out") == (outputs(MadeScene.id) + outputs("SECOND")).sorted())
    }

    @Test func allGood() throws {
        let outcome = try run([first, second])
        #expect(outcome.status == 0, "\(outcome.said)")
        #expect(outcome.stdout.hasSuffix("2 done, 0 skipped, 0 failed\n"))
    }

    @Test func collidingTargetsAreRefusedBeforeAnythingRuns() throws {
        let twin = try MadeScene.copy(to: scratch, as: "twin")
        let outcome = try run([second, first, twin])
        #expect(outcome.status == 2, "\(outcome.said)")
        #expect(outcome.stderr.contains("\(first) and \(twin) would both write"), "\(outcome.said)")
        #expect(outcome.stderr.contains("{scene}"), "\(outcome.said)")
        #expect(!FileManager.default.fileExists(atPath: scratch.path + "/out"))

        let one = try run([first, second], ["--set", "write.args=map.tif"])
        #expect(one.status == 2 && one.stderr.contains("out/map.tif"), "\(one.said)")
        let twice = try run([first, first])
        #expect(twice.status == 2 && twice.stderr.contains("is given twice"), "\(twice.said)")
        #expect(!FileManager.default.fileExists(atPath: scratch.path + "/out"))
        let named = try run([first, second], ["--set", "write.args={scene}.tif"])
        #expect(named.status == 0, "\(named.said)")
    }

    @Test func chainThatNoSceneCanTake() throws {
        let outcome = try run([first, second], ["--set", "toa.x=1"])
        #expect(outcome.status == 2 && outcome.stderr.contains("unknown option 'x'"), "\(outcome.said)")
        let unusable = try run([first, second], ["--set", "index.args=msavi2,tvdi9"])
        #expect(unusable.status == 2, "\(unusable.said)")
        #expect(!FileManager.default.fileExists(atPath: scratch.path + "/out"))
    }

    @Test func skipExisting() throws {
        #expect(try run([first, second], ["--skip-existing"]).status == 0)
        let files = scratch.list("out").map { scratch.path + "/out/" + $0 }
        // Marks that any rewriting would wipe out, newer than the inputs as outputs are.
        let mark = Date(timeIntervalSinceNow: 3600)
        for file in files { try Files.setModified(file, mark) }
        func untouched() throws -> [String] {
            try files.filter { abs(try #require(try Files.modified($0)).timeIntervalSince(mark)) < 2 }
        }

        let second = try run([self.first, self.second], ["--skip-existing"])
        #expect(second.status == 0, "\(second.said)")
        #expect(second.stdout.contains("0 done, 2 skipped, 0 failed"), "\(second.said)")
        #expect(try untouched() == files)

        // An input touched after the outputs were made, its bytes as they were.
        try Files.setModified(MadeScene.band("B4", of: first), mark.addingTimeInterval(60))
        #expect(try run([self.first, self.second], ["--skip-existing"]).stdout.contains("2 skipped"))

        // Metadata edited without a trace in name, size and time.
        let old = try #require(try Files.modified(MadeScene.metadata(of: first)))
        try MadeScene.editMetadata(of: first) { line in
            line.replacingOccurrences(of: "REFLECTANCE_MULT_BAND_4 = 2", with: "REFLECTANCE_MULT_BAND_4 = 4")
        }
        try Files.setModified(MadeScene.metadata(of: first), old)
        let touched = try run([self.first, self.second], ["--skip-existing"])
        #expect(touched.status == 1, "\(touched.said)")
        #expect(touched.stderr.contains("\(MadeScene.id)_ndvi.tif is stale"), "\(touched.said)")
        #expect(
            touched.stderr.contains("MTL.txt has changed") && touched.stderr.contains("--update"), "\(touched.said)")
        #expect(touched.stdout.contains("0 done, 1 skipped, 1 failed"), "\(touched.said)")
        #expect(try untouched() == files)

        // Only what is stale is made anew.
        let updated = try run([self.first, self.second], ["--update"])
        #expect(updated.status == 0, "\(updated.said)")
        #expect(updated.stdout.contains("1 done, 1 skipped, 0 failed"), "\(updated.said)")
        #expect(try untouched().allSatisfy { $0.contains("SECOND") } && untouched().count == 3)

        // What is missing is named and made again.
        try FileManager.default.removeItem(atPath: scratch.path + "/out/SECOND_ndvi.png")
        let missing = try run([self.first, self.second], ["--skip-existing"])
        #expect(missing.status == 1 && missing.stderr.contains("SECOND_ndvi.png is missing"), "\(missing.said)")
        #expect(try run([self.first, self.second], ["--update"]).stdout.contains("1 done, 1 skipped"))
        #expect(scratch.list("out").map { scratch.path + "/out/" + $0 } == files)

        // Another chain or other inputs make them stale too.
        let other = try run([self.first, self.second], ["--skip-existing", "--set", "mask.args=cloud"])
        #expect(other.status == 1 && other.stderr.contains("it was made by another chain"), "\(other.said)")
        try MadeScene.editMetadata(of: first) { $0.contains("CLOUD_COVER =") ? $0 + " " : $0 }
        try Files.setModified(MadeScene.metadata(of: first), Date(timeIntervalSince1970: 1_700_000_000))
        let edited = try run([self.first, self.second], ["--skip-existing"])
        #expect(edited.status == 1 && edited.stderr.contains("the inputs have changed"), "\(edited.said)")
        // A file of somebody else is never taken for an output of ours.
        try scratch.write("{}", to: "out/SECOND.stac.json")
        let foreign = try run([self.first, self.second], ["--skip-existing"])
        #expect(foreign.stderr.contains("SECOND.stac.json exists and is not of rsproc"), "\(foreign.said)")
    }
}
