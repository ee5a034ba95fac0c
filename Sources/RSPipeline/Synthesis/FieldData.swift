import Foundation

/// What people on the ground would know of a synthetic scene, in `field/` beside its bands.
///
/// - `samples.csv`: soil samples of 0-30 cm from all land, bare or under plants, over the whole range of salinity as a
///   survey for calibration looks for it: a fifth in each of the USDA's classes where the scene has them. `ECe` (dS/m) is
///   the truth at the place times `exp(0.2 z)`, `z` of the standard normal distribution: the laboratory and the ground
///   within a pixel. `EC15_uS_cm` is what a 1:5 extract of that sample would conduct by the equation of Kargas et al. 2018.
///   Some lie under the scene's clouds. Land of a rare class has more samples than its share, so areas cannot be told from
///   them.
/// - `validation.csv`: places independent of the samples, one at random in each cell of a square grid (so every place has
///   the same chance), on land, at the middle of a pixel, with the true ECe and its class. Sorted by the classes of a map
///   they are a random sample of each class; there are so many that a class with a fifteenth of the land has some 50.
/// - `plots.geojson`: the fields whose middles lie in the scene, without tracks, canals and drains between them.
/// - `districts.geojson`: up to four districts, divided by a canal and by drains; no field lies in two.
///
/// All places are in longitude and latitude (WGS 84), to a decimetre. The same for every number of threads.
struct FieldData {
    let landscape: SyntheticLandscape
    let frame: SyntheticFrame
    /// The finest pixels of the product.
    let grid: Grid
    let seed: UInt64
    /// The day of the scene.
    let day: CalendarDay
    let sampleCount: Int

    /// Standard deviation of the logarithm of a sample's ECe about the truth.
    static let noise = 0.2
    /// Lower limits of the USDA's classes above the first, dS/m (FAO Soils Bulletin 39; USDA Handbook 60).
    static let classLimits: [Float] = [2, 4, 8, 16]
    static let classNames = [
        "non-saline", "slightly saline", "moderately saline", "strongly saline", "very strongly saline",
    ]
    private static let districtNames = ["Northwest", "Northeast", "Southwest", "Southeast"]
    /// Cells of the grid of validation places, a side.
    private static let validationCells = 42

    /// Writes the files into `folder/field/`.
    func write(into folder: String) throws(SynthesisError) {
        let target = folder + "/field"
        try ProductFolder.make(target)
        let site = try SyntheticSite.crs()
        let places: CoordinateTransform
        do throws(GDALError) {
            places = try CoordinateTransform(from: site, to: try CoordinateSystem(text: "EPSG:4326"))
        } catch {
            throw .writeFailed(error.description)
        }
        try ProductFolder.write(samples(places), to: target + "/samples.csv")
        try ProductFolder.write(validation(places), to: target + "/validation.csv")
        try writeAreas(places, into: target)
    }

    // MARK: Places

    private var halfExtent: Double { Double(max(grid.width, grid.height)) * grid.transform.pixelWidth / 2 }

    /// Metres from the middle of the landscape.
    private func place(column: Double, row: Double) -> SIMD2<Double> {
        let point = grid.transform.map(column: column, row: row)
        return SIMD2(point.x - SyntheticSite.x, point.y - SyntheticSite.y)
    }

    private func isImaged(column: Double, row: Double) -> Bool {
        column >= 0 && row >= 0 && column < Double(grid.width) && row < Double(grid.height)
            && frame.isInside(2 * column / Double(grid.width) - 1, 1 - 2 * row / Double(grid.height))
    }

    private func isImaged(_ place: SIMD2<Double>) -> Bool {
        guard let inverse = grid.transform.inverse else { return false }
        let pixel = inverse.map(column: place.x + SyntheticSite.x, row: place.y + SyntheticSite.y)
        return isImaged(column: pixel.x, row: pixel.y)
    }

    /// Longitude and latitude, to a decimetre.
    private static func degrees(_ places: [SIMD2<Double>], _ transform: CoordinateTransform) -> [(
        lon: String, lat: String
    )] {
        var points = places.map { $0 + SIMD2(SyntheticSite.x, SyntheticSite.y) }
        transform.transform(&points)
        return points.map { (decimals($0.x), decimals($0.y)) }
    }

    private static func decimals(_ value: Double) -> String { String(format: "%.6f", value) }

    // MARK: Samples

    /// Random numbers that belong to a purpose.
    private struct Chance {
        private var state: UInt64

        init(seed: UInt64, purpose: UInt64) { state = ValueNoise.mix(seed ^ purpose &* 0xD6E8_FEB8_6659_FD93) }

        /// In 0..<1.
        mutating func next() -> Double {
            state &+= 0x9E37_79B9_7F4A_7C15
            return Double(ValueNoise.mix(state) >> 11) / 9_007_199_254_740_992
        }

        /// Of the standard normal distribution, as the sum of twelve even ones.
        mutating func normal() -> Double {
            var sum = -6.0
            for _ in 0..<12 { sum += next() }
            return sum
        }
    }

    private static func soilClass(_ salinity: Float) -> Int { classLimits.count { salinity >= $0 } }

    private func samples(_ transform: CoordinateTransform) -> String {
        var chance = Chance(seed: seed, purpose: 1)
        var cursor = SyntheticLandscape.Cursor()
        let classes = Self.classNames.count
        var left = [Int](repeating: (sampleCount + classes - 1) / classes, count: classes)
        var places: [SIMD2<Double>] = []
        var rows: [(field: String, salinity: Float)] = []
        // The first half of the tries looks for every class, the second takes what there is.
        let tries = 800 * sampleCount
        for number in 0..<tries where places.count < sampleCount {
            let (column, row) = (chance.next() * Double(grid.width), chance.next() * Double(grid.height))
            guard isImaged(column: column, row: row) else { continue }
            let place = place(column: column, row: row)
            let surface = landscape.surface(place.x, place.y, &cursor)
            let kind = Self.soilClass(surface.salinity)
            guard surface.water == 0, left[kind] > 0 || number * 2 > tries,
                !places.contains(where: {
                    let way = $0 - place; return (way * way).sum() < 100 * 100
                })
            else { continue }
            left[kind] -= 1
            places.append(place)
            rows.append((SyntheticField(cursor, of: landscape).id, surface.salinity))
        }
        var text = CSVText.line(["id", "field_id", "date", "lon", "lat", "depth", "ECe", "EC15_uS_cm"])
        let degrees = Self.degrees(places, transform)
        for (index, row) in rows.enumerated() {
            let factor = Transcendental.exponential(Self.noise * chance.normal())
            let measured = String(format: "%.3g", Double(row.salinity) * factor)
            // Kargas et al. 2018: ECe = 6.53 EC1:5 - 0.108.
            let extract = ((Double(measured) ?? 0) + 0.108) / 6.53 * 1000
            let date = day.adding(days: Int(chance.next() * 21) - 10)
            text += CSVText.line([
                String(format: "S%03d", index + 1), row.field, date.text, degrees[index].lon, degrees[index].lat,
                "0-30",
                SampleTable.number(Double(measured) ?? 0), String(format: "%.0f", extract),
            ])
        }
        return text
    }

    private func validation(_ transform: CoordinateTransform) -> String {
        var chance = Chance(seed: seed, purpose: 2)
        var cursor = SyntheticLandscape.Cursor()
        let cells = min(Self.validationCells, grid.width, grid.height)
        var places: [SIMD2<Double>] = []
        var salinities: [Float] = []
        for down in 0..<cells {
            for across in 0..<cells {
                func pixel(_ cell: Int, of size: Int) -> Double {
                    let (first, end) = (cell * size / cells, (cell + 1) * size / cells)
                    return Double(first + Int(chance.next() * Double(end - first))) + 0.5
                }
                let (column, row) = (pixel(across, of: grid.width), pixel(down, of: grid.height))
                guard isImaged(column: column, row: row) else { continue }
                let place = place(column: column, row: row)
                let surface = landscape.surface(place.x, place.y, &cursor)
                guard surface.water < 0.5 else { continue }
                places.append(place)
                salinities.append(surface.salinity)
            }
        }
        var text = CSVText.line(["id", "lon", "lat", "ECe", "class", "class_name"])
        for (index, degrees) in Self.degrees(places, transform).enumerated() {
            let kind = Self.soilClass(salinities[index])
            text += CSVText.line([
                String(format: "V%03d", index + 1), degrees.lon, degrees.lat, "\(salinities[index])", "\(kind + 1)",
                Self.classNames[kind],
            ])
        }
        return text
    }

    // MARK: Areas

    /// Which of the four districts a field lies in.
    private static func district(of field: SyntheticField, in fields: SyntheticFieldGrid) -> Int {
        let column = fields.columns.first { field.low.x < $0.high }
        let isSouth = field.low.y < (column?.middleDrain ?? 0)
        return (isSouth ? 2 : 0) + (field.low.x < fields.middleCanal ? 0 : 1)
    }

    private func writeAreas(_ transform: CoordinateTransform, into folder: String) throws(SynthesisError) {
        let fields = SyntheticFieldGrid(
            landscape, around: place(column: Double(grid.width) / 2, row: Double(grid.height) / 2),
            halfExtent: halfExtent)
        let plots = try GeoJSONText(folder + "/plots.geojson")
        var used: Set<Int> = []
        var low = SIMD2(repeating: Double.infinity)
        var high = SIMD2(repeating: -Double.infinity)
        var cursor = SyntheticLandscape.Cursor()
        try fields.forEachField { (field) throws(SynthesisError) in
            guard isImaged(field.middle), landscape.surface(field.middle.x, field.middle.y, &cursor).water < 0.5 else {
                return
            }
            let district = Self.district(of: field, in: fields)
            used.insert(district)
            (low, high) = (pointwiseMin(low, field.low), pointwiseMax(high, field.high))
            let (a, b) = (field.tilledLow, field.tilledHigh)
            let ring = fields.ring([a, SIMD2(b.x, a.y), b, SIMD2(a.x, b.y)])
            try plots.add(
                [("plot_id", field.id), ("district", Self.districtNames[district]), ("crop", field.use)],
                ring: Self.degrees(ring, transform))
        }
        try plots.close()
        let districts = try GeoJSONText(folder + "/districts.geojson")
        for district in used.sorted() {
            let corners = Self.corners(of: district, in: fields, low, high)
            try districts.add(
                [("district_id", "D\(district + 1)"), ("district", Self.districtNames[district])],
                ring: Self.degrees(fields.ring(corners), transform))
        }
        try districts.close()
    }

    /// The outline of a district on the grid of the canals, counter-clockwise.
    private static func corners(
        of district: Int, in fields: SyntheticFieldGrid, _ low: SIMD2<Double>, _ high: SIMD2<Double>
    ) -> [SIMD2<Double>] {
        let (isSouth, isEast) = (district >= 2, district % 2 == 1)
        let left = isEast ? max(low.x, fields.middleCanal) : low.x
        let right = isEast ? high.x : min(high.x, fields.middleCanal)
        var border: [SIMD2<Double>] = []
        for column in fields.columns where column.low < right && column.high > left {
            let drain = min(max(column.middleDrain, low.y), high.y)
            border += [SIMD2(max(column.low, left), drain), SIMD2(min(column.high, right), drain)]
        }
        return isSouth
            ? [SIMD2(left, low.y), SIMD2(right, low.y)] + border.reversed()
            : border + [SIMD2(right, high.y), SIMD2(left, high.y)]
    }
}
