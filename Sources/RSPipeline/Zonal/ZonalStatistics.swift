import Synchronization

/// Statistics of planes by zone, from windows that come in any order and from any thread.
///
/// Sums are kept per zone and tile of ``tileSide`` pixels and merged in the order of the tiles, values for quantiles are
/// counted in whole numbers: the same pixels give the same bits however they were shared out. Values are held only while a
/// zone is open, until the last of its tiles has come; memory grows with zones and their vertices, not with pixels.
public final class ZonalStatistics: Sendable {
    /// Side of the tiles that sums are kept for.
    static let tileSide = 512
    static let shardCount = 64

    /// The zones.
    public let layer: ZoneLayer
    /// The planes.
    public let planes: [ZonalPlane]
    /// What is computed.
    public let statistics: [ZonalStatistic]
    /// What deserves a word: of the zones, and of areas that are not known.
    public let warnings: [String]

    private let grid: Grid
    let areas: PixelAreas?
    private let windows: [Window?]
    private let tiles: ZoneTiles
    let quantiles: [Double]
    let groupNames: [String]
    let groupOfZone: [Int?]
    let shards: [Shard]
    let groups: [Group]
    private let scratch = Mutex<[Scratch]>([])

    /// What is known of a zone so far.
    struct State: Sendable {
        /// Tiles that have not come yet.
        var open = 0
        /// By tile, one tally per plane.
        var parts: [(tile: Int, tallies: [ZoneTally])] = []
        var distributions: [WeightedDistribution] = []
        /// When all tiles have come: one tally per plane, and their quantiles.
        var tallies: [ZoneTally] = []
        var quantiles: [Double] = []
        /// See ``WeightedDistribution/relativeError``.
        var quantileError = 0.0
    }

    final class Shard: Sendable {
        let states: Mutex<[State]>
        init(_ states: [State]) { self.states = Mutex(states) }
    }

    final class Group: Sendable {
        let distributions: Mutex<[WeightedDistribution]>
        init(planes: Int) {
            distributions = Mutex([WeightedDistribution](repeating: WeightedDistribution(), count: planes))
        }
    }

    private struct Scratch: Sendable {
        var coverage = CoverageRows()
        var areas: [Double] = []
    }

    /// Prepares statistics.
    ///
    /// - Parameters:
    ///   - layer: the zones, brought to the pixels of `grid`.
    ///   - planes: what is looked at.
    ///   - statistics: what is computed of each plane that it fits.
    ///   - grid: where the pixels lie.
    public init(of layer: ZoneLayer, planes: [ZonalPlane], statistics: [ZonalStatistic], grid: Grid) {
        self.layer = layer
        self.planes = planes
        self.statistics = statistics
        self.grid = grid
        var warnings = layer.warnings
        do throws(GDALError) {
            areas = try PixelAreas(of: grid)
        } catch {
            areas = nil
            warnings.append("columns of hectares are empty: \(error.message)")
        }
        self.warnings = warnings
        let windows = layer.zones.map { $0.coverage?.window(width: grid.width, height: grid.height) }
        self.windows = windows
        tiles = ZoneTiles(windows, grid: grid, side: Self.tileSide)
        quantiles = statistics.compactMap(\.quantile)
        let names = Set(layer.zones.compactMap(\.group)).sorted()
        groupNames = names
        let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        groupOfZone = layer.zones.map { $0.group.flatMap { numbers[$0] } }
        groups = names.map { _ in Group(planes: planes.count) }
        let tiles = tiles
        shards = (0..<Self.shardCount).map { shard in
            Shard(
                stride(from: shard, to: windows.count, by: Self.shardCount).map { zone in
                    State(open: windows[zone].map { tiles.count(of: $0) } ?? 0)
                })
        }
    }

    /// Bytes that one worker needs beside its planes.
    static let workerBytes = (tileSide + 2) * tileSide * 8 * 2

    // MARK: Pixels

    /// Adds the pixels of a window that starts at a corner of a tile and ends at one, or at the border of the raster.
    ///
    /// - Parameters:
    ///   - values: by plane, row by row without gaps; NaN where there is none.
    ///   - reasons: by plane, codes of ``PixelReason``, read only where a value is missing; nil for fill everywhere.
    func add(
        _ window: Window, values: [UnsafeMutablePointer<Float>], reasons: [UnsafeMutablePointer<UInt8>?]
    ) {
        var scratch = scratch.withLock { $0.popLast() } ?? Scratch()
        let side = Self.tileSide
        for top in stride(from: window.row, to: window.row + window.height, by: side) {
            for left in stride(from: window.column, to: window.column + window.width, by: side) {
                let tile = tiles.number(column: left / side, row: top / side)
                let part = Window(
                    column: left, row: top, width: min(side, window.column + window.width - left),
                    height: min(side, window.row + window.height - top))
                for zone in tiles.zones(in: tile) {
                    guard let coverage = layer.zones[zone].coverage, let box = windows[zone]?.intersection(part) else {
                        continue
                    }
                    coverage.cover(box, into: &scratch.coverage)
                    let found = unsafe look(
                        at: box, within: window, values: values, reasons: reasons, scratch: &scratch)
                    close(zone, tile: tile, found.tallies, found.distributions)
                }
            }
        }
        let used = scratch
        self.scratch.withLock { $0.append(used) }
    }

    /// Sums of one plane while pixels are looked at.
    fileprivate struct Sums {
        var weight = 0.0
        var shift = Double.nan
        var sum = 0.0
        var squares = 0.0
        var minimum = Float.infinity
        var maximum = -Float.infinity
        var area = 0.0
    }

    /// What the zone whose shares are in the scratch memory holds of each plane.
    private func look(
        at box: Window, within window: Window, values: [UnsafeMutablePointer<Float>],
        reasons: [UnsafeMutablePointer<UInt8>?], scratch: inout Scratch
    ) -> (tallies: [ZoneTally], distributions: [WeightedDistribution]) {
        var sums = [Sums](repeating: Sums(), count: planes.count)
        var lacks = [ZoneTally](repeating: ZoneTally(), count: planes.count)
        var distributions = [WeightedDistribution](
            repeating: WeightedDistribution(), count: quantiles.isEmpty ? 0 : planes.count)
        if areas == nil, scratch.areas.count < box.width {
            scratch.areas = [Double](repeating: 0, count: box.width)
        }
        for row in 0..<box.height {
            areas?.fill(&scratch.areas, row: box.row + row, columns: box.column..<box.column + box.width)
            let first = (box.row + row - window.row) * window.width + box.column - window.column
            let start = row * scratch.coverage.stride
            for plane in planes.indices {
                let source = unsafe values[plane] + first
                let why = unsafe reasons[plane].map { unsafe $0 + first }
                if planes[plane].holdsClasses {
                    for column in 0..<box.width {
                        let share = scratch.coverage.shares[start + column]
                        if share == 0 { continue }
                        let value = unsafe source[column]
                        let area = share * scratch.areas[column]
                        if value.isNaN {
                            lacks[plane].addMissing(
                                unsafe why?[column] ?? PixelReason.fill.rawValue, area: area)
                        } else {
                            sums[plane].add(value, share, area)
                            lacks[plane].addClass(value, weight: share, area: area)
                        }
                    }
                    continue
                }
                var mine = sums[plane]
                for column in 0..<box.width {
                    let share = scratch.coverage.shares[start + column]
                    if share == 0 { continue }
                    let value = unsafe source[column]
                    let area = share * scratch.areas[column]
                    if value.isNaN {
                        lacks[plane].addMissing(unsafe why?[column] ?? PixelReason.fill.rawValue, area: area)
                    } else {
                        mine.add(value, share, area)
                        if !distributions.isEmpty { distributions[plane].add(value, weight: share) }
                    }
                }
                sums[plane] = mine
            }
        }
        let tallies = zip(sums, lacks).map { sums, lacks in
            var tally = ZoneTally(
                weight: sums.weight, around: sums.shift, sum: sums.sum, squares: sums.squares, minimum: sums.minimum,
                maximum: sums.maximum, area: sums.area)
            tally.merge(lacks)
            return tally
        }
        return (tallies, distributions)
    }

    /// Adds what a tile holds of a zone; the last tile closes the zone.
    private func close(_ zone: Int, tile: Int, _ tallies: [ZoneTally], _ distributions: [WeightedDistribution]) {
        let shard = shards[zone % Self.shardCount]
        let index = zone / Self.shardCount
        var complete = shard.states.withLock { states -> State? in
            states[index].open -= 1
            states[index].parts.append((tile, tallies))
            if states[index].distributions.isEmpty {
                states[index].distributions = distributions
            } else {
                for plane in distributions.indices { states[index].distributions[plane].merge(distributions[plane]) }
            }
            if states[index].open > 0 { return nil }
            let state = states[index]
            states[index] = State()
            return state
        }
        guard complete != nil else { return }
        complete?.parts.sort { $0.tile < $1.tile }
        var whole = [ZoneTally](repeating: ZoneTally(), count: planes.count)
        for part in complete?.parts ?? [] {
            for plane in whole.indices { whole[plane].merge(part.tallies[plane]) }
        }
        let values = complete?.distributions ?? []
        let closed = State(
            tallies: whole,
            quantiles: planes.indices.flatMap { plane in
                planes[plane].holdsClasses || values.isEmpty ? [] : values[plane].quantiles(quantiles)
            }, quantileError: values.map(\.relativeError).max() ?? 0)
        if let group = groupOfZone[zone], !values.isEmpty {
            groups[group].distributions.withLock { all in
                for plane in all.indices { all[plane].merge(values[plane]) }
            }
        }
        shard.states.withLock { $0[index] = closed }
    }
}

extension ZonalStatistics.Sums {
    fileprivate mutating func add(_ value: Float, _ share: Double, _ area: Double) {
        if shift.isNaN { shift = Double(value) }
        let distance = Double(value) - shift
        let part = share * distance
        weight += share
        sum += part
        squares += part * distance
        minimum = min(minimum, value)
        maximum = max(maximum, value)
        self.area += area
    }
}
