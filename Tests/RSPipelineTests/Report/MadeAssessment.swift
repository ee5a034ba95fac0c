import Foundation

@testable import RSPipeline

/// A made-up assessment of an area of 12 x 12 km: 4 districts, 300 plots, clouds, crops that hide the soil.
///
/// All sums are taken from the pixels of its class map, so they agree as those of a real one.
struct MadeAssessment {
    static let side = 300
    static let pixel = 40.0
    /// Hectares of one pixel.
    static let hectares = pixel * pixel / 10_000

    /// The one that tests share.
    static let shared = MadeAssessment()

    /// Class numbers, 0 where there is none.
    private(set) var classes = [UInt8](repeating: 0, count: side * side)
    private(set) var assessment: Assessment
    private(set) var districts: [MapOutline] = []
    private(set) var plots: [MapOutline] = []

    private static let wkt = (try? CoordinateSystem(text: "EPSG:32639").wkt) ?? ""

    static let grid = Grid(
        width: side, height: side, transform: GeoTransform(left: 312_000, top: 4_434_000, pixelSize: pixel),
        crs: CoordinateSystem(
            wkt: wkt, name: "WGS 84 / UTM zone 39N", epsg: 32639, isGeographic: false, metresPerUnit: 1))

    static let categories = [
        RasterCategory(1, "non-saline", [237, 234, 222]), RasterCategory(2, "slightly saline", [254, 217, 142]),
        RasterCategory(3, "moderately saline", [254, 153, 41]), RasterCategory(4, "strongly saline", [204, 76, 2]),
        RasterCategory(5, "very strongly saline", [102, 37, 6]),
    ]
    private static let bounds = [0.0, 2, 4, 8, 16]
    private static let columns = 20
    private static let rows = 15

    init(seed: UInt64 = 7) {
        var random = SplitMix64(seed: seed)
        func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + Double.random(in: 0..<1, using: &random) } }
        let side = Self.side
        let count = Self.columns * Self.rows
        let effects = (0..<count).map { _ in 0.45 * normal() }
        let green = (0..<count).map { _ in Double.random(in: 0..<1, using: &random) < 0.16 }
        var values = [Float](repeating: .nan, count: side * side)
        var reasons = ["cloud": 0, "shadow": 0, "gated": 0, "masked_other": 0, "extrapolated": 0]
        var areas = [[Double]](repeating: [0, 0, 0, 0, 0], count: 4)
        var whole = [0.0, 0, 0, 0]
        var sums = [(sum: Double, pixels: Int, affected: Int, seen: Int)](repeating: (0, 0, 0, 0), count: count)
        for row in 0..<side {
            for column in 0..<side {
                let (u, v) = ((Double(column) + 0.5) / Double(side), (Double(row) + 0.5) / Double(side))
                let district = Self.district(u, v)
                whole[district] += Self.hectares
                let plot = Self.plot(u, v)
                if let plot { sums[plot].pixels += 1 }
                if let reason = Self.reason(u, v) {
                    reasons[reason, default: 0] += 1
                    continue
                }
                if let plot, green[plot] {
                    reasons["gated", default: 0] += 1
                    continue
                }
                let hollow = 2.2 * exp(-8 * ((u - 0.68) * (u - 0.68) + (v - 0.64) * (v - 0.64)))
                let other = 1.5 * exp(-30 * ((u - 0.22) * (u - 0.22) + (v - 0.3) * (v - 0.3)))
                let fine =
                    0.18 * sin(61 * u + 37 * v) * cos(43 * v - 29 * u) + 0.25
                    * (Double((row * 7 + column * 13) % 17) / 17 - 0.5)
                let value = exp(0.15 + hollow + other + (plot.map { effects[$0] } ?? 0.1) + fine)
                if value > 29 {
                    reasons["extrapolated", default: 0] += 1
                    continue
                }
                let index = Self.bounds.lastIndex { value >= $0 } ?? 0
                classes[row * side + column] = UInt8(index + 1)
                values[row * side + column] = Float(value)
                areas[district][index] += Self.hectares
                if let plot {
                    sums[plot].sum += value
                    sums[plot].seen += 1
                    if index > 0 { sums[plot].affected += 1 }
                }
            }
        }
        let totals = (0..<5).map { index in areas.reduce(0) { $0 + $1[index] } }
        let assessed = totals.reduce(0, +)
        let made = (0..<5).map { index in
            Assessment.Class(
                number: index + 1, name: Self.categories[index].name, lower: index == 0 ? nil : Self.bounds[index],
                upper: index == 4 ? nil : Self.bounds[index + 1], colour: Self.colour(Self.categories[index].colour),
                isAffected: index > 0, hectares: totals[index], share: totals[index] / assessed)
        }
        let names = ["Sabirabad", "Saatly", "Imishli", "Kurdamir"]
        let estimate = try? AreaEstimate(
            ConfusionMatrix(
                classes: made.map(\.name),
                counts: [
                    [52, 7, 1, 0, 0], [9, 44, 7, 0, 0], [1, 8, 45, 6, 0], [0, 1, 7, 46, 6], [0, 0, 1, 9, 50],
                ]), mapped: totals)
        let pairs = (0..<60).map { _ -> Assessment.Pair in
            let log = 1.3 + 0.85 * normal()
            return Assessment.Pair(
                observed: exp(log).rounded(toPlaces: 2),
                predicted: exp(0.35 + 0.74 * log + 0.3 * normal()).rounded(toPlaces: 3))
        }
        let plotRows = (0..<count).map { index -> Assessment.Plot in
            let plot = sums[index]
            let mean = plot.seen > 0 ? plot.sum / Double(plot.seen) : nil
            let centre = Self.centre(index)
            return Assessment.Plot(
                id: Self.plotName(index), district: names[Self.district(centre.x, centre.y)],
                hectares: Double(plot.pixels) * Self.hectares, mean: mean,
                affectedShare: plot.seen > 0 ? Double(plot.affected) / Double(plot.seen) : nil,
                meanClass: mean.map { value in (Self.bounds.lastIndex { value >= $0 } ?? 0) + 1 })
        }
        let sorted = values.filter { !$0.isNaN }.sorted()
        let bins = (0..<30).map { index -> Assessment.Bin in
            let (low, high) = (Double(index), Double(index + 1))
            return Assessment.Bin(
                lower: low, upper: high,
                hectares: Double(sorted.count { Double($0) >= low && Double($0) < high }) * Self.hectares)
        }
        assessment = Assessment(
            place: "Mugan plain",
            scenes: [
                .init(
                    id: "LC09_L2SP_167032_20240814_20240815_02_T1", sensor: "Landsat 9 OLI", date: "2024-08-14",
                    cloudShare: 0.041)
            ],
            subject: .init(kind: .salinity, name: "ECe", unit: "dS/m", depth: "0-30cm"), scheme: "usda",
            schemeSource: "USDA Handbook 60 (1954), FAO Soils Bulletin 39", classes: made,
            extent: .init(
                assessed: assessed, excluded: reasons.map { ($0.key, Double($0.value) * Self.hectares) }),
            affected: .init(made, estimate: estimate), accuracy: estimate.map(Assessment.Accuracy.init),
            districts: (0..<4).map {
                .init(name: names[$0], hectares: whole[$0], areas: areas[$0], classes: made, kind: .salinity)
            },
            plots: .init(plotRows, table: "plots.csv"), model: Self.model(pairs, made),
            histogram: .init(
                bins: bins, median: Double(sorted[sorted.count / 2]),
                mean: sorted.reduce(0) { $0 + Double($1) } / Double(sorted.count), above: 0),
            map: .init(
                width: 12_004.2, height: 12_004.2, north: 1.47, scaleBar: 2000,
                corners: [
                    .init(longitude: 48.7962, latitude: 40.0352), .init(longitude: 48.9367, latitude: 40.0379),
                    .init(longitude: 48.9399, latitude: 39.9299), .init(longitude: 48.7996, latitude: 39.9272),
                ], crs: "WGS 84 / UTM zone 39N (EPSG:32639)"),
            steps: [
                .init(word: "read", text: "read LC09_L2SP_167032_20240814_20240815_02_T1"),
                .init(word: "surface", text: "surface method=product"),
                .init(word: "mask", text: "mask cloud,shadow,water buffer=90m"),
                .init(word: "index", text: "index sqrt_GR,ndvi"), .init(word: "gate", text: "gate bare"),
                .init(word: "model", text: "model mugan_2024.json"),
                .init(word: "classify", text: "classify scheme=usda"),
                .init(word: "zonal", text: "zonal zones=plots.gpkg id=plot_id group=district"),
            ],
            constants: [
                .init(name: "surface.scale", value: "0.0000275"), .init(name: "surface.offset", value: "-0.2"),
                .init(name: "gate.ndvi", value: "-0.05 ... 0.30"), .init(name: "gate.nbr2", value: "-0.15 ... 0.15"),
            ],
            warnings: ["12 samples were taken more than 15 days before the scene"],
            notes: ["Made for the State Service on land reclamation."],
            provenance: .init(
                software: "rsproc 0.5.0",
                libraries: [
                    .init(name: "GDAL", value: "3.6.2"), .init(name: "libtiff", value: "4.5.0"),
                    .init(name: "libdeflate", value: "1.14"),
                ],
                chain:
                    "read LC09_L2SP_167032_20240814_20240815_02_T1 ! surface method=product ! mask cloud,shadow,water "
                    + "buffer=90m ! index sqrt_GR,ndvi ! gate bare ! model mugan_2024.json ! classify scheme=usda",
                inputs: [
                    .init(
                        file: "LC09_L2SP_167032_20240814_20240815_02_T1_SR_B3.TIF", size: 71_203_411,
                        checksum: "5f1a0c99d2e87b44"),
                    .init(
                        file: "LC09_L2SP_167032_20240814_20240815_02_T1_SR_B4.TIF", size: 73_905_120,
                        checksum: "a08e7711c05d2fe9"),
                    .init(file: "mugan_2024.json", size: 4_812, checksum: "03c2be9f11aa7d60"),
                    .init(file: "plots.gpkg", size: 286_720, checksum: "d4419be0073a1c55"),
                    .init(file: "validation.csv", size: 11_204, checksum: nil),
                ]))
        districts = (0..<4).map { MapOutline(name: names[$0], rings: [Self.districtRing($0)]) }
        plots = (0..<count).map { MapOutline(name: Self.plotName($0), rings: [Self.plotRing($0)]) }
    }

    /// The map with its picture; nil where it cannot be written.
    static let sharedMap: ReportMap? = {
        let made = shared
        guard let folder = try? ScratchFolder(), let picture = try? made.picture(in: folder.path) else { return nil }
        return ReportMap(picture, districts: made.districts, plots: made.plots)
    }()

    /// The shared map, which is of the same area.
    var map: ReportMap? { Self.sharedMap }

    private func picture(in folder: String) throws -> MapPicture {
        let path = folder + "/classes.tif"
        let writer = try DatasetWriter(creating: path, grid: Self.grid, sampleType: .uint8, bandCount: 1, options: [])
        try unsafe classes.withUnsafeBytes { bytes in
            try unsafe writer.write(band: 1, window: Self.grid.window, from: bytes, as: .uint8)
        }
        try writer.close()
        return try MapPicture(of: path, categories: Self.categories)
    }

    // MARK: Places, in shares of the sides

    private static func curve(_ t: Double) -> Double { 0.5 + 0.05 * sin(6 * t) + 0.02 * sin(17 * t) }

    private static func district(_ u: Double, _ v: Double) -> Int {
        (u < curve(v) + 0.03 ? 0 : 1) + (v < curve(u) - 0.06 ? 0 : 2)
    }

    private static func districtRing(_ number: Int) -> [SIMD2<Double>] {
        // Walks the edge of the district from the centre out along one border and back along the other.
        let (sx, sy) = (number % 2 == 0 ? 0.0 : 1.0, number < 2 ? 0.0 : 1.0)
        var centre = SIMD2(0.5, 0.5)
        for _ in 0..<50 { centre = SIMD2(curve(centre.y) + 0.03, curve(centre.x) - 0.06) }
        let steps = 60
        let across = (0...steps).map { step -> SIMD2<Double> in
            let u = centre.x + (sx - centre.x) * Double(step) / Double(steps)
            return SIMD2(u, curve(u) - 0.06)
        }
        let down = (0...steps).map { step -> SIMD2<Double> in
            let v = centre.y + (sy - centre.y) * Double(step) / Double(steps)
            return SIMD2(curve(v) + 0.03, v)
        }
        return (across + [SIMD2(sx, sy)] + down.reversed()).map { $0 * Double(side) }
    }

    /// Plots lie in a lattice turned by 12 degrees.
    private static let turn = (cosine: 0.978_147_6, sine: 0.207_911_7)
    private static let cell = SIMD2(0.039, 0.052)
    private static let start = SIMD2(0.15, 0.03)

    private static func plot(_ u: Double, _ v: Double) -> Int? {
        let d = SIMD2(u, v) - start
        let along = (d.x * turn.cosine + d.y * turn.sine) / cell.x
        let across = (-d.x * turn.sine + d.y * turn.cosine) / cell.y
        guard along >= 0, across >= 0, along < Double(columns), across < Double(rows) else { return nil }
        let (column, row) = (along.rounded(.down), across.rounded(.down))
        guard (0.05...0.95).contains(along - column), (0.04...0.96).contains(across - row) else { return nil }
        return Int(row) * columns + Int(column)
    }

    private static func place(_ along: Double, _ across: Double) -> SIMD2<Double> {
        let d = SIMD2(along, across) * cell
        return start + SIMD2(d.x * turn.cosine - d.y * turn.sine, d.x * turn.sine + d.y * turn.cosine)
    }

    private static func plotRing(_ index: Int) -> [SIMD2<Double>] {
        let (column, row) = (Double(index % columns), Double(index / columns))
        return [(0.05, 0.04), (0.95, 0.04), (0.95, 0.96), (0.05, 0.96)].map {
            place(column + $0.0, row + $0.1) * Double(side)
        }
    }

    private static func centre(_ index: Int) -> SIMD2<Double> {
        place(Double(index % columns) + 0.5, Double(index / columns) + 0.5)
    }

    private static func plotName(_ index: Int) -> String { "M-\(index / columns + 1)/\(index % columns + 1)" }

    private static func reason(_ u: Double, _ v: Double) -> String? {
        func ellipse(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> Bool {
            let (p, q) = ((u - x) / a, (v - y) / b)
            return p * p + q * q < 1 + 0.3 * sin(19 * u + 11 * v)
        }
        if ellipse(0.86, 0.17, 0.085, 0.055) { return "cloud" }
        if ellipse(0.83, 0.22, 0.08, 0.05) { return "shadow" }
        return abs(v - (0.93 - 0.35 * u * u + 0.03 * sin(14 * u))) < 0.007 ? "masked_other" : nil
    }

    private static func colour(_ colour: SIMD3<UInt8>) -> String {
        "#" + [colour.x, colour.y, colour.z].map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    private static func model(_ pairs: [Assessment.Pair], _ classes: [Assessment.Class]) -> Assessment.Model {
        let mean = pairs.reduce(0) { $0 + $1.observed } / Double(pairs.count)
        let errors = pairs.map { $0.predicted - $0.observed }
        let squares = errors.reduce(0) { $0 + $1 * $1 }
        let spread = pairs.reduce(0) { $0 + ($1.observed - mean) * ($1.observed - mean) }
        let rmse = (squares / Double(pairs.count)).squareRoot()
        let cross = Assessment.Metrics(
            count: pairs.count, efficiency: 1 - squares / spread, squaredCorrelation: 0.66, rmse: rmse,
            mae: errors.reduce(0) { $0 + abs($1) } / Double(pairs.count),
            bias: errors.reduce(0, +) / Double(pairs.count),
            rpd: (spread / Double(pairs.count - 1)).squareRoot() / rmse, rpiq: 1.18, ccc: 0.71)
        let fit = Assessment.Metrics(
            count: pairs.count, efficiency: 0.72, squaredCorrelation: 0.74, rmse: rmse * 0.8, mae: rmse * 0.5,
            bias: -0.02, rpd: 1.9, rpiq: 1.5, ccc: 0.83)
        return Assessment.Model(
            method: "ols", formula: "ln ECe = -1.204 + 11.87 sqrt_GR - 2.31 ndvi; times 1.09 (smearing)", citation: nil,
            predictors: [
                .init(name: "sqrt_GR", minimum: 0.0931, maximum: 0.3412, coefficient: 11.87),
                .init(name: "ndvi", minimum: 0.0214, maximum: 0.2480, coefficient: -2.31),
            ], fit: fit, crossValidation: cross, scheme: "group=field", pairs: pairs,
            classCounts: classes.counts(pairs), warnings: [])
    }

    // MARK: Variants

    /// Thresholds of an index, without model and places.
    var ofIndex: Assessment {
        var index = assessment
        index.subject = .init(kind: .index, name: "sqrt_GR", unit: "", depth: nil)
        index.scheme = nil
        index.schemeSource = nil
        index.affected = nil
        index.accuracy = nil
        index.model = nil
        let names = ["lowest", "low", "medium", "high", "highest"]
        for i in index.classes.indices {
            index.classes[i].name = names[i]
            index.classes[i].isAffected = false
            index.classes[i].lower = i == 0 ? nil : 0.1 + 0.05 * Double(i)
            index.classes[i].upper = i == 4 ? nil : 0.15 + 0.05 * Double(i)
        }
        for i in index.districts.indices {
            index.districts[i].affected = nil
            index.districts[i].affectedShare = nil
        }
        if var plots = index.plots {
            for i in plots.worst.indices {
                plots.worst[i].mean = plots.worst[i].mean.map { 0.1 + $0 / 100 }
                plots.worst[i].affectedShare = nil
            }
            index.plots = plots
        }
        if var histogram = index.histogram {
            for i in histogram.bins.indices {
                histogram.bins[i].lower = 0.1 + 0.01 * Double(i)
                histogram.bins[i].upper = 0.11 + 0.01 * Double(i)
            }
            histogram.median = 0.17
            histogram.mean = 0.18
            index.histogram = histogram
        }
        index.steps.removeAll { $0.word == "model" }
        index.provenance.chain = "read LC09 ! surface ! index sqrt_GR ! classify thresholds=0.15,0.2,0.25,0.3"
        return index
    }

    /// Without places that were checked.
    var unchecked: Assessment {
        var plain = assessment
        plain.accuracy = nil
        plain.affected = .init(plain.classes, estimate: nil)
        return plain
    }

    /// One class for all land, nothing else.
    var ofOneClass: Assessment {
        var one = unchecked
        one.classes = [
            .init(
                number: 1, name: "non-saline", lower: nil, upper: nil, colour: "#edeade", isAffected: false,
                hectares: one.extent.assessed, share: 1)
        ]
        one.affected = .init(one.classes, estimate: nil)
        one.districts = []
        one.plots = nil
        one.model = nil
        one.histogram = nil
        one.extent.exclusions = []
        one.warnings = []
        one.notes = []
        return one
    }

    /// Names that nobody should give.
    func named(_ name: String) -> Assessment {
        var odd = assessment
        odd.place = name
        odd.title = name
        odd.scheme = name
        odd.schemeSource = name
        odd.subject.depth = name
        for i in odd.classes.indices { odd.classes[i].name = name + " \(i)" }
        for i in odd.districts.indices { odd.districts[i].name = name + " \(i)" }
        if var plots = odd.plots {
            for i in plots.worst.indices {
                plots.worst[i].id = name + " \(i)"
                plots.worst[i].district = name
            }
            plots.table = name
            odd.plots = plots
        }
        odd.scenes[0].id = name
        odd.scenes[0].sensor = name
        odd.steps = odd.steps.map { .init(word: $0.word, text: name) } + [.init(word: name, text: name)]
        odd.constants = [.init(name: name, value: name)]
        odd.warnings = [name]
        odd.notes = [name]
        odd.provenance.chain = name
        odd.provenance.software = name
        odd.provenance.libraries = [.init(name: name, value: name)]
        for i in odd.provenance.inputs.indices { odd.provenance.inputs[i].file = name }
        odd.model?.formula = name
        odd.model?.citation = name
        odd.model?.scheme = name
        odd.model?.warnings = [name]
        odd.model?.predictors[0].name = name
        odd.map?.crs = name
        return odd
    }

    /// Outlines with the names of ``named(_:)``.
    func outlines(named name: String) -> (districts: [MapOutline], plots: [MapOutline]) {
        (
            districts.enumerated().map { MapOutline(name: name + " \($0.offset)", rings: $0.element.rings) },
            plots.enumerated().map { MapOutline(name: name + " \($0.offset)", rings: $0.element.rings) }
        )
    }
}
