/// Counts of pixels by ``PixelReason``, one row of counts per plane.
@safe final class ReasonTally {
    private static let reasons = PixelReason.allCases.count
    /// Rows of counts that neighbouring pixels use in turn, so that no count waits for the one before it.
    private static let rows = 4

    private let planes: Int
    private let counts: UnsafeMutablePointer<Int>

    init(planes: Int) {
        self.planes = planes
        unsafe counts = .allocate(capacity: planes * Self.rows * Self.reasons)
        unsafe counts.initialize(repeating: 0, count: planes * Self.rows * Self.reasons)
    }

    deinit { unsafe counts.deallocate() }

    /// Adds pixels of one reason.
    func add(_ count: Int, _ reason: PixelReason, plane: Int) {
        unsafe counts[plane * Self.rows * Self.reasons + Int(reason.rawValue)] += count
    }

    /// Counts a block: pixels with a value as valid, the others by their reason, those that have none as undefined.
    ///
    /// - Parameters:
    ///   - values: NaN where there is none.
    ///   - reasons: codes of reasons as Float; read only where a value is missing.
    func add(
        _ values: UnsafePointer<Float>, reasons: UnsafePointer<Float>, count: Int, plane: Int
    ) {
        let first = unsafe counts + plane * Self.rows * Self.reasons
        var start = 0
        while start < count {
            let end = min(start + 8, count)
            if end == start + 8 {
                // Most neighbours share one reason.
                let eight = unsafe UnsafeRawPointer(values + start).loadUnaligned(as: SIMD8<Float>.self)
                let isMissing = eight .!= eight
                if !isMissing.isAnySet {
                    unsafe first[0] += 8
                    start = end
                    continue
                }
                let pairs = unsafe UnsafeRawPointer(reasons + start).loadUnaligned(as: SIMD4<UInt64>.self)
                let areAlike =
                    pairs[0] == pairs[1] && pairs[1] == pairs[2] && pairs[2] == pairs[3]
                    && pairs[0] >> 32 == pairs[0] & 0xffff_ffff
                if areAlike && isMissing.isEachSet {
                    unsafe first[Int(Self.code(reasons[start]))] += 8
                    start = end
                    continue
                }
            }
            for i in start..<end {
                let code = unsafe values[i].isNaN ? Self.code(reasons[i]) : 0
                unsafe first[i % Self.rows * Self.reasons + Int(code)] += 1
            }
            start = end
        }
    }

    /// The code of a reason that a program has computed; pixels that have none are undefined.
    static func code(_ reason: Float) -> UInt8 {
        reason.isNaN ? PixelReason.undefinedResult.rawValue : UInt8(reason)
    }

    /// Per plane, the pixels of each reason.
    var result: [[Int]] {
        (0..<planes).map { plane in
            (0..<Self.reasons).map { reason in
                (0..<Self.rows).reduce(0) { total, row in
                    unsafe total + counts[(plane * Self.rows + row) * Self.reasons + reason]
                }
            }
        }
    }
}
