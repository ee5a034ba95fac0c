import Foundation

/// One of the two dates of a comparison: a map of classes that this library has made, the map of the values behind it, and
/// what is known of the model of these.
struct ComparedMap: Sendable {
    /// As given.
    let path: String
    /// What the map was made of.
    let scene: Scene
    /// Class numbers from 1, by ``categories``.
    let classes: Band
    /// Lowest first.
    let categories: [RasterCategory]
    /// How the classes were made, as the file records it: scheme, source and bounds.
    let rule: String
    /// The map of the values; nil where there is none.
    let values: Band?
    /// How well the values are known; nil where nobody says.
    let error: Change.ModelError?
    /// What is read beside the maps.
    let documents: [String]
    /// The constants of the chain that made the classes.
    private let constants: [String: JSONValue]
    /// The steps that made the values and the classes; nil where the chain began with values that were there.
    private let method: String?

    /// A band of a file with what the file records of itself.
    private struct Found {
        let path: String
        let scene: Scene
        let band: Band
        let categories: [RasterCategory]
        let record: JSONValue?
        var constants: [String: JSONValue] { record?["constants"]?.members ?? [:] }
        var rule: String? { band.quantity == .classes ? constants["classes " + band.name]?.text : nil }
    }

    /// What the name of a plane of classes ends with, after the name of that of its values.
    private static let ending = "_class"

    /// Opens a map; no pixel is read.
    ///
    /// - Parameters:
    ///   - path: a map of classes, or the folder of the run that made it.
    ///   - model: the model that made the values; nil to take its error from `assessment.json` beside the map.
    /// - Throws: ``SceneError`` where there is no such map, more than one, or a model that did not make it; ``GDALError``
    ///   where a file cannot be read.
    init(path: String, model: String?) throws {
        if !FileFacts.exists(path) {
            throw SceneError(code: .notFound, message: "\(path): there is no such file or folder")
        }
        let all = try Self.files(of: path).flatMap(Self.bands)
        let maps = all.filter { $0.rule != nil && (FileFacts.isFolder(path) || $0.path == path) }
        guard let map = maps.first, maps.count == 1 else {
            throw SceneError(
                code: .badOption,
                message: maps.isEmpty
                    ? "\(path): there is no map of classes that says how they were made; rsproc assess makes one, or a chain "
                        + "that ends with: classify scheme=usda ! write DIR/"
                    : "\(path): there are several maps of classes; name one of them: "
                        + maps.map { $0.path == path ? $0.band.name : $0.path }.joined(separator: ", "))
        }
        self.path = path
        scene = map.scene
        classes = map.band
        categories = map.categories
        rule = map.rule ?? ""
        constants = map.constants
        method = Self.method(map.record?["chain"]?.text ?? "")
        let behind = all.filter { found in
            if case .classes = found.band.quantity { return false }
            return found.scene.id == map.scene.id && found.band.name + Self.ending == map.band.name
        }
        values = behind.first?.band
        if let beside = Self.values(beside: map.path), values == nil {
            throw SceneError(
                code: .unreadable,
                message:
                    "\(beside) does not say that it holds the values behind \(map.path); it is damaged or another map: make "
                    + "both again, or move it away to compare classes alone")
        }
        let folder = URL(fileURLWithPath: map.path).deletingLastPathComponent().path
        let document = folder + "/assessment.json"
        if let model {
            documents = [model]
            error = try Self.error(of: model, path, map.constants[Self.modelKey(map.band)]?.text, values)
        } else if let data = FileManager.default.contents(atPath: document) {
            let assessment = try Assessment(json: data, name: document)
            let isOfMap =
                assessment.scenes.contains { $0.id == map.scene.id }
                && assessment.classes.map(\.name)
                    == map.categories.map(\.name)
            documents = isOfMap ? [document] : []
            error = isOfMap ? Self.error(of: assessment, map.constants[Self.modelKey(map.band)]?.text) : nil
        } else {
            (documents, error) = ([], nil)
        }
    }

    private static func modelKey(_ classes: Band) -> String { "model " + classes.name.dropLast(ending.count) }

    /// The maps of a folder; of a file, it and the one of its values beside it.
    private static func files(of path: String) -> [String] {
        if FileFacts.isFolder(path) {
            let folder = path.hasSuffix("/") ? path : path + "/"
            return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
                .filter { $0.lowercased().hasSuffix(".tif") && !$0.hasPrefix(".") }.map { folder + $0 }
        }
        return [path] + (values(beside: path).map { [$0] } ?? [])
    }

    /// `X.tif` beside `X_class.tif`; nil where there is none.
    private static func values(beside path: String) -> String? {
        let url = URL(fileURLWithPath: path)
        let stem = url.deletingPathExtension().lastPathComponent
        guard stem.hasSuffix(ending) else { return nil }
        let values = url.deletingLastPathComponent()
            .appendingPathComponent(stem.dropLast(ending.count) + "." + url.pathExtension).path
        return FileFacts.exists(values) ? values : nil
    }

    private static func bands(in path: String) throws -> [Found] {
        let dataset = try Dataset(reading: path)
        let record = dataset.metadata["RSP_RECORD"].flatMap { JSONValue(Data($0.utf8)) }
        let scene = try GenericProduct.open([path], options: SceneOptions())
        return try scene.bands.map { band in
            Found(
                path: path, scene: scene, band: band,
                categories: try band.source.map { try dataset.band($0.band).categories } ?? [], record: record)
        }
    }

    /// A chain without the steps that differ from scene to scene by nature.
    private static func method(_ text: String) -> String? {
        guard let calls = (try? Chain(text))?.calls, calls.contains(where: { ["model", "index"].contains($0.word) })
        else {
            return nil
        }
        return calls.filter { !["read", "select", "write", "zonal", "regrid", "clip", "mosaic"].contains($0.word) }
            .map(\.text).joined(separator: " ! ")
    }

    // MARK: Errors

    private static func error(of assessment: Assessment, _ model: String?) -> Change.ModelError? {
        guard let made = assessment.model, let metrics = made.crossValidation, let scheme = made.scheme else {
            return nil
        }
        return Change.ModelError(
            model: model?.split(separator: " ").first.map(String.init) ?? made.method, scheme: scheme,
            samples: metrics.count, rmse: metrics.rmse)
    }

    private static func error(
        of path: String, _ map: String, _ recorded: String?, _ values: Band?
    ) throws(SceneError) -> Change.ModelError? {
        let model = try SalinityModel(path: path)
        func refuse(_ text: String) -> SceneError { SceneError(code: .badOption, message: "\(path): \(text)") }
        if let recorded, let hash = FileFacts.contentHash(path), !recorded.contains(hash) {
            throw refuse("it did not make \(map), which records the model \(recorded)")
        }
        if case .salinity(let property)? = values?.quantity, property != model.target {
            throw refuse("it is a model of \(model.target.label), and \(map) holds \(property.label)")
        }
        return model.crossValidation.map { validation in
            Change.ModelError(
                model: ProcessingRecord.name(path), scheme: validation.scheme, samples: validation.metrics.count,
                rmse: validation.metrics.rootMeanSquareError)
        }
    }

    // MARK: What it is of

    /// What the classes are classes of.
    var subject: Assessment.Subject {
        let name = classes.name.hasSuffix(Self.ending) ? String(classes.name.dropLast(Self.ending.count)) : classes.name
        if let property {
            let depth = property.label.split(separator: " ").dropFirst(2).first.map(String.init)
            return Assessment.Subject(kind: .salinity, name: property.name, unit: property.unit.rawValue, depth: depth)
        }
        // Classes of a scheme are of a calibrated property; bounds begin with the number of the first class.
        let isScheme = values == nil && rule.first?.isNumber == false
        return Assessment.Subject(kind: isScheme ? .salinity : .index, name: name, unit: "", depth: nil)
    }

    /// What the values measure, if that is calibrated.
    var property: SoilProperty? {
        if case .salinity(let property)? = values?.quantity { property } else { nil }
    }

    /// The days of the scenes that it was made of, in order; empty where the file does not say.
    private var days: [String] {
        if let text = scene.acquiredText { return [String(text.prefix(10))] }
        let composite = constants["composite"]?.text ?? ""
        return composite.matches(of: /\((\d{4}-\d{2}-\d{2})\)/).map { String($0.output.1) }.sorted()
    }

    /// The day, or the first and the last of a composite (`2023-07-15/2023-07-23`); nil where the file does not say.
    var day: String? { days.first.map { first in days.last == first ? first : "\(first)/\(days.last ?? "")" } }

    /// The names of the classes.
    var names: [String] { categories.map(\.name) }

    /// The date as the comparison tells it.
    var side: Change.Side {
        Change.Side(
            scene: scene.id, sensor: scene.sensor, date: day,
            map: ProcessingRecord.name(classes.source?.path ?? path), error: error)
    }

    // MARK: Two maps

    /// What keeps a later map from being compared with this one, in words; nil when nothing does.
    func obstacle(to after: ComparedMap) -> String? {
        if let first = classes.source, let last = after.classes.source, first.band == last.band {
            let places = [first, last].map {
                URL(fileURLWithPath: $0.path).resolvingSymlinksInPath().standardizedFileURL.path
            }
            if places[0] == places[1] {
                return "\(first.path) is BEFORE and AFTER at once; give the maps of two dates"
            }
            // The record inside tells maps of two scenes apart, whatever they show.
            if FileFacts.size(first.path) == FileFacts.size(last.path),
                FileFacts.contentHash(first.path) == FileFacts.contentHash(last.path)
            {
                return "\(last.path) is a copy of \(first.path); give the maps of two dates"
            }
        }
        if subject.kind != after.subject.kind {
            let (index, salinity) = subject.kind == .index ? (self, after) : (after, self)
            return
                "\(index.path) holds classes of an index, \(salinity.path) classes of salinity; an index is not salinity: "
                + "map both dates with one model"
        }
        if let mine = property, let theirs = after.property, mine != theirs {
            return
                "\(path) holds \(mine.label), \(after.path) \(theirs.label): numbers of different properties are never "
                + "equated; map one property on both dates"
        }
        if subject.name != after.subject.name {
            return
                "\(path) holds classes of \(subject.name), \(after.path) of \(after.subject.name); map one of them on both "
                + "dates"
        }
        if names != after.names {
            return "the maps have different classes: \(names.joined(separator: ", ")); and "
                + "\(after.names.joined(separator: ", ")); classify both by one scheme"
        }
        if rule != after.rule {
            return
                "the maps have classes of one name made by different rules: \(rule) in \(path), and \(after.rule) in "
                + "\(after.path); classify both by one scheme"
        }
        if let formula, let other = after.formula, formula != other {
            return
                "\(subject.name) is \(formula) in \(path), and \(other) in \(after.path); map one index on both dates"
        }
        let isLaterThatDay = scene.acquired.flatMap { mine in after.scene.acquired.map { mine > $0 } } ?? false
        let isLater = days.first.flatMap { first in after.days.last.map { first > $0 } } ?? false
        if isLater || isLaterThatDay {
            return
                "BEFORE was taken on \(day ?? ""), after AFTER (\(after.day ?? "")); swap them: the earlier map comes first"
        }
        return gridObstacle(to: after)
    }

    private func gridObstacle(to after: ComparedMap) -> String? {
        guard let like = classes.source else { return nil }
        for band in [values, after.classes, after.values] {
            guard let source = band?.source, let difference = like.grid.difference(from: source.grid) else { continue }
            let start = "\(like.path) and \(source.path) lie on different grids (\(difference)); "
            guard let values = after.values?.source?.path else {
                return start + "bring the later scene to the grid of the earlier map before it is classified: "
                    + "regrid like=\(like.path)"
            }
            let classify = rule.first?.isNumber == true ? "thresholds=..." : "scheme=" + rule.prefix { $0 != " " }
            let name = after.values?.name ?? ""
            return start + "bring the later values to the grid of the earlier map, and compare that: rsproc run read "
                + "\(Chain.quoted(values)) ! regrid like=\(Chain.quoted(like.path)) ! classify \(classify) ! select "
                + "\(name),\(classes.name) ! write regridded/"
        }
        return nil
    }

    /// The formula of an index, as the file records it.
    private var formula: String? { property == nil ? constants["formula " + subject.name]?.text : nil }

    /// What a reader of a comparison with a later map must know.
    func warnings(with after: ComparedMap) -> [String] {
        var warnings: [String] = []
        if day == nil || after.day == nil {
            warnings.append(
                "the date of \(day == nil ? path : after.path) is not known, so nothing says which map is earlier")
        } else if day == after.day {
            warnings.append("both maps are of \(day ?? ""): what differs is how they were made, not the land")
        } else if let last = days.last, let first = after.days.first, last >= first {
            warnings.append(
                "the dates of the maps overlap (\(day ?? ""); \(after.day ?? "")), so part of both may be one scene")
        }
        if SensorFamily(scene.sensor) != SensorFamily(after.scene.sensor) {
            warnings.append(
                "the maps come from different sensors (\(scene.sensor) and \(after.scene.sensor)), whose bands differ; a part "
                    + "of the change may be theirs")
        }
        let models = [self, after].compactMap { $0.constants[Self.modelKey($0.classes)]?.text }
        if models.count == 2, models[0] != models[1] {
            warnings.append(
                "the maps were made by different models (\(models[0]); \(models[1])); a part of the change may be theirs"
            )
        }
        if let mine = method, let theirs = after.method, mine != theirs {
            warnings.append(
                "the maps were made in different ways (\(mine); \(theirs)); a part of the change may be theirs")
        }
        if values == nil || after.values == nil {
            let missing = [self, after].filter { $0.values == nil }.map(\.path)
            warnings.append(
                "the map of \(subject.name) is missing beside \(missing.joined(separator: " and ")), so there is no difference "
                    + "map")
        }
        return warnings + errorWarnings(with: after)
    }

    private func errorWarnings(with after: ComparedMap) -> [String] {
        if subject.kind == .index { return [] }
        let unknown = [self, after].filter { $0.error == nil }.map(\.path)
        if !unknown.isEmpty {
            return [
                "the cross-validated error of \(unknown.joined(separator: " and of ")) is not known, so nothing says how much of "
                    + "the change is noise; give --models BEFORE.json,AFTER.json"
            ]
        }
        return [self, after].compactMap { map in
            guard let error = map.error, !error.isSpatial else { return nil }
            return
                "the error of \(map.path) comes from a cross-validation that was not spatial (\(error.scheme)), which is too "
                + "good where samples lie close together; calibrate with --cv block=1000m or group=field"
        }
    }
}
