import Foundation
import Testing

@testable import RSPipeline

/// Real samples (coast of Odisha, 106 with all predictors, 50 grid cells) beside scikit-learn.
@Suite struct CalibrationReferenceTests {
    static let folder = "salinity/coastal_odisha"
    private static let few = ["NDSI1", "SI1", "SI5", "VSSI"]
    private static let many = [
        "Blue_R", "Green_R", "Red_R", "NIR_R", "SWIR1_R", "SWIR2_R", "NDSI1", "SI1", "SI2", "SI3", "SI4", "SI5", "VSSI",
    ]

    /// Read once.
    private static let whole = Result { try read() }

    /// The samples with some of the predictors.
    private static func table(_ predictors: [String]) throws -> SampleTable {
        var table = try whole.get()
        let places = predictors.compactMap(table.predictors.firstIndex)
        table.predictors = places.map { table.predictors[$0] }
        for row in table.rows.indices { table.rows[row].predictors = places.map { table.rows[row].predictors[$0] } }
        return table
    }

    /// The samples with their grid cells as fields.
    private static func read() throws -> SampleTable {
        let path = try #require(try TestData.url(folder + "/soil_data_allindices.csv")).path
        var table = try SampleTable(path: path, predictors: many, columns: [.value: "EC", .id: "Name"])
        table.set(.unit, to: "uS/cm")
        table.set(.target, to: "EC1:5")
        table.set(.sensor, to: "OLI_TIRS")
        table.set(.quantity, to: "surfaceReflectance:LaSRC")
        table.rows.removeAll { $0[.value] == "NA" }
        // The table of field notes is in an 8-bit encoding.
        let notes = try Data(contentsOf: #require(try TestData.url(folder + "/soil_data_raw.csv")))
        let text = String(decoding: notes.map { $0 < 128 ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
        let csv = try CSVText(Data(text.utf8), name: "raw")
        let (name, cell) = (try #require(csv.column("Name")), try #require(csv.column("Grid_Cell_ID")))
        let cells = Dictionary(
            csv.rows.map { ($0.fields[name], $0.fields[cell]) }, uniquingKeysWith: { first, _ in first })
        for index in table.rows.indices { table.rows[index][.field] = cells[table.rows[index][.id]] ?? "" }
        return table
    }

    private static func calibration(_ method: String, _ log: Bool, _ scheme: ValidationScheme) -> SalinityCalibration {
        let methods: [String: CalibrationMethod] = [
            "ols": .leastSquares, "ridge": .ridge(lambda: 1), "pls": .partialLeastSquares(components: 3),
        ]
        var calibration = SalinityCalibration(
            target: SoilProperty(.extract(ratio: 5)), method: methods[method] ?? .leastSquares, logarithm: log ? 0 : nil
        )
        calibration.scheme = scheme
        return calibration
    }

    private static func isClose(_ a: Double, _ b: Double, _ tolerance: Double = 1e-6) -> Bool {
        abs(a - b) <= tolerance * max(1, abs(b))
    }

    /// Numbers of one run of Tests/peers/calibration_reference.py (scikit-learn 1.9.1).
    @Test(
        .enabled(if: TestData.isUsable(folder + "/soil_data_raw.csv")),
        arguments: [
            ("ols", false, 0.366322920, 0.282283434, 0.248223311, 1.679417369),
            ("ridge", false, 0.442319535, 0.340406787, 0.305688793, 1.613954550),
            ("pls", false, 0.381580135, 0.280601893, 0.246338125, 1.681521738),
            ("ols", true, -0.135988995, -0.620955710, -1.085930856, 2.797461815),
            ("ridge", true, 0.103601486, -0.255710720, -0.490833642, 2.364987258),
            ("pls", true, -0.115647413, -0.522824115, -0.816828127, 2.610785159),
        ] as [(String, Bool, Double, Double, Double, Double)])
    func figuresOfScikitLearn(
        method: String, log: Bool, fit: Double, one: Double, field: Double, error: Double
    ) throws {
        let table = try Self.table(method == "ols" ? Self.few : Self.many)
        let single = try Self.calibration(method, log, .leaveOneOut).run(table).model
        let grouped = try Self.calibration(method, log, .group(.field)).run(table).model
        #expect(Self.isClose(single.fit?.efficiency ?? .nan, fit))
        #expect(Self.isClose(single.crossValidation?.metrics.efficiency ?? .nan, one))
        #expect(Self.isClose(grouped.crossValidation?.metrics.efficiency ?? .nan, field))
        #expect(Self.isClose(grouped.crossValidation?.metrics.rootMeanSquareError ?? .nan, error))
        #expect(grouped.crossValidation?.folds == 50)
    }

    /// Every coefficient and prediction of a run; `scripts/test-peers.sh` makes the file.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["RSP_CALIBRATION_REFERENCE"] != nil))
    func agreesWithScikitLearn() throws {
        let path = try #require(ProcessInfo.processInfo.environment["RSP_CALIBRATION_REFERENCE"])
        let reference = try JSONReader.read(Array(Data(contentsOf: URL(fileURLWithPath: path))), path: path)
        guard case .array(let results)? = reference["results"] else {
            Issue.record("no results")
            return
        }
        var compared = 0
        for result in results {
            guard let method = result["method"]?.text, ["ols", "ridge", "pls"].contains(method) else { continue }
            let log = result["transform"]?.text == "log"
            let table = try Self.table(method == "ols" ? Self.few : Self.many)
            for (scheme, name) in [(ValidationScheme.leaveOneOut, "loo"), (.group(.field), "group=field")] {
                let report = try Self.calibration(method, log, scheme).run(table)
                let expected = Self.numbers(result["cv"]?[name]?["predicted"])
                #expect(report.residuals.count == expected.count)
                for (row, value) in zip(report.residuals, expected) {
                    #expect(Self.isClose(row.predicted, value), "\(method) \(log) \(name) \(row.id)")
                }
                for (row, value) in zip(report.residuals, Self.numbers(result["fitted"])) {
                    #expect(Self.isClose(row.fitted, value), "\(method) \(log) \(row.id)")
                }
                guard case .linear(let intercept, let coefficients) = report.model.form else { continue }
                let names = report.model.predictors.map(\.name)
                let columns = Self.texts(result["predictors"])
                let theirs = Dictionary(
                    zip(columns, Self.numbers(result["coefficients"])), uniquingKeysWith: { first, _ in first })
                for (name, coefficient) in zip(names, coefficients) {
                    #expect(Self.isClose(coefficient, theirs[name] ?? .nan), "\(method) \(log) \(name)")
                }
                #expect(Self.isClose(intercept, Self.numbers(.array([result["intercept"] ?? .null])).first ?? .nan))
                for (name, value) in RegressionMetrics.named {
                    guard let theirs = result["cv"]?[scheme.text]?["metrics"]?[name] else { continue }
                    let ours = report.model.crossValidation?.metrics[keyPath: value] ?? .nan
                    #expect(Self.isClose(ours, Self.numbers(.array([theirs])).first ?? .nan), "\(method) \(name)")
                    compared += 1
                }
            }
        }
        #expect(compared == 60)
    }

    private static func numbers(_ value: JSONValue?) -> [Double] {
        guard case .array(let values)? = value else { return [] }
        return values.map { value in
            switch value {
            case .integer(let number): Double(number)
            case .number(let number): number
            default: .nan
            }
        }
    }

    private static func texts(_ value: JSONValue?) -> [String] {
        guard case .array(let values)? = value else { return [] }
        return values.compactMap(\.text)
    }
}
