/// What one `zonal` step asks for.
struct ZonalRequest: Sendable {
    var zones: ZoneSelection
    var statistics: [ZonalStatistic]
    /// The tables of zones as written, with placeholders.
    var targets: [String]
    /// The table of groups of zones; nil for none.
    var groupTarget: String?
    /// Positions in ``PlanBuilder/requested``.
    var planes: [Int]
}
