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
/// Of blocks that stages read nobody knows the last use: they stay until their room is needed, and the one that was not
/// used for the longest time goes first.
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
        /// Decode it and call ``publish(_:_:)``, ``publishDamage(_:_:)`` or ``abandon(_:)``; into this memory of a block
        /// that has gone, where there is one of the size.
        case decode(RawMemory?)
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
        /// Uses to come; nil where nobody knows.
        var remaining: Int?
        /// Workers that are using it, where the uses to come are not known.
        var users = 0
        var bytes: Int
        var wasDecoded = false
        /// When the last user let go of it.
        var released = 0
    }

    /// Bytes that blocks may take.
    let capacity: Int
    private let condition = NSCondition()
    private var records: [BlockKey: Record] = [:]
    private var usedBytes = 0
    private var counts = Statistics()
    /// Blocks that may go, the one released first at the front; an entry counts while its time is the record's.
    private var mayGo: [(key: BlockKey, released: Int)] = []
    private var firstToGo = 0
    private var time = 0
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

    /// Bytes held now; 0 when every block has had its last use, and stages have read none.
    var heldBytes: Int { condition.withLock { usedBytes } }

    /// Counts a block that was decoded without asking, because no other unit needs it.
    func countBypass() { bypassed.wrappingAdd(1, ordering: .relaxed) }

    /// Asks for a block, without waiting.
    ///
    /// - Parameters:
    ///   - bytes: the size of the decoded block.
    ///   - uses: how many units need it, the asking one included, if none of them has asked yet; nil where nobody knows.
    ///     Of one block it is always known, or never.
    func claim(_ key: BlockKey, bytes: Int, uses: Int?) -> Claim {
        condition.withLock { claimLocked(key, bytes, uses) }
    }

    /// Asks for a block, waiting for the worker that is decoding it.
    func claimWhenReady(_ key: BlockKey, bytes: Int, uses: Int?) -> Claim {
        condition.withLock {
            while true {
                let claim = claimLocked(key, bytes, uses)
                guard case .inFlight = claim else { return claim }
                condition.wait()
            }
        }
    }

    private func claimLocked(_ key: BlockKey, _ bytes: Int, _ uses: Int?) -> Claim {
        var record = records[key] ?? Record(remaining: uses, bytes: bytes)
        switch record.state {
        case .ready(let memory):
            if record.remaining == nil { records[key]?.users += 1 }
            return .ready(memory)
        case .damaged(let error):
            if record.remaining == nil { records[key]?.users += 1 }
            return .damaged(error)
        case .inFlight: return .inFlight
        case .absent: break
        }
        counts.decodings += 1
        if record.wasDecoded { counts.repeated += 1 }
        record.wasDecoded = true
        let isLast = record.remaining.map { $0 <= 1 } ?? false
        var spare: RawMemory?
        if isLast || !makeRoom(bytes, &spare) {
            // This use is the decoding itself.
            if let remaining = record.remaining { record.remaining = remaining - 1 }
            records[key] = isLast ? nil : record
            return .decodePrivately
        }
        usedBytes += bytes
        counts.peakBytes = max(counts.peakBytes, usedBytes)
        record.state = .inFlight
        record.users = 1
        records[key] = record
        return .decode(spare)
    }

    /// Lets blocks go that nobody is using, until there is room; false when there is none even so.
    ///
    /// - Parameter spare: becomes the memory of one that goes and is of the size: given back and taken anew, block by
    ///   block, memory would be scattered and the process grow.
    private func makeRoom(_ bytes: Int, _ spare: inout RawMemory?) -> Bool {
        while usedBytes + bytes > capacity {
            guard firstToGo < mayGo.count else { return false }
            let (key, released) = mayGo[firstToGo]
            firstToGo += 1
            guard let record = records[key], record.users == 0, record.released == released,
                case .ready(let memory) = record.state
            else { continue }
            if memory.byteCount == bytes { spare = memory }
            usedBytes -= record.bytes
            records[key]?.state = .absent
        }
        return true
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
            // Whoever gives a claim back does not release it.
            if case .absent = state { record.users = 0 }
            record.state = state
            records[key] = record
            condition.broadcast()
        }
    }

    /// Counts one use; the last one frees the block.
    func release(_ key: BlockKey) {
        condition.withLock {
            guard var record = records[key] else { return }
            guard let remaining = record.remaining else {
                record.users -= 1
                time += 1
                record.released = time
                records[key] = record
                if record.users == 0, case .ready = record.state { enqueue(key, time) }
                return
            }
            record.remaining = remaining - 1
            if remaining > 1 {
                records[key] = record
                return
            }
            if case .ready = record.state { usedBytes -= record.bytes }
            records[key] = nil
        }
    }

    /// Remembers a block as the last one to go.
    private func enqueue(_ key: BlockKey, _ released: Int) {
        mayGo.append((key, released))
        // Entries that no longer count are left out from time to time.
        guard mayGo.count > 2 * records.count + 64 else { return }
        mayGo = mayGo[firstToGo...].filter { records[$0.key]?.released == $0.released }
        firstToGo = 0
    }
}
