import Foundation

/// A loop over one block of pixels that can be run again and again.
struct Kernel {
    var name: String
    var pixels: Int
    /// What is read from and written to blocks, per pixel.
    var bytesPerPixel: Int
    /// One run over the block.
    var run: () -> Void
    /// What the last run wrote.
    var results: () -> Data

    /// The median over batches of some milliseconds, short enough that most batches are not interrupted.
    func nanosecondsPerBlock() -> Double {
        let clock = ContinuousClock()
        func time(_ repetitions: Int) -> Double {
            let elapsed = clock.measure { for _ in 0..<repetitions { run() } }
            return Double(elapsed.components.attoseconds) * 1e-9 + Double(elapsed.components.seconds) * 1e9
        }
        // Also warms up caches and clock.
        let single = (0..<20).map { _ in time(1) }.min() ?? 1e6
        let repetitions = max(1, Int(5e6 / single))
        let batches = (0..<101).map { _ in time(repetitions) / Double(repetitions) }
        return batches.sorted()[batches.count / 2]
    }
}
