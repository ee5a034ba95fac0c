/// What finished maps hold: hectares on the ellipsoid by class and by reason, and how values spread.
struct MapTally {
    /// Hectares by class number.
    private(set) var classes = [Double](repeating: 0, count: 256)
    /// Hectares by the code of ``PixelReason``.
    private var reasons = [Double](repeating: 0, count: PixelReason.allCases.count)
    /// How values spread; nil where there are none.
    private(set) var histogram: Assessment.Histogram?

    /// Bars of a histogram, about as many.
    private static let bars = 24
    /// The share of the land that bars are made for; few pixels far above would squeeze all others.
    private static let drawn = 0.99
    private static let stripRows = 256

    /// Reads three maps of one grid.
    ///
    /// - Parameters:
    ///   - values: Float32; NaN is none.
    ///   - classes: UInt8; 0 is none.
    ///   - validity: codes of ``PixelReason``.
    ///   - fromZero: whether the histogram begins at 0.
    /// - Throws: ``GDALError`` where a map cannot be read, or has no place on the earth.
    init(values: String, classes: String, validity: String, fromZero: Bool) throws(GDALError) {
        let values = try Dataset(reading: values)
        let classes = try Dataset(reading: classes)
        let validity = try Dataset(reading: validity)
        let grid = classes.grid
        let areas = try PixelAreas(of: grid)
        var distribution = WeightedDistribution()
        var largest = 0.0
        for row in [0, grid.height / 2, grid.height - 1] {
            largest = max(largest, areas.hectares(column: grid.width / 2, row: row))
        }
        var (sum, weight) = (0.0, 0.0)
        var line: [Double] = []
        for strip in Self.strips(of: grid) {
            let numbers = try classes.classes(strip)
            let codes = try validity.classes(strip)
            let found = try values.numbers(strip)
            for row in 0..<strip.height {
                areas.fill(&line, row: strip.row + row, columns: 0..<grid.width)
                for column in 0..<grid.width {
                    let (pixel, area) = (row * grid.width + column, line[column])
                    if numbers[pixel] > 0 {
                        self.classes[Int(numbers[pixel])] += area
                    } else {
                        let code = Int(codes[pixel])
                        // A value below the lowest class is valid and has no class.
                        let known = (1..<reasons.count).contains(code)
                        reasons[known ? code : Int(PixelReason.undefinedResult.rawValue)] += area
                    }
                    let value = found[pixel]
                    if value.isNaN { continue }
                    // Weights are at most 1; pixels of one map differ by little.
                    distribution.add(value, weight: area / (2 * largest))
                    sum += Double(value) * area
                    weight += area
                }
            }
        }
        guard weight > 0 else { return }
        let ends = distribution.quantiles([0, 0.5, Self.drawn])
        let axis = ChartAxis(enclosing: [ends[0], ends[2]], includingZero: fromZero, marks: Self.bars)
        var bins = zip(axis.marks, axis.marks.dropFirst()).map { Assessment.Bin(lower: $0, upper: $1, hectares: 0) }
        var above = 0.0
        for strip in Self.strips(of: grid) {
            let found = try values.numbers(strip)
            for row in 0..<strip.height {
                areas.fill(&line, row: strip.row + row, columns: 0..<grid.width)
                for column in 0..<grid.width {
                    let value = Double(found[row * grid.width + column])
                    if value.isNaN { continue }
                    if let last = bins.last, value >= last.upper {
                        above += line[column]
                        continue
                    }
                    let bin = bins.lastIndex { value >= $0.lower } ?? 0
                    bins[bin].hectares += line[column]
                }
            }
        }
        histogram = Assessment.Histogram(bins: bins, median: ends[1], mean: sum / weight, above: above)
    }

    /// The windows that maps are read in.
    static func strips(of grid: Grid) -> [Window] {
        stride(from: 0, to: grid.height, by: stripRows).map { row in
            Window(column: 0, row: row, width: grid.width, height: min(stripRows, grid.height - row))
        }
    }

    /// Hectares with a class.
    var assessed: Double { classes.dropFirst().reduce(0, +) }

    /// Hectares that the scene shows: pixels that it does not fill are not land in question.
    var whole: Double { assessed + reasons.reduce(0, +) - missing(.fill) }

    /// Hectares without a class for a reason.
    func missing(_ reason: PixelReason) -> Double { reasons[Int(reason.rawValue)] }

    /// The land in question.
    var extent: Assessment.Extent {
        Assessment.Extent(
            assessed: assessed,
            excluded: PixelReason.allCases.filter { $0 != .fill && $0 != .valid }.map { ($0.name, missing($0)) })
    }
}

extension Dataset {
    /// A window of the first band as Float32.
    fileprivate borrowing func numbers(_ window: Window) throws(GDALError) -> [Float] {
        var pixels = [Float](repeating: 0, count: window.pixelCount)
        var failure: GDALError?
        unsafe pixels.withUnsafeMutableBytes { bytes in
            do throws(GDALError) { try unsafe read(band: 1, window: window, into: bytes, as: .float32) } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return pixels
    }
}
