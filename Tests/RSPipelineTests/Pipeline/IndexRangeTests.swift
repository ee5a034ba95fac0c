import Foundation
import Testing

@testable import RSPipeline

/// Values of an index that reflectance of 0...1 cannot give are counted and said.
@Suite struct IndexRangeTests {
    /// Reflectance by hand: ndvi is 0.6, 1 (red is 0), 3 and -3 (one of the two is negative).
    private func scene() throws -> SmallScene {
        var scene = try SmallScene(width: 4, height: 1)
        try scene.add("red", role: .red, [0.1, 0, -0.1, 0.2], quantity: .toaReflectance)
        try scene.add("nir", role: .nir, [0.4, 0.3, 0.2, -0.1], quantity: .toaReflectance)
        return scene
    }

    private func run(_ steps: String) throws -> SceneSummary {
        let folder = try ScratchFolder()
        let scene = try scene()
        return try withExtendedLifetime(scene) {
            try SceneRun(try scene.plan("\(steps) ! write \(folder.path)/o/")).run()
        }
    }

    @Test(arguments: ["", " type=int16 scale=0.001"]) func theyAreCounted(storage: String) throws {
        let folder = try ScratchFolder()
        let scene = try scene()
        let summary = try withExtendedLifetime(scene) {
            let chain = "index ndvi ! write \(folder.path)/a/\(storage) ! write \(folder.path)/b/"
            return try SceneRun(try scene.plan(chain)).run()
        }
        #expect(summary.planes.map(\.outside) == [2])
        let said = summary.warnings.filter { $0.contains("outside") }
        #expect(said.count == 1, "\(summary.warnings)")
        for word in ["2 pixels of ndvi", "-1.0...1.0", "below zero", "clamp before the index"] {
            #expect(said.first?.contains(word) == true, "\(said)")
        }
    }

    @Test func clampedReflectanceIsInside() throws {
        let summary = try run("clamp ! index ndvi")
        #expect(summary.planes.map(\.outside) == [0] && !summary.warnings.contains { $0.contains("outside") })
    }

    @Test func formulasHaveNoRange() throws {
        let summary = try run("expr x=(nir-red)/(nir+red)")
        #expect(summary.planes.map(\.outside) == [0] && summary.planes[0].maximum == 3)
    }
}
