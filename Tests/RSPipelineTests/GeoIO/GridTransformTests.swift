import Testing

@testable import RSPipeline

@Suite struct GridTransformTests {
    private func crs(_ text: String) throws -> CoordinateSystem { try CoordinateSystem(text: text) }

    /// Known pairs: the natural origin of zone 39, and a point of the EPSG guidance note 7-2 (Lambert-93 of the Eiffel
    /// tower is left to PROJ's own tests).
    @Test func coordinatesGoThroughPROJ() throws {
        let way = try CoordinateTransform(from: crs("EPSG:4326"), to: crs("EPSG:32639"))
        let origin = try #require(way.transform(x: 51, y: 0))
        #expect(abs(origin.x - 500_000) < 1e-6 && abs(origin.y) < 1e-6)
        let back = try CoordinateTransform(from: crs("EPSG:32639"), to: crs("EPSG:4326"))
        let place = try #require(way.transform(x: 48.5, y: 40.25))
        let again = try #require(back.transform(x: place.x, y: place.y))
        #expect(abs(again.x - 48.5) < 1e-10 && abs(again.y - 40.25) < 1e-10)
    }

    @Test func pointsOutsideTheDomainAreNoPoints() throws {
        let way = try CoordinateTransform(from: crs("EPSG:4326"), to: crs("EPSG:32639"))
        #expect(way.transform(x: 51, y: 400) == nil)
        #expect(way.transform(x: .nan, y: 0) == nil)
        var points = [SIMD2(51.0, 0), SIMD2(51.0, 4000), SIMD2(51.0, 1)]
        way.transform(&points)
        #expect(points[0].x.isFinite && points[1].x.isNaN && points[1].y.isNaN && points[2].x.isFinite)
        var none: [SIMD2<Double>] = []
        way.transform(&none)
        #expect(none.isEmpty)
    }

    @Test func damagedDefinitionsAreRefused() throws {
        let broken = CoordinateSystem(
            wkt: "PROJCS[nonsense", name: "broken", epsg: nil, isGeographic: false, metresPerUnit: 1)
        #expect(throws: GDALError.self) { try CoordinateTransform(from: crs("EPSG:4326"), to: broken) }
    }

    private func positions(_ transform: GridTransform, _ window: Window) -> [SIMD2<Double>] {
        var result: [SIMD2<Double>] = []
        for row in window.row..<(window.row + window.height) {
            var line = PixelPositions(count: window.width, hasFootprints: true)
            transform.positions(row: row, columns: window.column..<(window.column + window.width), into: &line)
            for index in 0..<line.count { result.append(SIMD2(line.x[index], line.y[index])) }
        }
        return result
    }

    @Test func oneCoordinateSystemIsAffine() throws {
        let system = try crs("EPSG:32639")
        let source = Grid(
            width: 100, height: 80, transform: GeoTransform(left: 500_000, top: 4_400_000, pixelSize: 30), crs: system)
        let result = Grid(
            width: 10, height: 10, transform: GeoTransform(left: 500_300, top: 4_399_700, pixelSize: 60), crs: system)
        let transform = try GridTransform(from: result, to: source)
        #expect(transform.growth == SIMD2(2, 2))
        let places = positions(transform, Window(column: 3, row: 4, width: 1, height: 1))
        #expect(places == [SIMD2(10 + 7, 10 + 9)])
    }

    @Test func rotatedGridsAreAffineToo() throws {
        let turned = GeoTransform(originX: 100, columnX: 3, rowX: -4, originY: 50, columnY: -4, rowY: -3)
        let inverse = try #require(turned.inverse)
        let same = turned.followed(by: inverse)
        for (a, b) in [(same.columnX, 1.0), (same.rowX, 0), (same.columnY, 0), (same.rowY, 1), (same.originX, 0)] {
            #expect(abs(a - b) < 1e-12)
        }
        #expect(GeoTransform(originX: 0, columnX: 1, rowX: 2, originY: 0, columnY: 2, rowY: 4).inverse == nil)
    }

    /// Scenes of the usual kinds, and one that reaches out of the domain of its projection.
    static let cases: [(String, Grid, Grid)] = {
        func grid(_ text: String, _ width: Int, _ height: Int, _ t: GeoTransform) -> Grid {
            Grid(width: width, height: height, transform: t, crs: try? CoordinateSystem(text: text))
        }
        let scene = grid("EPSG:32639", 700, 650, GeoTransform(left: 300_000, top: 4_500_000, pixelSize: 30))
        let degrees = GeoTransform(
            originX: 48.6, columnX: 0.0003, rowX: 0, originY: 40.65, columnY: 0, rowY: -0.00025)
        let wide = GeoTransform(originX: -180, columnX: 0.5, rowX: 0, originY: 90, columnY: 0, rowY: -0.5)
        return [
            (
                "zone 38", grid("EPSG:32638", 640, 600, GeoTransform(left: 805_000, top: 4_503_000, pixelSize: 30)),
                scene
            ),
            ("degrees", grid("EPSG:4326", 640, 600, degrees), scene),
            (
                "500 m", grid("EPSG:3857", 300, 280, GeoTransform(left: 5_000_000, top: 5_400_000, pixelSize: 5000)),
                grid(
                    "EPSG:4326", 3600, 1800,
                    GeoTransform(originX: 0, columnX: 0.05, rowX: 0, originY: 90, columnY: 0, rowY: -0.05))
            ),
            (
                "the world", grid("EPSG:4326", 720, 360, wide),
                grid("EPSG:3035", 500, 500, GeoTransform(left: 2_500_000, top: 5_500_000, pixelSize: 6000))
            ),
        ]
    }()

    /// Every pixel, not only those that were checked when the lattice was made, lies where PROJ says.
    @Test(arguments: cases) func positionsAreExactToAHundredthOfAPixel(name: String, result: Grid, source: Grid) throws
    {
        let transform = try GridTransform(from: result, to: source)
        let way = try CoordinateTransform(from: #require(result.crs), to: #require(source.crs))
        let inverse = try #require(source.transform.inverse)
        let places = positions(transform, result.window)
        var exact: [SIMD2<Double>] = []
        for row in 0..<result.height {
            for column in 0..<result.width {
                let place = result.transform.map(column: Double(column) + 0.5, row: Double(row) + 0.5)
                exact.append(SIMD2(place.x, place.y))
            }
        }
        way.transform(&exact)
        var worst = 0.0
        var found = 0
        for (place, point) in zip(places, exact) where !point.x.isNaN {
            let truth = inverse.map(column: point.x, row: point.y)
            guard truth.x > -10, truth.y > -10, truth.x < Double(source.width) + 10,
                truth.y < Double(source.height) + 10
            else { continue }
            found += 1
            worst = max(worst, abs(place.x - truth.x), abs(place.y - truth.y))
            if place.x.isNaN { worst = .infinity }
        }
        #expect(found > 1000)
        #expect(worst < 0.0101, "\(name): \(worst) with \(transform.summary)")
    }

    /// The bounds of a window hold the positions of all its pixels, and positions do not depend on the window.
    @Test(arguments: cases) func boundsHoldEveryPixel(name: String, result: Grid, source: Grid) throws {
        let transform = try GridTransform(from: result, to: source)
        let whole = positions(transform, result.window)
        var random = SplitMix64(seed: 11)
        for _ in 0..<40 {
            let left = Int.random(in: 0..<result.width, using: &random)
            let top = Int.random(in: 0..<result.height, using: &random)
            let window = Window(
                column: left, row: top, width: Int.random(in: 1...min(90, result.width - left), using: &random),
                height: Int.random(in: 1...min(90, result.height - top), using: &random))
            let bounds = transform.bounds(of: window)
            for (index, place) in positions(transform, window).enumerated() {
                let (row, column) = (window.row + index / window.width, window.column + index % window.width)
                let same = whole[row * result.width + column]
                #expect(
                    place.x.bitPattern == same.x.bitPattern && place.y.bitPattern == same.y.bitPattern, "\(name)")
                if place.x.isNaN { continue }
                let box = try #require(bounds)
                #expect(
                    place.x >= box.low.x - 1e-9 && place.x <= box.high.x + 1e-9 && place.y >= box.low.y - 1e-9
                        && place.y <= box.high.y + 1e-9, "\(name): \(window)")
            }
        }
    }

    /// A conformal map has no error at the centre of a cell, only beside it.
    @Test func sidesOfCellsAreChecked() {
        // z^2 / 2000: at the centre the curvatures along and across cancel.
        let lattice = CoordinateLattice(width: 256, height: 256) { points in
            for index in points.indices {
                let p = points[index]
                points[index] = SIMD2((p.x * p.x - p.y * p.y) / 2000, p.x * p.y / 1000)
            }
        }
        // The error between lattice points is spacing^2 / 8000: 0.008 at 8, 0.032 at 16.
        #expect(lattice.spacing == 8)
        #expect(lattice.cells.allSatisfy { $0 == .interpolated })
    }

    @Test func gridsWithoutASystemAreNotGuessed() throws {
        let system = try crs("EPSG:32639")
        let known = Grid(width: 4, height: 4, transform: .identity, crs: system)
        let unknown = Grid(width: 4, height: 4, transform: .identity, crs: nil)
        #expect(throws: GDALError.self) { try GridTransform(from: known, to: unknown) }
        #expect(try GridTransform(from: unknown, to: unknown).growth == SIMD2(1, 1))
    }
}
