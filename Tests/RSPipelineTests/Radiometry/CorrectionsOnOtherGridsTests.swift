import Foundation
import Testing

@testable import RSPipeline

/// Corrections before and after the chain goes to another grid.
@Suite struct CorrectionsOnOtherGridsTests {
    private func scene() throws -> SmallScene {
        var small = try SmallScene(width: 60, height: 40)
        small.scene.view = ViewGeometry(zenith: 5, azimuth: 100)
        var random = SplitMix64(seed: 3)
        let slopes = (0..<2400).map { Double($0 % 60) / 2 }
        let light = slopes.map { cos(30 * .pi / 180) * cos($0 * .pi / 180) + 0.5 * sin($0 * .pi / 180) }
        for (name, role) in [("b0", BandRole.red), ("b1", .nir)] {
            let values = light.map { 0.08 + 0.3 * $0 + Double.random(in: -0.01...0.01, using: &random) }
            try small.add(name, role: role, values, quantity: .toaReflectance)
        }
        try small.add("slope", slopes, quantity: .angle)
        try small.add("aspect", [Double](repeating: 135, count: 2400), quantity: .angle)
        return small
    }

    /// The dark object is searched on the scene's grid, the slopes are fitted on the grid of the result.
    @Test func eachReductionLooksAtItsOwnGrid() throws {
        let small = try scene()
        let steps = "surface method=dos1 ! regrid res=60 ! topo method=c slope=slope aspect=aspect ! select b0,b1"
        let plan = try small.plan(steps)
        // The new grid starts at a multiple of its pixel, so that its edges are half covered.
        #expect(plan.grid.width == 31)
        #expect(plan.reductionRounds.map(\.purpose) == ["dark objects of b0, b1", "light on slopes of b0, b1"])
        #expect(plan.reductionRounds.map { plan.segments[$0.segment].grid.width } == [60, 31])
        let found = try small.reductions(steps).found
        #expect(found.first?.outcome.record["valid_pixels"] == .integer(2400))
        #expect(found.last?.outcome.record["gradient"] != nil && found.last?.outcome.warnings.isEmpty == true)
        let values = try small.values(steps)
        for threads in [2, 7] {
            let again = try small.values(steps, threads: threads)
            for (name, plane) in values { #expect(again[name]?.map(\.bitPattern) == plane.map(\.bitPattern)) }
        }
        #expect((values["b0"]?.filter { !$0.isNaN }.count ?? 0) > 550)
    }

    /// Angle layers lie on the scene's grid and follow to that of the chain.
    @Test func anglesFollow() throws {
        var small = try scene()
        for (kind, value) in [
            (AngleLayer.Kind.sunZenith, 30.0), (.sunAzimuth, 135), (.viewZenith, 5), (.viewAzimuth, 100),
        ] {
            try small.add(kind, [Double](repeating: value, count: 12), size: (4, 3), pixel: 600)
        }
        let pixel = try small.values("surface method=dos1 ! regrid res=60 ! brdf")
        small.scene.angles = []
        let centre = try small.values("surface method=dos1 ! regrid res=60 ! brdf")
        for (name, plane) in centre {
            let other = try #require(pixel[name])
            for (a, b) in zip(plane, other) where !a.isNaN { #expect(abs(a - b) < 1e-6) }
            #expect(plane.filter { !$0.isNaN }.count > 550)
        }
    }
}
