import Foundation
import Testing

@testable import RSPipeline

@Suite struct ReportTextsTests {
    @Test func allLanguagesAreComplete() throws {
        #expect(ReportTexts.languages == ["en", "ru"])
        for language in ReportTexts.languages {
            let texts = try ReportTexts(language: language)
            #expect(texts.language == language)
            // What English knows of a family, the others know too; its own scheme names are English as they are.
            for line in ReportTexts.english.split(separator: "\n") {
                guard let equals = line.range(of: " = ") else { continue }
                let key = line[..<equals.lowerBound].trimmingCharacters(in: .whitespaces)
                #expect(texts[key] != "[\(key)]", "\(language): \(key)")
            }
        }
    }

    @Test func numbersAndDays() throws {
        let english = try ReportTexts(language: "en")
        let russian = try ReportTexts(language: "ru")
        #expect(english.number(1_234_567.891, decimals: 1) == "1,234,567.9")
        #expect(russian.number(1_234_567.891, decimals: 1) == "1\u{202F}234\u{202F}567,9")
        #expect(english.percent("12") == "12%" && russian.percent("12") == "12\u{A0}%")
        #expect(english.date("2024-08-05") == "5 August 2024")
        #expect(russian.date("2024-08-05T07:31:00Z") == "5 августа 2024\u{A0}г.")
        #expect(english.date("last summer") == "last summer" && english.date("2024-13-01") == "2024-13-01")
    }

    @Test func missingTextsAreNamed() throws {
        let short = ReportTexts.english.split(separator: "\n").filter { !$0.hasPrefix("mapped = ") }.joined(
            separator: "\n")
        let error = #expect(throws: RunError.self) { try ReportTexts(short, name: "az.txt") }
        #expect(error?.message.contains("az.txt: 1 texts are missing: mapped") == true)
    }

    @Test(arguments: [
        ("hectares = {number}\u{A0}ha", "hectares = ha", "'hectares' has the placeholders"),
        ("mapped = On the map", "mapped = {value}", "'mapped' has the placeholders value"),
        ("mapped = On the map", "mapped = a\nmapped = b", "stands twice"),
        ("mapped = On the map", "mapped = a\nmaped = b", "no report uses 'maped'"),
        ("mapped = On the map", "mapped", "'key = text' is needed"),
        ("number_group = comma", "number_group = ;", "number_group is one of"),
        ("language = en", "language = en\" onload=\"x", "language is a code"),
    ])
    func brokenCataloguesAreRefused(line: String, replacement: String, words: String) throws {
        let broken = ReportTexts.english.replacingOccurrences(of: line + "\n", with: replacement + "\n")
        #expect(broken != ReportTexts.english)
        let error = #expect(throws: RunError.self) { try ReportTexts(broken, name: "az.txt") }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test func aCatalogueOfTheUsers() throws {
        let scratch = try ScratchFolder()
        let path = scratch.path + "/az.txt"
        var text = try ReportTexts.catalogue("en").replacingOccurrences(of: "language = en", with: "language = az")
        text += "\nclass usda 2 = zəif şoranlaşmış\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let texts = try ReportTexts(path: path)
        #expect(texts.language == "az" && texts.name("class", "usda 2") == "zəif şoranlaşmış")
        #expect(texts.name("step", "unheard") == "unheard" && !texts.has("step", "unheard"))
        #expect(throws: RunError.self) { try ReportTexts(path: scratch.path + "/none.txt") }
        #expect(throws: RunError.self) { try ReportTexts(language: "xx") }
    }

    @Test func valuesAreEscaped() throws {
        let texts = try ReportTexts(language: "en")
        #expect(texts.fill("title_salinity", ["place": Markup(escaping: "<Q>")]).text == "Soil salinity, &lt;Q&gt;")
    }
}
