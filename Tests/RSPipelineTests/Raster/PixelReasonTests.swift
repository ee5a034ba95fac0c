import Testing

@testable import RSPipeline

@Suite struct PixelReasonTests {
    /// The numbers are written to files (`select validity`), so they may never change.
    @Test func numbersAndNamesAreFixed() {
        #expect(PixelReason.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6, 7, 8])
        #expect(
            PixelReason.allCases.map(\.name) == [
                "valid", "fill", "saturated", "cloud", "shadow", "masked_other", "gated", "extrapolated",
                "undefined_result",
            ])
    }
}
