import Testing

@testable import RSPipeline

@Suite struct SampleTableJoiningTests {
    private func table(_ predictor: String, _ rows: [(id: String, value: Double, status: String)], scene: String)
        -> SampleTable
    {
        SampleTable(
            predictors: [predictor],
            rows: rows.map { row in
                SampleTable.Row(
                    facts: [.id: row.id, .status: row.status, .scene: scene, .support: "pixel"], predictors: [row.value]
                )
            })
    }

    @Test func predictorsStandBesideEachOther() throws {
        let older = table("ndvi", [("a", 0.1, "ok"), ("b", 0.2, "cloud"), ("c", 0.3, "ok")], scene: "S1")
        let newer = table("slope", [("c", 3, "no-data"), ("a", 1, "ok"), ("b", 2, "ok")], scene: "DEM")
        let joined = try newer.joined(to: older)
        #expect(joined.predictors == ["ndvi", "slope"])
        #expect(joined.rows.map(\.predictors) == [[0.1, 1], [0.2, 2], [0.3, 3]])
        #expect(joined.rows.map { $0[.status] } == ["ok", "cloud", "no-data"])
        #expect(joined.rows[0][.scene] == "S1 + DEM" && joined.rows[0][.support] == "pixel")
    }

    @Test func tablesOfOtherSamplesDoNotJoin() {
        let older = table("ndvi", [("a", 0.1, "ok"), ("b", 0.2, "ok")], scene: "S1")
        func refusal(_ newer: SampleTable) -> String { Run.message { _ = try newer.joined(to: older) } }
        #expect(refusal(table("ndvi", [("a", 1, "ok"), ("b", 1, "ok")], scene: "S2")).contains("'ndvi'"))
        #expect(refusal(table("x", [("a", 1, "ok")], scene: "S2")).contains("'b'"))
        #expect(refusal(table("x", [("a", 1, "ok"), ("b", 1, "ok"), ("c", 1, "ok")], scene: "S2")).contains("'c'"))
        #expect(refusal(table("x", [("a", 1, "ok"), ("a", 1, "ok")], scene: "S2")).contains("two samples"))
    }
}
