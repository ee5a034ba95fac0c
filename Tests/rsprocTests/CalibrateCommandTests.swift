import Foundation
import Testing

/// `rsproc calibrate` as a user runs it.
@Suite struct CalibrateCommandTests {
    /// Twenty-four samples of six fields: ECe grows with `a`, `b` says nothing.
    private static func samples() -> String {
        var text = "id,field,lon,lat,target,value,unit,sensor,quantity,status,a,b,note\n"
        for row in 0..<24 {
            let a = Double(row) / 24
            let value = 2 + 10 * a + Double((row * 7) % 5) / 10
            text +=
                "s\(row),f\(row / 4),\(48 + Double(row / 4) / 10),\(40 + Double(row % 4) / 1000),ECe,\(value),dS/m,OLI_TIRS,"
                + "surfaceReflectance:LaSRC,ok,\(a),\(Double((row * 5) % 7)),\n"
        }
        return text
    }

    private static func folder() throws -> Scratch {
        let scratch = try Scratch()
        try scratch.write(samples(), to: "samples.csv")
        return scratch
    }

    private static let base = ["calibrate", "--samples", "samples.csv", "--target", "ECe", "--predictors", "a,b"]

    @Test(arguments: ["ols", "ridge", "pls", "boosted-trees", "random-forest"])
    func everyMethodMakesAModelAndAReport(method: String) throws {
        let scratch = try Self.folder()
        let words =
            Self.base + [
                "--method", method, "--cv", "group=field", "--out", "model.json", "--residuals", "residuals.csv",
            ]
            + (method.contains("o") && method != "ols" ? ["--trees", "30"] : [])
        let outcome = try Command.run(words, in: scratch.path)
        try #require(outcome.status == 0, "\(outcome.said)")
        #expect(outcome.stdout.contains("ECe dS/m by \(method)") && outcome.stdout.contains("cv group=field (6)"))
        #expect(outcome.stderr.contains("24 samples are few"))
        let model = try scratch.text("model.json")
        for part in [
            "\"rspipeline_model\": 1", "\"sensor\": \"OLI_TIRS\"", "surfaceReflectance:LaSRC", "samples.csv",
            "group=field",
        ] {
            #expect(model.contains(part), "\(part)\n\(model)")
        }
        #expect(try scratch.text("residuals.csv").split(separator: "\n").count == 25)
        // Again: the same bytes, and only on request.
        let refused = try Command.run(words, in: scratch.path)
        #expect(refused.status == 4 && refused.stderr.contains("--overwrite"), "\(refused.said)")
        #expect(try Command.run(words + ["--overwrite", "--json"], in: scratch.path).status == 0)
        #expect(try scratch.text("model.json") == model)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted() == [
                "model.json", "residuals.csv", "samples.csv",
            ])
    }

    /// Wrong options end with 2, wrong samples with 3, and nothing is written.
    @Test(arguments: [
        (["--method", "magic"], 2, "--method magic"), (["--cv", "group"], 2, "--cv group"),
        (["--lambda", "1"], 2, "belongs to ridge"),
        (["--trees", "9"], 2, "belongs to trees"), (["--transform", "root"], 2, "--transform root"),
        (["--predictors", "a,c"], 2, "no column 'c'"), (["--target", "salt"], 2, "--target salt"),
        (["--target", "EC1:5"], 3, "--conversion"), (["--value", "b"], 2, "--unit"),
        (["--citation", "x"], 2, "--citation"),
        (["--samples", "none.csv"], 3, "no such file"), (["--cv", "block=9000km"], 2, "one fold"),
        (["--value", "b", "--unit", "uS/cm", "--measure", "ECe"], 2, "no predictor"),
        (["--sensor", "MSI", "--quantity", "reflectance"], 2, "--quantity reflectance"),
    ])
    func mistakesAreSaid(mistake: (words: [String], status: Int32, named: String)) throws {
        let scratch = try Self.folder()
        let outcome = try Command.run(Self.base + ["--out", "model.json"] + mistake.words, in: scratch.path)
        #expect(outcome.status == mistake.status && outcome.stderr.contains(mistake.named), "\(outcome.said)")
        #expect(!FileManager.default.fileExists(atPath: scratch.path + "/model.json"))
    }

    @Test func aTableOfOnesOwn() throws {
        let scratch = try Scratch()
        var text = "Name,EC,Grid,ndvi\n"
        for row in 0..<12 { text += "p\(row),\(1000 + 100 * row),\(row / 3),0.\(10 + (row * 7) % 12)\n" }
        try scratch.write(text, to: "own.csv")
        let outcome = try Command.run(
            [
                "calibrate", "--samples", "own.csv", "--target", "EC1:5", "--value", "EC", "--unit", "uS/cm",
                "--measure", "EC1:5",
                "--column", "field=Grid", "--column", "id=Name", "--predictors", "ndvi", "--cv", "group=field",
                "--transform",
                "log+0.1", "--sensor", "MSI", "--out", "model.json",
            ], in: scratch.path)
        try #require(outcome.status == 0, "\(outcome.said)")
        #expect(outcome.stdout.contains("of ln(EC1:5 + 0.1)"))
        #expect(outcome.stderr.contains("which quantity"))
    }

    @Test func publishedEquations() throws {
        let scratch = try Scratch()
        let words = ["calibrate", "--equation", "ECe = 12.3 + 45*sqrt_GR", "--out", "model.json"]
        let refused = try Command.run(words, in: scratch.path)
        #expect(refused.status == 2 && refused.stderr.contains("--citation"), "\(refused.said)")
        let outcome = try Command.run(
            words + [
                "--citation", "A. Person (2020), a journal", "--sensor", "OLI_TIRS", "--quantity", "toaReflectance",
            ],
            in: scratch.path)
        #expect(outcome.status == 0 && outcome.stderr.contains("validate it"), "\(outcome.said)")
        #expect(try scratch.text("model.json").contains("\"equation\": \"12.3 + 45 * sqrt_GR\""))
    }
}
