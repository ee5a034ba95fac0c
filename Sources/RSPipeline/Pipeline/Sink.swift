/// The results of one unit of work: one block of values per plane, NaN where there is none.
@unsafe struct UnitResult {
    /// Position among the units of the pass.
    var index: Int
    var window: Window
    /// One per plane, `window.pixelCount` values each.
    var values: [UnsafeMutablePointer<Float>]
    /// Per plane, codes of ``PixelReason``, which count only where a value is missing; nil where nobody asks for them.
    var reasons: [UnsafeMutablePointer<UInt8>?] = unsafe []
}

/// Whatever consumes the results of a pass.
///
/// Units come in any order and from any thread.
protocol Sink: AnyObject, Sendable {
    func consume(_ unit: UnitResult) throws
}
