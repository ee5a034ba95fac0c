import Foundation
import Testing

@testable import RSPipeline

@Suite struct AssessmentTests {
    @Test func theFileReadsBackAndEqualBytes() throws {
        let assessment = MadeAssessment.shared.assessment
        let json = try assessment.json()
        let again = try Assessment(json: json, name: "assessment.json")
        #expect(again == assessment)
        #expect(try again.json() == json)
        let value = try #require(JSONValue(json))
        #expect(value["schema"]?.text == "rsproc.assessment/1")
        #expect(value["extent"]?["assessed_share"] != nil && value["affected"]?["estimate"]?["margin"] != nil)
    }

    @Test func numbersThatAreNotFiniteAreNamed() {
        var assessment = MadeAssessment.shared.assessment
        assessment.districts[1].hectares = .nan
        let error = #expect(throws: RunError.self) { try assessment.json() }
        #expect(error?.message.contains("/districts/1/hectares") == true, "\(error?.message ?? "")")
    }

    @Test func partsThatDoNotFitAreRefused() throws {
        var assessment = MadeAssessment.shared.assessment
        assessment.districts[0].classes.removeLast()
        #expect(throws: RunError.self) { try AssessmentReport(assessment).html(ReportTexts(language: "en")) }
        let json = try assessment.json()
        #expect(throws: RunError.self) { try Assessment(json: json, name: "a.json") }
        #expect(throws: RunError.self) { try Assessment(json: Data("{}".utf8), name: "a.json") }
        let other = String(decoding: try MadeAssessment.shared.assessment.json(), as: UTF8.self)
            .replacingOccurrences(of: "rsproc.assessment/1", with: "rsproc.assessment/2")
        #expect(throws: RunError.self) { try Assessment(json: Data(other.utf8), name: "a.json") }
    }

    @Test func classesAreHalfOpen() {
        let classes = MadeAssessment.shared.assessment.classes
        #expect([-1, 0, 1.99, 2, 4, 16, 99].map { classes.position(of: $0) } == [0, 0, 0, 1, 2, 4, 4])
        #expect(classes.position(of: .nan) == nil)
        let counts = classes.counts([.init(observed: 20, predicted: 9), .init(observed: 1, predicted: 2)])
        #expect(counts.map(\.observed) == [1, 0, 0, 0, 1] && counts.map(\.predicted) == [0, 1, 0, 1, 0])
    }

    @Test func sumsAgree() {
        let assessment = MadeAssessment.shared.assessment
        let extent = assessment.extent
        #expect(abs(extent.hectares - extent.assessed - extent.exclusions.reduce(0) { $0 + $1.hectares }) < 1e-6)
        #expect(abs(extent.hectares - 14_400) < 1e-6)
        #expect(abs(assessment.classes.reduce(0) { $0 + $1.hectares } - extent.assessed) < 1e-6)
        #expect(abs(assessment.districts.reduce(0) { $0 + $1.assessed } - extent.assessed) < 1e-6)
        #expect(extent.exclusions.map(\.hectares) == extent.exclusions.map(\.hectares).sorted(by: >))
        let affected = assessment.affected
        #expect(abs((affected?.hectares ?? 0) + assessment.classes[0].hectares - extent.assessed) < 1e-6)
    }

    @Test func theWorstPlotsComeFirst() {
        func plot(_ id: String, _ mean: Double?) -> Assessment.Plot {
            .init(id: id, district: nil, hectares: 1, mean: mean, affectedShare: nil, meanClass: nil)
        }
        let plots = Assessment.Plots(
            [plot("b", 3), plot("c", nil), plot("a", 3), plot("d", 9), plot("e", .nan)], table: nil)
        #expect(plots.worst.map(\.id) == ["d", "a", "b"] && plots.count == 5 && plots.assessed == 3)
    }

    @Test func intervalsStayWithinWhatIsPossible() throws {
        func area(_ counts: [[Int]]) throws -> Assessment.EstimatedArea {
            let matrix = try ConfusionMatrix(classes: ["a", "b"], counts: counts)
            return Assessment.EstimatedArea(try AreaEstimate(matrix, mapped: [15, 15]), ofAnyOf: [0])
        }
        let few = try area([[1, 2], [0, 3]])
        #expect(few.low == 0 && few.hectares == 5 && abs((few.margin ?? 0) - 9.8) < 1e-3)
        let unknown = try area([[1, 0], [1, 2]])
        #expect(unknown.low == nil && unknown.margin == nil)
    }

    @Test(arguments: [(12_004.0, 2000.0), (900, 200), (40_000, 10_000), (3.9, 0.5), (0, 0), (.nan, 0)])
    func scaleBars(width: Double, length: Double) { #expect(abs(Assessment.Map.scaleBar(width) - length) < 1e-9) }
}
