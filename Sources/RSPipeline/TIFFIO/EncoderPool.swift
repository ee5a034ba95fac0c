import Synchronization

/// Tile encoders that wait for the next thread that needs one, shared by all files of a run.
final class EncoderPool: Sendable {
    /// Unchecked: an encoder belongs to the pool or to the one thread that took it.
    private struct Idle: @unchecked Sendable {
        var encoders: [TileFormat: [TileEncoder]] = [:]
    }

    private let idle = Mutex(Idle())

    /// Lends an encoder of a format.
    ///
    /// - Throws: ``CodecError`` when none can be made, and what `body` throws.
    func withEncoder<Result>(_ format: TileFormat, _ body: (TileEncoder) throws -> Result) throws -> Result {
        let waiting = idle.withLock { idle in
            Unshared(encoder: idle.encoders[format]?.popLast())
        }
        let encoder = try waiting.encoder ?? TileEncoder(format)
        let result = try body(encoder)
        let used = Unshared(encoder: encoder)
        idle.withLock { idle in
            if let encoder = used.encoder { idle.encoders[format, default: []].append(encoder) }
        }
        return result
    }

    /// Unchecked: carries one encoder from the pool to a thread or back.
    private struct Unshared: @unchecked Sendable {
        var encoder: TileEncoder?
    }
}
