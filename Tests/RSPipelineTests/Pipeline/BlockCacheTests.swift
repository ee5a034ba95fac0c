import Foundation
import Synchronization
import Testing

@testable import RSPipeline

@Suite struct BlockCacheTests {
    private func memory(_ count: Int) throws -> RawMemory { try #require(RawMemory(byteCount: count)) }

    private func name(_ claim: BlockCache.Claim) -> String {
        switch claim {
        case .decode: "decode"
        case .decodePrivately: "privately"
        case .ready: "ready"
        case .damaged: "damaged"
        case .inFlight: "inFlight"
        }
    }

    @Test func aBlockIsDecodedOnceAndFreedAfterItsLastUse() throws {
        let cache = BlockCache(capacity: 100)
        let key = BlockKey(file: 0, block: 3)
        #expect(name(cache.claim(key, bytes: 60, uses: 3)) == "decode")
        #expect(name(cache.claim(key, bytes: 60, uses: 3)) == "inFlight")
        cache.publish(key, try memory(60))
        cache.release(key)
        #expect(cache.heldBytes == 60)
        for _ in 0..<2 {
            #expect(name(cache.claim(key, bytes: 60, uses: 3)) == "ready")
            cache.release(key)
        }
        #expect(cache.heldBytes == 0)
        #expect(cache.statistics == BlockCache.Statistics(decodings: 1, repeated: 0, peakBytes: 60))
    }

    @Test func whatHasNoRoomIsDecodedByEachAndCounted() throws {
        let cache = BlockCache(capacity: 100)
        let first = BlockKey(file: 0, block: 0)
        let second = BlockKey(file: 1, block: 0)
        #expect(name(cache.claim(first, bytes: 60, uses: 2)) == "decode")
        #expect(name(cache.claim(second, bytes: 60, uses: 3)) == "privately")
        #expect(name(cache.claim(second, bytes: 60, uses: 3)) == "privately")
        cache.publish(first, try memory(60))
        cache.release(first)
        #expect(name(cache.claim(first, bytes: 60, uses: 2)) == "ready")
        cache.release(first)
        // There is room now, but nobody else needs it.
        #expect(name(cache.claim(second, bytes: 60, uses: 3)) == "privately")
        #expect(cache.statistics == BlockCache.Statistics(decodings: 4, repeated: 2, peakBytes: 60))
        #expect(cache.heldBytes == 0)
    }

    @Test func withoutKnownUsesTheLeastRecentlyUsedGoesFirst() throws {
        let cache = BlockCache(capacity: 100)
        let keys = (0..<3).map { BlockKey(file: 0, block: $0) }
        for key in keys.prefix(2) {
            #expect(name(cache.claim(key, bytes: 40, uses: nil)) == "decode")
            cache.publish(key, try memory(40))
            cache.release(key)
        }
        #expect(cache.heldBytes == 80)
        // The first is used again: the second is the one to go.
        #expect(name(cache.claim(keys[0], bytes: 40, uses: nil)) == "ready")
        cache.release(keys[0])
        #expect(name(cache.claim(keys[2], bytes: 40, uses: nil)) == "decode")
        cache.publish(keys[2], try memory(40))
        #expect(name(cache.claim(keys[0], bytes: 40, uses: nil)) == "ready")
        // Both are in use: there is no room.
        #expect(name(cache.claim(keys[1], bytes: 40, uses: nil)) == "privately")
        cache.release(keys[0])
        cache.release(keys[2])
        #expect(name(cache.claim(keys[1], bytes: 40, uses: nil)) == "decode")
        cache.abandon(keys[1])
        #expect(cache.heldBytes == 40)
        #expect(cache.statistics == BlockCache.Statistics(decodings: 5, repeated: 2, peakBytes: 80))
        // Blocks of known uses take the room of others.
        let known = BlockKey(file: 1, block: 0)
        #expect(name(cache.claim(known, bytes: 90, uses: 2)) == "decode")
        cache.publish(known, try memory(90))
        #expect(cache.heldBytes == 90)
        cache.release(known)
        #expect(name(cache.claim(keys[2], bytes: 40, uses: nil)) == "privately")
    }

    @Test func damageIsToldToAll() {
        let cache = BlockCache(capacity: 100)
        let key = BlockKey(file: 0, block: 0)
        _ = cache.claim(key, bytes: 60, uses: 2)
        cache.publishDamage(key, BlockError(message: "torn", isDamage: true))
        cache.release(key)
        #expect(cache.heldBytes == 0)
        #expect(name(cache.claimWhenReady(key, bytes: 60, uses: 2)) == "damaged")
        cache.release(key)
        #expect(cache.statistics.decodings == 1)
    }

    @Test func whatOneGivesBackAnotherTakes() {
        let cache = BlockCache(capacity: 100)
        let key = BlockKey(file: 0, block: 0)
        #expect(name(cache.claim(key, bytes: 60, uses: 2)) == "decode")
        let answer = Mutex("")
        let done = DispatchSemaphore(value: 0)
        Thread {
            let claim = self.name(cache.claimWhenReady(key, bytes: 60, uses: 2))
            answer.withLock { $0 = claim }
            done.signal()
        }.start()
        usleep(2000)
        cache.abandon(key)
        #expect(done.wait(timeout: .now() + 10) == .success)
        #expect(answer.withLock { $0 } == "decode")
    }

    /// Many threads, each of which needs every block once.
    @Test(arguments: [(1, 1 << 20), (2, 1 << 20), (4, 1 << 20), (4, 2500), (3, 0)])
    func threadsShareTheDecoding(threads: Int, capacity: Int) throws {
        let cache = BlockCache(capacity: capacity)
        let blocks = 60
        let sums = Mutex([Int]())
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            var sum = 0
            func serve(_ block: Int, mayWait: Bool) -> Bool {
                let key = BlockKey(file: 0, block: block)
                let claim =
                    mayWait
                    ? cache.claimWhenReady(key, bytes: 500, uses: threads)
                    : cache.claim(key, bytes: 500, uses: threads)
                switch claim {
                case .inFlight: return false
                case .damaged: return true
                case .decodePrivately:
                    sum += block
                    return true
                case .ready(let memory):
                    sum += unsafe Int(memory.base.load(as: Int32.self))
                case .decode:
                    guard let made = RawMemory(byteCount: 500) else { return true }
                    unsafe made.base.storeBytes(of: Int32(block), as: Int32.self)
                    usleep(50)
                    cache.publish(key, made)
                    sum += block
                }
                cache.release(key)
                return true
            }
            let late = (0..<blocks).filter { !serve($0, mayWait: false) }
            for block in late { _ = serve(block, mayWait: true) }
            let total = sum
            sums.withLock { $0.append(total) }
        }
        #expect(sums.withLock { $0 } == [Int](repeating: blocks * (blocks - 1) / 2, count: threads))
        let statistics = cache.statistics
        #expect(statistics.peakBytes <= capacity && cache.heldBytes == 0)
        #expect(statistics.decodings - statistics.repeated == blocks)
        if capacity >= blocks * 500 { #expect(statistics.repeated == 0) }
        if capacity == 0 { #expect(statistics.decodings == blocks * threads) }
    }
}
