public import Foundation

extension SalinityModel {
    /// The version of the file that this library writes and reads.
    static let fileVersion = 1
    /// No model is larger; a file beyond it is none.
    private static let largestFile = 256 << 20

    /// Reads a model from a file.
    ///
    /// - Throws: ``SceneError`` that names the file and the place in it: not JSON, another version, a member that is missing,
    ///   unknown or out of its range, trees that do not hold together.
    public init(path: String) throws(SceneError) {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        if let size = (attributes?[.size] as? NSNumber)?.intValue, size > Self.largestFile {
            throw SceneError(
                code: .unreadable, message: "\(path): too large for a model of salinity; is it another file?")
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SceneError(code: .notFound, message: "\(path): there is no such file, or it cannot be read")
        }
        try self.init(data, name: path)
    }

    /// Reads a model from a file's bytes.
    ///
    /// - Throws: as ``init(path:)``.
    public init(_ data: Data, name: String) throws(SceneError) {
        var members = try JSONReader.read(Array(data), path: name).members ?? [:]
        let stated = members.removeValue(forKey: Self.contentKey)?.text
        let content = JSONValue.object(members)
        var file = ModelObject(content, file: name, place: "the model")
        guard let version = try file.optionalNumber("rspipeline_model") else {
            throw file.bad("it has no member 'rspipeline_model'; is it a model that rsproc calibrate made?")
        }
        if version != Double(Self.fileVersion) {
            throw file.bad(
                "it is of version \(SampleTable.number(version)); this library reads version \(Self.fileVersion)")
        }
        try self.init(&file)
        try file.finish()
        if let stated, stated != Self.identity(of: content) {
            warnings.append(
                "the file was changed after rsproc calibrate had written it; the figures in it may be those of another model"
            )
        }
    }

    /// The member that says what the others were when the file was written.
    private static let contentKey = "content"

    private static func identity(of content: JSONValue) -> String {
        var hash = ContentHash()
        unsafe Array(content.text(pretty: false).utf8).withUnsafeBytes { unsafe hash.add($0) }
        return hash.text
    }

    private init(_ file: inout ModelObject) throws(SceneError) {
        let label = try file.text("target")
        guard let target = SoilProperty(label: label) else {
            throw file.bad("'target' is '\(label)'; write for example 'ECe dS/m 0-30cm'")
        }
        let kind = try file.text("kind")
        guard ["linear", "trees", "equation"].contains(kind) else {
            throw file.bad("'kind' is '\(kind)'; linear, trees or equation")
        }
        var predictors: [Predictor] = []
        var coefficients: [Double] = []
        for var entry in try file.objects("predictors") {
            predictors.append(try Predictor(&entry))
            if kind == "linear" { coefficients.append(try entry.number("coefficient")) }
            try entry.finish()
        }
        if predictors.isEmpty || Set(predictors.map(\.name)).count < predictors.count {
            throw file.bad("'predictors' names none, or one of them twice")
        }
        let form: Form
        switch kind {
        case "linear": form = .linear(intercept: try file.number("intercept"), coefficients: coefficients)
        case "trees": form = .trees(try Self.trees(&file, predictors: predictors.count))
        default: form = .equation(try Self.equation(&file, predictors))
        }
        self.init(
            target: target, predictors: predictors, form: form, transform: try Transform(&file),
            method: try file.text("method"))
        sensor = try file.optionalText("sensor")
        if let label = try file.optionalText("quantity") {
            guard let known = Quantity(label: label) else { throw file.bad("'quantity' is '\(label)', which is none") }
            quantity = known
        }
        settings = try file.numbers("settings")
        for var entry in try file.objects("statistics") { statistics.append(try CoefficientStatistics(&entry)) }
        if !statistics.isEmpty && statistics.count != predictors.count + 1 {
            throw file.bad("'statistics' must have one entry for the intercept and one per predictor")
        }
        if var entry = try file.object("uncertainty") {
            uncertainty = try PredictionInterval(&entry, predictors: predictors.count)
        }
        if var entry = try file.object("samples") { samples = try Samples(&entry) }
        if var entry = try file.object("fit") { fit = try RegressionMetrics(&entry) }
        if var entry = try file.object("cross_validation") { crossValidation = try CrossValidation(&entry) }
        citation = try file.optionalText("citation")
        warnings = try file.texts("warnings")
        if case .equation = form, citation?.isEmpty ?? true { throw file.bad("an equation needs a 'citation'") }
    }

    private static func trees(_ file: inout ModelObject, predictors: Int) throws(SceneError) -> TreeEnsemble {
        let base = try file.number("base")
        var trees: [TreeEnsemble.Tree] = []
        for var entry in try file.objects("trees") {
            let predictor = try entry.places("predictor")
            let numbers = try entry.list("number")
            let left = try entry.places("left")
            let right = try entry.places("right")
            try entry.finish()
            guard predictor.count == numbers.count, left.count == numbers.count, right.count == numbers.count else {
                throw entry.bad("its lists differ in length")
            }
            trees.append(
                numbers.indices.map { node in
                    predictor[node] == -1
                        ? .leaf(Float(numbers[node]))
                        : .split(
                            TreeEnsemble.Split(
                                predictor: predictor[node], threshold: Float(numbers[node]), left: left[node],
                                right: right[node]))
                })
        }
        guard let ensemble = TreeEnsemble(base: Float(base), trees: trees, predictors: predictors) else {
            throw file.bad(
                "the trees do not hold together: each node must have one parent that stands before it, each predictor "
                    + "must be one of the list")
        }
        return ensemble
    }

    private static func equation(
        _ file: inout ModelObject, _ predictors: [Predictor]
    ) throws(SceneError) -> Expression {
        let text = try file.text("equation")
        let formula: Expression
        do throws(ExpressionError) { formula = try Expression.parse(text) } catch {
            throw file.bad("'equation': \(error)")
        }
        if Set(formula.names) != Set(predictors.map(\.name)) {
            throw file.bad("'equation' uses other names than 'predictors' lists")
        }
        return formula
    }

    /// The model as a file: JSON that people can read; equal models give equal bytes, and what is read back is equal.
    ///
    /// The member `content` identifies all others, so that a file that somebody has edited is known as one.
    public var text: String {
        let content = json
        var members = content.members ?? [:]
        // As it is read back: 1 and 1.0 are the same number there.
        let read = (try? JSONReader.read(Array(content.readableText().utf8), path: "")) ?? content
        members[Self.contentKey] = .string(Self.identity(of: read))
        return JSONValue.object(members).readableText()
    }

    /// The model as JSON.
    var json: JSONValue {
        var file: [String: JSONValue] = [
            "rspipeline_model": .integer(Self.fileVersion), "target": .string(target.label), "method": .string(method),
        ]
        var listed = predictors.map(\.members)
        switch form {
        case .linear(let intercept, let coefficients):
            file["kind"] = .string("linear")
            file["intercept"] = .number(intercept)
            for (place, coefficient) in coefficients.enumerated() where listed.indices.contains(place) {
                listed[place]["coefficient"] = .number(coefficient)
            }
        case .trees(let ensemble):
            file["kind"] = .string("trees")
            file["base"] = .short(ensemble.base)
            file["trees"] = .array(ensemble.trees.map { $0.json })
        case .equation(let formula):
            file["kind"] = .string("equation")
            file["equation"] = .string("\(formula)")
        }
        file["predictors"] = .array(listed.map(JSONValue.object))
        if case .logarithm(let constant, let smearing) = transform {
            file["transform"] = .object([
                "name": .string("log"), "constant": .number(constant), "smearing": .number(smearing),
            ])
        }
        file["sensor"] = sensor.map(JSONValue.string)
        file["quantity"] = quantity.map { .string($0.label) }
        if !settings.isEmpty { file["settings"] = .object(settings.mapValues(JSONValue.number)) }
        if !statistics.isEmpty { file["statistics"] = .array(statistics.map(\.json)) }
        file["uncertainty"] = uncertainty?.json
        file["samples"] = samples?.json
        file["fit"] = fit.map { .object($0.members) }
        file["cross_validation"] = crossValidation?.json
        file["citation"] = citation.map(JSONValue.string)
        if !warnings.isEmpty { file["warnings"] = .array(warnings.map(JSONValue.string)) }
        return .object(file)
    }
}

extension JSONValue {
    /// The shortest number that reads back as the same 32-bit number.
    fileprivate static func short(_ value: Float) -> JSONValue { .number(Double("\(value)") ?? Double(value)) }

    fileprivate static func strings(_ values: [String]) -> JSONValue { .array(values.map(JSONValue.string)) }
}

extension SalinityModel.Predictor {
    fileprivate init(_ entry: inout ModelObject) throws(SceneError) {
        let name = try entry.text("name")
        if name.isEmpty { throw entry.bad("a predictor has no name") }
        self.init(name: name, range: try entry.range("range"))
    }

    fileprivate var members: [String: JSONValue] {
        var members: [String: JSONValue] = ["name": .string(name)]
        if let range { members["range"] = .array([.number(range.lowerBound), .number(range.upperBound)]) }
        return members
    }
}

extension SalinityModel.Transform {
    fileprivate init(_ file: inout ModelObject) throws(SceneError) {
        guard var entry = try file.object("transform") else {
            self = .none
            return
        }
        let name = try entry.text("name")
        if name != "log" { throw entry.bad("'name' is '\(name)'; log is the only one") }
        let constant = try entry.number("constant")
        let smearing = try entry.number("smearing")
        if constant < 0 || smearing <= 0 {
            throw entry.bad("'constant' must not be below 0, 'smearing' must be above 0")
        }
        try entry.finish()
        self = .logarithm(constant: constant, smearing: smearing)
    }
}

extension SalinityModel.CoefficientStatistics {
    fileprivate init(_ entry: inout ModelObject) throws(SceneError) {
        let standardError = try entry.number("standard_error")
        guard let interval = try entry.range("interval95"), standardError >= 0 else {
            throw entry.bad("'interval95' is missing, or 'standard_error' is below 0")
        }
        self.init(
            standardError: standardError, interval: interval, varianceInflation: try entry.optionalNumber("vif"))
        try entry.finish()
    }

    fileprivate var json: JSONValue {
        var members: [String: JSONValue] = [
            "standard_error": .number(standardError),
            "interval95": .array([.number(interval.lowerBound), .number(interval.upperBound)]),
        ]
        members["vif"] = varianceInflation.map(JSONValue.number)
        return .object(members)
    }
}

extension PredictionInterval {
    fileprivate init(_ entry: inout ModelObject, predictors: Int) throws(SceneError) {
        let kind = try entry.text("kind")
        switch kind {
        case "least-squares":
            let sigma = try entry.number("sigma")
            let quantile = try entry.number("t_quantile")
            let inverse = try entry.list("inverse")
            if sigma < 0 || quantile <= 0 || inverse.count != (predictors + 1) * (predictors + 2) / 2 {
                throw entry.bad("'sigma' or 't_quantile' is below 0, or 'inverse' is no triangle of the predictors")
            }
            self = .leastSquares(sigma: sigma, quantile: quantile, inverse: inverse)
        case "cross-validated":
            let half = try entry.number("half_width")
            if half < 0 { throw entry.bad("'half_width' is below 0") }
            self = .crossValidated(halfWidth: half)
        default: throw entry.bad("'kind' is '\(kind)'; least-squares or cross-validated")
        }
        try entry.finish()
    }

    fileprivate var json: JSONValue {
        switch self {
        case .leastSquares(let sigma, let quantile, let inverse):
            .object([
                "kind": .string("least-squares"), "sigma": .number(sigma), "t_quantile": .number(quantile),
                "inverse": .array(inverse.map(JSONValue.number)),
            ])
        case .crossValidated(let half):
            .object(["kind": .string("cross-validated"), "half_width": .number(half)])
        }
    }
}

extension SalinityModel.Samples {
    fileprivate init(_ entry: inout ModelObject) throws(SceneError) {
        guard let count = Int(exactly: try entry.number("count")), count > 0 else {
            throw entry.bad("'count' is no number of samples")
        }
        self.init(
            file: try entry.text("file"), checksum: try entry.text("checksum"), count: count,
            dates: try entry.texts("dates"), scenes: try entry.texts("scenes"),
            sceneDates: try entry.texts("scene_dates"))
        if let days = try entry.optionalNumber("farthest_days") {
            guard let whole = Int(exactly: days), whole >= 0 else {
                throw entry.bad("'farthest_days' is no number of days")
            }
            farthestDays = whole
        }
        try entry.finish()
    }

    fileprivate var json: JSONValue {
        var members: [String: JSONValue] = [
            "file": .string(file), "checksum": .string(checksum), "count": .integer(count), "dates": .strings(dates),
            "scenes": .strings(scenes), "scene_dates": .strings(sceneDates),
        ]
        members["farthest_days"] = farthestDays.map(JSONValue.integer)
        return .object(members)
    }
}

extension SalinityModel.CrossValidation {
    fileprivate init(_ entry: inout ModelObject) throws(SceneError) {
        guard let folds = Int(exactly: try entry.number("folds")), folds > 1 else {
            throw entry.bad("'folds' is no number of folds")
        }
        let scheme = try entry.text("scheme")
        self.init(scheme: scheme, folds: folds, metrics: try RegressionMetrics(&entry))
    }

    fileprivate var json: JSONValue {
        let own: [String: JSONValue] = ["scheme": .string(scheme), "folds": .integer(folds)]
        return .object(own.merging(metrics.members) { first, _ in first })
    }
}

extension RegressionMetrics {
    /// The numbers with their names in files and tables; r2 and R2 have names that differ in more than case.
    static let named: [(name: String, value: any WritableKeyPath<RegressionMetrics, Double> & Sendable)] = [
        ("efficiency_R2", \.efficiency), ("pearson_r2", \.squaredCorrelation), ("rmse", \.rootMeanSquareError),
        ("mae", \.meanAbsoluteError), ("bias", \.bias), ("rpd", \.ratioToDeviation), ("rpiq", \.ratioToQuartiles),
        ("ccc", \.concordance), ("slope", \.slope),
    ]

    /// Takes what belongs to the metrics and finishes the entry; a missing number is NaN.
    fileprivate init(_ entry: inout ModelObject) throws(SceneError) {
        self.init(observed: [], predicted: [])
        guard let count = Int(exactly: try entry.number("n")), count > 0 else {
            throw entry.bad("'n' is no number of samples")
        }
        self.count = count
        for (name, value) in Self.named { self[keyPath: value] = try entry.optionalNumber(name) ?? .nan }
        try entry.finish()
    }

    /// As JSON; numbers that cannot be said are left out.
    var members: [String: JSONValue] {
        var members: [String: JSONValue] = ["n": .integer(count)]
        for (name, value) in Self.named where self[keyPath: value].isFinite {
            members[name] = .number(self[keyPath: value])
        }
        return members
    }
}

extension TreeEnsemble.Node {
    fileprivate var places: (predictor: Int, number: Float, left: Int, right: Int) {
        switch self {
        case .leaf(let value): (-1, value, 0, 0)
        case .split(let split): (split.predictor, split.threshold, split.left, split.right)
        }
    }
}

extension TreeEnsemble.Tree {
    /// Four lists with one entry per node: the predictor (-1 for a leaf), the threshold or what the leaf adds, the next nodes.
    fileprivate var json: JSONValue {
        let nodes = map(\.places)
        return .object([
            "predictor": .array(nodes.map { .integer($0.predictor) }),
            "number": .array(nodes.map { .short($0.number) }),
            "left": .array(nodes.map { .integer($0.left) }), "right": .array(nodes.map { .integer($0.right) }),
        ])
    }
}
