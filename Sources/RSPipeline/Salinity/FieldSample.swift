/// One soil sample as it was taken and measured.
public struct FieldSample: Sendable {
    /// The number as delivered.
    public struct Delivered: Sendable, Hashable {
        /// In the delivered unit.
        public var number: Double
        /// The unit's name.
        public var unit: String
        /// What was measured, with the unit that ``FieldSample/value`` was brought to.
        public var property: SoilProperty
    }

    /// Its name.
    public var id: String
    /// The field it was taken in; empty where nobody says.
    public var field: String
    /// The day it was taken.
    public var day: CalendarDay?
    /// Where it stands in its file, for messages: `line 7`, `feature 3`.
    public var place: String
    /// Easting or longitude and northing or latitude, in the samples' coordinate system; nil where there is none.
    public var position: SIMD2<Double>?
    /// What ``value`` is.
    public var property: SoilProperty
    /// In the unit of ``property``; nil where nothing was measured, or a conversion has no result.
    public var value: Double?
    /// As delivered; nil where nothing was measured.
    public var delivered: Delivered?
    /// The conversion that ``value`` has come through; empty for none.
    public var conversion = ""
}
