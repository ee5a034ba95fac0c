import Synchronization

/// Tile encoders that wait for the next thread that needs one, shared by all files of a run.
final class EncoderPool: Sendable {
    /// Unchecked: an encoder belongs to the pool or to the one thread that took it.
    private struct Loan: @unchecked Sendable {
        let encoder: TileEncoder
    }

    private let idle = Mutex<[TileFormat: [Loan]]>([:])

    /// Lends an encoder of a format.
    ///
    /// - Throws: ``CodecError`` when none can be made, and what `body` throws.
    func withEncoder<Result>(_ format: TileFormat, _ body: (TileEncoder) throws -> Result) throws -> Result {
        let waiting = idle.withLock { $0[format]?.popLast() }
        let loan = try waiting ?? Loan(encoder: TileEncoder(format))
        let result = try body(loan.encoder)
        idle.withLock { $0[format, default: []].append(loan) }
        return result
    }
}
