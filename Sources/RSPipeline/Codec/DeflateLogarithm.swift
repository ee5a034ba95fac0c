/// Logarithms of counts in whole numbers, so that a decision that rests on them is the same on every machine.
@safe final class DeflateLogarithm {
    /// Binary logarithms of 1 + (i + 1/2) / 256, in 1/65536.
    private let fractions: UnsafeMutablePointer<UInt32>

    init() {
        unsafe fractions = .allocate(capacity: 256)
        for index in 0..<256 {
            // A square whose logarithm reaches 1 has a one as the next bit of its logarithm.
            var value = UInt64(513 + 2 * index) << 21  // 1.0 is 2^30
            var fraction: UInt32 = 0
            for _ in 0..<16 {
                value = value * value >> 30
                fraction <<= 1
                if value >= 1 << 31 {
                    value >>= 1
                    fraction |= 1
                }
            }
            unsafe fractions[index] = fraction
        }
    }

    deinit { unsafe fractions.deallocate() }

    /// The binary logarithm of a count from 1 on, in 1/65536.
    @inline(__always) func of(_ count: UInt32) -> UInt32 {
        let zeros = UInt32(truncatingIfNeeded: count.leadingZeroBitCount)
        let mantissa = Int(truncatingIfNeeded: ((count &<< zeros) &<< 1) &>> 24)
        return unsafe (31 &- zeros) << 16 &+ fractions[mantissa]
    }

    /// A count times its binary logarithm, in 1/65536; 0 for 0 and 1.
    @inline(__always) func weighted(_ count: UInt32) -> Int { count > 1 ? Int(count) &* Int(of(count)) : 0 }
}
