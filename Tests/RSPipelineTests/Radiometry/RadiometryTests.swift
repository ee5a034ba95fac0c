import Foundation
import Testing

@testable import RSPipeline

/// Worked numbers of LC08_L2SP_047027_20201204: sun elevation 18.80722985 degrees.
@Suite struct RadiometryTests {
    private func value(_ expression: RSPipeline.Expression, dn: Double) -> Double { expression.evaluate { _ in dn } }

    private func near(_ a: Double, _ b: Double, _ tolerance: Double = 1e-6) -> Bool { abs(a - b) <= tolerance * abs(b) }

    @Test(arguments: [
        (1.3239e-2, -66.19717, 66.19283), (1.0288e-2, -51.43874, 51.44126), (6.2956e-3, -31.47794, 31.47806),
        (5.2771e-4, -2.63855, 2.63855),
    ]) func radiance(gain: Double, offset: Double, expected: Double) {
        let formula = Radiance.formula(dn: .name("dn"), scale: LinearScale(gain: gain, offset: offset))
        #expect(near(value(formula, dn: 10_000), expected))
    }

    @Test(arguments: [(10_000, 0.3101880), (7_000, 0.1240752)] as [(Double, Double)])
    func toaReflectance(dn: Double, expected: Double) {
        let formula = TOAReflectance.formula(
            dn: .name("dn"), scale: LinearScale(gain: 2e-5, offset: -0.1), sunElevation: 18.80722985)
        #expect(near(value(formula, dn: dn), expected))
    }

    @Test(arguments: [
        (25_000, 3.342e-4, 774.8853, 1321.0789, 291.7056), (20_000, 3.342e-4, 774.8853, 1321.0789, 278.3056),
        (30_000, 3.342e-4, 774.8853, 1321.0789, 303.6550), (25_000, 3.342e-4, 480.8883, 1201.1442, 295.9718),
        (25_000, 3.8e-4, 799.0284, 1329.2405, 299.8122), (25_000, 3.49e-4, 475.6581, 1198.3494, 299.1764),
    ]) func brightnessTemperature(dn: Double, gain: Double, k1: Double, k2: Double, expected: Double) {
        let radiance = Radiance.formula(dn: .name("dn"), scale: LinearScale(gain: gain, offset: 0.1))
        let formula = BrightnessTemperature.formula(radiance: radiance, constants: ThermalConstants(k1: k1, k2: k2))
        #expect(near(value(formula, dn: dn), expected, 5e-7))
    }

    @Test func noTemperatureWithoutRadiance() {
        let formula = BrightnessTemperature.formula(
            radiance: .name("L"), constants: ThermalConstants(k1: 774.8853, k2: 1321.0789))
        #expect(value(formula, dn: 0).isNaN)
        #expect(value(formula, dn: -800).isFinite)
        #expect(value(formula, dn: -1).isNaN)
    }

    @Test func level2ScalesThroughAPlan() throws {
        let folder = try ScratchFolder()
        var scene = SmallLandsat()
        scene.isLevel2 = true
        let stored: [Double] = [1, 7273, 10_000, 43_636, 65_535, 0]
        scene.bands["SR_B4"] = stored + SmallLandsat.filled(8000, count: 10)
        let path = try scene.write(in: folder.path)
        let values = try #require(try Run.values("read \(path) bands=red ! surface")["SR_B4"])
        for (value, expected) in zip(values, [-0.1999725, 0.0000075, 0.075, 0.99999, 1.6022125]) {
            #expect(abs(Double(value) - expected) <= 1e-7)
        }
        #expect(values[5].isNaN)
    }

    @Test func radianceAndTemperatureThroughAPlan() throws {
        let folder = try ScratchFolder()
        var scene = SmallLandsat()
        scene.bands["B10"] = [25_000, 20_000, 0] + SmallLandsat.filled(30_000, count: 13)
        let path = try scene.write(in: folder.path)
        let direct = try #require(try Run.values("read \(path) bands=B10 ! brightness")["B10"])
        let viaRadiance = try #require(try Run.values("read \(path) bands=B10 ! radiance ! brightness")["B10"])
        for values in [direct, viaRadiance] {
            #expect(abs(values[0] - 291.7056) < 1e-3 && abs(values[1] - 278.3056) < 1e-3 && values[2].isNaN)
            #expect(abs(values[3] - 303.6550) < 1e-3)
        }
    }
}
