import Foundation
import RSPipeline
import RSPipelineTrees
import Testing

/// Real samples (coast of Odisha) beside XGBoost's Python package.
@Suite struct XGBoostReferenceTests {
    private static let predictors = [
        "Blue_R", "Green_R", "Red_R", "NIR_R", "SWIR1_R", "SWIR2_R", "NDSI1", "SI1", "SI2", "SI3", "SI4", "SI5", "VSSI",
    ]
    private static let environment = ProcessInfo.processInfo.environment
    private static let samples =
        (environment["RSP_TEST_DATA"] ?? "../shared/data") + "/salinity/coastal_odisha/soil_data_allindices.csv"
    private static let isUsable =
        FileManager.default.fileExists(atPath: samples) || environment["RSP_REQUIRE_DATA"] == "1"

    private static func table(cells: [String] = []) throws -> SampleTable {
        var table = try SampleTable(
            path: samples, predictors: predictors, columns: [.value: "EC", .id: "Name"])
        table.set(.unit, to: "uS/cm")
        table.set(.target, to: "EC1:5")
        table.rows.removeAll { $0[.value] == "NA" }
        for (row, cell) in cells.enumerated() { table.rows[row][.field] = cell }
        return table
    }

    private static func calibration(_ settings: TreeSettings, log: Bool, _ scheme: String) throws -> SalinityCalibration
    {
        var calibration = SalinityCalibration(
            target: SoilProperty(.extract(ratio: 5)), method: .trees(settings), logarithm: log ? 0 : nil)
        calibration.scheme = try #require(ValidationScheme(scheme))
        calibration.trainer = XGBoostTrainer()
        return calibration
    }

    private static func isClose(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-5 * max(1, abs(b)) }

    /// Numbers of one run of Tests/peers/calibration_reference.py (XGBoost 1.7.4).
    @Test(
        .enabled(if: isUsable),
        arguments: [
            (TreeSettings.boosted, false, 0.9716078), (.boosted, true, 0.9251206), (.forest, false, 0.7487408),
            (.forest, true, 0.6808846),
        ])
    func figuresOfThePythonPackage(settings: TreeSettings, log: Bool, fit: Double) throws {
        let model = try Self.calibration(settings, log: log, "kfold=2").run(Self.table()).model
        #expect(Self.isClose(model.fit?.efficiency ?? .nan, fit))
        // The file predicts what the trees predicted that were grown.
        let again = try SalinityModel(Data(model.text.utf8), name: "model.json")
        #expect(again.text == model.text)
        let row = try #require(try Self.table().rows.first).predictors
        #expect(again.predict(row) == model.predict(row))
    }

    /// Every prediction of a run, those of samples left out too; `scripts/test-peers.sh` makes the file.
    @Test(.enabled(if: environment["RSP_CALIBRATION_REFERENCE"] != nil))
    func agreesWithThePythonPackage() throws {
        let path = try #require(Self.environment["RSP_CALIBRATION_REFERENCE"])
        let reference = try #require(JSONValue(try Data(contentsOf: URL(fileURLWithPath: path))))
        let table = try Self.table(cells: Self.list(reference["cells"]).compactMap(\.text))
        var compared = 0
        for result in Self.list(reference["results"]) {
            let settings: [String: TreeSettings] = ["boosted-trees": .boosted, "random-forest": .forest]
            guard let method = result["method"]?.text, let settings = settings[method] else { continue }
            let log = result["transform"]?.text == "log"
            let report = try Self.calibration(settings, log: log, "group=field").run(table)
            let fitted = Self.list(result["fitted"]).map(Self.number)
            let predicted = Self.list(result["cv"]?["group=field"]?["predicted"]).map(Self.number)
            #expect(fitted.count == report.residuals.count && predicted.count == fitted.count)
            for (row, (first, second)) in zip(report.residuals, zip(fitted, predicted)) {
                #expect(Self.isClose(row.fitted, first), "\(method) \(row.id)")
                #expect(Self.isClose(row.predicted, second), "\(method) \(row.id), left out")
                compared += 2
            }
        }
        #expect(compared == 4 * 2 * table.rows.count)
    }

    private static func list(_ value: JSONValue?) -> [JSONValue] {
        if case .array(let values)? = value { return values }
        return []
    }

    private static func number(_ value: JSONValue) -> Double {
        switch value {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: .nan
        }
    }
}
