import Foundation
import Synchronization

/// Writes one planned file: converts values to stored numbers, keeps statistics, stages the pixels, and makes the
/// final file from them.
///
/// Pixels are staged uncompressed, in any order, then copied once into the final layout, whose bytes therefore do not
/// depend on the order of the units.
final class RasterSink: Sink {
    /// Statistics of one band, over stored numbers.
    struct Statistics: Sendable {
        var count = 0
        var clamped = 0
        var minimum = Double.infinity
        var maximum = -Double.infinity
        var moments = ExactMoments()

        mutating func merge(_ other: Statistics) {
            count += other.count
            clamped += other.clamped
            minimum = min(minimum, other.minimum)
            maximum = max(maximum, other.maximum)
            moments.merge(other.moments)
        }

        var mean: Double { moments.sum / Double(count) }
        var deviation: Double { max(0, moments.sumOfSquares / Double(count) - mean * mean).squareRoot() }
    }

    let file: PlannedFile
    private let stagePath: String
    private let bands: [RasterBandDescription]

    /// A class, because a mutex can hold a noncopyable dataset only through a reference.
    ///
    /// Unchecked: the lock of ``state`` guards the writer, and nothing else holds the stage.
    private final class Stage: @unchecked Sendable {
        var writer: DatasetWriter?
        init(_ writer: consuming DatasetWriter) { self.writer = consume writer }
    }

    private struct State: Sendable {
        var stage: Stage?
        var totals: [Statistics]
    }

    private let state: Mutex<State>

    /// Opens the stage.
    ///
    /// - Throws: ``RunError`` of kind output.
    init(_ file: PlannedFile, plan: Plan, folder: String, units: WorkUnits) throws(RunError) {
        self.file = file
        stagePath = folder + "/" + URL(fileURLWithPath: file.path).lastPathComponent + ".stage.tif"
        bands = file.planes.map { index in
            let plane = plan.planes[index]
            var items = [GenericProduct.Item.quantity: plane.quantity.label]
            if let role = plane.role { items[GenericProduct.Item.role] = role.rawValue }
            return RasterBandDescription(
                name: plane.name, noData: file.storage.noData, scale: file.storage.scale, unit: plane.quantity.unit,
                metadata: items)
        }
        let isTiled = units.unitWidth < plan.grid.width || units.unitHeight % 512 == 0
        let layout =
            isTiled
            ? ["TILED=YES", "BLOCKXSIZE=512", "BLOCKYSIZE=512"]
            : ["BLOCKYSIZE=\(max(1, min(units.unitHeight, plan.grid.height)))"]
        do {
            let writer = try DatasetWriter(
                creating: stagePath, grid: plan.grid, sampleType: file.storage.sampleType,
                bandCount: file.planes.count, options: layout + ["BIGTIFF=IF_SAFER", "INTERLEAVE=BAND"])
            state = Mutex(State(stage: Stage(writer), totals: file.planes.map { _ in Statistics() }))
        } catch {
            throw RunError(.output, "\(file.path): \(error)")
        }
    }

    func consume(_ unit: UnitResult) throws {
        var statistics: [Statistics] = []
        var stored: [[UInt8]] = []
        let count = unsafe unit.window.pixelCount
        for plane in file.planes {
            var part = Statistics()
            stored.append(unsafe StoredNumbers.encode(unit.values[plane], count: count, file.storage, &part))
            statistics.append(part)
        }
        let window = unsafe unit.window
        try state.withLock { state in
            for band in stored.indices {
                state.totals[band].merge(statistics[band])
                do {
                    try unsafe stored[band].withUnsafeBytes { bytes in
                        try unsafe state.stage?.writer?.write(
                            band: band + 1, window: window, from: bytes, as: file.storage.sampleType)
                    }
                } catch {
                    throw RunError(.output, "\(file.path): \(error); is the disk full?")
                }
            }
        }
    }

    /// Statistics of each band, the same whatever the order of the units.
    func statistics() -> [Statistics] { state.withLock { $0.totals } }

    /// Completes the file under a temporary name.
    ///
    /// - Parameter metadata: items of the file.
    /// - Returns: the path of the finished file.
    /// - Throws: ``RunError``.
    func finish(
        metadata: [String: String], options: ExecutionOptions, progress: @escaping (Double) -> Void
    ) throws(RunError) -> String {
        let totals = statistics()
        let described = zip(bands, totals).map { band, total in
            var band = band
            if total.count > 0 {
                band.metadata["STATISTICS_MINIMUM"] = Self.number(total.minimum)
                band.metadata["STATISTICS_MAXIMUM"] = Self.number(total.maximum)
                band.metadata["STATISTICS_MEAN"] = Self.number(total.mean)
                band.metadata["STATISTICS_STDDEV"] = Self.number(total.deviation)
            }
            return band
        }
        let stage = state.withLock { state in
            defer { state.stage = nil }
            return state.stage
        }
        let final = String(stagePath.dropLast(".stage.tif".count))
        do {
            try stage?.writer?.describe(bands: described, metadata: metadata)
            if let writer = stage?.writer.take() { try writer.close() }
            try DatasetCopy.copy(
                stagePath, to: final, driver: file.format == .cog ? "COG" : "GTiff",
                options: file.creationOptions(threads: options.threads),
                shouldStop: { options.cancellation.isCancelled }, progress: progress)
            try TIFFIntegrity.check(final)
        } catch {
            if options.cancellation.isCancelled { throw RunError(.cancelled, "stopped on request") }
            throw RunError(.output, "\(file.path): \(error); is the disk full?")
        }
        try? FileManager.default.removeItem(atPath: stagePath)
        return final
    }

    private static func number(_ value: Double) -> String { String(format: "%.9g", value) }
}

/// Float values as the numbers that a file stores.
enum StoredNumbers {
    /// Encodes values: scaled, rounded half away from zero, clamped off the no-data value and counted.
    static func encode(
        _ values: UnsafePointer<Float>, count: Int, _ storage: PlannedFile.Storage,
        _ statistics: inout RasterSink.Statistics
    ) -> [UInt8] {
        switch storage.sampleType {
        case .uint8: unsafe integers(UInt8.self, values, count, storage, &statistics)
        case .uint16: unsafe integers(UInt16.self, values, count, storage, &statistics)
        case .int16: unsafe integers(Int16.self, values, count, storage, &statistics)
        default: unsafe floats(values, count, storage, &statistics)
        }
    }

    private static func integers<Sample: FixedWidthInteger>(
        _ type: Sample.Type, _ values: UnsafePointer<Float>, _ count: Int, _ storage: PlannedFile.Storage,
        _ statistics: inout RasterSink.Statistics
    ) -> [UInt8] {
        let range = storage.range ?? Double(Sample.min)...Double(Sample.max)
        let offset = storage.scale?.offset ?? 0
        let factor = storage.factor
        let missing = Sample(exactly: storage.noData.number ?? 0) ?? 0
        return unsafe [UInt8](unsafeUninitializedCapacity: count * MemoryLayout<Sample>.size) { bytes, used in
            let target = unsafe UnsafeMutableRawPointer(bytes.baseAddress)?.bindMemory(to: Sample.self, capacity: count)
            guard let target = unsafe target else { return }
            var total = RasterSink.Statistics()
            for i in 0..<count {
                let value = unsafe Double(values[i])
                if value.isNaN {
                    unsafe target[i] = missing
                    continue
                }
                let scaled = (value - offset) * factor
                let rounded = (scaled + (scaled < 0 ? -0.5 : 0.5)).rounded(.towardZero)
                let clamped = min(max(rounded, range.lowerBound), range.upperBound)
                if clamped != rounded { total.clamped += 1 }
                unsafe target[i] = Sample(clamped)
                total.count += 1
                total.minimum = min(total.minimum, clamped)
                total.maximum = max(total.maximum, clamped)
                total.moments.add(Float(clamped))
            }
            statistics = total
            used = count * MemoryLayout<Sample>.size
        }
    }

    private static func floats(
        _ values: UnsafePointer<Float>, _ count: Int, _ storage: PlannedFile.Storage,
        _ statistics: inout RasterSink.Statistics
    ) -> [UInt8] {
        let missing = Float(storage.noData.number ?? .nan)
        return unsafe [UInt8](unsafeUninitializedCapacity: count * 4) { bytes, used in
            let target = unsafe UnsafeMutableRawPointer(bytes.baseAddress)?.bindMemory(to: Float.self, capacity: count)
            guard let target = unsafe target else { return }
            var total = RasterSink.Statistics()
            var low = Float.infinity
            var high = -Float.infinity
            for i in 0..<count {
                var value = unsafe values[i]
                if value.isNaN {
                    unsafe target[i] = missing
                    continue
                }
                if value == missing {
                    // No valid value lands on the no-data value.
                    value = missing.nextUp
                    total.clamped += 1
                }
                unsafe target[i] = value
                total.count += 1
                low = min(low, value)
                high = max(high, value)
                total.moments.add(value)
            }
            total.minimum = Double(low)
            total.maximum = Double(high)
            statistics = total
            used = count * 4
        }
    }
}
