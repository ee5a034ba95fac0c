import Testing

@testable import RSPipeline

/// `mask expr=`.
@Suite struct MaskConditionTests {
    /// A grid of 4 x 4: nir rises from 0.05 to 0.8, red is 0.1, with one pixel missing.
    private func scene() throws -> SmallScene {
        var small = try SmallScene(sensor: "spot7-naomi")
        var red = [Double](repeating: 0.1, count: 16)
        red[14] = .nan
        let quantity = Quantity.surfaceReflectance(method: "x")
        try small.add("red", role: .red, red, quantity: quantity)
        try small.add("nir", role: .nir, (1...16).map { Double($0) / 20 }, quantity: quantity)
        return small
    }

    @Test func everythingIsHiddenWhereItHolds() throws {
        let values = try scene().values(
            "index ndvi ! mask \"expr=nir > 0.5 and red < 0.2\" ! index bi_RN ! select ndvi,red,nir,bi_RN,validity")
        // Ten pixels up to 0.5; red is missing at 14, so the condition has no value and does not hold: nir stays.
        for (name, valid) in [("ndvi", 10), ("red", 10), ("nir", 11), ("bi_RN", 10)] {
            #expect(values[name]?.count { !$0.isNaN } == valid, "\(name)")
        }
        #expect(values["nir"]?[14].isNaN == false)
        #expect(values["validity"] == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 5, 5, 5, 1, 5])
    }

    @Test func groupsAndDistancesCountAsWithFlags() throws {
        func hidden(_ mask: String) throws -> [Int]? {
            try scene().values("mask \(mask) ! select nir")["nir"].map { nir in nir.indices.filter { nir[$0].isNaN } }
        }
        #expect(try hidden("\"expr=nir < 0.06\"") == [0])
        #expect(try hidden("\"expr=nir < 0.06\" buffer=1px") == [0, 1, 4])
        #expect(try hidden("\"expr=nir < 0.06\" sieve=2") == [])
    }

    @Test(arguments: [
        ("expr=nir", "a condition is needed"), ("expr=nir+1", "a condition is needed"), ("expr=nir>", "expr:"),
        ("expr=blue>0.1", "blue"),
    ]) func whatIsNoConditionIsRefused(option: String, part: String) throws {
        let small = try scene()
        let message = Run.message { _ = try small.plan("mask \(option) ! index ndvi") }
        #expect(message.contains(part) && message.contains("mask"), "\(message)")
    }
}
