/// `bilinear` and `cubic` where result pixels are larger than source pixels.
extension Resampler {
    func widened(_ values: Values, _ x: Double, _ y: Double) -> Float {
        guard isNear(x, y) else { return .nan }
        if rule == .cubic {
            let (value, share) = kernelMean(values, x, y, radius: 2, Self.cubicWeight)
            if share == 1 { return value }
        }
        let (value, share) = kernelMean(values, x, y, radius: 1) { 1 - $0 }
        return share < 0.5 - Grid.tolerance ? .nan : value
    }

    static func cubicWeight(_ distance: Double) -> Double {
        let t = distance
        return t < 1 ? 1 - 2.5 * t * t + 1.5 * t * t * t : 2 - 4 * t + 2.5 * t * t - 0.5 * t * t * t
    }

    /// The mean of the pixels with data under a kernel, and which share of its weight they have, exactly 1 for all.
    func kernelMean(
        _ values: Values, _ x: Double, _ y: Double, radius: Double, _ kernel: (Double) -> Double
    ) -> (value: Float, share: Double) {
        let reach = stretch * radius
        let columns = Self.pixels(x, reach.x)
        let rows = Self.pixels(y, reach.y)
        var sum = 0.0
        var weight = 0.0
        var all = 0.0
        for row in rows {
            let h = kernel(abs(Double(row) + 0.5 - y) / stretch.y)
            for column in columns {
                let w = h * kernel(abs(Double(column) + 0.5 - x) / stretch.x)
                all += w
                let value = values.at(column, row)
                if value.isNaN { continue }
                sum += w * Double(value)
                weight += w
            }
        }
        return (Float(sum / weight), weight == all ? 1 : weight / all)
    }

    /// The pixels whose centres lie less than a distance away.
    @inline(__always)
    static func pixels(_ position: Double, _ reach: Double) -> Range<Int> {
        let low = Int((position - 0.5 - reach + Grid.tolerance).rounded(.up))
        let high = Int((position - 0.5 + reach - Grid.tolerance).rounded(.down))
        return low..<max(low, high + 1)
    }
}
