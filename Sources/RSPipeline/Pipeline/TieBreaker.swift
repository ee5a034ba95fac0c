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
            for i in 0..<count {
                let value = unsafe block[i]
                let scaled = storage.scaled(Double(value))
                let above = scaled - scaled.rounded(.down)
                let error = Self.trust * max(storage.factor, abs(scaled))
                // NaN fails the comparison.
                guard abs(above - 0.5) <= error else { continue }
                let exact = unsafe evaluator.value(of: plane, pixel: start + i, inputs: inputs)
                unsafe block[i] = Self.settled(value, exact: exact, storage)
            }
        }
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
