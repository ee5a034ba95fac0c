import Testing

@testable import RSPipeline

@Suite struct OutsideDistrictsTests {
    private static func classes(_ hectares: [Double]) -> [Assessment.Class] {
        hectares.enumerated().map { index, area in
            Assessment.Class(
                number: index + 1, name: "c\(index + 1)", lower: nil, upper: nil, colour: "#000000",
                isAffected: index > 0, hectares: area, share: 0)
        }
    }

    private static func rest(
        _ hectares: [Double], _ districts: [[Double]], _ kind: Assessment.Subject.Kind = .salinity
    ) -> Assessment.OutsideDistricts? {
        let classes = classes(hectares)
        return Assessment.OutsideDistricts(
            districts.map { .init(name: "d", hectares: 0, areas: $0, classes: classes, kind: kind) }, of: classes,
            kind: kind)
    }

    @Test func columnsAddUpToTheMap() {
        let rest = Self.rest([100, 60, 40], [[50, 20, 10], [30, 25, 30]])
        #expect(rest?.classes == [20, 15, 0] && rest?.assessed == 35)
        #expect(rest?.affected == 15 && rest?.affectedShare == 15.0 / 35)
        let index = Self.rest([100, 60, 40], [[50, 20, 10]], .index)
        #expect(index?.assessed == 120 && index?.affected == nil && index?.affectedShare == nil)
    }

    @Test func nothingIsSaidOfNextToNothingAndOfOverlaps() {
        #expect(Self.rest([100, 60, 40], []) == nil)
        #expect(Self.rest([100, 60, 40], [[100, 60, 40]]) == nil)
        #expect(Self.rest([100, 60, 40], [[100, 59.95, 40]]) == nil)
        // 10 ha of the second class more than there are.
        #expect(Self.rest([100, 60, 40], [[50, 40, 10], [20, 30, 10]]) == nil)
        // Sums of shares of pixels may be off in the last digits.
        #expect(Self.rest([100, 60, 40], [[50, 60.000_01, 10]])?.classes == [50, 0, 30])
    }
}
