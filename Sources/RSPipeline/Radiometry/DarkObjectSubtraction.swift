/// Dark-object subtraction: the haze of a band is what a nearly black pixel shows above a reflectance of 1 %.
///
/// The methods are those of one formula (Chavez 1988, 1996; Moran et al. 1992; Song et al. 2001), in radiance:
///
///     rho = pi (L - Lp) / (Tv (E Tz + Ed)),   Lp = Ldark - dark (E Tz + Ed) Tv / pi,   E = E0 cos(sun zenith) / d^2
///
/// | method | Tv | Tz | Ed |
/// |---|---|---|---|
/// | dos1 | 1 | 1 | 0 |
/// | dos2 | 1 | cos(sun zenith) below 1 um, 1 above | 0 |
/// | cost | 1 | cos(sun zenith) | 0 |
/// | dos4 | exp(-tau / cos(view zenith)) | exp(-tau / cos(sun zenith)) | pi Lp |
///
/// Divided by `E / pi`, radiance is top-of-atmosphere reflectance and neither irradiance nor distance is left, so the
/// methods serve every sensor:
///
///     rho = (rho_TOA - rho_p) / (Tv (Tz + e)),   rho_p = rho_TOA(dark) - dark (Tz + e) Tv
///
/// where `e = rho_p` for dos4 and 0 for the others. For dos4, `tau = -cos(sun zenith) ln(1 - 4 rho_p)` is iterated with
/// `rho_p` from `tau = 0` on until it changes by less than 1e-7. A `rho_p` below 0 is taken as 0. Some programs leave
/// `d^2` out of `Ed`; here it is in, as the units demand. Not valid at a low sun, see ``warnAbove``.
public enum DarkObjectSubtraction {
    /// The reflectance that the dark object is taken to have unless another is asked for.
    public static let darkReflectance = 0.01
    /// The sun zenith, in degrees, above which methods other than dos1 overcorrect visibly: a warning.
    ///
    /// Chavez (1996) found `Tz = cos(sun zenith)` between 30 and 60 degrees or so.
    public static let warnAbove = 60.0
    /// The sun zenith, in degrees, above which they are refused: they divide by less than a quarter, and a flat
    /// atmosphere is no model any more.
    public static let refuseAbove = 75.0

    /// How light is lost on its way.
    public enum Method: String, Sendable, Hashable, CaseIterable {
        /// Not at all (Moran et al. 1992).
        case dos1
        /// On the way down below 1 um, by the cosine of the sun zenith (Chavez 1996).
        case dos2
        /// On both ways, by the optical depth that the haze itself tells (Song et al. 2001).
        case dos4
        /// On the way down in every band, by the cosine of the sun zenith.
        case cost
    }

    /// What the dark object says of the air: `rho = (rho_TOA - pathReflectance) * gain`.
    public struct Correction: Sendable, Hashable {
        /// What the air adds, as top-of-atmosphere reflectance.
        public var pathReflectance: Double
        /// What makes up for the light lost.
        public var gain: Double
        /// The optical depth, of dos4 only.
        public var opticalDepth: Double?
    }

    /// The correction of a band.
    ///
    /// - Parameters:
    ///   - darkObject: the top-of-atmosphere reflectance of the dark object.
    ///   - method: how light is lost; of dos2 the part below 1 um (above, it is dos1).
    ///   - darkReflectance: what the dark object reflects.
    ///   - sunZenith: in degrees.
    ///   - viewZenith: in degrees; only dos4 uses it.
    /// - Returns: nil where dos4 finds no optical depth: the path reflectance reaches 1/4, or the iteration does not
    ///   come to rest within 100 steps.
    public static func correction(
        darkObject: Double, method: Method, darkReflectance: Double = darkReflectance, sunZenith: Double = 0,
        viewZenith: Double = 0
    ) -> Correction? {
        let sun = Transcendental.cosine(degrees: sunZenith)
        if method != .dos4 {
            let down = method == .dos1 ? 1 : sun
            return Correction(pathReflectance: max(0, darkObject - darkReflectance * down), gain: 1 / down)
        }
        let view = Transcendental.cosine(degrees: viewZenith)
        var depth = 0.0
        var path = 0.0
        for _ in 0..<100 {
            let down = Transcendental.exponential(-depth / sun)
            let up = Transcendental.exponential(-depth / view)
            // The sky of the step before; none in the first.
            path = max(0, darkObject - darkReflectance * (down + path) * up)
            let left = 1 - 4 * path
            guard left > 0 else { return nil }
            let next = -sun * Transcendental.logarithm(left)
            let change = abs(next - depth)
            depth = next
            if change < 1e-7 {
                let down = Transcendental.exponential(-depth / sun)
                let up = Transcendental.exponential(-depth / view)
                return Correction(pathReflectance: path, gain: 1 / (up * (down + path)), opticalDepth: depth)
            }
        }
        return nil
    }

    /// `(toa - path) * gain`.
    public static func formula(toa: Expression, path: Expression, gain: Expression) -> Expression {
        let rest = Expression.binary(.subtract, toa, path)
        return gain == .constant(1) ? rest : .binary(.multiply, rest, gain)
    }

    /// Which pixel is the dark object.
    public enum Rule: Sendable, Hashable {
        /// The smallest value at or below which this share of the valid pixels lies (Sobrino et al. 2004: 0.0001).
        case share(Double)
        /// The smallest value that at least this many valid pixels have.
        case count(Int)

        /// Reads `0.01%` or `count:1000`.
        public init?(_ text: String) {
            if text.hasSuffix("%"), let percent = Double(text.dropLast()), percent > 0, percent <= 5 {
                self = .share(percent / 100)
            } else if text.hasPrefix("count:"), let count = Int(text.dropFirst(6)), count > 0 {
                self = .count(count)
            } else {
                return nil
            }
        }

        /// The rule as it is written.
        public var text: String {
            switch self {
            case .share(let share): Expression.text(of: (share * 100).rounded(toPlaces: 9)) + "%"
            case .count(let count): "count:\(count)"
            }
        }
    }

    /// Finds the dark object among the values of one band, fed in any order and in any parts.
    struct Search: Sendable {
        let rule: Rule
        /// The smallest values seen, as a max-heap, as many as the rule could ask for.
        private var smallest: [Float] = []
        private var capacity: Int
        private var frequencies: [Float: Int] = [:]
        private(set) var validCount = 0

        /// More distinct values than this are a continuous quantity, for which counting has no meaning.
        private static let mostDistinctValues = 1_000_000

        init(rule: Rule, pixelCount: Int) {
            self.rule = rule
            switch rule {
            case .share(let share): capacity = max(1, Int((share * Double(pixelCount)).rounded(.up)))
            case .count: capacity = 0
            }
        }

        /// Adds values; NaN is passed over.
        mutating func add(_ values: UnsafeBufferPointer<Float>) {
            switch rule {
            case .share:
                for index in 0..<values.count {
                    let value = unsafe values[index]
                    if value.isNaN { continue }
                    validCount += 1
                    if smallest.count < capacity {
                        push(value)
                    } else if value < smallest[0] {
                        smallest[0] = value
                        siftDown()
                    }
                }
            case .count:
                for index in 0..<values.count {
                    let value = unsafe values[index]
                    if value.isNaN { continue }
                    validCount += 1
                    if frequencies.count < Self.mostDistinctValues { frequencies[value, default: 0] += 1 }
                }
            }
        }

        mutating func merge(_ other: Search) {
            validCount += other.validCount
            for value in other.smallest {
                if smallest.count < capacity {
                    push(value)
                } else if value < smallest[0] {
                    smallest[0] = value
                    siftDown()
                }
            }
            frequencies.merge(other.frequencies, uniquingKeysWith: +)
        }

        /// The dark object's value; nil when no pixel qualifies.
        var result: Double? {
            switch rule {
            case .share(let share):
                if validCount == 0 { return nil }
                let rank = max(1, Int((share * Double(validCount)).rounded(.up)))
                return Double(smallest.sorted()[min(rank, smallest.count) - 1])
            case .count(let count):
                if frequencies.count >= Self.mostDistinctValues { return nil }
                return frequencies.filter { $0.value >= count }.keys.min().map(Double.init)
            }
        }

        private mutating func push(_ value: Float) {
            smallest.append(value)
            var child = smallest.count - 1
            while child > 0, smallest[(child - 1) / 2] < smallest[child] {
                smallest.swapAt(child, (child - 1) / 2)
                child = (child - 1) / 2
            }
        }

        private mutating func siftDown() {
            var parent = 0
            while true {
                var largest = parent
                for child in [2 * parent + 1, 2 * parent + 2] where child < smallest.count {
                    if smallest[child] > smallest[largest] { largest = child }
                }
                if largest == parent { return }
                smallest.swapAt(parent, largest)
                parent = largest
            }
        }
    }
}
