import Foundation
import Testing

@testable import RSPipeline

/// `regrid`, `clip` and `mask outside= inside=` from the chain to the pixels.
@Suite struct GridStepsTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    /// A scene of 60 x 44 pixels with clouds, fill and saturation; the grid starts at 500,000 E, 4,400,000 N.
    private func scene(_ width: Int = 60, _ height: Int = 44, level2: Bool = false) throws -> String {
        var random = SplitMix64(seed: 77)
        var scene = SmallLandsat()
        scene.isLevel2 = level2
        (scene.width, scene.height) = (width, height)
        let count = width * height
        func band() -> [Double] {
            (0..<count).map { ($0 / 37) % 23 == 0 ? 0 : Double(Int.random(in: 8000...30_000, using: &random)) }
        }
        scene.bands[level2 ? "SR_B4" : "B4"] = band()
        scene.bands[level2 ? "SR_B5" : "B5"] = band()
        scene.bands["QA_PIXEL"] = (0..<count).map { index in
            let (row, column) = (index / width, index % width)
            return (row - 12) * (row - 12) + (column - 20) * (column - 20) < 40 ? 8 : (column / 5) % 9 == 4 ? 16 : 64
        }
        scene.bands["QA_RADSAT"] = (0..<count).map { $0 % 101 == 0 ? 8 : 0 }
        return try scene.write(in: scratch.path)
    }

    private func write(_ name: String, _ rings: [[[(Double, Double)]]], epsg: Int = 32639) throws -> String {
        let polygons = rings.map { polygon in
            let text = polygon.map { ring in "[" + ring.map { "[\($0.0), \($0.1)]" }.joined(separator: ",") + "]" }
            return "{\"type\": \"Feature\", \"properties\": {\"kind\": \"k\(text.count)\"}, \"geometry\": "
                + "{\"type\": \"Polygon\", \"coordinates\": [\(text.joined(separator: ","))]}}"
        }
        let path = scratch.path + "/" + name
        let crs = "{\"type\": \"name\", \"properties\": {\"name\": \"urn:ogc:def:crs:EPSG::\(epsg)\"}}"
        try Data(
            "{\"type\": \"FeatureCollection\", \"crs\": \(crs), \"features\": [\(polygons.joined(separator: ","))]}"
                .utf8
        ).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func box(_ left: Double, _ top: Double, _ right: Double, _ bottom: Double) -> [(Double, Double)] {
        [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)].map {
            (500_000 + 30 * $0.0, 4_400_000 - 30 * $0.1)
        }
    }

    private func cut(_ plane: [Float], _ width: Int, _ window: Window) -> [Float] {
        (0..<window.height).flatMap { row -> ArraySlice<Float> in
            let start = (window.row + row) * width + window.column
            return plane[start..<(start + window.width)]
        }
    }

    // MARK: Clip

    /// The part of the result without `clip`, reasons included, for any units and threads.
    @Test func clipIsAPartOfTheWhole() throws {
        let path = try scene()
        let chain = "read \(path) ! toa ! mask cloud,shadow buffer=70m ! index ndvi ! expr twice=\"2 * ndvi\""
        let whole = try Run.values(chain + " ! select ndvi,twice,validity")
        var random = SplitMix64(seed: 3)
        for _ in 0..<6 {
            let (left, top) = (Int.random(in: 0..<50, using: &random), Int.random(in: 0..<40, using: &random))
            let window = Window(
                column: left, row: top, width: Int.random(in: 1...(60 - left), using: &random),
                height: Int.random(in: 1...(44 - top), using: &random))
            let west = 500_000 + 30 * left
            let north = 4_400_000 - 30 * top
            let extent = "\(west),\(north - 30 * window.height),\(west + 30 * window.width),\(north)"
            let plan = try Run.plan(chain + " ! clip extent=\(extent) ! select ndvi,twice,validity")
            #expect(plan.grid.width == window.width && plan.grid.height == window.height)
            #expect(plan.grid.transform.originX == Double(west) && plan.grid.transform.originY == Double(north))
            for (units, threads) in [((64, 64), 1), ((7, 5), 3), ((13, 40), 7)] {
                let result = try AnyUnits.run(
                    plan, width: min(units.0, window.width), height: min(units.1, window.height), threads: threads)
                for (index, name) in ["ndvi", "twice", "validity"].enumerated() {
                    let expected = cut(try #require(whole[name]), 60, window)
                    #expect(areAlike(result.planes[index], expected), "\(name) of \(window), units \(units)")
                }
            }
        }
    }

    /// Bands of two pixel sizes meet before they are cut, as they do without a cut.
    @Test func finerBandsAreCutWithTheOthers() throws {
        var random = SplitMix64(seed: 12)
        var scene = SmallLandsat()
        (scene.width, scene.height) = (20, 16)
        scene.fineBands = ["B5"]
        scene.bands["B4"] = (0..<320).map { _ in Double(Int.random(in: 8000...30_000, using: &random)) }
        scene.bands["B5"] = (0..<1280).map { _ in Double(Int.random(in: 8000...30_000, using: &random)) }
        scene.bands["QA_PIXEL"] = SmallLandsat.filled(64, count: 320)
        scene.bands["QA_RADSAT"] = SmallLandsat.filled(0, count: 320)
        let path = try scene.write(in: scratch.path, name: "fine")
        let whole = try Run.values("read \(path) ! toa ! index ndvi")
        let cut = try Run.plan("read \(path) ! toa ! clip extent=500090,4399700,500300,4399940 ! index ndvi")
        let window = Window(column: 3, row: 2, width: 7, height: 8)
        #expect(cut.grid.width == 7 && cut.grid.height == 8)
        // Reflectances are rounded before they are cut; without a cut the index takes stored numbers.
        let expected = self.cut(try #require(whole["ndvi"]), 20, window)
        #expect(zip(try cut.planesInMemory()[0].values, expected).allSatisfy { abs($0 - $1) < 1e-6 })
        // A band alone keeps its own pixels.
        let fine = try Run.plan("read \(path) bands=B5 ! clip extent=500090,4399700,500300,4399940")
        #expect(fine.grid.width == 14 && fine.grid.transform.columnX == 15)
    }

    @Test func polygonsClipAndMask() throws {
        let path = try scene()
        let aoi = try write("aoi.geojson", [[box(5, 4, 25, 16), box(10, 8, 14, 12)], [box(30, 20, 33, 22)]])
        let whole = try Run.values("read \(path) bands=B4 ! select B4,validity")
        let plan = try Run.plan("read \(path) bands=B4 ! clip aoi=\(aoi) ! select B4,validity")
        let window = Window(column: 5, row: 4, width: 28, height: 18)
        #expect(plan.grid.width == 28 && plan.grid.height == 18 && plan.grid.transform.originX == 500_150)
        let result = try AnyUnits.run(plan, width: 9, height: 11, threads: 2)
        let before = cut(try #require(whole["B4"]), 60, window)
        let reasons = cut(try #require(whole["validity"]), 60, window)
        for index in before.indices {
            let (x, y) = (index % 28 + 5, index / 28 + 4)
            let inside =
                (5..<25).contains(x) && (4..<16).contains(y) && !((10..<14).contains(x) && (8..<12).contains(y))
                || (30..<33).contains(x) && (20..<22).contains(y)
            let expected: Float = reasons[index] != 0 ? reasons[index] : inside ? 0 : 5
            #expect(result.planes[1][index] == expected)
            #expect(result.planes[0][index].isNaN == (expected != 0))
            if expected == 0 { #expect(result.planes[0][index] == before[index]) }
        }
        // The first one has a hole, so that its kind is k2.
        let one = try Run.plan("read \(path) bands=B4 ! clip aoi=\(aoi) where=\"kind='k1'\"")
        #expect(one.grid.width == 3 && one.grid.height == 2)
    }

    /// `gdalwarp -cutline` on a real raster; the polygon is in its own system, since gdalwarp does not bend sides.
    @Test(.enabled(if: GDALTool.isInstalled("gdalwarp") && TestData.isUsable("generic/elev_vinschgau.tif")))
    func clipAsGDALCuts() throws {
        guard let file = try TestData.url("generic/elev_vinschgau.tif") else { return }
        let grid = try Dataset(reading: file.path).grid
        let corners = [(20.3, 30.1), (180.7, 12.4), (222.2, 150.9), (90.5, 170.2), (110.1, 100.7), (20.3, 30.1)]
        let ring = corners.map { column, row in
            let place = grid.transform.map(column: column, row: row)
            return (place.x, place.y)
        }
        let aoi = try write("aoi.geojson", [[ring]], epsg: 32632)
        let output = scratch.path + "/cut.tif"
        try GDALTool.run("gdalwarp", ["-q", "-cutline", aoi, "-dstnodata", "-9999", file.path, output])
        let theirs = try SmallRaster.read(output)
        let plan = try Run.plan("read \(file.path) ! clip aoi=\(aoi)")
        let ours = try plan.planesInMemory()[0]
        let place = try #require(grid.window(of: plan.grid))
        #expect(place.column == 20 && place.row == 12)
        var different = 0
        for row in 0..<grid.height {
            for column in 0..<grid.width {
                let value = theirs[row * grid.width + column]
                let (x, y) = (column - place.column, row - place.row)
                let isIn = x >= 0 && y >= 0 && x < place.width && y < place.height
                let own = isIn ? ours.values[y * place.width + x] : .nan
                if value < -9000 ? !own.isNaN : own != value { different += 1 }
            }
        }
        #expect(different == 0)
    }

    // MARK: Regrid

    @Test func ownGridChangesNothing() throws {
        let path = try scene()
        let chain = "read \(path) bands=B4 ! toa ! mask cloud"
        let plan = try Run.plan(chain + " ! regrid crs=EPSG:32639 ! select B4,validity")
        let whole = try Run.values(chain + " ! select B4,validity")
        let result = try plan.planesInMemory()
        #expect(plan.warnings == ["to EPSG:32639: the planes lie on that grid already"])
        #expect(result[0].values.bits == whole["B4"]?.bits && result[1].values == whole["validity"])
    }

    /// Planes as the operation brings them over in one window, masks by the nearest pixel, and no pixel without a reason.
    @Test(arguments: [
        ("crs=EPSG:32638 res=30", Resampling.bilinear), ("res=75", .average), ("res=12 resampling=cubic", .cubic),
        ("crs=EPSG:4326 resampling=nearest", .nearest), ("res=90 resampling=mode", .mode),
        ("extent=499000,4398000,501000,4400500 res=50", .bilinear),
    ])
    func planesComeOver(options: String, rule: Resampling) throws {
        let path = try scene()
        let before = "read \(path) ! toa ! mask cloud ! index ndvi"
        let start = try Run.plan(before + " ! select B4,ndvi,validity")
        let planes = try start.planesInMemory().map(\.values)
        let plan = try Run.plan(before + " ! regrid \(options) ! select B4,ndvi,validity")
        let transform = try GridTransform(from: plan.grid, to: start.grid)
        let expected = try StageRunner.run(
            WarpOperation(transform, planes: [.values(rule), .values(rule)]), planes: Array(planes[..<2]),
            sourceWidth: start.grid.width, windows: [plan.grid.window], resultWidth: plan.grid.width,
            resultHeight: plan.grid.height)
        var reasons: [[Float]] = []
        for (units, threads) in [((512, 512), 1), ((31, 17), 2), ((5, 64), 7)] {
            let result = try AnyUnits.run(
                plan, width: min(units.0, plan.grid.width), height: min(units.1, plan.grid.height), threads: threads)
            #expect(areAlike(result.planes[0], expected[0]), "\(options), units \(units)")
            #expect(areAlike(result.planes[1], expected[1]), "\(options), units \(units)")
            reasons.append(result.planes[2])
        }
        #expect(reasons[1] == reasons[0] && reasons[2] == reasons[0])
        #expect(Set(reasons[0]).isSubset(of: [0, 1, 2, 3, 8]) && reasons[0].contains(3) && reasons[0].contains(1))
        for index in reasons[0].indices {
            #expect((reasons[0][index] != 0) == (expected[0][index].isNaN || expected[1][index].isNaN))
        }
    }

    /// Flags that are asked for after `regrid` follow by the nearest pixel, as those before it have.
    @Test func masksFollow() throws {
        let path = try scene()
        let regrid = "regrid crs=EPSG:32638 resampling=nearest"
        let early = try Run.values(
            "read \(path) bands=B4 ! toa ! mask cloud,shadow buffer=40m ! \(regrid) ! select B4,validity")
        let late = try Run.values(
            "read \(path) bands=B4 ! toa ! \(regrid) ! mask cloud,shadow buffer=40m ! select B4,validity")
        #expect(early["B4"]?.bits == late["B4"]?.bits)
        #expect(early["validity"] == late["validity"])
        #expect(early["validity"]?.contains(4) == true)
    }

    @Test func gridsChangeTwiceAndPlanesAddedLaterKeepTheirReasons() throws {
        let path = try scene()
        let aoi = try write("aoi.geojson", [[box(8, 6, 40, 36)]])
        let chain =
            "read \(path) ! toa ! mask cloud ! regrid crs=EPSG:32638 res=30 ! clip aoi=\(aoi) ! mask shadow ! index ndvi"
            + " ! expr filled=\"coalesce(ndvi, 7)\" ! select ndvi,filled,validity"
        let plan = try Run.plan(chain)
        let result = try plan.planesInMemory()
        let ndvi = result[0].values
        #expect(ndvi.contains { !$0.isNaN })
        for (value, reason) in zip(ndvi, result[2].values) { #expect(value.isNaN == (reason != 0)) }
        #expect(Set(result[2].values).isSuperset(of: [0, 3, 4, 5]))
        // Gaps of the bands are filled, masked pixels stay masked.
        let filled = result[1].values
        #expect(filled.contains(7))
        for index in ndvi.indices where filled[index].isNaN {
            #expect(ndvi[index].isNaN)
        }
        let cut = try AnyUnits.run(plan, width: 11, height: 9, threads: 3)
        for index in 0..<3 { #expect(areAlike(cut.planes[index], result[index].values)) }
    }

    @Test func gridsAreDerived() throws {
        let path = try scene()
        let zone = try Run.plan("read \(path) bands=B4 ! regrid crs=EPSG:32638").grid
        #expect(zone.crs?.epsg == 32638 && zone.transform.columnX == 30 && zone.transform.rowY == -30)
        #expect(zone.transform.originX.truncatingRemainder(dividingBy: 30) == 0)
        let degrees = try Run.plan("read \(path) bands=B4 ! regrid crs=EPSG:4326").grid
        // 30 m are 0.00035 degrees of longitude and 0.00027 of latitude; a square of that area has 0.000308.
        #expect(abs(degrees.transform.columnX - 0.000308) < 1e-9)
        #expect(degrees.transform.originX < 51.0001 && degrees.transform.originX > 50.999)
        let coarse = try Run.plan("read \(path) bands=B4 ! regrid res=90").grid
        #expect(coarse.width == 21 && coarse.height == 15 && coarse.transform.originX == 499_950)
        let extent = try Run.plan("read \(path) bands=B4 ! regrid extent=500010,4399000,500100,4399500").grid
        #expect(extent.width == 3 && extent.height == 17 && extent.transform.originY == 4_399_500)
    }

    @Test func likeTakesTheGrid() throws {
        let path = try scene()
        let grid = Grid(
            width: 17, height: 9, transform: GeoTransform(left: 500_111, top: 4_399_900, pixelSize: 44),
            crs: SmallRaster.crs)
        let other = scratch.path + "/other.tif"
        try SmallRaster.write(other, grid: grid, type: .uint8, bands: [[Double](repeating: 1, count: 153)])
        let plan = try Run.plan("read \(path) bands=B4 ! regrid like=\(other)")
        #expect(plan.grid == grid)
        #expect(plan.chainText.contains("like=other.tif"))
        #expect(try plan.planesInMemory()[0].validCount > 50)
    }

    // MARK: Vector masks

    @Test func insideAndOutside() throws {
        let path = try scene()
        let plots = try write("plots.geojson", [[box(5, 4, 25, 16)], [box(30, 20, 33, 22)]])
        let whole = try Run.values("read \(path) bands=B4 ! select B4,validity")
        let outside = try Run.values("read \(path) bands=B4 ! mask outside=\(plots) ! select B4,validity")
        let inside = try Run.values("read \(path) bands=B4 ! mask inside=\(plots) buffer=2px ! select B4,validity")
        let reasons = try #require(whole["validity"])
        let (kept, left) = (try #require(outside["validity"]), try #require(inside["validity"]))
        for index in reasons.indices {
            let (x, y) = (index % 60, index / 60)
            let isIn = (5..<25).contains(x) && (4..<16).contains(y) || (30..<33).contains(x) && (20..<22).contains(y)
            #expect(kept[index] == (reasons[index] != 0 ? reasons[index] : isIn ? 0 : 5))
            if isIn { #expect(left[index] != 0) }
        }
        // Grown by two pixels: 20 x 12 and 3 x 2 with a rim of 2 less three pixels at each corner.
        #expect(
            left.filter { $0 == 5 }.count + reasons.indices.filter { reasons[$0] != 0 && isNear($0) }.count
                == 24 * 16 - 12 + 7 * 6 - 12)
    }

    private func isNear(_ index: Int) -> Bool {
        let (x, y) = (Double(index % 60), Double(index / 60))
        func distance(_ range: ClosedRange<Double>, _ value: Double) -> Double {
            max(range.lowerBound - value, value - range.upperBound, 0)
        }
        return [(5.0...24.0, 4.0...15.0), (30.0...32.0, 20.0...21.0)].contains { columns, rows in
            let (a, b) = (distance(columns, x), distance(rows, y))
            return a * a + b * b <= 4
        }
    }

    // MARK: Terrain

    @Test func terrainOfAnotherGrid() throws {
        let path = try scene()
        // 90 m pixels in the neighbouring zone, heights a plane in the coordinates of the scene.
        let neighbour = try CoordinateSystem(text: "EPSG:32638")
        let own = try #require(SmallRaster.crs)
        let way = try CoordinateTransform(from: neighbour, to: own)
        let back = try CoordinateTransform(from: own, to: neighbour)
        let corner = try #require(back.transform(x: 500_000, y: 4_400_000))
        let grid = Grid(
            width: 60, height: 60,
            transform: GeoTransform(left: corner.x - 1500, top: corner.y + 1500, pixelSize: 90),
            crs: try CoordinateSystem(text: "EPSG:32638"))
        var points: [SIMD2<Double>] = []
        for row in 0..<60 {
            for column in 0..<60 {
                let place = grid.transform.map(column: Double(column) + 0.5, row: Double(row) + 0.5)
                points.append(SIMD2(place.x, place.y))
            }
        }
        way.transform(&points)
        let dem = scratch.path + "/dem.tif"
        try SmallRaster.write(
            dem, grid: grid, type: .float32, bands: [points.map { 0.3 * ($0.x - 500_000) - 0.4 * ($0.y - 4_400_000) }],
            noData: .value(-9999))
        let chain = try Chain("read \(path) bands=B4")
        var builder = PlanBuilder(scene: try chain.openScene(), catalogue: .builtin)
        for step in try chain.steps() { try step.lower(into: &builder) }
        let terrain = try builder.addTerrain(dem)
        let used = [builder.selection[0]]
        try builder.addPlane(name: "slope", quantity: .angle, value: terrain.slope, used: used, isStrict: false)
        try builder.addPlane(name: "aspect", quantity: .angle, value: terrain.aspect, used: used, isStrict: false)
        builder.selection = [used[0]] + builder.selection
        let plan = try Plan(builder, text: "")
        let result = try AnyUnits.run(plan, width: 23, height: 19, threads: 2)
        #expect(plan.grid.crs?.epsg == 32639)
        let slope = Float(atan(0.5) * 180 / .pi)
        // It falls to the west and to the north, more so to the north.
        let aspect = Float(360 - atan(0.75) * 180 / .pi)
        for index in result.planes[0].indices {
            #expect(abs(result.planes[1][index] - slope) < 0.02 && abs(result.planes[2][index] - aspect) < 0.1)
        }
    }

    /// `clip` before `topo` gives what `clip` after it gives.
    @Test func terrainOfAClipIsThatOfTheWhole() throws {
        let path = try scene(level2: true)
        let metadata = URL(fileURLWithPath: path + "/LC08_TEST_MTL.txt")
        let text = try String(contentsOf: metadata, encoding: .utf8)
        try Data(text.replacingOccurrences(of: "SUN_ELEVATION", with: "SUN_AZIMUTH = 140\n    SUN_ELEVATION").utf8)
            .write(to: metadata)
        var random = SplitMix64(seed: 21)
        let dem = scratch.path + "/dem.tif"
        try SmallRaster.write(
            dem, grid: SmallRaster.grid(60, 44), type: .float32,
            bands: [(0..<60 * 44).map { _ in Double.random(in: 0...40, using: &random) }], noData: .value(-9999))
        let topo = "topo method=cosine dem=\(dem)"
        let clip = "clip extent=500300,4399100,500900,4399700"
        let bands = "read \(path) bands=SR_B4,SR_B5 ! surface"
        let before = try Run.values("\(bands) ! \(clip) ! \(topo) ! select red,nir,validity")
        let after = try Run.values("\(bands) ! \(topo) ! \(clip) ! select red,nir,validity")
        #expect(before.count == 3)
        for (name, found) in before {
            let expected = try #require(after[name])
            #expect(found.count == 400 && expected.count == 400 && found.contains { !$0.isNaN })
            for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-4 || (a.isNaN && b.isNaN)) }
        }
    }

    @Test func darkObjectsOfAClipAreTold() throws {
        let path = try scene()
        let clip = "clip extent=500300,4399100,500900,4399700"
        func warnings(_ steps: String) throws -> [String] { try Run.plan("read \(path) bands=B4 ! \(steps)").warnings }
        #expect(try warnings("\(clip) ! surface method=dos1").contains { $0.contains("write surface before clip") })
        #expect(try !warnings("surface method=dos1 ! \(clip)").contains { $0.contains("before clip") })
    }

    // MARK: Refusals

    @Test func wordsOfRefusals() throws {
        let path = try scene()
        let aoi = try write("far.geojson", [[box(5000, 4, 5025, 16)]])
        func says(_ steps: String, _ words: [String]) {
            let message = Run.planMessage("read \(path) bands=B4 ! \(steps)")
            for word in words { #expect(message.contains(word), "\(steps): \(message)") }
        }
        says("regrid", ["step 2 (regrid)", "it needs a grid"])
        says("regrid crs=EPSG:nonsense", ["crs=EPSG:nonsense: not a coordinate system"])
        says("regrid crs=EPSG:4326 res=30", ["step 2 (regrid)", "larger than the scene", "check res=", "degrees"])
        says("regrid res=0.001", ["step 2 (regrid)", "check res= and extent=", "map units of EPSG:32639"])
        says("regrid crs=EPSG:4326 extent=1,2,3,4 res=0.1", ["the new grid does not meet the scene", "in EPSG:4326"])
        says("regrid extent=5,2,3,4", ["extent=5,2,3,4", "the smaller numbers first"])
        says("regrid res=0", ["res=0"])
        says("regrid like=/nowhere/x.tif", ["like=/nowhere/x.tif: there is no such file"])
        says("regrid like=\(path)/LC08_TEST_B4.TIF res=30", ["like= gives the whole grid"])
        says("regrid resampling=lanczos crs=EPSG:32638", ["resampling=lanczos", "bilinear, nearest, cubic"])
        says("clip", ["step 2 (clip)", "it needs aoi=FILE or extent="])
        says("clip aoi=/nowhere/x.gpkg", ["/nowhere/x.gpkg: there is no such file"])
        says("clip aoi=\(aoi)", ["step 2 (clip)", "does not meet the scene", "choose another file"])
        says(
            "clip extent=0,0,1,1", ["extent (x 0.0...1.0, y 0.0...1.0) does not meet the scene (x 500000.0...501800.0"])
        says("clip extent=50,39,50.5,39.5 crs=EPSG:4326", ["does not meet the scene (x 50.99", "in EPSG:4326"])
        says("clip extent=0,0,1,1 layer=x", ["layer= and where="])
        says("clip aoi=\(aoi) crs=EPSG:4326", ["crs= is that of extent="])
        says("mask", ["step 2 (mask)", "it needs flags, outside= or inside="])
        says("mask cloud layer=x", ["layer= and where="])
        says("mask outside=\(aoi)", ["step 2 (mask)", "does not meet the scene"])
        let plan = try Run.plan("read \(path) bands=B4 ! mask inside=\(aoi)")
        #expect(plan.warnings.count == 1 && plan.warnings[0].contains("nothing is covered"))
    }
}
