import Foundation
import Testing

@testable import RSPipeline

@Suite struct TopographicCorrectionTests {
    typealias Method = TopographicCorrection.Method

    private func corrected(
        _ method: Method, rho: Double, slope: Double, aspect: Double, zenith: Double, azimuth: Double, c: Double = 0.5,
        k: Double = 0.6
    ) -> Double {
        let light = TopographicCorrection.illumination(
            slope: .constant(slope), aspect: .constant(aspect), sunZenith: .constant(zenith),
            sunAzimuth: .constant(azimuth))
        return TopographicCorrection.formula(
            method, reflectance: .constant(rho), illumination: light, slope: .constant(slope),
            sunZenith: .constant(zenith), intercept: .constant(c), gradient: .constant(1), exponent: .constant(k)
        ).evaluate { _ in nil }
    }

    @Test(
        arguments: [
            (.cosine, 0.1750356), (.c, 0.1841116), (.scs, 0.1644797), (.scsC, 0.1773933), (.minnaert, 0.1846239),
        ] as [(Method, Double)])
    func workedNumbers(method: Method, expected: Double) {
        let light = TopographicCorrection.illumination(
            slope: .constant(20), aspect: .constant(90), sunZenith: .constant(40), sunAzimuth: .constant(135))
        #expect(abs(light.evaluate { _ in nil } - 0.87530113) < 1e-8)
        let value = corrected(method, rho: 0.2, slope: 20, aspect: 90, zenith: 40, azimuth: 135)
        #expect(abs(value - expected) < 1e-7, "\(value)")
    }

    @Test(arguments: Method.allCases) func slopesAndSun(method: Method) {
        // Level ground keeps its value to the bit, whatever its aspect.
        #expect(corrected(method, rho: 0.2, slope: 0, aspect: 33, zenith: 40, azimuth: 135) == 0.2)
        // Away from a low sun: no light.
        #expect(corrected(method, rho: 0.2, slope: 40, aspect: 315, zenith: 60, azimuth: 135).isNaN)
        // A slope to the sun loses, one away from it gains.
        #expect(corrected(method, rho: 0.2, slope: 20, aspect: 135, zenith: 40, azimuth: 135) < 0.2)
        #expect(corrected(method, rho: 0.2, slope: 20, aspect: 315, zenith: 40, azimuth: 135) > 0.2)
        #expect(corrected(method, rho: .nan, slope: 20, aspect: 315, zenith: 40, azimuth: 135).isNaN)
    }

    /// A fitted line that gives no light where the slope has little.
    @Test func noLightNoResult() {
        #expect(corrected(.c, rho: 0.2, slope: 30, aspect: 315, zenith: 55, azimuth: 135, c: -0.3).isNaN)
        #expect(corrected(.c, rho: 0.2, slope: 5, aspect: 135, zenith: 30, azimuth: 135, c: -0.3).isFinite)
    }

    // MARK: Through a chain

    private static let zenith = 50.0
    private static let azimuth = 150.0

    private static func light(_ slope: Double, _ aspect: Double) -> Double {
        let d = Double.pi / 180
        return cos(zenith * d) * cos(slope * d) + sin(zenith * d) * sin(slope * d) * cos((azimuth - aspect) * d)
    }

    /// A made terrain, over which the reflectance of two bands follows the light as the methods assume.
    private func scene(
        width: Int = 60, height: Int = 40, level: Bool = false,
        _ reflectance: (_ light: Double, _ band: Int) -> Double
    ) throws -> SmallScene {
        var small = try SmallScene(width: width, height: height)
        small.scene.sun = SunGeometry(elevation: 90 - Self.zenith, azimuth: Self.azimuth)
        var random = SplitMix64(seed: 5)
        let count = width * height
        var slopes = (0..<count).map { _ in level ? 0 : Double(Float.random(in: 0...35, using: &random)) }
        var aspects = (0..<count).map { _ in Double(Float.random(in: 0...360, using: &random)) }
        slopes[3] = 0
        aspects[3] = .nan
        slopes[4] = .nan
        if !level {
            slopes[5] = 80
            aspects[5] = Self.azimuth + 180
        }
        for band in 0..<2 {
            var values = zip(slopes, aspects).map { reflectance(Self.light($0, $1), band) }
            for index in 3...5 { values[index] = 0.3 }
            try small.add(
                "b\(band)", role: band == 0 ? .red : .nir, values, quantity: .surfaceReflectance(method: "dos1"))
        }
        try small.add("slope", slopes, quantity: .angle)
        try small.add("aspect", aspects, quantity: .angle)
        return small
    }

    private func chain(_ method: String) -> String { "topo method=\(method) slope=slope aspect=aspect" }

    private func outcome(
        _ name: String, _ found: [(name: String, outcome: ReductionOutcome)]
    ) throws -> ReductionOutcome { try #require(found.first { $0.name == name }?.outcome) }

    /// Where reflectance is a line over the light, c finds the line and flattens it: every pixel becomes level ground.
    @Test func cFlattensALine() throws {
        let small = try scene { light, band in 0.05 + 0.1 * Double(band) + 0.25 * light }
        let found = try small.reductions(chain("c"))
        for band in 0..<2 {
            let outcome = try outcome("b\(band)", found.found)
            #expect(abs(outcome.parameters[0] - (0.05 + 0.1 * Double(band))) < 2e-4)
            #expect(abs(outcome.parameters[1] - 0.25) < 2e-4)
            #expect(outcome.recordKey == "terrain_fits" && outcome.warnings.isEmpty)
        }
        let level = cos(Self.zenith * .pi / 180)
        let values = try small.values(chain("c") + " ! select b0,b1,validity")
        for band in 0..<2 {
            let plane = try #require(values["b\(band)"])
            for index in plane.indices where !(3...5).contains(index) && plane[index].isFinite {
                let expected = 0.05 + 0.1 * Double(band) + 0.25 * level
                #expect(abs(Double(plane[index]) - expected) < 1e-3, "pixel \(index)")
            }
            #expect(plane.filter(\.isNaN).count < 30)
            #expect(plane[3] == 0.3 && plane[4].isNaN && plane[5].isNaN)
        }
        #expect(values["validity"].map { Array($0[3...5]) } == [0, 1, 5])
        let plan = try small.plan(chain("c"))
        #expect(plan.planes.map(\.quantity.label) == ["surfaceReflectance:dos1+topo", "surfaceReflectance:dos1+topo"])
        #expect(plan.explanation().contains("light on slopes of b0, b1"))
    }

    @Test func minnaertFindsItsExponent() throws {
        let level = cos(Self.zenith * .pi / 180)
        let small = try scene { light, band in
            (0.2 + 0.1 * Double(band)) * Foundation.pow(light / level, band == 0 ? 0.35 : 0.8)
        }
        let found = try small.reductions(chain("minnaert")).found
        #expect(abs(try outcome("b0", found).parameters[0] - 0.35) < 1e-3)
        #expect(abs(try outcome("b1", found).parameters[0] - 0.8) < 1e-3)
        let plane = try #require(try small.values(chain("minnaert"))["b1"])
        for index in plane.indices where !(3...5).contains(index) && plane[index].isFinite {
            #expect(abs(plane[index] - 0.3) < 1e-3, "pixel \(index)")
        }
        // Steeper than the light itself: the exponent is kept at 1.
        let steep = try scene { light, _ in 0.2 * Foundation.pow(light / level, 1.4) }
        let outcomeOfSteep = try outcome("b0", steep.reductions(chain("minnaert")).found)
        #expect(outcomeOfSteep.parameters == [1] && outcomeOfSteep.warnings.count == 1)
    }

    @Test(arguments: ["c", "scs+c", "minnaert"]) func aBandWithoutAFitIsLeftAsItIs(method: String) throws {
        let falling = try scene { light, band in band == 0 ? 0.4 - 0.2 * light : 0.1 + 0.2 * light }
        let (found, warnings) = try falling.reductions(chain(method))
        #expect(try outcome("b0", found).warnings.count == 1 && outcome("b1", found).warnings.isEmpty)
        #expect(warnings.contains { $0.contains("b0") && $0.contains("as it is") })
        let before = try #require(try falling.values("select b0")["b0"])
        let after = try #require(try falling.values(chain(method) + " ! select b0")["b0"])
        for (a, b) in zip(before, after) where !b.isNaN { #expect(a == b) }
        let level = try scene(level: true) { _, _ in 0.25 }
        #expect(try level.reductions(chain(method)).warnings.count == 2)
        #expect(try level.values(chain(method))["b0"]?[10] == 0.25)
        let tiny = try scene(width: 9, height: 9) { light, _ in 0.1 + 0.2 * light }
        #expect(try tiny.reductions(chain(method)).warnings.allSatisfy { $0.contains("pixels on slopes") })
    }

    @Test(arguments: ["cosine", "c", "scs", "scs+c", "minnaert"]) func threadsDoNotShow(method: String) throws {
        var random = SplitMix64(seed: 11)
        let small = try scene(width: 300, height: 200) { light, _ in
            0.05 + 0.2 * light + Double.random(in: -0.02...0.02, using: &random)
        }
        // Dark objects first: their numbers are known before the slopes are fitted.
        let steps = "topo method=\(method) slope=slope aspect=aspect ! clamp"
        let first = try small.values(steps)
        for threads in [2, 7] {
            let again = try small.values(steps, threads: threads)
            for (name, values) in first {
                #expect(again[name]?.map(\.bitPattern) == values.map(\.bitPattern), "\(name), \(threads) threads")
            }
        }
    }

    /// A reduction that needs another's result waits for it.
    @Test func darkObjectsComeBeforeTheSlopes() throws {
        var small = try scene { light, _ in 0.05 + 0.25 * light }
        for index in 0..<2 { small.scene.bands[index].quantity = .toaReflectance }
        let steps = "surface method=dos1 ! " + chain("c")
        let plan = try small.plan(steps)
        #expect(plan.reductionRounds.map(\.purpose) == ["dark objects of b0, b1", "light on slopes of b0, b1"])
        #expect(plan.explanation().contains("pass 3"))
        let found = try small.reductions(steps).found
        let haze = try outcome("b0", found).parameters[0]
        let fit = try #require(found.last { $0.name == "b0" }?.outcome.parameters)
        #expect(abs(fit[0] - (0.05 - haze)) < 1e-3 && abs(fit[1] - 0.25) < 1e-3)
        let one = try small.values(steps)
        #expect(try small.values(steps, threads: 7)["b0"]?.map(\.bitPattern) == one["b0"]?.map(\.bitPattern))
        // What nothing needs is not looked for.
        #expect(try small.plan(steps + " ! expr x=slope").reductionRounds.isEmpty)
    }

    @Test func theSunOfEachPixel() throws {
        var small = try scene { light, _ in 0.05 + 0.25 * light }
        #expect(small.message(chain("cosine") + " sun=pixel").contains("sun=scene"))
        try small.add(.sunZenith, [Double](repeating: Self.zenith, count: 2400))
        #expect(small.message(chain("cosine") + " sun=pixel").contains("sun azimuth"))
        try small.add(.sunAzimuth, [Double](repeating: Self.azimuth, count: 2400))
        let pixel = try #require(try small.values(chain("cosine") + " sun=pixel")["b0"])
        let centre = try #require(try small.values(chain("cosine"))["b0"])
        for (a, b) in zip(pixel, centre) where !b.isNaN { #expect(abs(a - b) <= 1e-5 * max(1, abs(b))) }
    }

    @Test func whatDoesNotFitIsRefused() throws {
        var small = try scene { light, _ in 0.05 + 0.25 * light }
        #expect(small.message("topo method=c").contains("dem=FILE is needed"))
        #expect(small.message("topo dem=a.tif slope=slope").contains("dem=FILE is needed"))
        #expect(small.message("topo dem=/none/a.tif").contains("/none/a.tif"))
        #expect(small.message("topo method=c slope=b0 aspect=aspect").contains("not degrees"))
        #expect(small.message("topo method=c slope=steep aspect=aspect").contains("no band or plane 'steep'"))
        #expect(small.message("topo method=d slope=slope aspect=aspect").contains("scs+c"))
        #expect(small.message(chain("c") + " ! " + chain("c")).contains("already"))
        small.scene.view = ViewGeometry(zenith: 0)
        #expect(small.message("brdf ! " + chain("c")).contains("before brdf"))
        #expect(small.message(chain("c") + " ! brdf").isEmpty)
        let sun = small.scene.sun
        small.scene.sun?.azimuth = nil
        #expect(small.message(chain("c")).contains("SUN_AZIMUTH"))
        small.scene.sun = sun
        small.scene.bands[0].quantity = .toaReflectance
        small.scene.bands[1].quantity = .toaReflectance
        #expect(small.message(chain("c")).contains("surface method=dos1 before it"))
    }

    // MARK: Terrain from a file

    /// A hillside that falls to the west-south-west, its heights on a finer grid that is larger than the scene.
    @Test(arguments: [10.0, 30, 90]) func slopesOfAFile(pixel: Double) throws {
        let folder = try ScratchFolder()
        var small = try scene { _, _ in 0.3 }
        small.scene.bands.removeLast(2)
        let side = Int(3600 / pixel)
        let grid = Grid(
            width: side, height: side, transform: GeoTransform(left: 499_100, top: 4_400_900, pixelSize: pixel),
            crs: small.grid.crs)
        let heights = (0..<side * side).map { index in
            let place = grid.transform.map(column: Double(index % side) + 0.5, row: Double(index / side) + 0.5)
            return 400 + 0.3 * (place.x - 500_000) + 0.1 * (place.y - 4_400_000)
        }
        let path = folder.path + "/dem.tif"
        try SmallRaster.write(path, grid: grid, type: .float32, bands: [heights])
        let slope = atan((0.09 + 0.01).squareRoot()) * 180 / .pi
        let aspect = 270 - atan(0.1 / 0.3) * 180 / .pi
        let expected = 0.3 * cos(Self.zenith * .pi / 180) / Self.light(slope, aspect)
        let steps = "topo method=cosine dem=\(path)"
        let values = try #require(try small.values(steps)["b0"])
        for index in values.indices { #expect(abs(Double(values[index]) - expected) < 2e-4, "pixel \(index)") }
        for threads in [2, 7] {
            #expect(try small.values(steps, threads: threads)["b0"]?.map(\.bitPattern) == values.map(\.bitPattern))
        }
        let plan = try small.plan(steps)
        #expect(plan.chainText.contains("dem=dem.tif") && plan.inputPaths.contains(path))
        #expect(plan.planes[0].quantity.label == "surfaceReflectance:dos1+topo")
        #expect(plan.explanation().contains("slope and aspect"))
    }
}
