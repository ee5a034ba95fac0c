internal import CXGBoost
public import RSPipeline

/// Grows trees with XGBoost (Chen and Guestrin 2016), exact splits, one thread: the same samples give the same trees.
///
/// XGBoost is needed for growing only; ``TreeEnsemble`` predicts without it.
public struct XGBoostTrainer: TreeTrainer {
    /// Makes a trainer.
    public init() {}

    /// Grows trees as ``TreeTrainer`` says; the base is the mean of the target.
    ///
    /// - Throws: ``SceneError`` where XGBoost refuses, with its words.
    public func grow(
        _ settings: TreeSettings, seed: UInt64, rows: [[Double]], target: [Double]
    ) throws(SceneError) -> TreeEnsemble {
        guard let columns = rows.first?.count, rows.count == target.count else {
            throw SceneError(code: .badOption, message: "trees need samples")
        }
        let base = Float(target.reduce(0, +) / Double(target.count))
        let samples = try SampleHandle(rows.flatMap { $0.map { Float($0) } }, rows: rows.count, columns: columns)
        try samples.set(target: target.map { Float($0) })
        let booster = try BoosterHandle(samples)
        for (name, value) in Self.parameters(settings, seed: seed, base: base) { try booster.set(name, value) }
        for round in 0..<(settings.kind == .boosted ? settings.trees : 1) { try booster.grow(samples, round: round) }
        return try XGBoostModel.ensemble(try booster.json(), predictors: columns)
    }

    private static func parameters(_ settings: TreeSettings, seed: UInt64, base: Float) -> [(String, String)] {
        var parameters = [
            ("booster", "gbtree"), ("objective", "reg:squarederror"), ("tree_method", "exact"), ("nthread", "1"),
            ("verbosity", "0"), ("base_score", "\(base)"), ("seed", "\(seed % (1 << 31))"),
            ("max_depth", "\(settings.depth)"), ("subsample", "\(settings.rowShare)"),
            ("colsample_bynode", "\(settings.columnShare)"), ("min_child_weight", "\(settings.leafSize)"),
            ("lambda", "\(settings.lambda)"),
        ]
        switch settings.kind {
        case .boosted: parameters.append(("eta", "\(settings.learningRate)"))
        case .forest: parameters += [("eta", "1"), ("num_parallel_tree", "\(settings.trees)")]
        }
        return parameters
    }
}

/// Samples in XGBoost's memory.
@safe private struct SampleHandle: ~Copyable {
    let handle: DMatrixHandle?

    init(_ values: [Float], rows: Int, columns: Int) throws(SceneError) {
        var made: DMatrixHandle?
        try unsafe check(XGDMatrixCreateFromMat(values, bst_ulong(rows), bst_ulong(columns), .nan, &made))
        unsafe handle = made
    }

    func set(target: [Float]) throws(SceneError) {
        try unsafe check(XGDMatrixSetFloatInfo(handle, "label", target, bst_ulong(target.count)))
    }

    deinit { _ = unsafe XGDMatrixFree(handle) }
}

/// Trees that are being grown.
@safe private struct BoosterHandle: ~Copyable {
    private let handle: CXGBoost.BoosterHandle?

    init(_ samples: borrowing SampleHandle) throws(SceneError) {
        var made: CXGBoost.BoosterHandle?
        var matrix = unsafe samples.handle
        try unsafe check(XGBoosterCreate(&matrix, 1, &made))
        unsafe handle = made
    }

    func set(_ name: String, _ value: String) throws(SceneError) {
        try unsafe check(XGBoosterSetParam(handle, name, value))
    }

    func grow(_ samples: borrowing SampleHandle, round: Int) throws(SceneError) {
        try unsafe check(XGBoosterUpdateOneIter(handle, Int32(round), samples.handle))
    }

    /// The trees in XGBoost's own JSON.
    func json() throws(SceneError) -> [UInt8] {
        var length: bst_ulong = 0
        var bytes: UnsafePointer<CChar>?
        try unsafe check(XGBoosterSaveModelToBuffer(handle, "{\"format\": \"json\"}", &length, &bytes))
        guard let bytes = unsafe bytes else { return [] }
        return unsafe UnsafeRawBufferPointer(start: bytes, count: Int(length)).map(\.self)
    }

    deinit { _ = unsafe XGBoosterFree(handle) }
}

/// Throws XGBoost's words for what it refuses.
private func check(_ status: Int32) throws(SceneError) {
    if status == 0 { return }
    let said = unsafe String(cString: XGBGetLastError())
    throw SceneError(
        code: .badOption,
        message: "XGBoost: \(said.split(separator: "\n").first ?? "the trees cannot be grown, and it does not say why")"
    )
}
