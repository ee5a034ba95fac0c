import Foundation
import Testing

@testable import RSPipeline

@Suite struct WarpOperationTests {
    private static func grid(_ text: String, _ width: Int, _ height: Int, _ t: GeoTransform) -> Grid {
        Grid(width: width, height: height, transform: t, crs: try? CoordinateSystem(text: text))
    }

    private static let scene = grid(
        "EPSG:32639", 160, 120, GeoTransform(left: 300_000, top: 4_500_000, pixelSize: 30))

    /// Larger and smaller pixels, another zone, degrees, a turned grid, and parts that lie outside.
    static let targets: [Grid] = [
        scene, grid("EPSG:32639", 90, 70, GeoTransform(left: 299_500, top: 4_500_310, pixelSize: 65)),
        grid("EPSG:32638", 150, 130, GeoTransform(left: 808_000, top: 4_503_500, pixelSize: 31)),
        grid("EPSG:32638", 300, 200, GeoTransform(left: 809_000, top: 4_502_500, pixelSize: 10)),
        grid(
            "EPSG:4326", 70, 60,
            GeoTransform(originX: 48.63, columnX: 0.0009, rowX: 0, originY: 40.63, columnY: 0, rowY: -0.0008)),
        grid(
            "EPSG:32639", 100, 100,
            GeoTransform(originX: 302_000, columnX: 25, rowX: -20, originY: 4_499_500, columnY: -20, rowY: -25)),
    ]

    /// Any windows give the bits of one window.
    @Test(arguments: Resampling.allCases) func windowsDoNotMatter(rule: Resampling) throws {
        var random = SplitMix64(seed: 21)
        let width = Self.scene.width
        let values = (0..<Self.scene.pixelCount).map { index in
            (index / 50) % 7 == 0 ? Float.nan : Float(Int.random(in: 0..<4, using: &random))
        }
        let codes = values.map { $0.isNaN ? Float(Int.random(in: 1...5, using: &random)) : 0 }
        for (number, target) in Self.targets.enumerated() {
            let transform = try GridTransform(from: target, to: Self.scene)
            let operation = WarpOperation(
                transform, planes: [.values(rule), .reasons(outside: .fill), .values(.nearest)])
            let planes = [values, codes, codes]
            let whole = try StageRunner.run(
                operation, planes: planes, sourceWidth: width, windows: [target.window], resultWidth: target.width,
                resultHeight: target.height)
            #expect(whole[0].contains { !$0.isNaN })
            for _ in 0..<4 {
                let cut = try StageRunner.run(
                    operation, planes: planes, sourceWidth: width,
                    windows: StageRunner.randomWindows(target.width, target.height, using: &random),
                    resultWidth: target.width, resultHeight: target.height)
                let isSame = cut.map(\.bits) == whole.map(\.bits)
                #expect(isSame, "\(rule) to target \(number)")
            }
            for (value, reason) in zip(whole[0], whole[1]) {
                #expect(value.isNaN == (reason != 0), "\(rule) to target \(number): \(value) has reason \(reason)")
            }
        }
    }

    @Test(arguments: Resampling.allCases) func ownGridGivesTheRasterBack(rule: Resampling) throws {
        var random = SplitMix64(seed: 4)
        let values = (0..<Self.scene.pixelCount).map { _ in
            Int.random(in: 0..<9, using: &random) == 0 ? Float.nan : Float.random(in: -1...1, using: &random)
        }
        let operation = WarpOperation(try GridTransform(from: Self.scene, to: Self.scene), planes: [.values(rule)])
        let result = try StageRunner.run(
            operation, planes: [values], sourceWidth: Self.scene.width, windows: [Self.scene.window],
            resultWidth: Self.scene.width, resultHeight: Self.scene.height)
        #expect(result[0].bits == values.bits)
    }

    /// gdalwarp with exact coordinates gives the same numbers, but for at most a hundredth of a pixel in position.
    ///
    /// Two things are evened out: it is told that pixels are of one size where grids are turned against each other,
    /// where it would guess a ratio from boxes around them, and for `mode` the numbers are made classes, since among equal counts it takes any.
    @Test(
        .enabled(if: GDALTool.isInstalled("gdalwarp") && TestData.isUsable("landsat/LC80460282016177LGN00")),
        arguments: [
            ("bilinear", "near", 0.995), ("cubic", "near", 0.995), ("near", "near", 0.95),
            ("bilinear", "degrees", 0.995),
            ("average", "coarse", 1), ("mode", "coarse", 0.93), ("min", "coarse", 1), ("max", "coarse", 1),
            ("bilinear", "coarse", 1), ("cubic", "coarse", 0.97),
        ])
    func asGDALWarps(rule: String, kind: String, share: Double) throws {
        guard let folder = try TestData.url("landsat/LC80460282016177LGN00") else { return }
        let name = try #require(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).first { $0.hasSuffix("_B3.TIF") })
        let dataset = try Dataset(reading: folder.path + "/" + name)
        let source = dataset.grid
        let scratch = try ScratchFolder()
        var path = folder.path + "/" + name
        var stored = try dataset.floats(band: 1)
        if rule == "mode" {
            stored = stored.map { $0 == 0 ? 0 : ($0 / 2500).rounded(.down) + 1 }
            path = scratch.path + "/classes.tif"
            try SmallRaster.write(path, grid: source, type: .uint16, bands: [stored.map(Double.init)])
        }
        let values = stored.map { $0 == 0 ? Float.nan : $0 }
        let target = try Self.target(kind, of: source)
        let output = scratch.path + "/warped.tif"
        let g = target.transform
        let extent = [
            g.originX, g.originY + g.rowY * Double(target.height), g.originX + g.columnX * Double(target.width),
            g.originY,
        ]
        var options = [
            "-q", "-et", "0", "-ot", "Float32", "-srcnodata", "0", "-dstnodata", "nan", "-r", rule, "-t_srs",
            "EPSG:\(target.crs?.epsg ?? 0)", "-ts", "\(target.width)", "\(target.height)",
        ]
        if kind != "coarse" { options += ["-wo", "XSCALE=1", "-wo", "YSCALE=1"] }
        options.append("-te")
        try GDALTool.run("gdalwarp", options + extent.map { "\($0)" } + [path, output])
        let theirs = try SmallRaster.read(output)
        let resampling = try #require(Resampling(rawValue: rule == "near" ? "nearest" : rule))
        let ours = try StageRunner.run(
            WarpOperation(try GridTransform(from: target, to: source), planes: [.values(resampling)]),
            planes: [values], sourceWidth: source.width,
            windows: Window.tiling(width: target.width, height: target.height, unitWidth: 128, unitHeight: 64),
            resultWidth: target.width, resultHeight: target.height)[0]
        var equal = 0
        var common = 0
        var onlyOne = 0
        for (a, b) in zip(ours, theirs) {
            if a.isNaN != b.isNaN { onlyOne += 1 }
            if a.isNaN || b.isNaN { continue }
            common += 1
            // The band's numbers span 60,000; a hundredth of a pixel of a steep edge is some hundreds.
            if abs(a - b) <= (resampling.keepsValues || kind == "coarse" ? 0.01 : 60) { equal += 1 }
        }
        #expect(common > target.pixelCount / 3)
        #expect(Double(equal) >= share * Double(common), "\(rule) \(kind): \(equal) of \(common) equal")
        #expect(onlyOne * 200 < common, "\(rule) \(kind): \(onlyOne) pixels with data in one result only")
    }

    /// A grid over the middle of a scene.
    private static func target(_ kind: String, of source: Grid) throws -> Grid {
        let epsg = try #require(source.crs?.epsg)
        let t = source.transform
        switch kind {
        case "degrees":
            let way = try CoordinateTransform(from: #require(source.crs), to: CoordinateSystem(text: "EPSG:4326"))
            let middle = t.map(column: 700, row: 700)
            let place = try #require(way.transform(x: middle.x, y: middle.y))
            let pixel = GeoTransform(
                originX: place.x, columnX: t.pixelWidth * 1.2e-5, rowX: 0, originY: place.y, columnY: 0,
                rowY: -t.pixelHeight * 0.9e-5)
            return grid("EPSG:4326", 300, 200, pixel)
        case "coarse":
            let corner = t.map(column: 203.3, row: 180.7)
            let pixel = GeoTransform(left: corner.x, top: corner.y, pixelSize: t.pixelWidth * 4.3)
            return grid("EPSG:\(epsg)", 180, 150, pixel)
        default:
            let neighbour = "EPSG:\(epsg + 1)"
            let way = try CoordinateTransform(from: #require(source.crs), to: CoordinateSystem(text: neighbour))
            let corner = t.map(column: 500, row: 600)
            let place = try #require(way.transform(x: corner.x, y: corner.y))
            let pixel = GeoTransform(left: place.x, top: place.y, pixelSize: t.pixelWidth)
            return grid(neighbour, 400, 300, pixel)
        }
    }
}
