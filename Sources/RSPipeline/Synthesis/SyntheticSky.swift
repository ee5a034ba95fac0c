/// Clouds, their shadows and a veil of cirrus over a synthetic landscape.
///
/// Clouds cover a stated share of the scene: the share is turned into a threshold of the cloud noise by looking at the
/// noise on a coarse grid of the very scene. A shadow is the cloud above the line from the ground to the sun.
struct SyntheticSky: Sendable {
    /// How the sky stands above one point; each 0...1.
    struct State {
        /// Opacity of the cloud.
        var cloud: Float = 0
        /// How far inside the cloud, 0 at its edge to 1 below its highest towers.
        var depth: Float = 0
        /// Depth of the cloud's shadow.
        var shadow: Float = 0
        /// Whether the point lies in the rim that a cloud mask grows around clouds.
        var isRim = false
        /// Thickness of the cirrus veil.
        var cirrus: Float = 0
    }

    /// Height of the cloud layer above ground, metres.
    static let cloudHeight = 1500.0

    private let noise: ValueNoise
    private let clusters: ValueNoise
    private let veil: ValueNoise
    private let threshold: Float
    private let veilThreshold: Float
    /// From a point on the ground to the place below the cloud that shades it, metres.
    private let shiftX: Double
    private let shiftY: Double

    /// Makes the sky of a scene.
    ///
    /// - Parameters:
    ///   - cloudPercent: the share of the scene under cloud, 0...100.
    ///   - halfExtent: half the scene's side, metres.
    ///   - sun: where the light comes from.
    ///   - frame: the part of the scene in which clouds are counted.
    ///   - centre: the scene's middle, metres from the middle of the landscape.
    init(
        seed: UInt64, cloudPercent: Double, halfExtent: Double, centre: (x: Double, y: Double), sun: SyntheticSun,
        frame: SyntheticFrame
    ) {
        noise = ValueNoise(seed: seed, stream: 21)
        clusters = ValueNoise(seed: seed, stream: 22)
        veil = ValueNoise(seed: seed, stream: 23)
        shiftX = Self.cloudHeight * sun.cotangentOfElevation * sun.sineOfAzimuth
        shiftY = Self.cloudHeight * sun.cotangentOfElevation * sun.cosineOfAzimuth
        let share = cloudPercent / 100
        let side = 320
        var densities: [Float] = []
        var veils: [Float] = []
        densities.reserveCapacity(side * side)
        for row in 0..<side {
            for column in 0..<side {
                let x = ((Double(column) + 0.5) / Double(side) * 2 - 1) * halfExtent
                let y = ((Double(row) + 0.5) / Double(side) * 2 - 1) * halfExtent
                guard frame.isInside(x / halfExtent, y / halfExtent) else { continue }
                densities.append(Self.density(centre.x + x, centre.y + y, noise, clusters))
                veils.append(Self.veilDensity(centre.x + x, centre.y + y, veil))
            }
        }
        threshold = Self.quantile(&densities, leaving: share) + (share >= 1 ? -1 : 0)
        veilThreshold = Self.quantile(&veils, leaving: share * 0.4)
    }

    /// The value that a share of the samples exceeds; infinite for none.
    private static func quantile(_ samples: inout [Float], leaving share: Double) -> Float {
        guard share > 0, !samples.isEmpty else { return .infinity }
        samples.sort()
        return samples[min(max(Int((1 - share) * Double(samples.count)), 0), samples.count - 1)]
    }

    @inline(__always)
    private static func density(_ x: Double, _ y: Double, _ noise: ValueNoise, _ clusters: ValueNoise) -> Float {
        noise.fractal(x / 1500, y / 1500, octaves: 5) + 0.34 * clusters.fractal(x / 8000, y / 8000, octaves: 2)
            + 0.30 * clusters.value(x / 52_000 - 3.1, y / 52_000 + 8.8)
    }

    @inline(__always)
    private static func veilDensity(_ x: Double, _ y: Double, _ veil: ValueNoise) -> Float {
        veil.fractal((x + 0.6 * y) / 14_000, (y - 0.6 * x) / 4200, octaves: 3)
    }

    /// The sky above a point, metres from the scene's centre.
    @inline(__always)
    func state(_ x: Double, _ y: Double) -> State {
        var state = State()
        guard threshold.isFinite else { return state }
        let here = Self.density(x, y, noise, clusters) - threshold
        state.cloud = Self.opacity(here)
        state.depth = Float.step(here, from: 0, to: 0.24)
        state.isRim = here > -0.065
        if state.cloud < 1 {
            state.shadow = Self.opacity(Self.density(x + shiftX, y + shiftY, noise, clusters) - threshold)
        }
        let veilHere = Self.veilDensity(x, y, veil) - veilThreshold
        state.cirrus = Float.step(veilHere, from: -0.02, to: 0.14)
        return state
    }

    /// Opacity passes one half where the density passes the threshold.
    @inline(__always)
    private static func opacity(_ excess: Float) -> Float { Float.step(excess, from: -0.05, to: 0.05) }
}
