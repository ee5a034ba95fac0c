import Foundation
import Testing

@testable import RSPipeline

/// Against the C library, within one unit in the last place of a Float.
@Suite struct TranscendentalTests {
    private func agree(_ ours: Double, _ theirs: Double, _ what: String) {
        let a = Float(ours)
        let b = Float(theirs)
        if a.isNaN || b.isNaN || !b.isFinite {
            #expect(a.isNaN == b.isNaN && (b.isNaN || a == b), "\(what): \(a) and \(b)")
            return
        }
        #expect(abs(a - b) <= b.ulp, "\(what): \(a) and \(b)")
    }

    @Test(arguments: 0..<8 as Range<UInt64>) func exponential(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<500 {
            let x = Double(Float(Double.random(in: -110...95, using: &random)))
            agree(Transcendental.exponential(x), Foundation.exp(x), "seed \(seed): exp(\(x))")
        }
    }

    @Test func exponentialAtTheEnds() {
        for x in [0, -0.0, 1, -1, 88.72, 88.73, 709, 709.5, -103, -104, -700, -745, 1e300, -1e300, 1e-300, .infinity] {
            agree(Transcendental.exponential(x), Foundation.exp(x), "exp(\(x))")
        }
        agree(Transcendental.exponential(-.infinity), 0, "exp(-inf)")
        #expect(Transcendental.exponential(.nan).isNaN)
    }

    @Test(arguments: 0..<8 as Range<UInt64>) func logarithm(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<500 {
            let bits = UInt32.random(in: 1...Float.greatestFiniteMagnitude.bitPattern, using: &random)
            let x = Double(Float(bitPattern: bits))
            agree(Transcendental.logarithm(x), Foundation.log(x), "seed \(seed): log(\(x))")
            let near = 1 + Double.random(in: -1e-3...1e-3, using: &random)
            agree(Transcendental.logarithm(near), Foundation.log(near), "seed \(seed): log(\(near))")
        }
    }

    @Test func logarithmOutsideItsDomain() {
        #expect(Transcendental.logarithm(0) == -.infinity)
        #expect(Transcendental.logarithm(-0.0) == -.infinity)
        #expect(Transcendental.logarithm(-1e-30).isNaN)
        #expect(Transcendental.logarithm(.nan).isNaN)
        #expect(Transcendental.logarithm(.infinity) == .infinity)
        #expect(Transcendental.logarithm(1) == 0)
    }

    @Test(arguments: 0..<8 as Range<UInt64>) func power(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<500 {
            let base = Double(Float(Foundation.exp(Double.random(in: -40...40, using: &random))))
            let exponent = Double(Float(Double.random(in: -3...3, using: &random)))
            agree(
                Transcendental.power(base, exponent), Foundation.pow(base, exponent),
                "seed \(seed): \(base)^\(exponent)")
            let whole = Double(Int.random(in: -9...9, using: &random))
            agree(Transcendental.power(-base, whole), Foundation.pow(-base, whole), "seed \(seed): -\(base)^\(whole)")
        }
    }

    @Test func powerOutsideItsDomain() {
        #expect(Transcendental.power(-8, 1.0 / 3).isNaN)
        #expect(Transcendental.power(0, -1).isNaN)
        #expect(Transcendental.power(.nan, 0).isNaN)
        #expect(Transcendental.power(1, .nan).isNaN)
        #expect(Transcendental.power(0, 0) == 1)
        #expect(Transcendental.power(0, 3) == 0)
        #expect(Transcendental.power(-2, 3) == -8 || abs(Transcendental.power(-2, 3) + 8) < 1e-12)
    }

    // MARK: Trigonometry

    /// Relative to 1, in units of the last place of a Double: the results are rounded to Float afterwards.
    private func near(_ ours: Double, _ theirs: Double, _ what: String) {
        #expect(abs(ours - theirs) <= 4 * max(theirs.ulp, 1.0.ulp), "\(what): \(ours) and \(theirs)")
    }

    @Test(arguments: 0..<8 as Range<UInt64>) func sineAndCosine(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<500 {
            let x = Double.random(in: -180...180, using: &random)
            near(Transcendental.sine(degrees: x), Foundation.sin(x * .pi / 180), "seed \(seed): sin(\(x))")
            near(Transcendental.cosine(degrees: x), Foundation.cos(x * .pi / 180), "seed \(seed): cos(\(x))")
            // Whole turns change nothing, where they are exact.
            let angle = Double(Float(x))
            let turns = 360 * Double(Int.random(in: -40...40, using: &random))
            #expect(Transcendental.sine(degrees: angle + turns) == Transcendental.sine(degrees: angle))
            #expect(Transcendental.cosine(degrees: angle + turns) == Transcendental.cosine(degrees: angle))
        }
    }

    @Test func quarterTurnsAreExact() {
        for turn in -3...3 {
            let base = 360 * Double(turn)
            #expect((0...3).map { Transcendental.sine(degrees: base + 90 * Double($0)) } == [0, 1, 0, -1])
            #expect((0...3).map { Transcendental.cosine(degrees: base + 90 * Double($0)) } == [1, 0, -1, 0])
        }
        #expect(abs(Transcendental.sine(degrees: 30) - 0.5) < 1e-15)
        #expect(abs(Transcendental.cosine(degrees: 60) - 0.5) < 1e-15)
        #expect(Transcendental.sine(degrees: 3.6e11 + 90) == 1)
        for x in [Double.nan, .infinity, -.infinity] {
            #expect(Transcendental.sine(degrees: x).isNaN && Transcendental.cosine(degrees: x).isNaN)
        }
    }

    @Test(arguments: 0..<8 as Range<UInt64>) func arcCosine(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<500 {
            let spread = Foundation.exp(Double.random(in: -30...0, using: &random))
            for x in [Double.random(in: -1...1, using: &random), 1 - spread, spread - 1, spread] {
                let ours = Transcendental.arcCosineInDegrees(x) * .pi / 180
                let theirs = Foundation.acos(x)
                #expect(abs(ours - theirs) <= 8 * theirs.ulp, "seed \(seed): acos(\(x)): \(ours), \(theirs)")
            }
        }
        #expect(Transcendental.arcCosineInDegrees(1) == 0 && Transcendental.arcCosineInDegrees(-1) == 180)
        #expect(abs(Transcendental.arcCosineInDegrees(0) - 90) < 1e-13)
        for x in [1.0000001, -1.0000001, .nan, .infinity, -.infinity] as [Double] {
            #expect(Transcendental.arcCosineInDegrees(x).isNaN)
        }
    }

    /// What formulas of the library may call is a name like any other for users.
    @Test func trigonometryIsNoWordOfTheLanguage() throws {
        #expect(try Expression.parse("sind + 1").names == ["sind"])
        #expect(throws: ExpressionError.self) { try Expression.parse("sind(30)") }
        #expect(abs(Expression.call(.sind, [.constant(30)]).evaluate { _ in nil } - 0.5) < 1e-15)
        #expect(abs(Expression.call(.cosd, [.constant(60)]).evaluate { _ in nil } - 0.5) < 1e-15)
        #expect(abs(Expression.call(.acosd, [.constant(0.5)]).evaluate { _ in nil } - 60) < 1e-13)
        #expect(Expression.call(.acosd, [.constant(2)]).evaluate { _ in nil }.isNaN)
    }
}
