import Foundation

/// Statistics by zone that a plan writes, as one or several files.
struct PlannedTable: Sendable {
    let request: ZonalRequest
    /// What each of its planes is.
    let about: [ZonalPlane]
    /// Where the tables of zones go.
    let zonePaths: [String]
    /// Where the table of groups goes; nil for none.
    let groupPath: String?

    /// Indices into the plan's planes.
    var planes: [Int] { request.planes }

    /// Every file, those of zones first.
    var paths: [String] { zonePaths + (groupPath.map { [$0] } ?? []) }

    /// - Throws: ``ChainError`` where a target or a statistic does not fit, ``GDALError`` where the zones do not.
    init(_ request: ZonalRequest, in builder: PlanBuilder, directory: String?) throws {
        func place(_ target: String) throws -> String {
            URL(fileURLWithPath: try PlannedFile.place(target, scene: builder.scene, directory: directory))
                .standardizedFileURL.path
        }
        self.request = request
        about = try request.planes.map { try ZonalPlane(builder.requested[$0].plane) }
        zonePaths = try request.targets.map(place)
        groupPath = try request.groupTarget.map(place)
        for statistic in request.statistics
        where !about.contains(where: { $0.holdsClasses ? statistic.fitsClasses : statistic.fitsQuantities }) {
            throw ChainError(
                about.allSatisfy(\.holdsClasses)
                    ? "stats=\(statistic.word): \(about[0].name) holds classes, whose numbers are names; ask for count, "
                        + "variety, majority or area_by_class"
                    : "stats=\(statistic.word): it needs a plane of classes; \(about[0].name) holds quantities")
        }
        try request.zones.check()
    }
}

extension ZonalPlane {
    fileprivate init(_ plane: PlannedPlane) throws {
        var reasons = Set(plane.rules.map(\.reason))
        if !plane.isAlwaysValid { reasons.formUnion([.fill, .undefinedResult]) }
        var categories = plane.categories
        if plane.isAlwaysValid {
            categories = PixelReason.categories
        } else if categories.isEmpty, plane.quantity == .classes, let source = plane.band?.source {
            categories = try Dataset(reading: source.path, drivers: Dataset.drivers(forNamed: source.path))
                .band(source.band).categories
        }
        self.init(
            name: plane.name, holdsClasses: plane.quantity == .classes || plane.quantity == .mask,
            reasons: reasons.sorted { $0.rawValue < $1.rawValue }, categories: categories)
    }
}

extension RasterBand {
    /// The classes that the items `CATEGORY_<value>` name, as ``DatasetWriter`` writes them, by number; colours are left
    /// out.
    var categories: [RasterCategory] {
        metadata.compactMap { key, name in
            guard key.hasPrefix("CATEGORY_"), let value = UInt8(key.dropFirst("CATEGORY_".count)) else { return nil }
            return RasterCategory(value, name, .zero)
        }
        .sorted { $0.value < $1.value }
    }
}
