import RSPipeline
import RSPipelineTrees
import Testing

@Suite struct XGBoostTrainerTests {
    /// 16 samples of which `a` says all and `b` nothing.
    private static let rows = (0..<16).map { [Double($0), Double(($0 * 7) % 16)] }

    private static func settings(_ kind: TreeSettings) -> TreeSettings {
        var settings = kind
        settings.rowShare = 1
        settings.columnShare = 1
        settings.leafSize = 1
        settings.lambda = 0
        settings.learningRate = 1
        return settings
    }

    /// One question, two means.
    @Test func oneTreeSplitsAtTheStep() throws {
        var settings = Self.settings(.forest)
        settings.trees = 1
        settings.depth = 1
        let target = (0..<16).map { $0 < 5 ? 2.0 : 10 }
        let ensemble = try XGBoostTrainer().grow(settings, seed: 1, rows: Self.rows, target: target)
        #expect(ensemble.trees.count == 1 && ensemble.trees[0].count == 3)
        guard case .split(let split) = ensemble.trees[0][0] else { Issue.record("no split"); return }
        #expect(split.predictor == 0 && split.threshold == 4.5)
        #expect(abs(ensemble.predict([4, 3]) - 2) < 1e-5 && abs(ensemble.predict([5, 3]) - 10) < 1e-5)
    }

    /// The leaves of a forest are divided by the number of trees, so that the sum is the mean.
    @Test func aForestIsTheMeanOfItsTrees() throws {
        var settings = Self.settings(.forest)
        settings.trees = 7
        settings.depth = 6
        let target = (0..<16).map { Double($0 * $0) }
        let ensemble = try XGBoostTrainer().grow(settings, seed: 1, rows: Self.rows, target: target)
        #expect(ensemble.trees.count == 7)
        for (row, value) in zip(Self.rows, target) { #expect(abs(ensemble.predict(row) - value) < 1e-3) }
    }

    @Test(arguments: [TreeSettings.boosted, TreeSettings.forest])
    func theSameSamplesGiveTheSameTrees(settings: TreeSettings) throws {
        let target = (0..<16).map { Double(($0 * 5) % 11) }
        let first = try XGBoostTrainer().grow(settings, seed: 1, rows: Self.rows, target: target)
        #expect(try XGBoostTrainer().grow(settings, seed: 1, rows: Self.rows, target: target) == first)
        #expect(try XGBoostTrainer().grow(settings, seed: 2, rows: Self.rows, target: target) != first)
    }

    @Test func whatXGBoostRefusesIsSaidInItsWords() {
        var settings = TreeSettings.boosted
        settings.rowShare = -1
        let error = #expect(throws: SceneError.self) {
            try XGBoostTrainer().grow(settings, seed: 1, rows: Self.rows, target: (0..<16).map(Double.init))
        }
        #expect(error?.message.contains("subsample") == true, "\(error as Any)")
        #expect(throws: SceneError.self) { try XGBoostTrainer().grow(.boosted, seed: 1, rows: [], target: []) }
    }
}
