import Testing

@testable import RSPipeline

@Suite struct FoldsTests {
    @Test func randomFoldsAreOfOneSizeAndDependOnTheSeedAlone() {
        let folds = Folds.random(23, folds: 5, seed: 3)
        let sizes = (0..<5).map { folds.split($0).test.count }
        #expect(sizes.sorted() == [4, 4, 5, 5, 5])
        #expect(Folds.random(23, folds: 5, seed: 3) == folds && Folds.random(23, folds: 5, seed: 4) != folds)
        // The order that this seed gives today is the order it gives tomorrow.
        #expect(Folds.random(6, folds: 3, seed: 1).fold == Folds.random(6, folds: 3, seed: 1).fold)
    }

    @Test func everySampleIsLeftOutOnce() {
        let folds = Folds.groups(["b", "a", "b", "c"])
        #expect(folds.fold == [0, 1, 0, 2] && folds.count == 3)
        #expect(folds.split(0).train == [1, 3] && folds.split(0).test == [0, 2])
        #expect(Folds.leaveOneOut(3).count == 3)
    }

    @Test func innerFoldsKeepGroupsTogether() {
        let groups = Folds.groups((0..<40).map { "\($0 / 2)" })
        let samples = Array(0..<38)
        let inner = groups.inner(of: samples, seed: 1)
        #expect(inner.count == Folds.innerCount)
        for pair in 0..<19 { #expect(inner.fold[2 * pair] == inner.fold[2 * pair + 1]) }
        // A single group that is left is split up all the same.
        #expect(groups.inner(of: [0, 1], seed: 1).count == 2)
    }

    @Test(arguments: [
        ("loo", "loo"), ("kfold", "kfold=10"), ("kfold=5", "kfold=5"), ("group=field", "group=field"),
        ("block=1000m", "block=1000m"), ("block=2.5km", "block=2500m"),
    ])
    func schemesAreReadAndWritten(text: String, again: String) {
        #expect(ValidationScheme(text)?.text == again)
    }

    @Test(arguments: ["", "kfold=1", "kfold=a", "kfold=", "group", "group=colour", "block=1000", "block=-1m", "loo=3"])
    func otherSchemesAreNot(text: String) { #expect(ValidationScheme(text) == nil) }
}
