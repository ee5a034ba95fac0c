import Foundation
import Synchronization

/// A block among all blocks of a run's files.
struct BlockKey: Sendable, Hashable {
    /// Position in ``InputFiles/files``.
    var file: Int
    /// Number of the block in its file.
    var block: Int
}

/// Decoded blocks that more than one unit of work needs, shared by the workers and freed after their last use.
///
/// The capacity is a promise: a block that has no room is decoded by whoever needs it, and again by the next.
///
/// A worker claims one block, decodes it, and hands it over with ``publish(_:_:)`` before it claims the next, so that no
/// worker ever waits for one that waits. A worker that fails gives its claim back with ``abandon(_:)``.
///
/// Unchecked: the lock `condition` guards `records`, `usedBytes` and `counts`; memory that was handed over is only read.
final class BlockCache: @unchecked Sendable {
    /// What a worker that needs a block is to do.
    enum Claim {
        /// Decode it and call ``publish(_:_:)``, ``publishDamage(_:_:)`` or ``abandon(_:)``.
        case decode
        /// Decode it for this use only.
        case decodePrivately
        /// Use it, then call ``release(_:)``.
        case ready(RawMemory)
        /// It is damaged, as another worker has found; call ``release(_:)``.
        case damaged(BlockError)
        /// Another worker is decoding it.
        case inFlight
    }

    /// What the cache has seen, for tests, logs and tuning.
    struct Statistics: Sendable, Hashable {
        /// Blocks decoded, with or without the cache.
        var decodings = 0
        /// Those of blocks that had been decoded before in the same pass, for want of room.
        var repeated = 0
        /// The most bytes held at any time.
        var peakBytes = 0
    }

    private enum State {
        case absent
        case inFlight
        case ready(RawMemory)
        case damaged(BlockError)
    }

    private struct Record {
        var state = State.absent
        var remaining: Int
        var bytes: Int
        var wasDecoded = false
    }

    /// Bytes that blocks may take.
    let capacity: Int
    private let condition = NSCondition()
    private var records: [BlockKey: Record] = [:]
    private var usedBytes = 0
    private var counts = Statistics()
    private let bypassed = Atomic<Int>(0)

    init(capacity: Int) { self.capacity = max(0, capacity) }

    /// What was decoded so far.
    var statistics: Statistics {
        condition.withLock {
            var result = counts
            result.decodings += bypassed.load(ordering: .relaxed)
            return result
        }
    }

    /// Bytes held now; 0 when every block has had its last use.
    var heldBytes: Int { condition.withLock { usedBytes } }

    /// Counts a block that was decoded without asking, because no other unit needs it.
    func countBypass() { bypassed.wrappingAdd(1, ordering: .relaxed) }

    /// Asks for a block, without waiting.
    ///
    /// - Parameters:
    ///   - bytes: the size of the decoded block.
    ///   - uses: how many units need it, the asking one included, if none of them has asked yet.
    func claim(_ key: BlockKey, bytes: Int, uses: Int) -> Claim {
        condition.withLock { claimLocked(key, bytes, uses) }
    }

    /// Asks for a block, waiting for the worker that is decoding it.
    func claimWhenReady(_ key: BlockKey, bytes: Int, uses: Int) -> Claim {
        condition.withLock {
            while true {
                let claim = claimLocked(key, bytes, uses)
                guard case .inFlight = claim else { return claim }
                condition.wait()
            }
        }
    }

    private func claimLocked(_ key: BlockKey, _ bytes: Int, _ uses: Int) -> Claim {
        var record = records[key] ?? Record(remaining: uses, bytes: bytes)
        switch record.state {
        case .ready(let memory): return .ready(memory)
        case .damaged(let error): return .damaged(error)
        case .inFlight: return .inFlight
        case .absent: break
        }
        counts.decodings += 1
        if record.wasDecoded { counts.repeated += 1 }
        record.wasDecoded = true
        if record.remaining <= 1 || usedBytes + bytes > capacity {
            // This use is the decoding itself.
            record.remaining -= 1
            records[key] = record.remaining > 0 ? record : nil
            return .decodePrivately
        }
        usedBytes += bytes
        counts.peakBytes = max(counts.peakBytes, usedBytes)
        record.state = .inFlight
        records[key] = record
        return .decode
    }

    /// Hands over a claimed block; the worker that decoded it still has to release its own use.
    func publish(_ key: BlockKey, _ memory: RawMemory) { settle(key, .ready(memory)) }

    /// Tells all who need a claimed block that it is damaged; the worker still has to release its own use.
    func publishDamage(_ key: BlockKey, _ error: BlockError) { settle(key, .damaged(error)) }

    /// Gives a claim back: whoever needs the block next decodes it.
    func abandon(_ key: BlockKey) { settle(key, .absent) }

    private func settle(_ key: BlockKey, _ state: State) {
        condition.withLock {
            guard var record = records[key], case .inFlight = record.state else { return }
            if case .ready = state {} else { usedBytes -= record.bytes }
            record.state = state
            records[key] = record
            condition.broadcast()
        }
    }

    /// Counts one use; the last one frees the block.
    func release(_ key: BlockKey) {
        condition.withLock {
            guard var record = records[key] else { return }
            record.remaining -= 1
            if record.remaining > 0 {
                records[key] = record
                return
            }
            if case .ready = record.state { usedBytes -= record.bytes }
            records[key] = nil
        }
    }
}
