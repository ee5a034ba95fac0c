/// One open input of a worker, read on the plan's grid.
///
/// A class, because an array cannot hold a noncopyable dataset.
final class InputReader {
    private let dataset: Dataset
    private let source: RasterSource
    private let sampling: GridSampling?
    private let storedNoData: Double

    /// How the numbers that ``read(_:into:)`` gives are stored.
    let sampleType: SampleType
    /// The stored value that means no data; NaN when there is none.
    let noData: Double

    init(_ input: PlanInput, _ source: RasterSource, sampling: GridSampling?) throws(RunError) {
        do {
            dataset = try Dataset(reading: source.path)
        } catch {
            throw RunError(.input, "\(input.name): \(error)")
        }
        self.source = source
        self.sampling = sampling
        storedNoData = input.noData.number ?? .nan
        sampleType = sampling == nil ? source.sampleType : .float32
        noData = sampling == nil ? storedNoData : .nan
    }

    /// Reads a window of the plan's grid into memory of `window.pixelCount` numbers.
    func read(_ window: Window, into target: UnsafeMutableRawPointer) throws(RunError) {
        do throws(GDALError) {
            guard let sampling else {
                let bytes = unsafe UnsafeMutableRawBufferPointer(
                    start: target, count: window.pixelCount * sampleType.byteCount)
                return try unsafe dataset.read(band: source.band, window: window, into: bytes, as: sampleType)
            }
            var result = [Float](repeating: .nan, count: window.pixelCount)
            if let part = sampling.sourceWindow(for: window) {
                var values = try dataset.floats(band: source.band, window: part)
                let missing = Float(storedNoData)
                for index in values.indices where values[index] == missing || !values[index].isFinite {
                    values[index] = .nan
                }
                sampling.sample(values, source: part, target: window, into: &result)
            }
            unsafe result.withUnsafeBytes { bytes in
                guard let base = bytes.baseAddress else { return }
                unsafe target.copyMemory(from: base, byteCount: bytes.count)
            }
        } catch {
            throw RunError(.input, "\(source.path): \(error)")
        }
    }
}
