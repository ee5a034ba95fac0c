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

    /// The 8.5 vector in reflectance: dark 8000, pixel 10000, sun 18.80722985.
    @Test func workedNumber() {
        let sine = sin(18.80722985 * .pi / 180)
        let dark = (2e-5 * 8000 - 0.1) / sine
        let haze = DarkObjectSubtraction.haze(darkObject: dark)
        let formula = DarkObjectSubtraction.formula(toa: .name("toa"), haze: .constant(haze))
        let pixel = formula.evaluate { _ in (2e-5 * 10_000 - 0.1) / sine }
        #expect(abs(pixel - 0.1340752) < 1e-7)
        #expect(abs(formula.evaluate { _ in dark } - 0.01) < 1e-12)
        #expect(DarkObjectSubtraction.haze(darkObject: 0.004) == 0)
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
}
