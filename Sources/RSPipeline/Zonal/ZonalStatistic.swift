/// A number that sums up what a zone holds of a plane.
///
/// Each pixel with a value counts with the share of it that the zone covers. Mean, standard deviation, minimum, maximum,
/// sum, count, variety and majority are defined as in exactextract; for quantiles see ``WeightedDistribution``.
public enum ZonalStatistic: Sendable, Hashable {
    /// The sum of shares times values, divided by the sum of shares.
    case mean
    /// The quantile at one half.
    case median
    /// The population standard deviation, weighted by shares.
    case deviation
    /// The smallest value of any pixel the zone touches.
    case minimum
    /// The largest value of any pixel the zone touches.
    case maximum
    /// The sum of shares times values.
    case sum
    /// The sum of shares: pixels with a value.
    case count
    /// The value below which a percentage of the weight lies.
    case percentile(Double)
    /// The number of different classes.
    case variety
    /// The class with the largest area; among equals the smallest.
    case majority
    /// The hectares of every class.
    case areaByClass

    /// The words, for help and messages.
    public static let words =
        "mean, median, std, min, max, sum, count, p10 (p0 to p100), variety, majority, area_by_class"

    /// Reads the word of a statistic; nil for another word.
    public init?(_ word: String) {
        switch word {
        case "mean": self = .mean
        case "median": self = .median
        case "std": self = .deviation
        case "min": self = .minimum
        case "max": self = .maximum
        case "sum": self = .sum
        case "count": self = .count
        case "variety": self = .variety
        case "majority": self = .majority
        case "area_by_class": self = .areaByClass
        default:
            guard word.first == "p", let number = Double(word.dropFirst()), (0...100).contains(number) else {
                return nil
            }
            self = .percentile(number)
        }
    }

    /// The word, which is also the end of a column's name.
    public var word: String {
        switch self {
        case .mean: "mean"
        case .median: "median"
        case .deviation: "std"
        case .minimum: "min"
        case .maximum: "max"
        case .sum: "sum"
        case .count: "count"
        case .percentile(let number):
            number == number.rounded() ? "p\(Int(number))" : "p\(number)"
        case .variety: "variety"
        case .majority: "majority"
        case .areaByClass: "area_by_class"
        }
    }

    /// The quantile that is asked for, 0...1; nil for what is none.
    var quantile: Double? {
        switch self {
        case .median: 0.5
        case .percentile(let number): number / 100
        default: nil
        }
    }

    /// Whether it can be told of class numbers, which are names rather than quantities.
    public var fitsClasses: Bool {
        switch self {
        case .count, .minimum, .maximum, .variety, .majority, .areaByClass: true
        default: false
        }
    }

    /// Whether it can be told of measured or computed quantities.
    public var fitsQuantities: Bool {
        switch self {
        case .variety, .majority, .areaByClass: false
        default: true
        }
    }
}
