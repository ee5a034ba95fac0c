/// What must be known of a whole scene for its metadata; strips add up in any order.
struct SyntheticTally: Sendable {
    var filled = 0
    var cloudy = 0
    var land = 0
    var cloudyLand = 0
    /// Pixels at the top of the scale in B1...B7 and B9.
    var saturated = [Int](repeating: 0, count: 8)

    mutating func add(_ other: SyntheticTally) {
        filled += other.filled
        cloudy += other.cloudy
        land += other.land
        cloudyLand += other.cloudyLand
        for index in saturated.indices { saturated[index] += other.saturated[index] }
    }
}
