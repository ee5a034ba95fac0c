import Foundation

@testable import RSPipeline

/// A scene of a few pixels with any metadata, its bands and angles written to files.
struct SmallScene {
    var width = 4
    var height = 4
    var scene: Scene
    private let folder: ScratchFolder

    /// Makes a scene without bands, taken on 2023-07-15 under a sun 60 degrees high in the south-east.
    init(width: Int = 4, height: Int = 4, product: String = "test product", sensor: String = "landsat8-oli-tirs") throws
    {
        self.width = width
        self.height = height
        folder = try ScratchFolder()
        scene = Scene(
            id: "SMALL", product: product, sensor: sensor, level: .level1,
            acquired: Date(timeIntervalSince1970: 1_689_406_200), acquiredText: "2023-07-15T07:30:00Z",
            sun: SunGeometry(elevation: 60, azimuth: 135), bands: [])
    }

    var grid: Grid { SmallRaster.grid(width, height) }

    /// Adds a band; numbers of float32 type unless another is asked for, no-data NaN.
    mutating func add(
        _ name: String, role: BandRole? = nil, _ values: [Double], quantity: Quantity = .digitalNumber,
        type: SampleType = .float32, noData: NoData = .nan, calibration: BandCalibration = BandCalibration()
    ) throws {
        let source = try source(name, values, grid, type)
        scene.bands.append(
            Band(name: name, role: role, source: source, noData: noData, quantity: quantity, calibration: calibration))
    }

    /// Adds angles in degrees on the scene's grid, or on a coarser one whose first centre lies on the scene's corner.
    mutating func add(
        _ kind: AngleLayer.Kind, _ values: [Double], size: (width: Int, height: Int)? = nil, pixel: Double = 30,
        bands: [String]? = nil, scale: LinearScale = LinearScale(gain: 1, offset: 0), type: SampleType = .float32,
        noData: NoData = .nan
    ) throws {
        var own = grid
        if let size {
            own = Grid(
                width: size.width, height: size.height,
                transform: GeoTransform(
                    left: 500_000 - pixel / 2, top: 4_400_000 + pixel / 2, pixelSize: pixel), crs: grid.crs)
        }
        let source = try source("angle\(scene.angles.count)", values, own, type)
        scene.angles.append(AngleLayer(kind: kind, bands: bands, source: source, scale: scale, noData: noData))
    }

    private func source(_ name: String, _ values: [Double], _ grid: Grid, _ type: SampleType) throws -> RasterSource {
        let path = "\(folder.path)/\(name).tif"
        try SmallRaster.write(path, grid: grid, type: type, bands: [values])
        return RasterSource(
            path: path, band: 1, grid: grid, sampleType: type, blockWidth: grid.width, blockHeight: grid.height)
    }

    func plan(_ steps: String) throws -> Plan { try Plan(try Chain("read it ! " + steps), scene: scene) }

    /// The values of a chain's planes by name.
    func values(_ steps: String, threads: Int = 1) throws -> [String: [Float]] {
        let plan = try plan(steps)
        let planes = try plan.planesInMemory(options: ExecutionOptions(threads: threads))
        return Dictionary(zip(plan.planeNames, planes.map(\.values)), uniquingKeysWith: { first, _ in first })
    }

    /// What passes before the main one find, and what a run warns of.
    func reductions(
        _ steps: String, threads: Int = 1
    ) throws -> (found: [(name: String, outcome: ReductionOutcome)], warnings: [String]) {
        let plan = try plan(steps)
        var warnings = plan.warnings
        let result = try Executor(plan: plan, options: ExecutionOptions(threads: threads)).run(sinks: []) {
            warnings.append($0)
        }
        return (result.reductions, warnings)
    }

    func message(_ steps: String) -> String { Run.message { _ = try plan(steps) } }
}
