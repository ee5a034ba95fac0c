import Testing

@testable import RSPipeline

@Suite struct ClampStepTests {
    private func scene(_ quantity: Quantity = .surfaceReflectance(method: "x")) throws -> SmallScene {
        var small = try SmallScene()
        try small.add(
            "a", role: .red, [-0.5, -1e-9, 0, 0.3, 1, 1.5, .nan] + SmallLandsat.filled(0.2, count: 9),
            quantity: quantity)
        return small
    }

    private func values(_ steps: String) throws -> [Float] { try #require(try scene().values(steps)["a"]) }

    @Test func negativeReflectanceIsKeptUnlessAsked() throws {
        #expect(try Array(values("select a")[0...5]) == [-0.5, -1e-9, 0, 0.3, 1, 1.5])
        #expect(try Array(values("clamp")[0...5]) == [0, 0, 0, 0.3, 1, 1.5])
        #expect(try Array(values("clamp max=1")[0...5]) == [0, 0, 0, 0.3, 1, 1])
        #expect(try Array(values("clamp min=0.01 max=0.5")[0...5]) == [0.01, 0.01, 0.01, 0.3, 0.5, 0.5])
        #expect(try values("clamp")[6].isNaN)
        #expect(try scene().plan("clamp").planes[0].quantity == .surfaceReflectance(method: "x"))
    }

    @Test func whatDoesNotFitIsRefused() throws {
        #expect(try scene(.digitalNumber).message("clamp").contains("put toa or surface before it"))
        #expect(try scene().message("clamp min=1 max=0").contains("above min"))
        #expect(try scene().message("clamp min=nan").contains("must be numbers"))
    }
}
