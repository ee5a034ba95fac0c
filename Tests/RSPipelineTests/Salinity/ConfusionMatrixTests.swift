import Foundation
import Testing

@testable import RSPipeline

@Suite struct ConfusionMatrixTests {
    @Test func kappaOfTwoClasses() throws {
        let matrix = try ConfusionMatrix(classes: ["a", "b"], counts: [[20, 5], [10, 15]])
        #expect(abs((matrix.overallAccuracy?.value ?? 0) - 0.7) < 1e-12)
        #expect(abs((matrix.kappa?.value ?? 0) - 0.4) < 1e-12)
        // By hand: the sums of the delta method are 0.7, 0.5, 0.71 and 1.01.
        #expect(abs((matrix.kappa?.standardError ?? 0) - 0.016128.squareRoot()) < 1e-12)
    }

    @Test func rowsAreTheMap() throws {
        let matrix = try ConfusionMatrix(
            classes: ["low", "high"],
            places: [("low", "high"), ("low", "low"), ("low", "low"), ("high", "high")].map {
                (map: $0.0, reference: $0.1)
            })
        #expect(matrix.counts == [[2, 1], [0, 1]])
        #expect(matrix.usersAccuracies.map { $0?.value } == [2.0 / 3, 1])
        #expect(matrix.producersAccuracies.map { $0?.value } == [1, 0.5])
        // One place says nothing of its error.
        #expect(matrix.usersAccuracies[1]?.standardError == nil)
    }

    @Test func aClassWithoutPlacesHasNoAccuracy() throws {
        let matrix = try ConfusionMatrix(classes: ["a", "b"], counts: [[4, 0], [0, 0]])
        #expect(matrix.usersAccuracies[1] == nil && matrix.producersAccuracies[1] == nil)
        #expect(matrix.kappa == nil)
        let empty = try ConfusionMatrix(classes: ["a"], counts: [[0]])
        #expect(empty.overallAccuracy == nil && empty.kappa == nil)
    }

    @Test func tablesMayOrderColumnsOtherwise() throws {
        let text = "map,b,a\na,5,20\nb,15,10\n"
        let matrix = try ConfusionMatrix(table: CSVText(Data(text.utf8), name: "m.csv"), name: "m.csv")
        #expect(matrix.classes == ["a", "b"] && matrix.counts == [[20, 5], [10, 15]])
    }

    @Test(arguments: [
        ("map,a,b\na,1,2\nb,x,4\n", "line 3"), ("map,a,c\na,1,2\nb,3,4\n", "rows: a, b"),
        ("map,a,b\na,1,-2\nb,3,4\n", "whole numbers"), ("map,a,b\na,1,2\nb,3,9223372036854775807\n", "whole numbers"),
    ])
    func brokenTablesAreRefused(text: String, words: String) {
        let error = #expect(throws: SceneError.self) {
            try ConfusionMatrix(table: CSVText(Data(text.utf8), name: "m.csv"), name: "m.csv")
        }
        #expect(error?.message.contains(words) == true && error?.message.contains("m.csv") == true)
    }

    @Test func pointsAreCounted() throws {
        let text = "id,reference,map\n1,low,low\n2,high,low\n3,high,high\n"
        let matrix = try ConfusionMatrix(
            points: CSVText(Data(text.utf8), name: "v.csv"), name: "v.csv", classes: ["low", "high"])
        #expect(matrix.counts == [[1, 1], [0, 1]])
        #expect(throws: SceneError.self) {
            try ConfusionMatrix(
                points: CSVText(Data(text.utf8), name: "v.csv"), name: "v.csv", classes: ["low", "top"])
        }
        let gap = #expect(throws: SceneError.self) {
            try ConfusionMatrix(
                points: CSVText(Data("map,reference\nlow,\n".utf8), name: "v.csv"), name: "v.csv")
        }
        #expect(gap?.message.contains("line 2") == true)
    }
}
