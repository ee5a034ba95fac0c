import Testing

@testable import RSPipeline

@Suite struct ZoneTallyTests {
    @Test func meanAndDeviationAreWeighted() {
        // 1 with weight 1 and 4 with weight 0.5, as distances from 1: mean 2, spread 1 * 1 + 0.5 * 4 = 3.
        let tally = ZoneTally(weight: 1.5, around: 1, sum: 1.5, squares: 4.5, minimum: 1, maximum: 4, area: 0.15)
        #expect(tally.mean == 2 && tally.deviation == 2.0.squareRoot())
        #expect(tally.minimum == 1 && tally.maximum == 4 && tally.coveredArea == 0.15)
    }

    @Test func partsMergeToTheWhole() {
        var tally = ZoneTally(weight: 1, around: 1, sum: 0, squares: 0, minimum: 1, maximum: 1, area: 0.5)
        tally.merge(ZoneTally(weight: 0.5, around: 4, sum: 0, squares: 0, minimum: 4, maximum: 4, area: 0.25))
        #expect(tally.mean == 2 && tally.deviation == 2.0.squareRoot() && tally.weight == 1.5 && tally.area == 0.75)
        var empty = ZoneTally()
        empty.merge(tally)
        #expect(empty == tally)
        #expect(ZoneTally().deviation.isNaN)
    }

    @Test func reasonsAndClassesAddUp() {
        var tally = ZoneTally()
        tally.addMissing(PixelReason.cloud.rawValue, area: 2)
        tally.addMissing(PixelReason.cloud.rawValue, area: 1)
        // No such reason: the area is not lost.
        tally.addMissing(200, area: 4)
        tally.addClass(3, weight: 1, area: 10)
        tally.addClass(1, weight: 2, area: 20)
        var other = ZoneTally()
        other.addClass(3, weight: 0.5, area: 5)
        other.addClass(2, weight: 1, area: 7)
        tally.merge(other)
        #expect(tally.missing(.cloud) == 3 && tally.missing(.undefinedResult) == 4 && tally.missing(.fill) == 0)
        #expect(tally.coveredArea == 7)
        #expect(tally.classes.map(\.number) == [1, 2, 3] && tally.classes.map(\.area) == [20, 7, 15])
    }
}
