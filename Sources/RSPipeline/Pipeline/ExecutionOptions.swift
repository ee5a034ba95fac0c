import Foundation

/// How a plan is run.
///
/// None of it changes a byte of the result.
public struct ExecutionOptions: Sendable {
    /// Worker threads, at least 1.
    public var threads: Int
    /// The memory, in bytes, for blocks of pixels, encoders, what overviews wait for and GDAL's cache.
    ///
    /// The program itself and its libraries come on top: less than 100 MB. With little memory there are fewer workers
    /// and narrower slabs, and stored blocks may be decoded more than once.
    public var memory: Int
    /// Looked at often; a request ends the run with ``RunError/Kind/cancelled``.
    public var cancellation: Cancellation
    /// Called now and then, from any thread, several at a time.
    public var progress: (@Sendable (Progress) -> Void)?

    /// How far a run is.
    public struct Progress: Sendable {
        /// What is being done, for people.
        public var phase: String
        /// 0...1 of the whole run.
        public var fraction: Double
    }

    /// Makes options; all processors and 256 MiB by default.
    public init(
        threads: Int? = nil, memory: Int = 256 << 20,
        cancellation: Cancellation = Cancellation(), progress: (@Sendable (Progress) -> Void)? = nil
    ) {
        self.threads = max(1, threads ?? ProcessInfo.processInfo.activeProcessorCount)
        self.memory = memory
        self.cancellation = cancellation
        self.progress = progress
    }
}
