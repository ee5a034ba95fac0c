import Testing

@testable import RSPipeline

@Suite struct PredictorSelectionTests {
    private static let a = [1.0, 2, 3, 4, 5, 6, 7, 8]
    private static let b = [1.0, -1, 1, -1, -1, 1, -1, 1]
    private static let noise = [3.0, 1, 2, 3, 1, 3, 2, 1]

    @Test func correlationTakesTheLargest() {
        let x = Matrix(columns: [Self.noise, Self.a, Self.b], rows: 8)
        #expect(PredictorSelection.correlation(1).choose(x, Self.a) == [1])
        #expect(PredictorSelection.correlation(9).choose(x, Self.a) == [0, 1, 2])
        // Among equals the first.
        let twice = Matrix(columns: [Self.a, Self.a.map { -$0 }], rows: 8)
        #expect(PredictorSelection.correlation(1).choose(twice, Self.a) == [0])
    }

    @Test func forwardTakesWhatHelpsAndStops() {
        let x = Matrix(columns: [Self.noise, Self.a, Self.b], rows: 8)
        let y = zip(Self.a, Self.b).map { 2 * $0 + $1 }
        #expect(
            PredictorSelection.forward(3).choose(x, y) == [1, 2]
                || PredictorSelection.forward(3).choose(x, y) == [0, 1, 2])
        #expect(PredictorSelection.forward(1).choose(x, y) == [1])
        // Nothing helps: still one.
        #expect(PredictorSelection.forward(2).choose(Matrix(columns: [Self.b], rows: 8), Self.a) == [0])
    }

    @Test func textsAreRead() {
        #expect(PredictorSelection("3") == .correlation(3) && PredictorSelection("forward=2") == .forward(2))
        #expect(
            PredictorSelection("0") == nil && PredictorSelection("forward") == nil
                && PredictorSelection("best=2") == nil)
    }
}
