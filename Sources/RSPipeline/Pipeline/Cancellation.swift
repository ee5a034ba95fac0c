import Synchronization

/// A request to stop that many threads can see.
///
/// Nothing is half-written after it: outputs appear whole or not at all.
public final class Cancellation: Sendable {
    private let flag = Atomic<Bool>(false)

    /// Makes a request that nobody has made yet.
    public init() {}

    /// Asks the work to stop soon.
    public func cancel() { flag.store(true, ordering: .relaxed) }

    /// Whether somebody has asked.
    public var isCancelled: Bool { flag.load(ordering: .relaxed) }
}
