/// Where a scene shows bare soil: tests of indices whose values must lie within limits.
///
/// Indices and models of soil mean something only where soil is seen: green plants, dry plants and water have values too.
///
/// The default limits are those by which Demattê et al. 2020 (Scientific Reports 10:4461, doi
/// 10.1038/s41598-020-61408-1) found bare surfaces in Landsat scenes of the whole Earth, in surface reflectance; two
/// published implementations for Landsat and for Sentinel-2 agree on the numbers. Their third test, of the slope from
/// visible to shortwave infrared (VNSIR), is left out: it is no index of the catalogue.
public struct BareSoilGate: Sendable, Hashable {
    /// One index and the limits that it must keep, both included.
    public struct Test: Sendable, Hashable {
        /// What a chain calls the test.
        public let name: String
        /// The index of the catalogue.
        public let index: String
        /// What lies beyond the limits.
        public let excludes: String
        /// The limits.
        public var range: ClosedRange<Double>
    }

    /// Green plants lie above, open water below.
    public static let ndvi = Test(
        name: "ndvi", index: "ndvi", excludes: "green plants and open water", range: -0.25...0.25)
    /// NBR2, the normalised difference of the two shortwave infrared bands: dry plants and stubble lie above, and so do wet
    /// soil and crusts with much gypsum.
    public static let nbr2 = Test(
        name: "nbr2", index: "nd_S1S2", excludes: "dry plants and stubble", range: -0.3...0.1)

    /// The tests.
    public var tests: [Test]

    /// Makes a gate; by default of both tests.
    public init(_ tests: [Test] = [ndvi, nbr2]) { self.tests = tests }

    /// Where the default limits come from.
    public static let source = "Demattê et al. 2020, doi 10.1038/s41598-020-61408-1"
}
