import Foundation
import Testing

@testable import RSPipeline

@Suite struct NadirAdjustmentTests {
    private typealias Formula = RSPipeline.Expression

    private func number(_ formula: Formula) -> Double { formula.evaluate { _ in nil } }

    private func kernels(_ s: Double, _ v: Double, _ a: Double) -> (volume: Double, geometry: Double) {
        (
            number(
                NadirAdjustment.volumeKernel(
                    sunZenith: .constant(s), viewZenith: .constant(v), relativeAzimuth: .constant(a))),
            number(
                NadirAdjustment.geometryKernel(
                    sunZenith: .constant(s), viewZenith: .constant(v), relativeAzimuth: .constant(a)))
        )
    }

    private func factor(_ role: BandRole, _ s: Double, _ v: Double, _ a: Double) throws -> Double {
        let weights = try #require(NadirAdjustment.weights(of: role))
        return number(
            NadirAdjustment.factor(
                weights, sunZenith: .constant(s), viewZenith: .constant(v), relativeAzimuth: .constant(a)))
    }

    @Test(
        arguments: [
            (0, 0, 0, 0, 0), (45, 0, 0, -0.04586203, -1.10681918), (45, 7.5, 0, 0.00098322, -0.93420419),
            (45, 7.5, 180, -0.08374934, -1.25113282), (30, 10, 90, -0.03260616, -0.73468658),
        ] as [(Double, Double, Double, Double, Double)])
    func workedKernels(s: Double, v: Double, a: Double, volume: Double, geometry: Double) {
        let found = kernels(s, v, a)
        #expect(abs(found.volume - volume) < 1e-8 && abs(found.geometry - geometry) < 1e-8, "\(found)")
    }

    @Test(
        arguments: [
            (.blue, 0.9556600, 1.0395879, 1.0047077), (.green, 0.9492268, 1.0460630, 1.0061967),
            (.red, 0.9553109, 1.0401397, 1.0059455), (.nir, 0.9537473, 1.0414570, 1.0049344),
            (.nir08, 0.9537473, 1.0414570, 1.0049344), (.swir16, 0.9560317, 1.0394334, 1.0058377),
            (.swir22, 0.9578876, 1.0377586, 1.0063136),
        ] as [(BandRole, Double, Double, Double)])
    func workedFactors(role: BandRole, forward: Double, backward: Double, across: Double) throws {
        #expect(abs(try factor(role, 45, 7.5, 0) - forward) < 1e-7)
        #expect(abs(try factor(role, 45, 7.5, 180) - backward) < 1e-7)
        #expect(abs(try factor(role, 30, 10, 90) - across) < 1e-7)
        #expect(try factor(role, 52, 0, 77) == 1)
    }

    /// From the text (Lucht 2000), in radians and without care for digits.
    private func reference(_ weights: NadirAdjustment.Weights, _ s: Double, _ v: Double, _ a: Double) -> Double {
        func model(_ s: Double, _ v: Double, _ a: Double) -> Double {
            let cosine = min(1, max(-1, cos(s) * cos(v) + sin(s) * sin(v) * cos(a)))
            let volume = ((.pi / 2 - acos(cosine)) * cosine + sin(acos(cosine))) / (cos(s) + cos(v)) - .pi / 4
            let square = tan(s) * tan(s) + tan(v) * tan(v) - 2 * tan(s) * tan(v) * cos(a)
            let secants = 1 / cos(s) + 1 / cos(v)
            let t = acos(
                min(1, max(-1, 2 * (max(0, square) + pow(tan(s) * tan(v) * sin(a), 2)).squareRoot() / secants)))
            let overlap = (t - sin(t) * cos(t)) * secants / .pi
            let geometry = overlap - secants + (1 + cosine) / (2 * cos(s) * cos(v))
            return weights.isotropic + weights.volume * volume + weights.geometry * geometry
        }
        return model(s, 0, 0) / model(s, v, a)
    }

    /// The pixel program in Float32 against the text in Double, for any geometry.
    @Test(arguments: 0..<20 as Range<UInt64>) func theProgramEqualsTheText(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let role = try #require([BandRole.blue, .red, .rededge2, .nir, .swir22].randomElement(using: &random))
        let weights = try #require(NadirAdjustment.weights(of: role))
        var small = try SmallScene(width: 50, height: 20, sensor: "sentinel2a-msi")
        let range = 0..<1000
        // The hot spot, where sun and sensor meet, among them.
        let sun = range.map { _ in Double(Float.random(in: 0...80, using: &random)) }
        let view = range.map { $0 % 10 == 0 ? sun[$0] : Double(Float.random(in: 0...30, using: &random)) }
        let sunAzimuth = range.map { _ in Double(Float.random(in: 0...360, using: &random)) }
        let viewAzimuth = range.map {
            $0 % 20 == 0 ? sunAzimuth[$0] : Double(Float.random(in: 0...360, using: &random))
        }
        try small.add("B", role: role, range.map { _ in 0.5 }, quantity: .surfaceReflectance(method: "x"))
        try small.add(.sunZenith, sun)
        try small.add(.viewZenith, view)
        try small.add(.sunAzimuth, sunAzimuth)
        try small.add(.viewAzimuth, viewAzimuth)
        let values = try #require(try small.values("brdf")["B"])
        for index in range {
            let radians = Double.pi / 180
            let expected =
                0.5
                * reference(
                    weights, sun[index] * radians, view[index] * radians,
                    (sunAzimuth[index] - viewAzimuth[index]) * radians)
            #expect(
                abs(Double(values[index]) - expected) < 2e-6 * max(1, expected),
                "seed \(seed): \(role) \(sun[index]) \(view[index]) \(sunAzimuth[index]) \(viewAzimuth[index])")
        }
        #expect(try small.values("brdf", threads: 7)["B"] == values)
    }

    // MARK: Through a chain

    private func scene(_ quantity: Quantity = .surfaceReflectance(method: "Sen2Cor")) throws -> SmallScene {
        var small = try SmallScene(sensor: "sentinel2a-msi")
        small.scene.sun = SunGeometry(elevation: 45, azimuth: 150)
        small.scene.view = ViewGeometry(zenith: 7.5, azimuth: 330)
        for (name, role) in [("B01", BandRole.coastal), ("B04", .red), ("B8A", .nir08), ("B10", .cirrus)] {
            try small.add(name, role: role, SmallLandsat.filled(0.25), quantity: quantity)
        }
        return small
    }

    @Test func withoutLayersTheCentreStandsForAll() throws {
        let small = try scene()
        let plan = try small.plan("brdf")
        #expect(plan.planeNames == ["B04", "B8A"])
        #expect(plan.planes[0].quantity.label == "surfaceReflectance:Sen2Cor+nbar")
        #expect(plan.warnings.contains { $0.contains("scene's centre") && $0.contains("B04, B8A") })
        let values = try small.values("brdf")
        #expect(abs(Double(try #require(values["B04"])[3]) - 0.25 * 1.0401397) < 1e-7)
        #expect(abs(Double(try #require(values["B8A"])[3]) - 0.25 * 1.0414570) < 1e-7)
        // What the method was not made for stays.
        #expect(try small.values("brdf ! select coastal")["B01"]?[0] == 0.25)
    }

    @Test func layersOfABandComeBeforeThoseOfAll() throws {
        var small = try scene()
        for kind in AngleLayer.Kind.allCases {
            let known: [AngleLayer.Kind: Double] = [.sunZenith: 45, .viewZenith: 7.5]
            let centre = known[kind] ?? 150
            try small.add(kind, [centre, centre, centre, centre], size: (2, 2), pixel: 300)
        }
        // Seen from the other side, for red only; one pixel without an angle.
        try small.add(.viewAzimuth, [.nan] + [Double](repeating: 330, count: 15), bands: ["B04"])
        let values = try small.values("brdf ! select red,nir,validity")
        let (red, nir) = (try #require(values["B04"]), try #require(values["B8A"]))
        #expect(red[0].isNaN && abs(Double(red[1]) - 0.25 * 1.0401397) < 1e-6)
        #expect(abs(Double(nir[0]) - 0.25 * 0.9537473) < 1e-6)
        #expect(values["validity"].map { Array($0[0...1]) } == [1, 0])
        #expect(try small.plan("brdf").warnings.isEmpty)
    }

    @Test func whatDoesNotFitIsRefused() throws {
        var small = try scene()
        #expect(small.message("brdf ! brdf").contains("already"))
        #expect(small.message("bandpass to=oli ! brdf").contains("before bandpass"))
        #expect(small.message("brdf ! surface method=dos1").contains("would correct twice"))
        #expect(try scene(.toaReflectance).message("brdf").contains("put surface method=dos1 before it"))
        #expect(try scene(.toaReflectance).message("surface method=dos1 ! brdf").isEmpty)
        #expect(try scene(.radiance).message("brdf").contains("the bands hold radiance"))
        small.scene.view?.azimuth = nil
        #expect(small.message("brdf").contains("azimuths"))
        small.scene.view?.zenith = 0
        #expect(small.message("brdf").isEmpty)
        small.scene.view = nil
        #expect(small.message("brdf").contains("where the sensor stood"))
        small.scene.bands.removeAll { $0.role != .coastal }
        #expect(small.message("brdf").contains("no band has a role"))
    }
}
