import Dispatch
import Foundation
import RSPipeline
import Synchronization

/// Turns Ctrl-C and a polite kill into a request to stop, so that nothing is left half-written.
enum Interrupts {
    private static let received = Atomic<Int32>(0)
    /// Kept alive for as long as the process.
    nonisolated(unsafe) private static var sources: [any DispatchSourceSignal] = []

    /// The exit code of an interrupted run: 128 plus the signal.
    static var exitCode: Int32 {
        received.load(ordering: .relaxed) == SIGTERM ? RSProcExit.terminated : RSProcExit.interrupted
    }

    /// From now on the signals cancel instead of ending the process.
    static func cancel(_ cancellation: Cancellation) {
        // Whoever reads the messages may leave (`| head`); the outputs are still wanted.
        _ = signal(SIGPIPE, SIG_IGN)
        // A limit on the size of files is an error of writing, not the end of the process.
        _ = signal(SIGXFSZ, SIG_IGN)
        for number in [SIGINT, SIGTERM] {
            _ = signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                received.store(number, ordering: .relaxed)
                cancellation.cancel()
            }
            source.resume()
            unsafe sources.append(source)
        }
    }
}
