/// Dark-object subtraction (DOS1): the haze of a band is what a nearly black pixel shows above 1 % reflectance.
///
/// `rho_surface = rho_TOA - max(0, rho_TOA(dark) - 0.01)`. Source: Chavez 1988, 1996; Moran et al. 1992. In reflectance
/// the method needs no solar irradiance, so it serves every sensor.
public enum DarkObjectSubtraction {
    /// The reflectance that the dark object is taken to have.
    public static let darkReflectance = 0.01

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

    /// The haze of a band: what the dark object shows above ``darkReflectance``, never negative.
    public static func haze(darkObject: Double) -> Double { max(0, darkObject - darkReflectance) }

    /// `toa - haze`.
    public static func formula(toa: Expression, haze: Expression) -> Expression { .binary(.subtract, toa, haze) }

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
