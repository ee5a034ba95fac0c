import Foundation
import Testing

@Suite struct AccuracyCommandTests {
    private func folder() throws -> Scratch {
        let scratch = try Scratch()
        func write(_ text: String, _ name: String) throws {
            try Data(text.utf8).write(to: URL(fileURLWithPath: scratch.path + "/" + name))
        }
        // Olofsson et al. 2014, table 8, 30 m pixels.
        try write("map,D,FG,SF,SNF\nD,66,0,5,4\nFG,0,55,8,12\nSF,1,0,153,11\nSNF,2,1,9,313\n", "matrix.csv")
        try write("class,hectares\nD,18000\nFG,13500\nSF,288000\nSNF,580500\n", "areas.csv")
        try write("id,map,reference\n1,low,low\n2,low,high\n3,high,high\n4,high,high\n", "points.csv")
        try write("class,hectares\nlow,30\nhigh,10\n", "two.csv")
        return scratch
    }

    @Test func aMatrixGivesHectaresWithIntervals() throws {
        let scratch = try folder()
        let outcome = try Command.run(["accuracy", "--matrix", "matrix.csv", "--areas", "areas.csv"], in: scratch.path)
        #expect(outcome.status == 0, "\(outcome.said)")
        #expect(outcome.stdout.contains("640 places, overall accuracy 94.7 % +- 1.8"), "\(outcome.said)")
        #expect(outcome.stdout.contains("21157.8 +- 6157.5"), "\(outcome.said)")
    }

    @Test func pointsAreCountedAndJSONIsGiven() throws {
        let scratch = try folder()
        let outcome = try Command.run(
            ["accuracy", "--points", "points.csv", "--areas", "two.csv", "--json"], in: scratch.path)
        #expect(outcome.status == 0, "\(outcome.said)")
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8)) as? [String: Any])
        #expect(object["schema"] as? String == "rsproc.accuracy/1" && object["places"] as? Int == 4)
        let classes = try #require(object["classes"] as? [[String: Any]])
        #expect((classes[0]["hectares"] as? [String: Any])?["value"] as? Double == 15)
        // Few places are said to be few.
        #expect(outcome.stderr.contains("only 2 places"), "\(outcome.said)")
    }

    @Test(
        arguments: [
            (["--areas", "two.csv"], 2, "--points FILE or --matrix FILE"),
            (["--points", "points.csv", "--areas", "none.csv"], 3, "none.csv"),
            (["--points", "matrix.csv", "--areas", "two.csv"], 3, "the columns 'map'"),
            (["--matrix", "matrix.csv", "--areas", "two.csv"], 2, "'low' has an area"),
        ] as [([String], Int32, String)])
    func mistakesAreNamed(arguments: [String], status: Int32, words: String) throws {
        let scratch = try folder()
        let outcome = try Command.run(["accuracy"] + arguments, in: scratch.path)
        #expect(outcome.status == status && outcome.stderr.contains(words), "\(outcome.said)")
    }
}
