import Foundation
import Testing

@testable import RSPipeline

@Suite struct AssessmentReportTests {
    /// An element with a number: its attributes and its text.
    private struct Shown {
        var attributes: [String: String]
        var text: String

        /// All of a page.
        static func all(_ page: String, having attribute: String) -> [Shown] {
            var found: [Shown] = []
            for piece in page.components(separatedBy: "<").dropFirst() where piece.contains(" \(attribute)=\"") {
                guard let end = piece.firstIndex(of: ">") else { continue }
                var attributes: [String: String] = [:]
                let parts = piece[..<end].components(separatedBy: "\"")
                for index in stride(from: 0, to: parts.count - 1, by: 2) {
                    let name = parts[index].split(separator: " ").last.map(String.init) ?? ""
                    attributes[String(name.dropLast())] = parts[index + 1]
                }
                found.append(Shown(attributes: attributes, text: String(piece[piece.index(after: end)...])))
            }
            return found
        }
    }

    private func number(_ document: JSONValue, at path: String) -> Double? {
        var value: JSONValue? = document
        for part in path.split(separator: "/") {
            switch value {
            case .array(let items)?: value = Int(part).flatMap { items.indices.contains($0) ? items[$0] : nil }
            case .object(let members)?: value = members[String(part)]
            default: value = nil
            }
        }
        switch value {
        case .integer(let number)?: return Double(number)
        case .number(let number)?: return number
        default: return nil
        }
    }

    private func page(_ assessment: Assessment, _ map: ReportMap?, _ language: String) throws -> String {
        String(
            decoding: try AssessmentReport(assessment, map: map).html(ReportTexts(language: language)), as: UTF8.self)
    }

    private var variants: [(name: String, assessment: Assessment, map: ReportMap?)] {
        let made = MadeAssessment.shared
        var withoutPlots = made.unchecked
        withoutPlots.plots = nil
        return [
            ("full", made.assessment, made.map), ("index", made.ofIndex, made.map),
            ("unchecked", made.unchecked, made.map), ("without plots", withoutPlots, made.map),
            ("one class", made.ofOneClass, nil),
        ]
    }

    /// Every number of every page stands in assessment.json, and is shown as it stands there.
    @Test(arguments: ["en", "ru"])
    func numbersAreThoseOfTheFile(language: String) throws {
        let texts = try ReportTexts(language: language)
        for (name, assessment, map) in variants {
            let document = try #require(JSONValue(try assessment.json()))
            let page = try page(assessment, map, language)
            let shown = Shown.all(page, having: "data-value")
            #expect(shown.count > (name == "one class" ? 8 : 60), "\(name)")
            for element in shown {
                let path = element.attributes["data-path"] ?? ""
                let value = try #require(Double(element.attributes["data-value"] ?? ""))
                #expect(number(document, at: path) == value, "\(name): \(path)")
                let factor = Double(element.attributes["data-factor"] ?? "1") ?? 1
                // The text reads back as the number to the digits it shows.
                var plain = element.text.filter { !$0.isWhitespace && $0 != "%" && $0 != "\u{202F}" }
                    .replacingOccurrences(of: "\u{2212}", with: "-")
                if language == "en" { plain = plain.replacingOccurrences(of: ",", with: "") }
                plain = plain.replacingOccurrences(of: ",", with: ".")
                let read = try #require(Double(plain), "\(name): \(path) shows '\(element.text)'")
                let decimals = plain.split(separator: ".").dropFirst().first?.count ?? 0
                let meant = element.text.contains("%") ? value * 100 : value / factor
                #expect(abs(read - meant) <= 0.5000001 * pow(10, -Double(decimals)), "\(name): \(path) \(element.text)")
            }
            for corner in Shown.all(page, having: "data-magnitude") {
                let path = corner.attributes["data-path"] ?? ""
                #expect(
                    corner.attributes["data-magnitude"].flatMap(Double.init) == number(document, at: path).map(abs),
                    "\(path)")
            }
            #expect(texts.language == language)
        }
    }

    @Test(arguments: ["en", "ru"])
    func everythingHasItsTextAndNothingComesFromElsewhere(language: String) throws {
        for (name, assessment, map) in variants {
            let page = try page(assessment, map, language)
            let outside = page.replacingOccurrences(of: "base64,[A-Za-z0-9+/=]*", with: "", options: .regularExpression)
            #expect(!outside.contains("{{") && !outside.contains("[card") && !outside.contains(">["), "\(name)")
            #expect(
                !outside.contains("<script") && !outside.contains("http://") && !outside.contains("https://"), "\(name)"
            )
            #expect(
                !outside.contains("url(http") && !outside.contains("@import") && !outside.contains(">nan<")
                    && !outside.contains("\"nan"), "\(name)")
            #expect(page.utf8.count < AssessmentReport.mostBytes)
            for tag in ["table", "section", "svg", "figure", "ul", "dl", "tr", "div"] {
                let opened =
                    outside.components(separatedBy: "<\(tag)").count - outside.components(separatedBy: "<\(tag)/").count
                #expect(opened >= outside.components(separatedBy: "</\(tag)>").count - 1, "\(name): \(tag)")
            }
        }
    }

    @Test func equalAssessmentsAreEqualPages() throws {
        let first = try page(MadeAssessment.shared.assessment, MadeAssessment.shared.map, "en")
        let second = try page(MadeAssessment.shared.assessment, MadeAssessment.shared.map, "en")
        #expect(first == second)
    }

    /// Whatever a file says its plots, districts and files are called, it stays text.
    @Test(arguments: [
        "\"><script>alert(1)</script>", "'><img src=x onerror=alert(1)>", "</style></svg><b>", "{{{title}}}",
        "&lt;b&gt;",
        "\"\u{301} onload=alert(1) x=\"", "{place} {hectares}", "]]>--><!--",
    ])
    func namesStayText(name: String) throws {
        let made = MadeAssessment.shared
        let outlines = made.outlines(named: name)
        var map = try #require(made.map)
        map.districts = outlines.districts
        map.plots = outlines.plots
        let odd = try page(made.named(name), map, "en")
        let plain = try page(
            made.named("plain"),
            {
                let outlines = made.outlines(named: "plain")
                return ReportMap(map.picture, districts: outlines.districts, plots: outlines.plots)
            }(), "en")
        // As many tags, and no attribute that handles events.
        #expect(odd.components(separatedBy: "<").count == plain.components(separatedBy: "<").count)
        #expect(odd.components(separatedBy: "\"").count == plain.components(separatedBy: "\"").count)
        #expect(!odd.contains("<script") && !odd.contains("<img") && !odd.contains("<b>"))
        #expect(odd.contains(Markup(escaping: name).text))
    }

    @Test func anIndexIsNeverCalledSaline() throws {
        let made = MadeAssessment.shared
        for (language, words) in [("en", ["saline", "salinity", "salt-affected"]), ("ru", ["засол"])] {
            var page = try page(made.ofIndex, made.map, language)
            // The notices that it is not.
            let texts = try ReportTexts(language: language)
            for key in ["notice_index", "limit_index"] { page = page.replacingOccurrences(of: texts[key], with: "") }
            for word in words { #expect(!page.lowercased().contains(word), "\(language): \(word)") }
        }
    }

    @Test func withoutPlacesTheReportSaysThatAreasAreCounts() throws {
        let made = MadeAssessment.shared
        let counted = try page(made.unchecked, made.map, "en")
        #expect(
            counted.contains("counts of map pixels") && counted.contains("counted on the map, not checked in the field")
        )
        #expect(!counted.contains("95% interval"))
        #expect(counted.contains("of 60 samples") || counted.contains("samples the model had not seen it puts"))
        let checked = try page(made.assessment, made.map, "en")
        #expect(checked.contains("95% interval") && !checked.contains("no interval"))
    }

    /// Areas of clouds and of shadows are named apart; values under plants are called what they are.
    @Test(arguments: [
        (["cloud", "shadow"], "Clouds hide"), (["cloud"], "Clouds hide"), (["shadow"], "Shadows of clouds hide"),
        ([], ""),
    ])
    func limitsNameWhatHidesTheLand(reasons: [String], words: String) throws {
        var assessment = MadeAssessment.shared.assessment
        assessment.extent = .init(assessed: assessment.extent.assessed, excluded: reasons.map { ($0, 12.5) })
        assessment.steps.removeAll { $0.word == "gate" }
        let page = try page(assessment, nil, "en")
        #expect(words.isEmpty ? !page.contains("louds hide") : page.contains(words))
        #expect(page.contains(" and their shadows ") == (reasons.count == 2))
        #expect(page.contains("Land under plants was not taken out"))
        let gated = try self.page(MadeAssessment.shared.assessment, nil, "en")
        #expect(!gated.contains("Land under plants was not taken out"))
    }

    /// Few places of a class, in the language of the page.
    @Test func fewPlacesAreToldInTheLanguageOfThePage() throws {
        var assessment = MadeAssessment.shared.assessment
        assessment.accuracy?.classes[1].places = [0, 49, 0, 0, 0]
        let russian = try page(assessment, nil, "ru")
        #expect(russian.contains("проверено менее 50 точек") && !russian.contains("were checked"))
        assessment.accuracy?.classes[1].places = [0, 50, 0, 0, 0]
        #expect(try !page(assessment, nil, "en").contains("fewer than 50 places were checked"))
    }

    @Test func aUselessModelIsCalledSo() throws {
        var assessment = MadeAssessment.shared.assessment
        assessment.model?.crossValidation?.efficiency = -0.2
        #expect(try page(assessment, nil, "en").contains("must not be used for decisions"))
    }

    @Test func manyPlotsAreLeftOut() throws {
        let made = MadeAssessment.shared
        var map = try #require(made.map)
        let ring = (0..<400).map { corner -> SIMD2<Double> in
            let angle = Double(corner) / 64
            return SIMD2(cos(angle), sin(angle)) * 100.0 + 150.0
        }
        map.plots = made.plots + (0..<400).map { MapOutline(name: "p\($0)", rings: [ring]) }
        let page = try page(made.assessment, map, "en")
        #expect(page.contains("Only the plots of the table are outlined") && page.utf8.count < 1_000_000)
    }

    @Test func aPageThatIsTooLargeIsRefused() throws {
        var assessment = MadeAssessment.shared.assessment
        assessment.notes = [String(repeating: "x", count: AssessmentReport.mostBytes)]
        let error = #expect(throws: RunError.self) { try page(assessment, nil, "en") }
        #expect(error?.message.contains("5") == true)
    }
}
