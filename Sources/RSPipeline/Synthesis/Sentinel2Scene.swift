/// The pixels of a synthetic Sentinel-2 scene, at 10, 20 and 60 m.
///
/// The landscape is looked at every 10 m; a coarser pixel is the mean of what it covers, and has noise of its own. Files in
/// the order of ``files``.
struct Sentinel2Scene: SyntheticPixels {
    /// What one file of the product holds.
    struct File: Sendable {
        enum Content: Sendable, Hashable {
            /// Reflectance of a band, by its `bandId`.
            case band(Int)
            case sceneClassification, cloudProbability
            /// Planes of the classification mask: 1 where it holds.
            case opaqueCloud, cirrus, snow
        }

        let content: Content
        /// Metres.
        let resolution: Int
    }

    let size: Int
    let rowStep = 6
    let files: [File]
    private let tile: SyntheticTile
    private let view: SyntheticView
    private let noise: SensorNoise

    /// The files of a product: the bands, finest first, then what tells their quality.
    static func files(_ level: Sentinel2Level) -> [File] {
        let bands = Sentinel2Instrument.resolutions.flatMap { resolution in
            Sentinel2Instrument.bandIDs(level, resolution: resolution).map {
                File(content: .band($0), resolution: resolution)
            }
        }
        let classes = [File.Content.opaqueCloud, .cirrus, .snow].map { File(content: $0, resolution: 60) }
        guard level == .l2a else { return bands + classes }
        return bands + classes
            + [20, 60].flatMap { resolution in
                [File.Content.sceneClassification, .cloudProbability].map { File(content: $0, resolution: resolution) }
            }
    }

    init(level: Sentinel2Level, tile: SyntheticTile, seed: UInt64, cloudPercent: Double) {
        size = tile.size
        self.tile = tile
        files = Self.files(level)
        view = SyntheticView(
            seed: seed, pixelSize: 10, cloudPercent: cloudPercent, halfExtent: Double(tile.size) * 5,
            sun: .sentinel2, frame: .swathEdge, level: level == .l1c ? .topOfAtmosphere : .surface, centre: tile.centre)
        noise = SensorNoise(seed: seed, floor: Self.noiseFloor, slope: Self.noiseSlope)
    }

    /// The standard deviation of reflectance noise: in darkness, and its growth per unit of reflectance.
    static let noiseFloor: Float = 0.0004
    static let noiseSlope: Float = 0.003

    func emptyStrip(rowCount: Int, withTruth: Bool) -> SyntheticStrip {
        let pixels = files.map { file in
            let step = file.resolution / 10
            return (rowCount / step) * (size / step)
        }
        let bandCount = files.count { if case .band = $0.content { true } else { false } }
        return SyntheticStrip(
            layerSizes: pixels, truthSizes: Array(pixels.prefix(bandCount)), pixelCount: rowCount * size,
            withTruth: withTruth)
    }

    /// What a pixel of any resolution shows: the mean of its samples.
    private struct Cell {
        var spectrum = Spectrum()
        /// Cloud, its depth, shadow, cirrus, water, cover, crust and the cirrus band.
        var rest = SIMD8<Float>()

        init() {}

        init(_ sample: SyntheticSample) {
            spectrum = sample.spectrum
            rest = SIMD8(
                sample.state.cloud, sample.state.depth, sample.state.shadow, sample.state.cirrus, sample.surface.water,
                sample.surface.cover, sample.surface.crust, sample.cirrusBand)
        }

        mutating func add(_ other: Cell) {
            spectrum += other.spectrum
            rest += other.rest
        }

        func mean(of count: Float) -> Cell {
            var cell = self
            cell.spectrum *= 1 / count
            cell.rest *= 1 / count
            return cell
        }

        var cloud: Float { rest[0] }
        var shadow: Float { rest[2] }
        var cirrus: Float { rest[3] }
        var water: Float { rest[4] }
        var cover: Float { rest[5] }
        var cirrusBand: Float { rest[7] }

        var isOpaque: Bool { cloud >= 0.5 }
        var isCirrus: Bool { !isOpaque && cirrus >= 0.3 }
    }

    func strip(rows: Range<Int>, withTruth: Bool) -> SyntheticStrip {
        var strip = emptyStrip(rowCount: rows.count, withTruth: withTruth)
        let blocks = size / 6
        var cells = [[Cell]](repeating: [], count: 3)
        for first in stride(from: rows.lowerBound, to: rows.upperBound, by: 6) {
            // Six rows: one row of 60 m pixels, three of 20 m.
            cells[0] = Array(repeating: Cell(), count: 6 * size)
            cells[1] = Array(repeating: Cell(), count: 3 * size / 2)
            cells[2] = Array(repeating: Cell(), count: blocks)
            let isImaged = (0..<blocks).map { swathHolds(column: $0, row: first / 6) }
            for down in 0..<6 {
                var cursor = SyntheticLandscape.Cursor()
                for column in 0..<size where isImaged[column / 6] {
                    let sample = sample(column: column, row: first + down, &cursor)
                    let cell = Cell(sample)
                    cells[0][down * size + column] = cell
                    cells[1][down / 2 * (size / 2) + column / 2].add(cell)
                    cells[2][column / 6].add(cell)
                    let isLand = sample.surface.water < 0.5
                    strip.tally.count(sample.kind, isLand: isLand)
                    guard withTruth else { continue }
                    let index = (first - rows.lowerBound + down) * size + column
                    if isLand { strip.salinity[index] = sample.surface.salinity }
                    strip.classes[index] = sample.kind.rawValue
                }
            }
            for (place, resolution) in Sentinel2Instrument.resolutions.enumerated() {
                let step = resolution / 10
                let width = size / step
                for index in cells[place].indices where isImaged[index % width * step / 6] {
                    put(
                        cells[place][index].mean(of: Float(step * step)), resolution: resolution,
                        column: index % width, row: first / step + index / width, withTruth: withTruth,
                        at: (first - rows.lowerBound) / step * width + index, of: &strip)
                }
            }
        }
        return strip
    }

    /// Whether the swath reaches a 60 m pixel; all resolutions end with it.
    private func swathHolds(column: Int, row: Int) -> Bool {
        let half = Double(size) / 12
        return view.frame.isInside((Double(column) + 0.5 - half) / half, (half - Double(row) - 0.5) / half)
    }

    @inline(__always)
    private func sample(
        column: Int, row: Int, _ cursor: inout SyntheticLandscape.Cursor
    ) -> SyntheticSample {
        let x = Double(tile.left + column * 10 + 5) - SyntheticSite.x
        let y = Double(tile.top - row * 10 - 5) - SyntheticSite.y
        return view.sample(x, y, key: key(column: column, row: row, resolution: 10), &cursor)
    }

    /// Noise belongs to the ground: two scenes of one seed agree where they overlap.
    @inline(__always)
    private func key(column: Int, row: Int, resolution: Int) -> UInt64 {
        noise.key(tile.left / resolution + column, row - tile.top / resolution)
    }

    @inline(__always)
    private func put(
        _ cell: Cell, resolution: Int, column: Int, row: Int, withTruth: Bool, at index: Int,
        of strip: inout SyntheticStrip
    ) {
        let key = key(column: column, row: row, resolution: resolution)
        var isSaturated = false
        for (layer, file) in files.enumerated() where file.resolution == resolution {
            let stored: UInt16
            switch file.content {
            case .band(let id):
                let lane = Sentinel2Instrument.bands[id].lane
                let truth = lane.map { cell.spectrum[$0] } ?? cell.cirrusBand
                let seen = noise.reflectance(
                    truth, key: key, channel: UInt64(resolution * 32 + id), isFlat: lane == nil)
                if seen >= Sentinel2Instrument.brightest {
                    isSaturated = true
                    strip.tally.saturated[layer] += 1
                    stored = Sentinel2Instrument.saturated
                } else {
                    let counts = Double(seen) * Sentinel2Instrument.quantification - Sentinel2Instrument.offset
                    stored = UInt16(max(counts.rounded(), 1))
                }
                if withTruth { strip.reflectance[layer][index] = SyntheticStrip.stored(truth) }
            case .sceneClassification:
                stored = Self.sceneClass(cell, isSaturated: isSaturated)
                if resolution == 20 { strip.tally.sceneClasses[Int(stored)] += 1 }
            case .cloudProbability: stored = UInt16((cell.cloud * 100).rounded())
            case .opaqueCloud: stored = cell.isOpaque ? 1 : 0
            case .cirrus: stored = cell.isCirrus ? 1 : 0
            case .snow: stored = 0
            }
            strip.counts[layer][index] = stored
        }
    }

    /// The class of the scene classification, as far as a scene without snow and relief needs it.
    @inline(__always)
    private static func sceneClass(_ cell: Cell, isSaturated: Bool) -> UInt16 {
        if isSaturated { return 1 }
        if cell.isOpaque { return cell.cloud >= 0.8 ? 9 : 8 }
        if cell.isCirrus { return 10 }
        if cell.shadow >= 0.5 { return 3 }
        if cell.water >= 0.5 { return 6 }
        return cell.cover >= 0.3 ? 4 : 5
    }
}
