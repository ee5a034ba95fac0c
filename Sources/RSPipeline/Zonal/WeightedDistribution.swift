/// Values with weights, for medians and other quantiles, in bounded memory.
///
/// Up to ``mostValues`` different values are kept as they are and quantiles are exact. Beyond that, neighbouring values
/// are put together by leaving out the last bits of the Float, as few as make them fit; a quantile is then the middle of
/// its bin, and off by at most `2^(b - 24)` of itself where `b` bits are left out (``relativeError``).
///
/// Weights are whole multiples of 2^-31, so that nothing depends on the order in which values are added or distributions
/// merged.
///
/// The quantile `q` is the smallest value at which the weight of all values up to it exceeds `q` of the total, or, where
/// it equals it, the mean of that value and the next: type 2 of Hyndman and Fan (1996, The American Statistician 50:361)
/// with weights. For equal weights the median is that of every textbook; a pixel counted twice, or in two halves, changes
/// nothing.
public struct WeightedDistribution: Sendable {
    /// The largest number of different values that are told apart.
    public static let mostValues = 16_384

    /// Added since the last ``settle()``: the ordered value in the upper half, its weight in the lower.
    private var pending: [UInt64] = []
    /// Ordered values without their last ``droppedBits`` bits, ascending.
    private var keys: [UInt32] = []
    private var weights: [UInt64] = []
    private var droppedBits = 0

    /// Makes an empty distribution.
    public init() {}

    /// Adds a value with a weight above 0, at most 1.
    ///
    /// NaN is not a value and is left out.
    public mutating func add(_ value: Float, weight: Double) {
        if value.isNaN { return }
        let share = UInt32(max(1, min(weight, 1) * 2_147_483_648))
        pending.append(UInt64(Self.key(value)) << 32 | UInt64(share))
        if pending.count >= 2 * Self.mostValues { settle() }
    }

    /// Adds what another has seen.
    public mutating func merge(_ other: WeightedDistribution) {
        var other = other
        if other.keys.isEmpty && pending.count + other.pending.count < 2 * Self.mostValues {
            pending += other.pending
            return
        }
        settle()
        other.settle()
        let bits = max(droppedBits, other.droppedBits)
        coarsen(to: bits)
        other.coarsen(to: bits)
        (keys, weights) = Self.merged(keys, weights, other.keys, other.weights)
        fit()
    }

    /// Whether there are no values.
    public var isEmpty: Bool { keys.isEmpty && pending.isEmpty }

    /// How far a quantile may be from the exact one, as a share of it; 0 where values are kept as they are.
    public var relativeError: Double {
        var copy = self
        copy.settle()
        return copy.droppedBits == 0 ? 0 : Double(sign: .plus, exponent: copy.droppedBits - 24, significand: 1)
    }

    /// Quantiles.
    ///
    /// - Parameter shares: 0 for the smallest, 0.5 for the median, 1 for the largest value.
    /// - Returns: one value each; NaN where there are no values.
    public func quantiles(_ shares: [Double]) -> [Double] {
        var copy = self
        copy.settle()
        guard let last = copy.keys.last else { return shares.map { _ in .nan } }
        let total = copy.weights.reduce(0, +)
        return shares.map { share in
            let target = share * Double(total)
            var sum: UInt64 = 0
            for (index, weight) in copy.weights.enumerated() {
                sum += weight
                if Double(sum) == target, index + 1 < copy.keys.count {
                    return (copy.value(copy.keys[index]) + copy.value(copy.keys[index + 1])) / 2
                }
                if Double(sum) > target { return copy.value(copy.keys[index]) }
            }
            return copy.value(last)
        }
    }

    /// Whole numbers in the order of the values.
    private static func key(_ value: Float) -> UInt32 {
        // The sum makes both zeros one.
        let bits = (value + 0).bitPattern
        return bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits
    }

    /// The value of a key, or the middle of its bin.
    private func value(_ key: UInt32) -> Double {
        let low = key << UInt32(droppedBits)
        let bits = droppedBits == 0 ? low : low | 1 << UInt32(droppedBits - 1)
        return Double(Float(bitPattern: bits & 0x8000_0000 != 0 ? bits & 0x7fff_ffff : ~bits))
    }

    /// Sorts in what has been added, and makes it fit.
    private mutating func settle() {
        if pending.isEmpty { return }
        pending.sort()
        var newKeys: [UInt32] = []
        var newWeights: [UInt64] = []
        newKeys.reserveCapacity(pending.count)
        newWeights.reserveCapacity(pending.count)
        for entry in pending {
            let key = UInt32(truncatingIfNeeded: entry >> 32) >> UInt32(droppedBits)
            Self.append(key, entry & 0xffff_ffff, to: &newKeys, &newWeights)
        }
        pending.removeAll(keepingCapacity: true)
        if keys.isEmpty {
            (keys, weights) = (newKeys, newWeights)
        } else {
            (keys, weights) = Self.merged(keys, weights, newKeys, newWeights)
        }
        fit()
    }

    private static func append(_ key: UInt32, _ weight: UInt64, to keys: inout [UInt32], _ weights: inout [UInt64]) {
        if keys.last == key {
            weights[weights.count - 1] += weight
        } else {
            keys.append(key)
            weights.append(weight)
        }
    }

    private static func merged(
        _ keys: [UInt32], _ weights: [UInt64], _ otherKeys: [UInt32], _ otherWeights: [UInt64]
    ) -> ([UInt32], [UInt64]) {
        var allKeys: [UInt32] = []
        var allWeights: [UInt64] = []
        allKeys.reserveCapacity(keys.count + otherKeys.count)
        allWeights.reserveCapacity(keys.count + otherKeys.count)
        var (i, j) = (0, 0)
        while i < keys.count || j < otherKeys.count {
            if j == otherKeys.count || i < keys.count && keys[i] <= otherKeys[j] {
                append(keys[i], weights[i], to: &allKeys, &allWeights)
                i += 1
            } else {
                append(otherKeys[j], otherWeights[j], to: &allKeys, &allWeights)
                j += 1
            }
        }
        return (allKeys, allWeights)
    }

    private mutating func fit() {
        while keys.count > Self.mostValues { coarsen(to: droppedBits + 1) }
    }

    private mutating func coarsen(to bits: Int) {
        if bits <= droppedBits { return }
        var newKeys: [UInt32] = []
        var newWeights: [UInt64] = []
        for (key, weight) in zip(keys, weights) {
            Self.append(key >> UInt32(bits - droppedBits), weight, to: &newKeys, &newWeights)
        }
        (keys, weights, droppedBits) = (newKeys, newWeights, bits)
    }
}
