import Foundation
import RSPipeline
import Testing

/// The code of README.md and of the article "Getting started", run on the sample scene.
///
/// The lines between the marks stand in both texts word for word; a test compares them.
struct GettingStartedTests {
    private static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    private static let sample = package.path + "/samples/scenes/LC08_L1TP_167032_20230715_20230720_02_T1"

    @Test func planesInMemoryAsInTheReadme() throws {
        let folder = Self.sample
        var printed: [String] = []
        func print(_ text: String) { printed.append(text) }

        // begin: planes in memory
        let chain = try Chain("read \(folder) ! toa ! mask cloud,dilated,shadow ! index ndvi,sqrt_GR")
        let plan = try Plan(chain, scene: try chain.openScene())
        let planes = try plan.planesInMemory()
        for (name, plane) in zip(plan.planeNames, planes) {
            print("\(name): \(plane.validCount) of \(plan.grid.pixelCount) pixels have a value")
        }
        // end

        #expect(
            printed == [
                "ndvi: 33044 of 65536 pixels have a value", "sqrt_GR: 33044 of 65536 pixels have a value",
            ])
        let ndvi = planes[0].values.filter { !$0.isNaN }
        #expect(abs((ndvi.min() ?? 0) - -0.4447) < 5e-5)
        #expect(abs((ndvi.max() ?? 0) - 0.7517) < 5e-5)
    }

    @Test func aRecipeToFilesAsInTheArticle() throws {
        let folder = Self.sample
        let output = FileManager.default.temporaryDirectory
            .appendingPathComponent("getting-started-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: output) }
        var printed: [String] = []
        func print(_ text: String) { printed.append(text) }

        // begin: a recipe to files
        let recipe = try Recipe(
            yaml: """
                version: 1
                steps:
                  - read:
                  - toa:
                  - mask: {args: [cloud, dilated, shadow]}
                  - index: {args: [ndvi]}
                  - write: {args: ["{date}/"], type: int16}
                """)
        let chain = recipe.chain(reading: folder)
        let plan = try Plan(chain, scene: try chain.openScene(), outputDirectory: output)
        let options = ExecutionOptions(threads: 2, memory: 512 << 20)
        let summary = try SceneRun(plan, existing: .update, options: options).run()
        print("\(summary.scene): \(summary.state), \(summary.outputs.count) files")
        // end

        #expect(printed == ["LC08_L1TP_167032_20230715_20230720_02_T1: done, 2 files"])
        #expect(FileManager.default.fileExists(atPath: output + "/2023-07-15/\(plan.scene.id)_ndvi.tif"))
        #expect(summary.planes.map(\.name) == ["ndvi"])
    }

    @Test func textsHoldTheSameCode() throws {
        let source = try String(contentsOf: URL(fileURLWithPath: #filePath), encoding: .utf8)
        let article = Self.package.path + "/Sources/RSPipeline/RSPipeline.docc/GettingStarted.md"
        let texts = [
            ("planes in memory", [Self.package.path + "/README.md", article]),
            ("a recipe to files", [article]),
        ]
        for (name, paths) in texts {
            let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
            let first = try #require(lines.firstIndex { $0.hasSuffix("// begin: \(name)") })
            let last = try #require(lines[first...].firstIndex { $0.hasSuffix("// end") })
            let code = lines[(first + 1)..<last].map { String($0.dropFirst(8)) }.joined(separator: "\n")
            for path in paths {
                let text = try String(contentsOfFile: path, encoding: .utf8)
                #expect(text.contains(code), "\(path) shows other code than the test runs")
            }
        }
    }
}
