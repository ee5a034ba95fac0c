import Foundation
import Testing

@testable import RSPipeline

@Suite struct SampleTableTests {
    @Test func factsAndPredictorsAreToldApart() throws {
        let text = "ID,target,value,unit,ndvi,sqrt_GR,status\ns1,ECe,4.5,dS/m,0.25,,ok\ns2,ECe,12,dS/m,NA,0.31,cloud\n"
        let table = try SampleTable(Data(text.utf8), name: "t.csv")
        #expect(table.predictors == ["ndvi", "sqrt_GR"])
        #expect(table.rows[0][.id] == "s1" && table.rows[0].number(.value) == 4.5)
        #expect(table.rows[0].predictors[0] == 0.25 && table.rows[0].predictors[1].isNaN)
        #expect(table.rows.map(\.isUsable) == [true, false])
        #expect(table.rows[1].line == 3)
        let again = try SampleTable(Data(table.text.utf8), name: "t.csv")
        #expect(again.text == table.text)
    }

    @Test func textInNumbersNamesLineAndColumn() {
        let error = #expect(throws: SceneError.self) {
            try SampleTable(Data("id,ndvi\ns1,0.2\ns2,\"0,3\"\n".utf8), name: "t.csv")
        }
        #expect(error?.message.contains("line 3") == true && error?.message.contains("'ndvi'") == true)
    }

    @Test func tablesWithoutSamplesAreRefused() {
        #expect(throws: SceneError.self) { try SampleTable(Data("id,ndvi\n".utf8), name: "t.csv") }
    }

    @Test func numbersReadBackExactly() throws {
        var generator = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: 0 ... .max, using: &generator)
        var state = seed
        for _ in 0..<1000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let value = Double(bitPattern: state)
            guard value.isFinite else { continue }
            #expect(DecimalNumber.read(SampleTable.number(value)) == value, "seed \(seed)")
        }
    }
}
