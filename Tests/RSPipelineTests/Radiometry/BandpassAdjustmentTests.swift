import Testing

@testable import RSPipeline

@Suite struct BandpassAdjustmentTests {
    /// A few entries of the published table, platform by platform.
    @Test(
        arguments: [
            ("sentinel2a-msi", .blue, 0.9778, -0.0040), ("sentinel2b-msi", .blue, 0.9778, -0.0040),
            ("sentinel2c-msi", .blue, 0.9851, -0.0027), ("sentinel2a-msi", .nir08, 0.9983, -0.0001),
            ("sentinel2b-msi", .nir08, 0.9966, 0), ("sentinel2c-msi", .coastal, 1.003, 0),
            ("sentinel2a-msi", .swir22, 1.0030, -0.0012), ("sentinel2b-msi", .swir22, 0.9867, 0.0004),
            ("sentinel2b-msi", .green, 1.0075, -0.0008), ("sentinel2c-msi", .red, 0.9718, 0.0011),
            ("sentinel2a-msi", .swir16, 0.9987, -0.0011), ("sentinel2b-msi", .swir16, 1, -0.0003),
        ] as [(String, BandRole, Double, Double)])
    func table(sensor: String, role: BandRole, gain: Double, offset: Double) throws {
        let platform = try #require(BandpassAdjustment.Platform(sensor: sensor))
        #expect(BandpassAdjustment.scale(of: role, on: platform) == LinearScale(gain: gain, offset: offset))
    }

    @Test func otherBandsHaveNoCounterpart() {
        for role in [BandRole.nir, .rededge1, .rededge3, .nir09, .cirrus, .pan, .thermal11] {
            #expect(BandpassAdjustment.scale(of: role, on: .sentinel2a) == nil)
        }
    }

    private func scene(
        _ bands: [(String, BandRole)], sensor: String = "sentinel2b-msi",
        quantity: Quantity = .surfaceReflectance(method: "Sen2Cor")
    ) throws -> SmallScene {
        var small = try SmallScene(sensor: sensor)
        for (name, role) in bands {
            try small.add(name, role: role, [-0.01, .nan] + SmallLandsat.filled(0.4, count: 14), quantity: quantity)
        }
        return small
    }

    private let all: [(String, BandRole)] = [("B04", .red), ("B05", .rededge1), ("B08", .nir), ("B8A", .nir08)]

    @Test func bandsComeOutAsOLISeesThem() throws {
        let small = try scene(all)
        let values = try small.values("bandpass to=oli")
        #expect(Set(values.keys) == ["B04", "B8A"])
        let red = try #require(values["B04"])
        #expect(abs(red[2] - (0.9761 * 0.4 + 0.0010)) < 1e-7 && red[1].isNaN)
        // Reflectance below zero is kept.
        #expect(abs(red[0] - (-0.009761 + 0.0010)) < 1e-8)
        let plan = try small.plan("bandpass to=oli")
        #expect(plan.planes[0].quantity.label == "surfaceReflectance:Sen2Cor+oli")
        #expect(plan.constants["bandpass"] == "sentinel2b to oli")
    }

    /// B8 is too wide: it is not usable by name, and what asks for the near infrared gets B8A.
    @Test func theWideNearInfraredIsNotUsable() throws {
        let small = try scene(all)
        #expect(small.message("bandpass to=oli ! select B08").contains("twice as wide"))
        #expect(small.message("bandpass to=oli ! expr x=B08").contains("nir08 (B8A)"))
        let nir = try #require(try small.values("bandpass to=oli ! expr x=nir")["x"])
        #expect(abs(nir[2] - 0.9966 * 0.4) < 1e-7)
        #expect(small.message("bandpass to=oli ! index ndvi").isEmpty)
        let without = try scene([("B04", .red), ("B08", .nir)])
        #expect(without.message("bandpass to=oli ! index ndvi").contains("must be among the bands read"))
        #expect(try small.values("bandpass to=oli ! select rededge1")["B05"]?[2] == 0.4)
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let small = try scene(all)
        #expect(small.message("bandpass").contains("bandpass to=oli"))
        #expect(small.message("bandpass to=oli ! bandpass to=oli").contains("already"))
        #expect(try scene(all, sensor: "landsat8-oli-tirs").message("bandpass to=oli").contains("OLI's already"))
        #expect(try scene(all, sensor: "spot7-naomi").message("bandpass to=oli").contains("spot7-naomi"))
        let toa = try scene(all, quantity: .toaReflectance)
        #expect(toa.message("bandpass to=oli").contains("put surface method=dos1 before it"))
        #expect(try scene([("B05", .rededge1)]).message("bandpass to=oli").contains("no band has a counterpart"))
    }
}
