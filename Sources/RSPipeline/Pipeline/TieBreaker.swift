/// Decides on which side of a rounding limit a value lies that Float32 leaves open (docs/decisions/0008-rounding-ties.md).
///
/// A value stored as a whole number is rounded. Where the Float32 result lies nearer to a limit between two numbers than
/// its own error, the pixel is computed again in Double, and the Float moved to the right side of the limit.
@safe final class TieBreaker {
    /// The error that Float32 results are trusted to stay within, relative to 1 or to the value if that is larger.
    private static let trust = 4e-7

    private let evaluator: DoubleEvaluator
    private let planes: [(plane: Int, storage: PlannedFile.Storage)]

    /// Makes a tie breaker; nil when the plan stores no scaled whole numbers.
    init?(_ plan: Plan, parameters: [Float]) {
        planes = plan.files.filter { $0.storage.scale != nil }.flatMap { file in
            file.planes.map { ($0, file.storage) }
        }
        if planes.isEmpty { return nil }
        evaluator = DoubleEvaluator(plan.program, parameters: parameters)
    }

    /// Settles a block of results.
    func settle(values: [UnsafeMutablePointer<Float>], start: Int, count: Int, inputs: [InputBlock?]) {
        for (plane, storage) in planes {
            let block = unsafe values[plane] + start
            var i = 0
            while i < count {
                let end = min(i + Self.laneCount, count)
                if end == i + Self.laneCount {
                    let lanes = unsafe UnsafeRawPointer(block + i).loadUnaligned(as: Lanes.self)
                    if !Self.mayBeTied(lanes, storage) {
                        i = end
                        continue
                    }
                }
                while i < end {
                    unsafe settle(block + i, plane, storage, pixel: start + i, inputs)
                    i += 1
                }
            }
        }
    }

    private typealias Lanes = SIMD8<Float>
    private static let laneCount = 8

    /// Whether any of some values may lie near a limit; computed in Float32 with room for its error.
    ///
    /// Values that no 16-bit number stands for are not looked at: they are moved to the nearest one that fits.
    @inline(__always)
    private static func mayBeTied(_ values: Lanes, _ storage: PlannedFile.Storage) -> Bool {
        let offset = Float(storage.scale?.offset ?? 0)
        let factor = Float(storage.factor)
        let scaled = (values - offset) * factor
        // Added to 1.5 * 2^23, a number below 2^22 is rounded to a whole one.
        let shift: Float = 12_582_912
        let distance = scaled - ((scaled + shift) - shift)
        let size = scaled.replacing(with: -scaled, where: scaled .< 0)
        let magnitude = max(factor, abs(offset) * factor)
        let error = size.replacing(with: Lanes(repeating: magnitude), where: size .< magnitude) * Float(2 * trust)
        let away = distance.replacing(with: -distance, where: distance .< 0)
        return (away .>= Lanes(repeating: 0.5) - error).isAnySet
    }

    private func settle(
        _ place: UnsafeMutablePointer<Float>, _ plane: Int, _ storage: PlannedFile.Storage, pixel: Int,
        _ inputs: [InputBlock?]
    ) {
        let value = unsafe place.pointee
        let scaled = storage.scaled(Double(value))
        let above = scaled - scaled.rounded(.down)
        let error = Self.trust * max(storage.factor, abs(scaled))
        // NaN fails the comparison.
        guard abs(above - 0.5) <= error else { return }
        let exact = unsafe evaluator.value(of: plane, pixel: pixel, inputs: inputs)
        unsafe place.pointee = Self.settled(value, exact: exact, storage)
    }

    /// The Float nearest to an exact value that is rounded as the exact value is.
    static func settled(_ value: Float, exact: Double, _ storage: PlannedFile.Storage) -> Float {
        let wanted = storage.rounded(exact)
        let nearest = Float(exact)
        for candidate in [nearest, nearest.nextUp, nearest.nextDown] where storage.rounded(Double(candidate)) == wanted
        {
            return candidate
        }
        return value
    }
}
