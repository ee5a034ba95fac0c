import Foundation

/// Runs work on a thread with a stack of 512 KB, the size of a secondary thread on some systems.
///
/// Work that recurses too deeply crashes the test process there.
func onSmallStack<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
        let thread = Thread { continuation.resume(returning: work()) }
        thread.stackSize = 512 * 1024
        thread.start()
    }
}
