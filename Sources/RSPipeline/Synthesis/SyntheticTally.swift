/// What must be known of a whole scene for its metadata; strips add up in any order.
struct SyntheticTally: Sendable {
    /// Pixels inside the satellite's strip.
    var filled = 0
    var cloudy = 0
    var land = 0
    var cloudyLand = 0
    /// Pixels at the top of the scale, file by file.
    var saturated: [Int]
    /// Pixels of each value of a Sentinel-2 scene classification.
    var sceneClasses = [Int](repeating: 0, count: 12)

    init(layerCount: Int) { saturated = Array(repeating: 0, count: layerCount) }

    /// Counts a pixel inside the strip.
    @inline(__always)
    mutating func count(_ kind: SyntheticClass, isLand: Bool) {
        filled += 1
        if kind == .cloud { cloudy += 1 }
        if isLand {
            land += 1
            if kind == .cloud { cloudyLand += 1 }
        }
    }

    mutating func add(_ other: SyntheticTally) {
        filled += other.filled
        cloudy += other.cloudy
        land += other.land
        cloudyLand += other.cloudyLand
        for index in saturated.indices { saturated[index] += other.saturated[index] }
        for index in sceneClasses.indices { sceneClasses[index] += other.sceneClasses[index] }
    }
}
