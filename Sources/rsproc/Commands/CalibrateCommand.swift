import ArgumentParser
import Foundation
import RSPipeline
import RSPipelineTrees

/// `rsproc calibrate`: a model of soil salinity from field samples, or from a publication.
struct CalibrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate", abstract: "Make a model of soil salinity from field samples.",
        discussion: """
            rsproc calibrate --samples table.csv --target ECe --predictors sqrt_GR,ndvi --transform log --cv group=field \
            --out model.json
            rsproc calibrate --samples own.csv --value EC --unit uS/cm --measure EC1:5 --target EC1:5 --out model.json
            rsproc calibrate --equation "ECe = 12.3 + 45 * sqrt_GR" --citation "Author (year), journal" --out model.json

            The table is what rsproc sample writes, or one of your own with --value, --unit and --measure. Choice of \
            predictors, scaling, penalties and the smearing factor are learnt inside each fold. The figures of the fit flatter; \
            judge a model by the cross-validated ones.
            """)

    @Option(help: "The table of samples (CSV).") var samples: String?
    @Option(help: "What is predicted: ECe, EC1:5, TSS, Cl, ..., with the depth if it is known: \"ECe 0-30cm\".")
    var target: String?
    @Option(help: "The columns to predict from, with commas; by default all that are not known as something else.")
    var predictors: String?
    @Option(help: "ols, ridge, pls, boosted-trees or random-forest.") var method = "ols"
    @Option(help: "none, log, or log+C: the natural logarithm of the target plus C.") var transform = "none"
    @Option(help: "The most predictors to take: K by correlation, forward=K one after the other.") var select: String?
    @Option(help: "How samples are left out: loo, kfold=K, group=field or block=1000m.") var cv = "loo"
    @Option(help: "Of random folds and of trees.") var seed: UInt32 = 1
    @Option(help: "The penalty of ridge; by default chosen inside the folds.") var lambda: Double?
    @Option(help: "The components of pls; by default chosen inside the folds.") var components: Int?
    @Option(help: "How many trees.") var trees: Int?
    @Option(help: "The depth of trees.") var treeDepth: Int?
    @Option(help: "The learning rate of boosted trees.") var learningRate: Double?
    @Option(help: "The column with the measured numbers, in a table of your own.") var value: String?
    @Option(help: "Their unit: dS/m, mS/cm, uS/cm, %, meq/100g, ...") var unit: String?
    @Option(help: "What was measured: ECe, EC1:5, TSS, Cl, ...") var measure: String?
    @Option(help: "What a column of your own means, such as id=Name, field=Grid or date=Time; may be repeated.")
    var column: [String] = []
    @Option(help: "The sensor of the predictors, where the table does not say.") var sensor: String?
    @Option(help: "The quantity of the bands, such as surfaceReflectance:LaSRC, where the table does not say.")
    var quantity: String?
    @Flag(help: "Take samples that are more than a year away from their scene.") var allowDates = false
    @Option(help: "A published equation instead of samples.") var equation: String?
    @Option(help: "Where it was published.") var citation: String?
    @Option(help: "The model file to write (JSON).") var out: String
    @Option(help: "A table of samples with fitted and cross-validated predictions to write (CSV).") var residuals:
        String?
    @Flag(help: "Print the report as JSON.") var json = false
    @Flag(help: "Replace existing outputs.") var overwrite = false

    func run() throws {
        if equation != nil { return try publish() }
        guard let samples else { throw ChainError("--samples FILE is missing (or --equation with --citation)") }
        if citation != nil { throw ChainError("--citation belongs to --equation; samples speak for themselves") }
        let table = try table(samples)
        let report = try calibration().run(table)
        var files = [(path: out, text: report.model.text)]
        if let residuals { files.append((residuals, report.residualTable)) }
        try TextOutput.write(files, overwrite: overwrite)
        for warning in report.model.warnings { Report.warning(warning) }
        print(
            json
                ? report.json.text(pretty: true)
                : CalibrationText.text(of: report) + "\n" + files.map(\.path).joined(separator: "\n"))
    }

    /// A model from a publication.
    private func publish() throws {
        if samples != nil || residuals != nil || target != nil {
            throw ChainError(
                "--equation names its target itself and takes no samples; leave out --samples, --target, --residuals")
        }
        let stated = try unit.map { text throws(ChainError) in
            guard let unit = DeliveredUnit(text), unit.factor == 1 else {
                throw ChainError("--unit \(text): dS/m, % or meq/100g")
            }
            return unit.unit
        }
        let model = try SalinityModel(
            equation: equation ?? "", unit: stated ?? .percent, citation: citation ?? "", sensor: sensor,
            quantity: try knownQuantity())
        try TextOutput.write([(out, model.text)], overwrite: overwrite)
        for warning in model.warnings { Report.warning(warning) }
        print(
            json
                ? model.text
                : "\(model.target.label) from \(model.predictors.map(\.name).joined(separator: ", "))\n\(out)")
    }

    private func knownQuantity() throws(ChainError) -> Quantity? {
        guard let quantity else { return nil }
        guard let known = Quantity(label: quantity) else {
            throw ChainError("--quantity \(quantity): a quantity such as toaReflectance or surfaceReflectance:LaSRC")
        }
        return known
    }

    // MARK: The table

    private func table(_ path: String) throws -> SampleTable {
        if (value == nil) != (unit == nil) || (value == nil) != (measure == nil) {
            throw ChainError(
                "--value, --unit and --measure belong together: a number without its unit and extract says nothing")
        }
        var columns: [SampleTable.Column: String] = [:]
        for text in column {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let known = SampleTable.Column(rawValue: parts[0]) else {
                throw ChainError(
                    "--column \(text): write MEANING=COLUMN; the meanings are "
                        + SampleTable.Column.allCases.map(\.rawValue).joined(separator: ", "))
            }
            columns[known] = parts[1]
        }
        columns[.value] = value ?? columns[.value]
        if value != nil, predictors == nil {
            throw ChainError(
                "--predictors: name the columns to predict from; in a table of your own nobody else knows them")
        }
        let wanted = predictors?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        var table = try SampleTable(path: path, predictors: wanted, columns: columns)
        if table.predictors.isEmpty { throw ChainError("--predictors: name at least one column to predict from") }
        if let unit, let measure {
            guard DeliveredUnit(unit) != nil else {
                throw ChainError("--unit \(unit): a unit such as dS/m, mS/cm, uS/cm or %")
            }
            guard let property = SoilProperty(label: measure) else {
                throw ChainError("--measure \(measure): \(Self.measures)")
            }
            table.set(.unit, to: unit)
            table.set(.target, to: property.name)
        }
        if let sensor { table.set(.sensor, to: sensor, keeping: true) }
        if let quantity = try knownQuantity() { table.set(.quantity, to: quantity.label, keeping: true) }
        return table
    }

    private static let measures = "ECe, EC1:5 (or another ratio), TSS or an ion such as Cl"

    // MARK: The method

    private func calibration() throws(ChainError) -> SalinityCalibration {
        guard let target else { throw ChainError("--target is missing: \(Self.measures)") }
        guard let property = SoilProperty(label: target) else {
            throw ChainError("--target \(target): \(Self.measures)")
        }
        var calibration = SalinityCalibration(target: property, method: try chosenMethod(), logarithm: try logarithm())
        if let select {
            guard let selection = PredictorSelection(select) else {
                throw ChainError("--select \(select): a number of predictors, or forward=NUMBER")
            }
            calibration.selection = selection
        }
        guard let scheme = ValidationScheme(cv) else {
            throw ChainError("--cv \(cv): loo, kfold=10, group=field or block=1000m")
        }
        calibration.scheme = scheme
        calibration.seed = UInt64(seed)
        calibration.allowsDates = allowDates
        calibration.trainer = XGBoostTrainer()
        return calibration
    }

    private func logarithm() throws(ChainError) -> Double? {
        switch transform {
        case "none": return nil
        case "log": return 0
        default:
            guard transform.hasPrefix("log+"), let constant = Double(transform.dropFirst(4)), constant >= 0,
                constant < 1e6
            else { throw ChainError("--transform \(transform): none, log, or log+C such as log+0.5") }
            return constant
        }
    }

    private func chosenMethod() throws(ChainError) -> CalibrationMethod {
        func only(_ given: [(String, Bool)], for methods: String) throws(ChainError) {
            if let stray = given.first(where: \.1) {
                throw ChainError("\(stray.0) belongs to \(methods), not to \(method)")
            }
        }
        let ofTrees = [("--trees", trees != nil), ("--tree-depth", treeDepth != nil)]
        if method != "ridge" { try only([("--lambda", lambda != nil)], for: "ridge") }
        if method != "pls" { try only([("--components", components != nil)], for: "pls") }
        if method != "boosted-trees" { try only([("--learning-rate", learningRate != nil)], for: "boosted-trees") }
        if method != "boosted-trees" && method != "random-forest" { try only(ofTrees, for: "trees") }
        switch method {
        case "ols": return .leastSquares
        case "ridge":
            if let lambda, !(lambda >= 0 && lambda < 1e12) { throw ChainError("--lambda \(lambda): a number from 0") }
            return .ridge(lambda: lambda)
        case "pls":
            if let components, components < 1 { throw ChainError("--components \(components): a number from 1") }
            return .partialLeastSquares(components: components)
        case "boosted-trees", "random-forest":
            var settings = method == "random-forest" ? TreeSettings.forest : .boosted
            if let trees, !(1...10_000).contains(trees) {
                throw ChainError("--trees \(trees): a number from 1 to 10000")
            }
            if let treeDepth, !(1...16).contains(treeDepth) {
                throw ChainError("--tree-depth \(treeDepth): a number from 1 to 16")
            }
            if let learningRate, !(learningRate > 0 && learningRate <= 1) {
                throw ChainError("--learning-rate \(learningRate): a number above 0, 1 at most")
            }
            settings.trees = trees ?? settings.trees
            settings.depth = treeDepth ?? settings.depth
            settings.learningRate = learningRate ?? settings.learningRate
            return .trees(settings)
        default: throw ChainError("--method \(method): ols, ridge, pls, boosted-trees or random-forest")
        }
    }
}
