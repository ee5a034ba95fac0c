import Dispatch
import Synchronization

/// Hands numbered pieces of work to threads.
enum Workers {
    /// Runs a body on every worker thread; `next` hands out the numbers `0 ..< count`, each once, until there are none
    /// or the work is to stop.
    ///
    /// - Parameters:
    ///   - report: called with the number of pieces handed out so far.
    /// - Throws: ``RunError``: the first failure stops all workers; a request to stop ends as `cancelled`.
    static func run(
        count: Int, threads: Int, cancellation: Cancellation, report: @escaping @Sendable (Int) -> Void = { _ in },
        _ body: @escaping @Sendable (_ next: () throws -> Int?) throws -> Void
    ) throws(RunError) {
        let counter = Atomic<Int>(0)
        let failure = Mutex<RunError?>(nil)
        DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
            do {
                try body {
                    if cancellation.isCancelled { throw RunError(.cancelled, "stopped on request") }
                    if failure.withLock({ $0 != nil }) { return nil }
                    let index = counter.wrappingAdd(1, ordering: .relaxed).oldValue
                    report(min(index, count))
                    return index < count ? index : nil
                }
            } catch {
                failure.withLock { if $0 == nil { $0 = RunError(error, default: .output) } }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }
}
