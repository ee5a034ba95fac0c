/// The sums of values and of their squares, exact, and so the same in whatever order and parts they are added.
///
/// The bytes of a file may not depend on how its pixels were shared out, and its statistics are among them. Values are
/// added as whole numbers, one sum per exponent; 2^39 values fit.
struct ExactMoments: Sendable {
    private static let exponentCount = 256
    private var sums = [Int64](repeating: 0, count: exponentCount)
    private var squares = [UInt128](repeating: 0, count: exponentCount)

    /// Adds a finite value.
    mutating func add(_ value: Float) {
        let bits = value.bitPattern
        let exponent = Int(bits >> 23 & 0xFF)
        let significand = Int64(bits & 0x7F_FFFF) | (exponent == 0 ? 0 : 0x80_0000)
        sums[exponent] += bits >> 31 == 0 ? significand : -significand
        squares[exponent] += UInt128(significand * significand)
    }

    /// Adds what another has seen.
    mutating func merge(_ other: ExactMoments) {
        for exponent in 0..<Self.exponentCount {
            sums[exponent] += other.sums[exponent]
            squares[exponent] += other.squares[exponent]
        }
    }

    /// The sum of the values, rounded a few times at most.
    var sum: Double {
        var total = 0.0
        for exponent in 0..<Self.exponentCount where sums[exponent] != 0 {
            total += Double(sums[exponent]) * Self.unit(exponent)
        }
        return total
    }

    /// The sum of the squares of the values.
    var sumOfSquares: Double {
        var total = 0.0
        for exponent in 0..<Self.exponentCount where squares[exponent] != 0 {
            total += Double(squares[exponent]) * Self.unit(exponent) * Self.unit(exponent)
        }
        return total
    }

    /// What 1 in the last place of the significand is worth.
    private static func unit(_ exponent: Int) -> Double {
        Double(sign: .plus, exponent: max(exponent, 1) - 150, significand: 1)
    }
}
