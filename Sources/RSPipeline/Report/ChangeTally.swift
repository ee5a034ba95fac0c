/// What two maps of classes hold together, and what maps of their change hold: hectares on the ellipsoid.
struct ChangeTally {
    /// `areas[before][after]` by class number, 0 for none.
    let areas: [[Double]]
    /// Nil where no pixel has values in both maps.
    private(set) var difference: Change.Difference?
    /// Hectares by the number of a ``TransitionMatrix/Direction``, of differences beyond the error; 0 where there is none.
    private(set) var beyond = [Double](repeating: 0, count: TransitionMatrix.Direction.allCases.count + 1)

    /// Reads maps of one grid.
    ///
    /// - Parameters:
    ///   - before: where the class numbers of the earlier map are.
    ///   - after: where those of the later one are.
    ///   - count: how many classes there are; other numbers are none.
    ///   - difference: Float32, NaN is none; nil for none at all.
    ///   - beyond: the numbers of directions beyond the error; nil for none at all.
    /// - Throws: ``GDALError`` where a map cannot be read, or has no place on the earth.
    init(
        before: RasterSource, after: RasterSource, classes count: Int, difference: String?, beyond: String?
    ) throws(GDALError) {
        let side = count + 1
        var flat = [Double](repeating: 0, count: side * side)
        let first = try Dataset(reading: before.path)
        let last = try Dataset(reading: after.path)
        let grid = first.grid
        let pixels = try PixelAreas(of: grid)
        var line: [Double] = []
        for strip in MapTally.strips(of: grid) {
            let old = try first.classes(strip, band: before.band)
            let new = try last.classes(strip, band: after.band)
            for row in 0..<strip.height {
                pixels.fill(&line, row: strip.row + row, columns: 0..<grid.width)
                for column in 0..<grid.width {
                    let pixel = row * grid.width + column
                    let (from, to) = (Int(old[pixel]), Int(new[pixel]))
                    flat[(from > count ? 0 : from) * side + (to > count ? 0 : to)] += line[column]
                }
            }
        }
        areas = (0..<side).map { Array(flat[$0 * side..<($0 + 1) * side]) }
        if let difference { try addDifference(difference, pixels) }
        if let beyond {
            let map = try Dataset(reading: beyond)
            for strip in MapTally.strips(of: map.grid) {
                let numbers = try map.classes(strip)
                for row in 0..<strip.height {
                    pixels.fill(&line, row: strip.row + row, columns: 0..<strip.width)
                    for column in 0..<strip.width {
                        self.beyond[Int(min(numbers[row * strip.width + column], 3))] += line[column]
                    }
                }
            }
        }
    }

    private mutating func addDifference(_ path: String, _ pixels: PixelAreas) throws(GDALError) {
        let map = try Dataset(reading: path)
        var line: [Double] = []
        var (weight, mean, spread) = (0.0, 0.0, 0.0)
        var (low, high) = (Float.infinity, -Float.infinity)
        for strip in MapTally.strips(of: map.grid) {
            let values = try map.floats(band: 1, window: strip)
            for row in 0..<strip.height {
                pixels.fill(&line, row: strip.row + row, columns: 0..<strip.width)
                for column in 0..<strip.width {
                    let value = values[row * strip.width + column]
                    if value.isNaN { continue }
                    // West 1979: a weighted mean and its spread in one pass.
                    let area = line[column]
                    weight += area
                    let distance = Double(value) - mean
                    mean += distance * area / weight
                    spread += area * distance * (Double(value) - mean)
                    low = min(low, value)
                    high = max(high, value)
                }
            }
        }
        guard weight > 0 else { return }
        difference = Change.Difference(
            hectares: weight, mean: mean, deviation: max(0, spread / weight).squareRoot(), minimum: Double(low),
            maximum: Double(high))
    }
}
