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

    // MARK: Products without a scale of their own

    /// SPOT-6 of 2012-12-07 and PeruSat-1: digital numbers to radiance by gains, to reflectance by E0 and distance.
    @Test(
        arguments: [
            (8.5175, 1982.671954, 400, 45, 0.9850850739, 46.962137, 0.1021197),
            (9.1625, 1826.087443, 400, 45, 0.9850850739, 43.656207, 0.1030711),
            (10.04, 1540.494123, 400, 45, 0.9850850739, 39.840637, 0.1115010),
            (12.733, 1094.747446, 400, 45, 0.9850850739, 31.414435, 0.1237165),
            (1000 / 167.358342, 1982.671954, 1000, 56.9, 0.9922680223, 167.358342, 0.3116780),
            (1000 / 97.325288, 1094.747446, 1000, 56.9, 0.9922680223, 97.325288, 0.3282626),
        ] as [(Double, Double, Double, Double, Double, Double, Double)])
    func reflectanceByRadiance(
        gain: Double, irradiance: Double, dn: Double, elevation: Double, distance: Double, radiance: Double,
        expected: Double
    ) throws {
        var small = try SmallScene(product: "SPOT-7", sensor: "spot7-naomi")
        small.scene.sun = SunGeometry(elevation: elevation)
        small.scene.earthSunDistance = distance
        try small.add(
            "B0", role: .blue, [Double](repeating: dn, count: 16),
            calibration: BandCalibration(
                radiance: LinearScale(gain: 1 / gain, offset: 0), solarIrradiance: irradiance))
        let scale = try TOAReflectance.scale(of: small.scene.bands[0], in: small.scene)
        let formula = TOAReflectance.formula(dn: .name("dn"), scale: scale, sunElevation: elevation)
        #expect(near(value(formula, dn: dn), expected, 5e-7))
        #expect(near(Double(try #require(small.values("toa")["B0"])[3]), expected, 1e-6))
        #expect(near(Double(try #require(small.values("radiance")["B0"])[3]), radiance, 1e-6))
        #expect(try small.plan("toa").constants["earth_sun_distance"] == "\(distance)")
    }

    /// Sentinel-2: reflectance as it is, and radiance out of it.
    private func sentinel2() throws -> SmallScene {
        var small = try SmallScene(product: "Sentinel-2 L1C", sensor: "sentinel2a-msi")
        small.scene.sun = SunGeometry(elevation: 55, azimuth: 150)
        small.scene.earthSunDistance = 1 / 0.979428313059035.squareRoot()
        try small.add(
            "B04", role: .red, [3500, 1452, 1, 0] + SmallLandsat.filled(11_000, count: 12), type: .uint16,
            noData: .value(0),
            calibration: BandCalibration(
                toaReflectance: LinearScale(gain: 1e-4, offset: -0.1), isSunCorrected: true, solarIrradiance: 1512.06))
        return small
    }

    @Test(arguments: ["toa", "toa sun=pixel"]) func sentinel2NeedsNoSun(chain: String) throws {
        var small = try sentinel2()
        small.scene.sun = nil
        let values = try #require(try small.values(chain)["B04"])
        for (value, expected) in zip(values, [0.25, 0.0452, -0.0999]) {
            #expect(abs(Double(value) - expected) < 1e-7)
        }
        #expect(values[3].isNaN && abs(values[4] - 1) < 1e-6)
    }

    @Test func radianceOfSentinel2() throws {
        var small = try sentinel2()
        let values = try #require(try small.values("radiance")["B04"])
        #expect(near(Double(values[0]), 96.53756, 1e-6))
        #expect(values[3].isNaN)
        #expect(small.message("radiance sun=pixel").contains("sun=scene"))
        try small.add(.sunZenith, SmallLandsat.filled(35))
        let perPixel = try #require(try small.values("radiance sun=pixel")["B04"])
        #expect(near(Double(perPixel[0]), 96.53756, 1e-6))
        small.scene.sun = nil
        #expect(small.message("radiance").contains("the sun's elevation"))
        small.scene.earthSunDistance = nil
        small.scene.acquired = nil
        #expect(small.message("radiance sun=pixel").contains("earth-sun distance"))
    }

    @Test func irradianceThatCannotBeIsRefused() throws {
        for irradiance in [0, -1, 1e6, .nan] {
            var small = try sentinel2()
            small.scene.bands[0].calibration.solarIrradiance = irradiance
            #expect(small.message("radiance").contains("solar irradiance"), "\(irradiance)")
        }
    }

    // MARK: The sun of each pixel

    private func landsat(width: Int = 4, height: Int = 4) throws -> SmallScene {
        var small = try SmallScene(width: width, height: height)
        try small.add(
            "B4", role: .red, SmallLandsat.filled(10_000, count: width * height), type: .uint16, noData: .value(0),
            calibration: BandCalibration(
                radiance: LinearScale(gain: 0.01, offset: -50), toaReflectance: LinearScale(gain: 2e-5, offset: -0.1)))
        return small
    }

    @Test func everyPixelHasItsSun() throws {
        var small = try landsat()
        #expect(small.message("toa sun=pixel").contains("no sun angles per pixel"))
        let angles: [Double] = [0, 6000, 7119, 8000, 9000, 9100, 12_000, -32_768] + SmallLandsat.filled(4500, count: 8)
        try small.add(
            .sunZenith, angles, scale: LinearScale(gain: 0.01, offset: 0), type: .int16, noData: .value(-32_768))
        let result = try small.values("toa sun=pixel ! select B4,validity")
        let values = try #require(result["B4"])
        for (index, angle) in angles.enumerated() where angle >= 0 && angle < 9000 {
            let expected = 0.1 / Foundation.cos(angle / 100 * .pi / 180)
            #expect(abs(Double(values[index]) - expected) <= 1e-6 * expected, "\(angle)")
        }
        #expect(values[4].isNaN && values[5].isNaN && values[6].isNaN && values[7].isNaN)
        // Below the horizon nothing is defined; without an angle the file holds no data.
        #expect(result["validity"].map { Array($0[3...8]) } == [0, 8, 8, 8, 1, 0])
        #expect(try small.plan("toa sun=pixel").constants["sun"] == "pixel")
        #expect(try small.plan("toa").constants["sun_elevation"] == "60.0")
        // A layer for other bands is none for this one.
        small.scene.angles[0].bands = ["B5"]
        #expect(small.message("toa sun=pixel").contains("no sun angles per pixel"))
    }

    /// A coarse layer does not make the grid coarse, and is met between its centres, for any number of threads.
    @Test func coarseAnglesAreInterpolated() throws {
        var small = try landsat(width: 40, height: 30)
        try small.add(
            .sunZenith, [40, 50, 60, 44, 54, 64], size: (3, 2), pixel: 600)
        let plan = try small.plan("toa sun=pixel")
        #expect(plan.grid.width == 40)
        #expect(plan.explanation().contains("brought to the grid by bilinear"))
        let values = try #require(try small.values("toa sun=pixel")["B4"])
        for index in values.indices {
            let x = (Double(index % 40) + 0.5) * 30 / 600
            let y = (Double(index / 40) + 0.5) * 30 / 600
            let zenith = 40 + 10 * min(x, 2) + 4 * min(y, 1)
            let expected = 0.1 / Foundation.cos(zenith * .pi / 180)
            #expect(abs(Double(values[index]) - expected) < 1e-6 * expected, "pixel \(index)")
        }
        for threads in [2, 7] { #expect(try small.values("toa sun=pixel", threads: threads)["B4"] == values) }
    }
}
