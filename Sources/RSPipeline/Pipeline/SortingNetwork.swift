/// The exchanges that bring numbers into order without asking what they are: Batcher's merge exchange.
///
/// Source: D. E. Knuth, The Art of Computer Programming, volume 3, 5.2.2, algorithm M.
enum SortingNetwork {
    /// Positions to be compared in turn: the smaller number goes to the first, the larger to the second.
    ///
    /// About `n / 4 * log2(n)^2` of them; 41 for 12 numbers.
    static func exchanges(_ count: Int) -> [(low: Int, high: Int)] {
        var pairs: [(low: Int, high: Int)] = []
        var half = 1
        while half * 2 < count { half *= 2 }
        var step = half
        while step > 0, count > 1 {
            var (span, rest, distance) = (half, 0, step)
            while true {
                for place in 0..<max(0, count - distance) where place & step == rest {
                    pairs.append((place, place + distance))
                }
                if span == step { break }
                distance = span - step
                span /= 2
                rest = step
            }
            step /= 2
        }
        return pairs
    }
}
