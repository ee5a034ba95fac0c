extension Suggestion {
    /// `; did you mean 'index'?`, or nothing when no known name is near.
    static func text(for typed: String, among known: some Sequence<String>) -> String {
        guard let best = nearest(to: typed, among: known, limit: 1).first else { return "" }
        return "; did you mean '\(best)'?"
    }
}
