import Testing

@testable import RSPipeline

@Suite struct TransitionMatrixTests {
    /// Classes low, middle, high; the first row and column are pixels without a class.
    private let matrix = TransitionMatrix(
        classes: ["low", "middle", "high"],
        areas: [[100, 7, 8, 9], [1, 10, 20, 30], [2, 40, 50, 60], [3, 70, 80, 90]])

    @Test func everyHectareHasItsPlace() {
        #expect(matrix.hectares == [[10, 20, 30], [40, 50, 60], [70, 80, 90]])
        #expect(matrix.onlyBefore == [1, 2, 3] && matrix.onlyAfter == [7, 8, 9] && matrix.neither == 100)
        #expect(matrix.compared == 450)
        #expect(matrix.before == [60, 150, 240] && matrix.after == [120, 150, 180])
    }

    @Test func whichWayHectaresWent() {
        #expect(matrix.hectares(.lower) == 40 + 70 + 80)
        #expect(matrix.hectares(.same) == 10 + 50 + 90)
        #expect(matrix.hectares(.higher) == 20 + 30 + 60)
    }

    @Test func onlySalinityGetsBetterOrWorse() {
        let words = TransitionMatrix.Direction.allCases.map { $0.word(ofSalinity: true) }
        #expect(words == ["improved", "unchanged", "worsened"])
        #expect(TransitionMatrix.Direction.allCases.map { $0.word(ofSalinity: false) } == ["lower", "same", "higher"])
    }
}
