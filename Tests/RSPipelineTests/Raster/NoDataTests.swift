import Testing

@testable import RSPipeline

@Suite struct NoDataTests {
    @Test func numbersGoThereAndBack() {
        #expect(NoData(nil) == .none)
        #expect(NoData(-9999) == .value(-9999))
        #expect(NoData(Double.nan) == .nan)
        #expect(NoData.none.number == nil)
        #expect(NoData.value(0).number == 0)
        #expect(NoData.nan.number?.isNaN == true)
    }
}
