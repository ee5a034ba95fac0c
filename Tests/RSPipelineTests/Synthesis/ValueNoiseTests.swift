import Foundation
import Testing

@testable import RSPipeline

@Suite struct ValueNoiseTests {
    @Test func staysBetweenZeroAndOneAndIsSmooth() {
        let noise = ValueNoise(seed: 9, stream: 1)
        var last = noise.fractal(-40, 3.3, octaves: 4)
        for step in 1..<4000 {
            let value = noise.fractal(-40 + Double(step) * 0.02, 3.3, octaves: 4)
            #expect((0...1).contains(value))
            #expect(abs(value - last) < 0.12)
            last = value
        }
    }

    @Test func streamsAndSeedsDiffer() {
        let place = (12.25, -7.5)
        let values = [(1, 1), (1, 2), (2, 1)].map { seed, stream in
            ValueNoise(seed: UInt64(seed), stream: UInt64(stream)).value(place.0, place.1)
        }
        #expect(Set(values).count == 3)
    }

    @Test func theHashIsSplitMix64() {
        // The first outputs of the reference generator started at 0 and at 1234567.
        #expect(ValueNoise.mix(0) == 0xE220_A839_7B1D_CDAF)
        #expect(ValueNoise.mix(1_234_567) == 6_457_827_717_110_365_317)
    }

    @Test func slopeOfALineIsItsDerivative() {
        let noise = ValueNoise(seed: 3, stream: 6)
        for step in 0..<50 {
            let x = Double(step) * 0.37 - 5.03
            let difference = (noise.line(x + 1e-6, row: 2).value - noise.line(x - 1e-6, row: 2).value) / 2e-6
            #expect(abs(difference - noise.line(x, row: 2).slope) < 1e-4)
        }
    }
}
