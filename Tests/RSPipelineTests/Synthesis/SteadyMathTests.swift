import Foundation
import Testing

@testable import RSPipeline

@Suite struct SteadyMathTests {
    @Test(arguments: [0.0, 0.5, 1, 3.7, 4.6, 5.2, 12]) func steadyExponentialIsTheExponential(x: Double) {
        #expect(abs(SteadyMath.exponential(x) / exp(x) - 1) < 1e-10)
    }
}
