/// What a `zonal` step has found.
struct ZonalResult: Sendable {
    let zones: ZonalTable
    /// Nil where no sums were asked for.
    let groups: ZonalTable?
    /// By row of ``zones``, what it is summed up under; nil for a zone without.
    let groupOfZone: [String?]
}
