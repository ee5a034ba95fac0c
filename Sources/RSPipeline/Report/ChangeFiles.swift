import Foundation

/// Makes `transitions.csv` and `change.json` of the products of a comparison.
struct ChangeFiles: RunReport {
    let before: ComparedMap
    let after: ComparedMap
    let step: ChangeStep
    /// `sqrt(a^2 + b^2)` of the errors of both models; nil where one is not known.
    let combinedRMSE: Double?
    let options: ChangeOptions
    private let places: CheckedPlaces?
    let tablePath: String
    let documentPath: String

    /// Reads the checked places, if any.
    ///
    /// - Throws: ``SceneError`` or ``GDALError`` that names their file.
    init(
        _ before: ComparedMap, _ after: ComparedMap, step: ChangeStep, combinedRMSE: Double?, _ options: ChangeOptions
    ) throws {
        (self.before, self.after, self.step) = (before, after, step)
        self.combinedRMSE = combinedRMSE
        self.options = options
        places = try options.places.map(CheckedPlaces.init)
        tablePath = options.target("transitions.csv")
        documentPath = options.target("change.json")
    }

    var paths: [String] { [tablePath, documentPath] }

    var inputs: [String] {
        var all = before.documents + after.documents + (options.places.map(VectorFile.parts) ?? [])
        var seen: Set<String> = []
        all.removeAll { !seen.insert($0).inserted }
        return all
    }

    var constants: [String: String] {
        var constants = ["report": Change.currentSchema, "classes compared": before.rule]
        for (name, map) in [("before", before), ("after", after)] {
            if let error = map.error { constants["error \(name)"] = "\(error.rmse), \(error.scheme), \(error.model)" }
        }
        constants["report places"] = options.places.map(ProcessingRecord.name)
        constants["report reference"] = options.reference
        return constants
    }

    func make(
        of products: RunProducts, in folder: (String) throws(RunError) -> String
    ) throws(RunError) -> (files: [MadeFile], warnings: [String]) {
        let change: Change
        do { change = try self.change(products) } catch { throw RunError(error) }
        var made: [MadeFile] = []
        for (path, data) in [(tablePath, Data(change.table.utf8)), (documentPath, try change.json())] {
            let temporary = try folder(path) + "/" + URL(fileURLWithPath: path).lastPathComponent
            guard FileManager.default.createFile(atPath: temporary, contents: data) else {
                throw RunError(.output, "\(path): cannot be written; is the disk full?")
            }
            made.append(MadeFile(temporary, target: path))
        }
        return (made, change.warnings.dropFirst(products.warnings.count) + (change.accuracy?.warnings ?? []))
    }

    private func change(_ products: RunProducts) throws -> Change {
        guard let old = before.classes.source, let new = after.classes.source,
            let map = products.map(of: ChangeStep.Plane.direction)
        else { throw RunError(.output, "the maps of the change were not made") }
        let tally = try ChangeTally(
            before: old, after: new, classes: step.classes,
            difference: step.difference.flatMap { products.map(of: $0.name) },
            beyond: products.map(of: ChangeStep.Plane.beyondError))
        let transitions = TransitionMatrix(classes: before.names, areas: tally.areas)
        let compared = transitions.compared
        if compared == 0 {
            throw RunError(
                .input,
                "no pixel has a class in \(before.path) and in \(after.path), so nothing can be compared; look at their masks "
                    + "and gates")
        }
        var change = Change(
            before: before.side, after: after.side, subject: before.subject, rule: before.rule,
            transitions: transitions, transitionsBasis: .unadjusted,
            directions: TransitionMatrix.Direction.allCases.map { direction in
                let hectares = transitions.hectares(direction)
                return Change.Direction(
                    name: direction.word(ofSalinity: step.isSalinity), hectares: hectares, share: hectares / compared)
            },
            directionsBasis: .unadjusted, difference: tally.difference,
            zones: options.zones == nil ? nil : "zones.csv", warnings: products.warnings)
        if let combinedRMSE, let limit = step.difference?.limit {
            change.certainty = Change.Certainty(
                combinedRMSE: combinedRMSE, limit: limit,
                isSpatial: [before, after].allSatisfy { $0.error?.isSpatial ?? false }, improved: tally.beyond[1],
                within: tally.beyond[2], worsened: tally.beyond[3])
        }
        if let places { try adjust(&change, with: places, map) }
        change.warnings = change.warnings.map(withoutFolders)
        return change
    }

    // MARK: Checked places

    /// Corrects hectares with places that were visited on both dates, drawn at random within each direction of the map.
    ///
    /// Their columns `before` and `after` hold the classes that were found, or one column holds the direction.
    private func adjust(_ change: inout Change, with places: CheckedPlaces, _ map: String) throws {
        let directions = TransitionMatrix.Direction.allCases
        let count = before.names.count
        let classes = before.categories.map { (number: Int($0.value), name: $0.name) }
        var kinds: [Int]?
        let found: [Int]
        if options.reference == nil, places.hasColumn("before"), places.hasColumn("after") {
            let pairs = zip(
                try places.found(in: ["before"], classes: classes), try places.found(in: ["after"], classes: classes))
            kinds = pairs.map { $0 * count + $1 }
            found = pairs.map { TransitionMatrix.Direction(from: $0, to: $1).rawValue - 1 }
        } else {
            found = try places.found(
                in: options.reference.map { [$0] } ?? CheckedPlaces.usual + ["change"],
                classes: change.directions.enumerated().map { (number: $0.offset + 1, name: $0.element.name) })
        }
        let shown = try places.mapped(on: map, classes: directions.count)
        let matrix = try ConfusionMatrix(
            classes: change.directions.map(\.name),
            counts: CheckedPlaces.counts(
                shown.classes, classes: directions.count, found, kinds: directions.count))
        let estimate = try AreaEstimate(matrix, mapped: change.directions.map(\.hectares))
        let whole = change.transitions.compared
        change.warnings += shown.warnings
        change.accuracy = Assessment.Accuracy(estimate)
        change.directionsBasis = .adjusted
        for index in change.directions.indices {
            change.directions[index].estimate = Assessment.EstimatedArea(estimate, ofAnyOf: [index])
        }
        guard let kinds else { return }
        let strata = estimate.strata(
            ofKinds: CheckedPlaces.counts(
                shown.classes, classes: directions.count, kinds, kinds: count * count))
        let areas = (0..<count * count).map { Assessment.EstimatedArea(strata, ofAnyOf: [$0], of: whole) }
        change.transitionsBasis = .adjusted
        change.transitionEstimates = (0..<count).map { Array(areas[$0 * count..<($0 + 1) * count]) }
    }

    /// A warning with names of files instead of paths, the same on every machine.
    private func withoutFolders(_ warning: String) -> String {
        let paths = [before.path, after.path, options.zones?.path, options.places].compactMap(\.self)
        return paths.filter { $0.contains("/") }.sorted { $0.count > $1.count }.reduce(warning) { text, path in
            text.replacing(path, with: ProcessingRecord.name(path))
        }
    }
}
