import Synchronization
import Testing

@testable import RSPipeline

@Suite struct WorkersTests {
    @Test(arguments: [1, 2, 7]) func everyPieceIsHandedOutOnce(threads: Int) throws {
        let seen = Mutex<[Int]>([])
        try Workers.run(count: 100, threads: threads, cancellation: Cancellation()) { next in
            while let index = try next() { seen.withLock { $0.append(index) } }
        }
        #expect(seen.withLock { $0.sorted() } == Array(0..<100))
    }

    @Test func theFirstFailureStopsAll() {
        let done = Atomic<Int>(0)
        let error = #expect(throws: RunError.self) {
            try Workers.run(count: 100_000, threads: 2, cancellation: Cancellation()) { next in
                while let index = try next() {
                    if index == 10 { throw RunError(.input, "ten") }
                    done.wrappingAdd(1, ordering: .relaxed)
                }
            }
        }
        #expect(error?.message == "ten" && error?.kind == .input)
        #expect(done.load(ordering: .relaxed) < 99_999)
    }

    @Test func aRequestToStopEndsTheWork() {
        let cancellation = Cancellation()
        let error = #expect(throws: RunError.self) {
            try Workers.run(count: 100, threads: 1, cancellation: cancellation) { next in
                while let index = try next() {
                    if index == 3 { cancellation.cancel() }
                }
            }
        }
        #expect(error?.kind == .cancelled)
    }

    @Test func nothingToDoIsDone() throws {
        try Workers.run(count: 0, threads: 4, cancellation: Cancellation()) { _ in Issue.record("no piece exists") }
    }
}
