import Testing

@testable import RSPipeline

@Suite struct GateStepTests {
    private static let surface = Quantity.surfaceReflectance(method: "x")

    /// Pixels: bare soil, green plants, stubble, water, soil without swir22, fill.
    private func scene(
        _ quantity: Quantity = surface, hasShortwave: Bool = true, sensor: String = "landsat8-oli-tirs"
    ) throws -> SmallScene {
        func filled(_ values: [Double]) -> [Double] { values + SmallLandsat.filled(.nan, count: 16 - values.count) }
        var small = try SmallScene(sensor: sensor)
        try small.add("green", role: .green, filled([0.18, 0.07, 0.17, 0.05, 0.18]), quantity: quantity)
        try small.add("red", role: .red, filled([0.23, 0.04, 0.22, 0.03, 0.23]), quantity: quantity)
        try small.add("nir", role: .nir, filled([0.29, 0.46, 0.30, 0.01, 0.29]), quantity: quantity)
        if hasShortwave {
            try small.add("s1", role: .swir16, filled([0.37, 0.21, 0.37, 0.006, 0.37]), quantity: quantity)
            try small.add("s2", role: .swir22, filled([0.34, 0.09, 0.28, 0.004, .nan]), quantity: quantity)
        }
        return small
    }

    @Test func onlyBareSoilIsLeft() throws {
        let values = try scene().values("gate bare ! index sqrt_GR ! select sqrt_GR,validity")
        let index = try #require(values["sqrt_GR"])
        #expect(!index[0].isNaN && index[1...].allSatisfy(\.isNaN))
        // Where a test has no value nobody has seen soil; no data at all stays fill.
        #expect(values["validity"]?.prefix(6) == [0, 6, 6, 6, 6, 1])
    }

    @Test func everythingBeforeAndAfterIsGated() throws {
        let values = try scene().values("index ndvi ! gate bare ! index sqrt_GR ! select ndvi,green,sqrt_GR,validity")
        for name in ["ndvi", "green", "sqrt_GR"] {
            #expect(values[name]?[0].isNaN == false && values[name]?[1].isNaN == true, "\(name)")
        }
        let small = try scene()
        try withExtendedLifetime(small) {
            let plan = try small.plan("gate bare ! index sqrt_GR")
            let result = try Executor(plan: plan, options: ExecutionOptions(threads: 1)).run(sinks: []) { _ in }
            #expect(result.reasonCounts[0][Int(PixelReason.gated.rawValue)] == 4)
        }
    }

    /// NDVI of the pixels: .115, .84, .154, -.5; NBR2: .042, .4, .138, .2.
    @Test(arguments: [
        ("", [0, 6, 6, 6]), ("nbr2=0.15", [0, 6, 0, 6]), ("nbr2=none", [0, 6, 0, 6]), ("ndvi=0.1", [6, 6, 6, 6]),
        ("ndvi=-0.6:0.9 nbr2=none", [0, 0, 0, 0]), ("ndvi=none nbr2=0.3", [0, 6, 0, 0]),
        ("nbr2=0.05:0.3", [6, 6, 0, 6]),
    ]) func limitsCanBeChanged(options: String, reasons: [Float]) throws {
        let values = try scene().values("gate bare \(options) ! index sqrt_GR ! select sqrt_GR,validity")
        #expect(values["validity"]?.prefix(4) == reasons[...])
    }

    @Test func withoutShortwaveOnlyPlantsAreTested() throws {
        let small = try scene(hasShortwave: false, sensor: "spot7-naomi")
        let plan = try small.plan("gate bare ! index sqrt_GR")
        #expect(plan.warnings.contains { $0.contains("no swir16 and swir22, so nbr2 is not tested") })
        #expect(plan.constants.contains { $0.key.hasPrefix("gate bare") && $0.value == "ndvi -0.25:0.25" })
        let values = try small.values("gate bare ! index sqrt_GR ! select sqrt_GR,validity")
        #expect(values["validity"]?.prefix(4) == [0, 6, 0, 6])
        #expect(small.message("gate bare nbr2=0.1").contains("nd_S1S2 needs swir16, swir22"))
        #expect(small.message("gate bare ndvi=none").contains("let ndvi be tested"))
    }

    @Test func quantities() throws {
        #expect(try scene().plan("gate bare ! index sqrt_GR").warnings.isEmpty)
        let toa = try scene(.toaReflectance).plan("gate bare ! index sqrt_GR").warnings
        #expect(toa.count == 1 && toa[0].contains("made for surface reflectance"))
        #expect(try scene(.digitalNumber).message("gate bare").contains("takes reflectance"))
        #expect(try scene(.relative).message("gate bare").contains("takes reflectance"))
    }

    @Test(arguments: [
        ("gate", "names are missing"), ("gate plants", "'plants' is no gate"),
        ("gate bare ndvi=x", "the upper limit is needed"),
        ("gate bare ndvi=0.3:0.1", "the upper limit is needed"), ("gate bare nbr2=2", "between -1 and 1"),
        ("gate bare ndvi=1:2:3", "the upper limit is needed"), ("gate bare ndvi=none nbr2=none", "no test is left"),
    ]) func whatDoesNotFitIsRefused(steps: String, words: String) throws {
        let message = try scene().message(steps)
        #expect(message.contains(words), "\(message)")
    }
}
