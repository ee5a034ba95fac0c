/// How samples are left out to see how a model does on samples it has not seen.
public enum ValidationScheme: Sendable, Hashable {
    /// Each sample once.
    case leaveOneOut
    /// So many folds by chance.
    case random(folds: Int)
    /// All samples that have one text in a column, such as a field, at once (Scudiero et al. 2015).
    case group(SampleTable.Column)
    /// All samples of one square of the ground at once; the side in metres.
    case block(metres: Double)

    /// Reads `loo`, `kfold`, `kfold=5`, `group=field`, `block=1000m`; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (parts[0], parts.count > 1 ? parts[1] : nil) {
        case ("loo", nil): self = .leaveOneOut
        case ("kfold", nil): self = .random(folds: 10)
        case ("kfold", let value?):
            guard let folds = Int(value), (2...1000).contains(folds) else { return nil }
            self = .random(folds: folds)
        case ("group", let value?):
            guard let column = SampleTable.Column(rawValue: value) else { return nil }
            self = .group(column)
        case ("block", let value?):
            let (digits, factor) =
                value.hasSuffix("km") ? (value.dropLast(2), 1000.0) : (value.hasSuffix("m") ? value.dropLast() : "", 1)
            guard let size = DecimalNumber.read(String(digits)), size > 0, size * factor < 1e7 else { return nil }
            self = .block(metres: size * factor)
        default: return nil
        }
    }

    /// As ``init(_:)`` reads it.
    public var text: String {
        switch self {
        case .leaveOneOut: "loo"
        case .random(let folds): "kfold=\(folds)"
        case .group(let column): "group=\(column.rawValue)"
        case .block(let metres): "block=\(SampleTable.number(metres))m"
        }
    }

    /// Whether samples are left out without a look at where they lie.
    var isBlindToPlace: Bool {
        switch self {
        case .leaveOneOut, .random: true
        case .group, .block: false
        }
    }
}
