import Testing

@testable import RSPipeline

@Suite struct TieBreakerTests {
    private let storage = PlannedFile.Storage(
        sampleType: .int16, scale: LinearScale(gain: 0.0001, offset: 0), noData: .value(-32768), range: -32767...32767)

    @Test(arguments: [0.18175000973, 0.18174999, -0.18175000973, -0.18174999, 0.00005, -0.00005, 1.00005, 3.27675])
    func theFloatIsRoundedAsTheExactValue(exact: Double) {
        for start in [Float(exact), Float(exact).nextUp, Float(exact).nextDown] {
            let settled = TieBreaker.settled(start, exact: exact, storage)
            #expect(storage.rounded(Double(settled)) == storage.rounded(exact))
            #expect(abs(settled - Float(exact)) <= Float(exact).ulp)
        }
    }

    @Test func halvesGoAwayFromZero() {
        let half = PlannedFile.Storage(
            sampleType: .int16, scale: LinearScale(gain: 0.5, offset: 0), noData: .value(-32768), range: nil)
        #expect(half.rounded(1.25) == 3 && half.rounded(-1.25) == -3 && half.rounded(1.2) == 2)
    }

    /// Ten thousand pairs of bands: what is stored is what Double gives.
    @Test func storedIndicesAreThoseOfDouble() throws {
        let seed: UInt64 = 20_261
        var random = SplitMix64(seed: seed)
        let red = (0..<10_000).map { _ in UInt16.random(in: 1...9000, using: &random) }
        let nir = (0..<10_000).map { _ in UInt16.random(in: 1...9000, using: &random) }
        let folder = try ScratchFolder()
        for (name, values) in [("red", red), ("nir", nir)] {
            let grid = Grid(width: 100, height: 100, transform: .identity, crs: nil)
            let writer = try DatasetWriter(
                creating: "\(folder.path)/\(name).tif", grid: grid, sampleType: .uint16, bandCount: 1, options: [])
            try unsafe values.withUnsafeBytes { bytes in
                try unsafe writer.write(band: 1, window: grid.window, from: bytes, as: .uint16)
            }
            try writer.close()
        }
        for id in ["ndvi", "msavi2", "savi"] {
            try Run.run(
                "read \(folder.path)/red.tif \(folder.path)/nir.tif scale=0.0001 quantity=surfaceReflectance ! index \(id) ! "
                    + "write \(folder.path)/\(id).tif type=int16")
            let stored = try SmallRaster.read("\(folder.path)/\(id).tif")
            let formula = try IndexCatalogue.builtin.resolve(id).expression
            for index in stored.indices {
                let exact = formula.evaluate { Double($0 == "red" ? red[index] : nir[index]) * 0.0001 } * 10_000
                // Where Double itself stands on a half, its own rounding decides.
                if abs(abs(exact - exact.rounded(.down)) - 0.5) < 1e-9 { continue }
                #expect(
                    Double(stored[index]) == exact.rounded(.toNearestOrAwayFromZero), "\(id) \(index), seed \(seed)")
            }
        }
    }
}
