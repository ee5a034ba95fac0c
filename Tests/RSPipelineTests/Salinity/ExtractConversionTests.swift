import Foundation
import Testing

@testable import RSPipeline

@Suite struct ExtractConversionTests {
    private func value(_ name: String, _ number: Double, ratio: Double) throws -> Double? {
        try ExtractConversion.named(name).convert(number, of: SoilProperty(.extract(ratio: ratio)))
    }

    /// By hand: 6.53 * 2 - 0.108; 100 * 5 / 45 * 2; 10^0.766 at 1 dS/m; e^1.78 at 1 dS/m; ...
    @Test(arguments: [
        ("kargas2018", 5.0, 2.0, 12.952), ("kargas2018", 1, 1, 1.947), ("sonmez2008-coarse", 2.5, 1, 3.9),
        ("sonmez2008-medium", 5, 1, 7.64), ("sonmez2008-fine", 1, 2, 4.17), ("hogg", 2, 1, 1.24),
        ("landon", 3, 2, 7.62),
        ("fao-saturation(sp=45)", 5, 2, 22.2222), ("fao-saturation sp=50", 2.5, 1, 5), ("klaustermeier", 5, 1, 5.83445),
        ("he", 5, 1, 5.92986), ("chi", 5, 1, 5.91), ("shahid", 2.5, 3, 14.31),
    ])
    func equationsGiveWhatAHandGives(name: String, ratio: Double, number: Double, expected: Double) throws {
        #expect(try value(name, number, ratio: ratio) == expected)
    }

    @Test func onlyTheExtractsOfAnEquationAreConverted() throws {
        #expect(try value("kargas2018", 1, ratio: 2.5) == nil)
        let conversion = try ExtractConversion.named("kargas2018")
        #expect(conversion.convert(1, of: SoilProperty(.totalSalts)) == nil)
        #expect(conversion.convert(1, of: SoilProperty(.saturatedPaste)) == nil)
    }

    @Test func everyEntryIsComplete() {
        let catalogue = ExtractConversion.catalogue
        #expect(catalogue.count == 17 && Set(catalogue.map(\.name)).count == 17)
        // An equation that cannot be read would be missing.
        #expect(catalogue.reduce(0) { $0 + $1.equations.count } == 31)
        for conversion in catalogue {
            #expect(!conversion.source.isEmpty)
            for equation in conversion.equations {
                #expect(
                    conversion.convert(2, of: equation.from ?? SoilProperty(.totalSalts)) ?? 0 > 0, "\(conversion.name)"
                )
            }
        }
    }

    @Test func theSpreadOfTheCatalogueIsNamed() {
        #expect(ExtractConversion.spread(ratio: 5, at: 1) == 4.5...8.7)
        #expect(ExtractConversion.spread(ratio: 7, at: 1) == nil)
    }

    @Test(arguments: [
        ("kargas", "kargas2018"), ("fao-saturation", "sp=45"), ("fao-saturation(sp=500)", "10 to 150"),
        ("ECe = 2.1 + 13*TSS", "--citation"), ("y = 2*TSS", "ECe = FORMULA"), ("missing.json", "no such file"),
    ])
    func wrongNamesAreRefusedWithTheChoices(name: String, word: String) {
        let error = #expect(throws: SceneError.self) { try ExtractConversion.named(name) }
        #expect(error?.message.contains(word) == true, "\(error as Any)")
    }

    @Test func aFormulaOfOnesOwnNeedsACitationAndOneMeasure() throws {
        let conversion = try ExtractConversion.named("ECe = 2.1 + 13*TSS", citation: "Our laboratory 2021, clay")
        #expect(conversion.convert(0.5, of: SoilProperty(.totalSalts)) == 8.6)
        #expect(conversion.convert(0.5, of: SoilProperty(.extract(ratio: 5))) == nil)
        #expect(conversion.name == "ECe = 2.1 + 13 * TSS (Our laboratory 2021, clay)")
        let extract = try ExtractConversion.named("ECe = 6.4*EC", citation: "x")
        #expect(extract.convert(2, of: SoilProperty(.extract(ratio: 5))) == 12.8)
        for text in ["ECe = 2", "ECe = TSS + Cl", "ECe = 2*pH", "ECe = 2*(TSS"] {
            #expect(throws: SceneError.self, "\(text)") { try ExtractConversion.named(text, citation: "x") }
        }
        #expect(throws: SceneError.self) { try ExtractConversion.named("hogg", citation: "x") }
    }

    @Test func aFileHasItsSourceAndItsEquations() throws {
        let scratch = try ScratchFolder()
        func read(_ text: String) throws -> ExtractConversion {
            try Data(text.utf8).write(to: URL(fileURLWithPath: scratch.path + "/c.json"))
            return try ExtractConversion.named(scratch.path + "/c.json")
        }
        let good = try read(
            #"{"name": "delta", "source": "Survey 1987", "equations": [{"from": "Cl meq/100g", "formula": "1 + 2*Cl"}]}"#
        )
        #expect(good.convert(3, of: SoilProperty(.ion(.chloride), unit: .milliequivalents)) == 7)
        #expect(good.convert(3, of: SoilProperty(.ion(.chloride))) == nil)
        for (text, word) in [
            (#"{"name": "a", "equations": [{"from": "TSS", "formula": "TSS"}]}"#, "source"),
            (#"{"name": "a", "source": "b", "equations": [{"from": "TSS", "formula": "EC"}]}"#, "unknown"),
            (#"{"name": "a", "source": "b", "equations": [{"from": "ECe", "formula": "EC"}]}"#, "no measure"),
            (#"{"name": "a", "source": "b", "equations": [{"from": "TSS", "formula": "2*"}]}"#, "2*"), ("[", "c.json"),
        ] {
            let error = #expect(throws: SceneError.self, "\(text)") { try read(text) }
            #expect(error?.message.contains(word) == true, "\(error as Any)")
        }
    }
}
