import Foundation
import Testing

@testable import RSPipeline

@Suite struct DarkObjectSubtractionTests {
    private typealias Search = DarkObjectSubtraction.Search

    private func search(_ parts: [[Float]], _ rule: DarkObjectSubtraction.Rule, pixels: Int) -> Search {
        var merged = Search(rule: rule, pixelCount: pixels)
        for part in parts {
            var search = Search(rule: rule, pixelCount: pixels)
            unsafe part.withUnsafeBufferPointer { unsafe search.add($0) }
            merged.merge(search)
        }
        return merged
    }

    /// The same methods in radiance, written as in the papers (Chavez 1996, Song 2001), for a band of some irradiance.
    private struct InRadiance {
        var irradiance = 2019.612
        var distance = 0.9854607
        var sunZenith: Double
        var viewZenith = 0.0

        private var incoming: Double {
            irradiance / (distance * distance) * Foundation.cos(sunZenith * .pi / 180)
        }

        func radiance(_ toa: Double) -> Double { toa * incoming / .pi }

        func surface(
            _ method: DarkObjectSubtraction.Method, pixel: Double, dark: Double, reflectance: Double = 0.01
        ) -> Double {
            let sun = Foundation.cos(sunZenith * .pi / 180)
            let view = Foundation.cos(viewZenith * .pi / 180)
            var (tv, tz, sky) = (1.0, method == .dos1 ? 1 : sun, 0.0)
            if method == .dos4 {
                tz = 1
                var tau = 0.0
                for _ in 0..<1000 {
                    let path = max(0, radiance(dark) - reflectance * (incoming * tz + sky) * tv / .pi)
                    let next = -sun * Foundation.log(1 - 4 * .pi * path / incoming)
                    (tv, tz, sky) = (Foundation.exp(-next / view), Foundation.exp(-next / sun), .pi * path)
                    if abs(next - tau) < 1e-12 { break }
                    tau = next
                }
            }
            let path = max(0, radiance(dark) - reflectance * (incoming * tz + sky) * tv / .pi)
            return .pi * (radiance(pixel) - path) / (tv * (incoming * tz + sky))
        }
    }

    private func surface(_ correction: DarkObjectSubtraction.Correction, _ toa: Double) -> Double {
        DarkObjectSubtraction.formula(
            toa: .name("toa"), path: .constant(correction.pathReflectance), gain: .constant(correction.gain)
        ).evaluate { _ in toa }
    }

    /// LC08_L2SP_047027_20201204, B2: dark 8000, pixel 10000, sun 18.80722985; radiance rounds the sixth digit.
    @Test(
        arguments: [(.dos1, 0.1340752, 1e-7), (.cost, 0.3948538, 2e-5)]
            as [(
                DarkObjectSubtraction.Method, Double, Double
            )])
    func workedNumbers(method: DarkObjectSubtraction.Method, expected: Double, tolerance: Double) throws {
        let sine = sin(18.80722985 * .pi / 180)
        let dark = (2e-5 * 8000 - 0.1) / sine
        let correction = try #require(
            DarkObjectSubtraction.correction(darkObject: dark, method: method, sunZenith: 90 - 18.80722985))
        #expect(abs(surface(correction, (2e-5 * 10_000 - 0.1) / sine) - expected) < tolerance)
        #expect(abs(surface(correction, dark) - 0.01) < 1e-12)
        let clear = try #require(DarkObjectSubtraction.correction(darkObject: 0.002, method: method, sunZenith: 70))
        #expect(clear.pathReflectance == 0)
    }

    /// Reflectance and radiance are two ways to one result.
    @Test(arguments: 0..<200 as Range<UInt64>) func equalsTheFormulaInRadiance(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let reference = InRadiance(
            irradiance: Double.random(in: 80...2000, using: &random),
            distance: Double.random(in: 0.983...1.017, using: &random),
            sunZenith: Double.random(in: 5...75, using: &random), viewZenith: Double.random(in: 0...30, using: &random))
        let dark = Double.random(in: 0...0.2, using: &random)
        let reflectance = Double.random(in: 0...0.05, using: &random)
        let pixel = Double.random(in: -0.05...1, using: &random)
        for method in DarkObjectSubtraction.Method.allCases {
            let correction = try #require(
                DarkObjectSubtraction.correction(
                    darkObject: dark, method: method, darkReflectance: reflectance, sunZenith: reference.sunZenith,
                    viewZenith: reference.viewZenith), "seed \(seed)")
            let expected = reference.surface(method, pixel: pixel, dark: dark, reflectance: reflectance)
            let tolerance = method == .dos4 ? 2e-6 : 1e-12
            #expect(
                abs(surface(correction, pixel) - expected) < tolerance * max(1, abs(expected)),
                "seed \(seed): \(method), \(reference)")
        }
    }

    /// The sun at the zenith, a dark object of 10 %: what comes out fulfils both equations.
    @Test func dos4ComesToRest() throws {
        let correction = try #require(DarkObjectSubtraction.correction(darkObject: 0.1, method: .dos4))
        let depth = try #require(correction.opticalDepth)
        let loss = exp(-depth)
        #expect(abs(depth + log(1 - 4 * correction.pathReflectance)) < 1e-12)
        #expect(
            abs(correction.pathReflectance - (0.1 - 0.01 * (loss + correction.pathReflectance) * loss)) < 1e-7)
        #expect(abs(correction.gain * loss * (loss + correction.pathReflectance) - 1) < 1e-12)
        #expect(DarkObjectSubtraction.correction(darkObject: 0.3, method: .dos4) == nil)
        #expect(DarkObjectSubtraction.correction(darkObject: 0.005, method: .dos4)?.opticalDepth == 0)
    }

    @Test(arguments: ["0.01%", "5%", "count:1000"]) func rulesReadBack(text: String) throws {
        #expect(try #require(DarkObjectSubtraction.Rule(text)).text == text)
    }

    @Test(arguments: ["", "0%", "6%", "-1%", "nan%", "count:0", "count:-1", "count:x", "0.01", "%"])
    func otherRulesAreRefused(text: String) { #expect(DarkObjectSubtraction.Rule(text) == nil) }

    @Test(arguments: [(0.01, 1), (0.011, 2), (0.05, 5), (1e-9, 1)] as [(Double, Float)])
    func shareCountsUpFromTheDarkest(share: Double, expected: Float) {
        let values = (1...100).map { Float($0) }
        #expect(search([values.reversed() + [.nan]], .share(share), pixels: 101).result == Double(expected))
    }

    @Test func countWantsAValueThatManyPixelsHave() {
        let values: [Float] = [1, 2, 2, 3, 3, 3, .nan, .nan, .nan, .nan]
        #expect(search([values], .count(2), pixels: 10).result == 2)
        #expect(search([values], .count(3), pixels: 10).result == 3)
        #expect(search([values], .count(4), pixels: 10).result == nil)
        #expect(search([[.nan, .nan]], .share(0.01), pixels: 2).result == nil)
        #expect(search([values], .count(2), pixels: 10).validCount == 6)
    }

    @Test(arguments: 0..<60 as Range<UInt64>) func partsAndOrderDoNotMatter(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let count = Int.random(in: 1...400, using: &random)
        let values = (0..<count).map { _ -> Float in
            Int.random(in: 0..<10, using: &random) == 0 ? .nan : Float(Int.random(in: -20...60, using: &random)) / 64
        }
        let rule: DarkObjectSubtraction.Rule =
            Bool.random(using: &random)
            ? .share(Double.random(in: 0.0001...0.05, using: &random)) : .count(Int.random(in: 1...6, using: &random))
        var parts: [[Float]] = []
        var rest = values.shuffled(using: &random)[...]
        while !rest.isEmpty {
            let size = Int.random(in: 1...rest.count, using: &random)
            parts.append(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        let whole = search([values], rule, pixels: count)
        let merged = search(parts, rule, pixels: count)
        #expect(whole.result == merged.result, "seed \(seed)")
        #expect(whole.validCount == merged.validCount, "seed \(seed)")
        let valid = values.filter { !$0.isNaN }.sorted()
        if case .share(let share) = rule, !valid.isEmpty {
            let rank = max(1, Int((share * Double(valid.count)).rounded(.up)))
            #expect(whole.result == Double(valid[rank - 1]), "seed \(seed)")
        }
    }

    /// 40 x 40 pixels, one of them the darkest: the rule takes it, and it comes out at one per cent.
    @Test(arguments: [1, 3]) func theDarkObjectComesOutAtOnePerCent(threads: Int) throws {
        let folder = try ScratchFolder()
        var scene = SmallLandsat(width: 40, height: 40, sunElevation: 18.80722985)
        var values = (0..<1600).map { 9000 + Double($0 % 977) }
        values[777] = 8000
        values[5] = 0
        scene.bands = ["B2": values, "B5": SmallLandsat.filled(5100, count: 1600)]
        let path = try scene.write(in: folder.path)
        let result = try Run.values("read \(path) bands=blue,nir ! surface method=dos1", threads: threads)
        let blue = try #require(result["B2"])
        #expect(abs(blue[777] - 0.01) < 1e-6)
        #expect(blue[5].isNaN)
        let sine = sin(18.80722985 * .pi / 180)
        #expect(abs(Double(blue[0]) - (0.01 + 2e-5 * 1000 / sine)) < 1e-6)
        // The near infrared is darker than one per cent: nothing is subtracted, and the run says so.
        let nir = try #require(result["B5"])
        #expect(abs(Double(nir[0]) - (2e-5 * 5100 - 0.1) / sine) < 1e-7)
        let summary = try Run.run(
            "read \(path) bands=blue,nir ! surface method=dos1 ! write \(folder.path)/out\(threads)/")
        #expect(summary.warnings.contains { $0.contains("B5") && $0.contains("no haze") })
        #expect(summary.planes.map(\.quantity) == ["surfaceReflectance:dos1", "surfaceReflectance:dos1"])
    }

    @Test func theCountRuleIsUsedByThePlan() throws {
        let folder = try ScratchFolder()
        var scene = SmallLandsat(sunElevation: 90)
        scene.bands["B2"] = [6000, 7000, 7000] + SmallLandsat.filled(8000, count: 13)
        let path = try scene.write(in: folder.path)
        let values = try Run.values("read \(path) bands=blue ! surface method=dos1 dark=count:2")["B2"]
        #expect(abs(try #require(values)[1] - 0.01) < 1e-6)
        let message = Run.message {
            _ = try Run.values("read \(path) bands=blue ! surface method=dos1 dark=count:99")
        }
        #expect(message.contains("B2") && message.contains("dark="))
    }

    // MARK: Through a chain

    private func scene(sunElevation: Double, roles: [BandRole?] = [.blue, .swir16]) throws -> SmallScene {
        var small = try SmallScene(width: 20, height: 20)
        small.scene.sun = SunGeometry(elevation: sunElevation, azimuth: 140)
        small.scene.view = ViewGeometry(zenith: 8, azimuth: 100)
        for (index, role) in roles.enumerated() {
            var values = (0..<400).map { 0.2 + Double($0 % 37) / 100 + Double(index) / 10 }
            values[123] = 0.06 + Double(index) / 100
            values[7] = .nan
            try small.add("b\(index)", role: role, values, quantity: .toaReflectance)
        }
        return small
    }

    @Test(arguments: ["dos1", "dos2", "dos4", "cost"]) func methodsThroughAChain(name: String) throws {
        let method = try #require(DarkObjectSubtraction.Method(rawValue: name))
        let small = try scene(sunElevation: 50)
        let chain = "surface method=\(name) dark-reflectance=0.02"
        let result = try small.values(chain)
        let reference = InRadiance(sunZenith: 40, viewZenith: 8)
        for (index, band) in ["b0", "b1"].enumerated() {
            let values = try #require(result[band])
            #expect(values[7].isNaN)
            // Above 1 um, dos2 is dos1.
            let own = method == .dos2 ? (index == 0 ? .cost : .dos1) : method
            for pixel in [0, 1, 36, 123] {
                let toa =
                    pixel == 123 ? 0.06 + Double(index) / 100 : 0.2 + Double(pixel % 37) / 100 + Double(index) / 10
                let expected = reference.surface(
                    own, pixel: toa, dark: 0.06 + Double(index) / 100, reflectance: 0.02)
                #expect(abs(Double(values[pixel]) - expected) < 2e-6, "\(band), pixel \(pixel)")
            }
        }
        for threads in [2, 7] {
            let again = try small.values(chain, threads: threads)
            for (band, values) in result {
                #expect(again[band]?.map(\.bitPattern) == values.map(\.bitPattern), "\(threads) threads")
            }
        }
        let plan = try small.plan(chain)
        #expect(plan.planes.map(\.quantity) == [BandRole.blue, .swir16].map { _ in .surfaceReflectance(method: name) })
        #expect(plan.constants["dark_reflectance"] == "0.02")
        #expect(plan.warnings.isEmpty)
        let found = try small.reductions(chain).found
        #expect(found.map(\.name) == ["b0", "b1"] && found.allSatisfy { $0.outcome.recordKey == "dark_objects" })
        #expect((found[0].outcome.record["optical_depth"] != nil) == (method == .dos4))
    }

    @Test func theSunSetsLimits() throws {
        #expect(try scene(sunElevation: 31).plan("surface method=cost").warnings.isEmpty)
        let low = try scene(sunElevation: 20)
        #expect(try low.plan("surface method=dos2").warnings.contains { $0.contains("too high reflectances") })
        #expect(try low.plan("surface method=dos1").warnings.isEmpty)
        let lowest = try scene(sunElevation: 14)
        for method in ["cost", "dos2", "dos4"] {
            #expect(lowest.message("surface method=\(method)").contains("holds up to 75 degrees"), "\(method)")
        }
        #expect(lowest.message("surface method=dos1").isEmpty)
    }

    @Test func whatCannotBeCorrectedIsRefused() throws {
        let small = try scene(sunElevation: 50, roles: [nil, .cirrus, .thermal11, .red])
        #expect(small.message("surface method=dos2 ! select b0").contains("below 1 um"))
        #expect(small.message("surface method=dos2 ! select b3").isEmpty)
        #expect(try small.plan("surface method=dos1").planeNames == ["b0", "b3"])
        #expect(small.message("surface method=dos1 ! surface method=cost").contains("would correct twice"))
        for (options, part) in [
            ("method=dos1 dark-reflectance=0.5", "0 to 0.1"), ("method=dos1 dark-reflectance=nan", "0 to 0.1"),
            ("dark-reflectance=0.02", "belongs to method=dos1"), ("method=6s dark=1%", "belongs to method=dos1"),
            ("method=dos3", "dos1"), ("method=dos1 coefficients=x.yml", "belongs to method=6s"),
            ("method=6s", "coefficients=FILE"), ("sun=pixel", "belongs to methods"),
        ] {
            let message = small.message("surface " + options)
            #expect(message.contains(part), "\(options): \(message)")
        }
    }

    @Test func aSceneWithoutDarkObjectsHasNoOpticalDepth() throws {
        var small = try SmallScene()
        try small.add("b", role: .red, SmallLandsat.filled(0.4), quantity: .toaReflectance)
        let message = Run.message { _ = try small.values("surface method=dos4") }
        #expect(message.contains("no optical depth") && message.contains("dos1"))
    }
}
