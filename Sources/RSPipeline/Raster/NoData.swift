/// Which stored value of a band means "no data".
public enum NoData: Sendable, Hashable {
    /// Every stored value is data.
    case none
    /// This stored value is not data.
    case value(Double)
    /// NaN is not data.
    case nan

    /// The value for display and metadata: nil, a number, or NaN.
    public var number: Double? {
        switch self {
        case .none: nil
        case .value(let value): value
        case .nan: .nan
        }
    }

    /// Reads an optional number (NaN means ``nan``).
    public init(_ number: Double?) {
        guard let number else {
            self = .none
            return
        }
        self = number.isNaN ? .nan : .value(number)
    }
}
