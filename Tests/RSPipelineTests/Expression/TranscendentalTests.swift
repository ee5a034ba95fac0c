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
}
