import Testing

@testable import RSPipeline

@Suite struct SuggestionTests {
    @Test(
        arguments: [
            ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "abd", 1), ("abc", "ab", 1),
            ("kitten", "sitting", 3),
        ])
    func editDistance(a: String, b: String, distance: Int) {
        #expect(Suggestion.editDistance(Array(a.utf8), Array(b.utf8)) == distance)
    }

    @Test func nearestFirstThenInTheOrderGiven() {
        #expect(Suggestion.nearest(to: "ndiv", among: ["zzz", "ndvi", "NDII", "savi"]) == ["ndvi", "NDII"])
        #expect(Suggestion.nearest(to: "sqrt_GRR", among: ["sqrt_RN", "sqrt_GR"]) == ["sqrt_GR", "sqrt_RN"])
        #expect(Suggestion.nearest(to: "x", among: ["abc"]).isEmpty)
    }
}
