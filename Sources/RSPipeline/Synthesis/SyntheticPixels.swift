import Dispatch
import Synchronization

/// The pixels of one synthetic product, any rows on request.
protocol SyntheticPixels: Sendable {
    /// Columns and rows of the finest layer.
    var size: Int { get }
    /// Rows are asked for in multiples of this, apart from the last.
    var rowStep: Int { get }
    /// Empty rows of all layers.
    func emptyStrip(rowCount: Int, withTruth: Bool) -> SyntheticStrip
    /// Makes some whole rows; a pixel depends on its place only.
    func strip(rows: Range<Int>, withTruth: Bool) -> SyntheticStrip
}

/// Rows made and written at a time, so that memory grows with the width only: one row of tiles.
private let syntheticChunkRows = 256

extension SyntheticPixels {
    /// Makes the scene from top to bottom and hands it over in chunks of whole rows.
    ///
    /// - Parameter body: told the rows and all layers of each chunk, in order.
    /// - Returns: the tally of the scene.
    func forEachChunk(
        withTruth: Bool, threads: Int, _ body: (Range<Int>, SyntheticStrip) throws(SynthesisError) -> Void
    ) throws(SynthesisError) -> SyntheticTally {
        var tally: SyntheticTally?
        let height = max(syntheticChunkRows / rowStep, 1) * rowStep
        for row in stride(from: 0, to: size, by: height) {
            let rows = row..<min(row + height, size)
            let chunk = chunk(rows: rows, withTruth: withTruth, threads: threads)
            if tally == nil { tally = chunk.tally } else { tally?.add(chunk.tally) }
            try body(rows, chunk)
        }
        return tally ?? SyntheticTally(layerCount: 0)
    }

    /// Makes rows on all threads; which thread makes which strip does not matter.
    private func chunk(rows: Range<Int>, withTruth: Bool, threads: Int) -> SyntheticStrip {
        let height = max(8 / rowStep, 1) * rowStep
        let starts = Array(stride(from: rows.lowerBound, to: rows.upperBound, by: height))
        let next = Mutex(0)
        let chunk = Mutex(emptyStrip(rowCount: rows.count, withTruth: withTruth))
        DispatchQueue.concurrentPerform(iterations: min(threads, starts.count)) { _ in
            while true {
                let index = next.withLock { value in
                    value += 1
                    return value - 1
                }
                guard index < starts.count else { return }
                let start = starts[index]
                let strip = self.strip(rows: start..<min(start + height, rows.upperBound), withTruth: withTruth)
                chunk.withLock { $0.replace(atRow: start - rows.lowerBound, of: rows.count, with: strip) }
            }
        }
        return chunk.withLock { $0 }
    }
}
