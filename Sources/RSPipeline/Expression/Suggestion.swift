/// Finds the known names nearest to a mistyped one.
enum Suggestion {
    /// Longer names are not compared: the cost grows with the product of the lengths.
    private static let longestCompared = 64

    /// The known names within a third of the typed name's length (at least one edit), whatever the case.
    ///
    /// The nearest come first, equally near ones in the order given.
    static func nearest(to typed: String, among known: some Sequence<String>, limit: Int = 3) -> [String] {
        let wanted = Array(typed.lowercased().utf8.prefix(longestCompared))
        let allowed = max(1, wanted.count / 3)
        let near = known.enumerated().compactMap { order, name -> (name: String, rank: (Int, Int))? in
            let distance = editDistance(wanted, Array(name.lowercased().utf8.prefix(longestCompared)))
            return distance <= allowed ? (name, (distance, order)) : nil
        }
        return near.sorted { $0.rank < $1.rank }.prefix(limit).map(\.name)
    }

    /// Insertions, removals, replacements and swaps of neighbours that lead from one name to the other.
    static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
        var beforePrevious = [Int](repeating: 0, count: b.count + 1)
        var previous = Array(0...b.count)
        for i in 1...a.count {
            var current = [Int](repeating: i, count: b.count + 1)
            for j in 1...b.count {
                let replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
                current[j] = min(replaced, previous[j] + 1, current[j - 1] + 1)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    current[j] = min(current[j], beforePrevious[j - 2] + 1)
                }
            }
            beforePrevious = previous
            previous = current
        }
        return previous[b.count]
    }

    /// `; did you mean 'index'?`, or nothing when no known name is near.
    static func text(for typed: String, among known: some Sequence<String>) -> String {
        guard let best = nearest(to: typed, among: known, limit: 1).first else { return "" }
        return "; did you mean '\(best)'?"
    }
}
