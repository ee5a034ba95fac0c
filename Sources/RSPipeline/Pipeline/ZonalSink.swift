import Foundation

/// Gathers statistics by zone from a pass, and writes their tables.
final class ZonalSink: Sink {
    let table: PlannedTable
    private let statistics: ZonalStatistics

    /// Reads the zones.
    ///
    /// - Throws: ``RunError`` of kind input.
    init(_ table: PlannedTable, grid: Grid) throws(RunError) {
        self.table = table
        do throws(GDALError) {
            statistics = ZonalStatistics(
                of: try ZoneLayer(reading: table.request.zones, onto: grid), planes: table.about,
                statistics: table.request.statistics, grid: grid)
        } catch {
            throw RunError(error)
        }
    }

    /// What deserves a word before the pass.
    var warnings: [String] { statistics.warnings }

    /// What deserves a word after it.
    var notes: [String] { statistics.notes }

    func consume(_ unit: UnitResult) {
        unsafe statistics.add(
            unit.window, values: table.planes.map { unsafe unit.values[$0] },
            reasons: table.planes.map { unsafe unit.reasons[$0] })
    }

    /// The tables, when all pixels have come.
    var result: ZonalResult {
        let zones = statistics.table()
        return ZonalResult(
            zones: zones, groups: table.groupPath == nil ? nil : statistics.groupTable(of: zones),
            groupOfZone: statistics.layer.zones.map(\.group))
    }

    /// Writes the tables under temporary names.
    ///
    /// - Parameter folder: gives the temporary folder of a target.
    /// - Throws: ``RunError``: of kind output, or input where the zones have changed meanwhile.
    func write(
        _ result: ZonalResult, in folder: (String) throws(RunError) -> String
    ) throws(RunError) -> [MadeFile] {
        var made: [MadeFile] = []
        for path in table.paths {
            let temporary = try folder(path) + "/" + URL(fileURLWithPath: path).lastPathComponent
            guard let format = FeatureWriter.Format(path: path) else {
                throw RunError(.chain, "\(path): a table ends in .csv, .gpkg or .geojson")
            }
            do throws(GDALError) {
                if path == table.groupPath {
                    try result.groups?.write(temporary, format: format)
                } else {
                    try result.zones.write(temporary, format: format, zones: table.request.zones)
                }
            } catch {
                throw RunError(error)
            }
            made.append(MadeFile(temporary, target: path))
        }
        return made
    }
}
