/// Which samples are left out together.
struct Folds: Sendable, Hashable {
    /// How many folds.
    let count: Int
    /// The fold of each sample, from 0.
    let fold: [Int]

    /// Inner folds, which choose penalties and components, are at most so many.
    static let innerCount = 10

    private init(fold: [Int]) {
        self.fold = fold
        count = (fold.max() ?? -1) + 1
    }

    /// One sample per fold.
    static func leaveOneOut(_ samples: Int) -> Folds { Folds(fold: Array(0..<samples)) }

    /// Folds of equal size to one sample, drawn by chance.
    static func random(_ samples: Int, folds: Int, seed: UInt64) -> Folds {
        // The order is that of hashes, so that it is the same everywhere.
        let order = (0..<samples).map { (hash(seed, $0), $0) }.sorted { $0 < $1 }.map(\.1)
        var fold = [Int](repeating: 0, count: samples)
        for (place, sample) in order.enumerated() { fold[sample] = place % max(1, min(folds, samples)) }
        return Folds(fold: fold)
    }

    /// One fold per label, in the order in which labels appear.
    static func groups(_ labels: [String]) -> Folds {
        var number: [String: Int] = [:]
        return Folds(
            fold: labels.map { label in
                if let known = number[label] { return known }
                number[label] = number.count
                return number.count - 1
            })
    }

    /// The samples outside of a fold, and those in it.
    func split(_ number: Int) -> (train: [Int], test: [Int]) {
        (fold.indices.filter { fold[$0] != number }, fold.indices.filter { fold[$0] == number })
    }

    /// Folds of some of the samples that keep together what these keep together, at most ``innerCount``.
    func inner(of samples: [Int], seed: UInt64) -> Folds {
        let together = Folds.groups(samples.map { "\(fold[$0])" })
        let labels = together.count > 1 ? together : .leaveOneOut(samples.count)
        let dealt = Folds.random(labels.count, folds: Self.innerCount, seed: seed)
        return Folds(fold: labels.fold.map { dealt.fold[$0] })
    }

    /// SplitMix64 (Steele, Lea and Flood 2014) of a seed and a number.
    private static func hash(_ seed: UInt64, _ number: Int) -> UInt64 {
        var z = seed &+ (UInt64(truncatingIfNeeded: number) &+ 1) &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
