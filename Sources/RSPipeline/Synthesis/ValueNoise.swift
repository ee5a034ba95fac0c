/// Seeded smooth noise: random numbers on a lattice, joined by a cubic ease.
///
/// The numbers come from an integer hash and the joining from plain products and sums, so a seed gives the same
/// value on every CPU, in any order of calls and on any thread.
struct ValueNoise: Sendable {
    /// What sets one noise apart from another.
    let seed: UInt64

    /// Makes a noise of its own for a purpose (`stream`) under a scene's seed.
    init(seed: UInt64, stream: UInt64) {
        self.seed = Self.mix(seed &+ stream &* 0xD1B5_4A32_D192_ED03)
    }

    /// Spreads the bits of a number over all 64 bits of the result.
    ///
    /// The finaliser of SplitMix64 (Steele, Lea, Flood 2014, doi 10.1145/2660193.2660195).
    @inline(__always)
    static func mix(_ input: UInt64) -> UInt64 {
        var z = input &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// 64 random bits that belong to a pair of whole numbers.
    @inline(__always)
    func bits(_ i: Int, _ j: Int) -> UInt64 {
        let a = UInt64(bitPattern: Int64(i)) &* 0x9E37_79B9_7F4A_7C15
        let b = UInt64(bitPattern: Int64(j)) &* 0xC2B2_AE3D_27D4_EB4F
        return Self.mix(seed ^ a &+ (b << 32 | b >> 32))
    }

    /// A number in 0..<1 made of 16 of the bits, counted from the lowest group (0...3).
    @inline(__always)
    static func unit(_ bits: UInt64, group: UInt64) -> Float {
        Float((bits >> (16 * group)) & 0xFFFF) * (1 / 65536)
    }

    @inline(__always)
    private func lattice(_ i: Int, _ j: Int) -> Float { Float(bits(i, j) >> 40) * (1 / 16_777_216) }

    @inline(__always)
    private static func ease(_ t: Float) -> Float { t * t * (3 - 2 * t) }

    /// Smooth noise in 0...1 that changes over a distance of about 1.
    @inline(__always)
    func value(_ x: Double, _ y: Double) -> Float {
        let floorX = x.rounded(.down)
        let floorY = y.rounded(.down)
        let i = Int(floorX)
        let j = Int(floorY)
        let s = Self.ease(Float(x - floorX))
        let t = Self.ease(Float(y - floorY))
        let a = lattice(i, j)
        let b = lattice(i + 1, j)
        let c = lattice(i, j + 1)
        let d = lattice(i + 1, j + 1)
        let upper = a + (b - a) * s
        let lower = c + (d - c) * s
        return upper + (lower - upper) * t
    }

    /// Noise in 0...1 with finer and finer detail: each octave has half the size and half the weight of the one before,
    /// on a lattice turned by 37 degrees so that no direction stands out.
    @inline(__always)
    func fractal(_ x: Double, _ y: Double, octaves: Int) -> Float {
        var sum: Float = 0
        var total: Float = 0
        var weight: Float = 1
        var px = x
        var py = y
        for _ in 0..<octaves {
            sum += value(px, py) * weight
            total += weight
            weight *= 0.5
            let nextX = 2 * (0.8 * px - 0.6 * py) + 17.3
            py = 2 * (0.6 * px + 0.8 * py) - 9.1
            px = nextX
        }
        return sum / total
    }

    /// Noise along a line, in 0...1, with its slope.
    @inline(__always)
    func line(_ x: Double, row: Int) -> (value: Double, slope: Double) {
        let floorX = x.rounded(.down)
        let t = x - floorX
        let a = Double(lattice(Int(floorX), row))
        let b = Double(lattice(Int(floorX) + 1, row))
        return (a + (b - a) * t * t * (3 - 2 * t), (b - a) * 6 * t * (1 - t))
    }
}

extension Float {
    /// 0 below `low`, 1 above `high`, a cubic ease between.
    @inline(__always)
    static func step(_ value: Float, from low: Float, to high: Float) -> Float {
        let t = ((value - low) / (high - low)).limited(0, 1)
        return t * t * (3 - 2 * t)
    }

    /// The number kept within two limits.
    @inline(__always)
    func limited(_ low: Float, _ high: Float) -> Float { self < low ? low : (self > high ? high : self) }
}
