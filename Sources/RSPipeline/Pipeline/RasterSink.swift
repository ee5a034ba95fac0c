import Foundation
import Synchronization

/// Writes one planned file: converts values to stored numbers, keeps statistics, and hands tiles to the writer.
final class RasterSink: Sink {
    let file: PlannedFile
    private let plan: Plan
    private let writer: COGWriter
    private let encoders: EncoderPool
    private let folder: String
    private let format: TileFormat
    private let tilesAcross: Int
    /// Per tile and band, tile after tile.
    private let parts: Mutex<[BandStatistics]>

    /// Opens the file's spool in a folder.
    ///
    /// - Parameter openTiles: tiles of overviews in the making that may be held in memory.
    /// - Throws: ``RunError`` of kind output.
    init(_ file: PlannedFile, plan: Plan, folder: String, encoders: EncoderPool, openTiles: Int) throws(RunError) {
        self.file = file
        self.plan = plan
        self.folder = folder
        self.encoders = encoders
        format = file.tileFormat
        let grid = plan.grid
        tilesAcross = (grid.width + TileFormat.side - 1) / TileFormat.side
        let tilesDown = (grid.height + TileFormat.side - 1) / TileFormat.side
        parts = Mutex([BandStatistics](repeating: BandStatistics(), count: tilesAcross * tilesDown * format.samples))
        do {
            writer = try COGWriter(
                format, width: grid.width, height: grid.height,
                overviews: file.format == .cog ? (file.holdsClasses ? .mode : .average) : nil,
                noData: file.storage.noData.number, openTiles: openTiles, folder: folder,
                name: URL(fileURLWithPath: file.path).lastPathComponent)
        } catch {
            throw RunError(.output, "\(file.path): \(error)")
        }
    }

    func consume(_ unit: UnitResult) throws {
        do {
            try encoders.withEncoder(format) { encoder in
                let side = TileFormat.side
                let window = unsafe unit.window
                for top in stride(from: window.row, to: window.row + window.height, by: side) {
                    for left in stride(from: window.column, to: window.column + window.width, by: side) {
                        let part = Window(
                            column: left, row: top, width: min(side, window.column + window.width - left),
                            height: min(side, window.row + window.height - top))
                        unsafe fill(encoder.tile, part, of: unit)
                        try unsafe writer.add(
                            encoder.tile, column: left / side, row: top / side, encoder: encoder)
                    }
                }
            }
        } catch {
            throw RunError(.output, "\(file.path): \(error); is the disk full?")
        }
    }

    /// Converts the values of one tile, all bands of a pixel side by side.
    private func fill(_ tile: UnsafeMutableRawBufferPointer, _ part: Window, of unit: UnitResult) {
        let side = TileFormat.side
        guard let base = tile.baseAddress else { return }
        if part.width < side || part.height < side {
            unsafe _ = tile.initializeMemory(as: UInt8.self, repeating: 0)
        }
        let window = unsafe unit.window
        let first = (part.row - window.row) * window.width + part.column - window.column
        let statistics = file.planes.enumerated().map { band, plane in
            let area = unsafe StoredNumbers.Rectangle(
                values: unit.values[plane] + first, valueStride: window.width,
                target: base + band * format.sampleType.byteCount, targetStride: side * format.samples,
                targetStep: format.samples, width: part.width, height: part.height)
            var total = unsafe StoredNumbers.encode(area, file.storage)
            if case .index(let range?) = plan.planes[plane].quantity {
                total.outside = unsafe outside(range, of: area, total)
            }
            return total
        }
        let index = (part.row / side * tilesAcross + part.column / side) * format.samples
        parts.withLock { parts in
            for band in statistics.indices { parts[index + band] = statistics[band] }
        }
    }

    /// How many values lie outside a range by more than rounding; looked at only where a tile's extremes do.
    private func outside(_ range: ClosedRange<Double>, of area: StoredNumbers.Rectangle, _ total: BandStatistics) -> Int
    {
        let slack = 1e-6 * max(1, abs(range.lowerBound), abs(range.upperBound))
        let (low, high) = (Float(range.lowerBound - slack), Float(range.upperBound + slack))
        let scale = file.storage.scale ?? LinearScale(gain: 1, offset: 0)
        let ends = [total.minimum, total.maximum].map { $0 * scale.gain + scale.offset }
        let isInside = ends.allSatisfy { Double(low) <= $0 && $0 <= Double(high) }
        if total.count == 0 || (isInside && total.clamped == 0) { return 0 }
        var count = 0
        for row in 0..<(unsafe area.height) {
            let values = unsafe area.values + row * area.valueStride
            for column in 0..<(unsafe area.width) where unsafe values[column] < low || values[column] > high {
                count += 1
            }
        }
        return count
    }

    /// Statistics of each band, the same whatever the order of the units.
    func statistics() -> [BandStatistics] {
        parts.withLock { parts in
            var totals = [BandStatistics](repeating: BandStatistics(), count: format.samples)
            for index in parts.indices { totals[index % format.samples].merge(parts[index]) }
            return totals
        }
    }

    /// Completes the file under a temporary name.
    ///
    /// - Parameter metadata: items of the file.
    /// - Returns: the finished file.
    /// - Throws: ``RunError``.
    func finish(
        metadata: [String: String], options: ExecutionOptions, progress: @escaping (Double) -> Void
    ) throws(RunError) -> MadeFile {
        let final = folder + "/" + URL(fileURLWithPath: file.path).lastPathComponent
        do {
            let description = try GeoTIFFDescription.file(
                grid: plan.grid, sampleType: format.sampleType, bands: bands(statistics()), metadata: metadata)
            let hash = try writer.finish(final, description: TIFFDirectory(firstOf: description)) { fraction in
                progress(fraction)
                return !options.cancellation.isCancelled
            }
            try TIFFIntegrity.check(final)
            return MadeFile(final, target: file.path, content: hash.text)
        } catch {
            if options.cancellation.isCancelled { throw RunError(.cancelled, "stopped on request") }
            throw RunError(.output, "\(file.path): \(error); is the disk full?")
        }
    }

    /// What the file says of its bands.
    private func bands(_ totals: [BandStatistics]) -> [RasterBandDescription] {
        zip(file.planes, totals).map { index, total in
            let plane = plan.planes[index]
            var items = [GenericProduct.Item.quantity: plane.quantity.label]
            if let role = plane.role { items[GenericProduct.Item.role] = role.rawValue }
            if total.count > 0 {
                items["STATISTICS_MINIMUM"] = Self.number(total.minimum)
                items["STATISTICS_MAXIMUM"] = Self.number(total.maximum)
                items["STATISTICS_MEAN"] = Self.number(total.mean)
                items["STATISTICS_STDDEV"] = Self.number(total.deviation)
            }
            return RasterBandDescription(
                name: plane.name, noData: file.storage.noData, scale: file.storage.scale, unit: plane.quantity.unit,
                categories: format.sampleType == .uint8 ? plane.categories : [],
                metadata: items)
        }
    }

    private static func number(_ value: Double) -> String { String(format: "%.9g", value) }
}
