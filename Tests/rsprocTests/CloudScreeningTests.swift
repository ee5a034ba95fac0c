import Foundation
import Testing

/// `--max-cloud`: cloudy scenes are skipped with a word and exit code 0.
@Suite struct CloudScreeningTests {
    private func run(_ limit: String, _ more: [String] = []) throws -> (outcome: Command.Outcome, files: [String]) {
        let scratch = try Scratch()
        let outcome = try Command.run(
            ["run", "--max-cloud", limit] + more + [
                "read", try MadeScene.small.get().path, "!", "toa", "!", "mask", "cloud,shadow", "!", "index", "ndvi",
                "!", "write", scratch.path + "/out/",
            ])
        let files = try? FileManager.default.contentsOfDirectory(atPath: scratch.path + "/out")
        return (outcome, files ?? [])
    }

    @Test func cloudyScenesAreSkipped() throws {
        let (outcome, files) = try run("0%")
        #expect(outcome.status == 0, "\(outcome.said)")
        #expect(outcome.stdout.contains("clouds cover") && outcome.stdout.contains("QA_PIXEL"), "\(outcome.said)")
        #expect(files.isEmpty)
    }

    @Test func clearScenesAreMade() throws {
        let (outcome, files) = try run("100%", ["--json"])
        #expect(outcome.status == 0, "\(outcome.said)")
        #expect(files.contains { $0.hasSuffix("_ndvi.tif") })
        #expect(outcome.stdout.contains("\"cloud_percent\""), "\(outcome.said)")
        #expect(outcome.stdout.contains("\"clear\""), "\(outcome.said)")
    }

    @Test(arguments: ["many", "-1%", "101%", "nan"]) func sharesMustBeShares(limit: String) throws {
        let (outcome, files) = try run(limit)
        #expect(outcome.status == 2, "\(outcome.said)")
        #expect(outcome.stderr.contains("--max-cloud"), "\(outcome.said)")
        #expect(files.isEmpty)
    }
}
