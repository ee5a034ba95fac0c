/// Where a file of field samples says what, and what holds for all of it.
///
/// Of ``unit``, ``measure``, ``depth`` and ``date``, a text that reads as one holds for the whole file; any other text is the
/// name of a column, which says it row by row. Without a word, columns of the usual names are looked for:
///
/// | fact | columns |
/// |---|---|
/// | ``id`` | `id`, `sample_id`, `sample`, `name`, `point` |
/// | ``field`` | `field_id`, `field`, `plot_id`, `plot` |
/// | ``x``, ``y`` | `lon`, `long`, `longitude`, `lng`; `lat`, `latitude`; or, with ``crs``, `x`, `easting`, `east`; `y`, `northing`, `north` |
/// | ``value`` | `value`, or the one column named after a measure (`ECe`, `TSS`) |
/// | ``unit`` | `unit`, `units` |
/// | ``measure`` | `measure`, `extract`, or the name of the value's column where it is one |
/// | ``depth`` | `depth` (`0-30`); or `depth_top_cm`, `depth_top`, `top`, `upper`, `depth_from` with `depth_bottom_cm`, `depth_bottom`, `bottom`, `lower`, `depth_to` |
/// | ``date`` | `date`, `day`, `sampled`, `sampling_date` |
public struct FieldSampleOptions: Sendable, Hashable {
    /// The column with the names of samples.
    public var id: String?
    /// The column with the field each sample was taken in.
    public var field: String?
    /// The columns with eastings or longitudes, and northings or latitudes; for tables only.
    public var x: String?
    /// See ``x``.
    public var y: String?
    /// The coordinate system, where the file does not name it.
    public var crs: CoordinateSystem?
    /// The column with the measured numbers.
    public var value: String?
    /// Their unit, as ``DeliveredUnit`` has them, or a column.
    public var unit: String?
    /// What was measured (`ECe`, `EC1:5`, `TSS`, `Cl`), or a column.
    public var measure: String?
    /// Centimetres below the surface (`0-30cm`), or a column.
    public var depth: String?
    /// The day (`2023-07-15`), or a column.
    public var date: String?
    /// How text is encoded where that is not UTF-8 and the file does not say, such as `CP1251`.
    public var encoding: String?
    /// The layer of a file that holds several.
    public var layer: String?
    /// Which features of a vector file, as the condition of an SQL `WHERE`.
    public var filter: String?

    /// Makes options; whatever is nil is looked for under the usual names.
    public init(
        value: String? = nil, unit: String? = nil, measure: String? = nil, depth: String? = nil, date: String? = nil,
        crs: CoordinateSystem? = nil
    ) {
        self.value = value
        self.unit = unit
        self.measure = measure
        self.depth = depth
        self.date = date
        self.crs = crs
    }

    /// The usual names of columns.
    enum Usual {
        static let id = ["id", "sample_id", "sample", "name", "point"]
        static let field = ["field_id", "field", "plot_id", "plot"]
        static let longitude = ["lon", "long", "longitude", "lng", "долгота"]
        static let latitude = ["lat", "latitude", "широта"]
        static let easting = ["x", "easting", "east"]
        static let northing = ["y", "northing", "north"]
        static let unit = ["unit", "units"]
        static let measure = ["measure", "extract"]
        static let depth = ["depth"]
        static let top = ["depth_top_cm", "depth_top", "top", "upper", "depth_from"]
        static let bottom = ["depth_bottom_cm", "depth_bottom", "bottom", "lower", "depth_to"]
        static let date = ["date", "day", "sampled", "sampling_date"]
        /// What stands for a number that is not there.
        static let missing: Set<String> = ["", "na", "n/a", "nan", "null", "none", "-"]
    }
}
