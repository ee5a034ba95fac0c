extension ValueGraph {
    /// 1 where the number in some bits of a value is at least a limit, 0 elsewhere.
    ///
    /// From the highest bit down: where the limit has the bit, the value must have it and reach the rest; where the
    /// limit has it not, having it is enough. A value that is no-data gives what ``anyBit(_:mask:)`` gives.
    ///
    /// - Parameters:
    ///   - shift: the lowest bit of the field.
    ///   - width: how many bits it has.
    mutating func field(_ a: ValueID, _ shift: UInt32, _ width: UInt32, atLeast limit: UInt32) -> ValueID {
        if limit == 0 { return constant(1) }
        if width == 0 || limit >> width != 0 { return constant(0) }
        // Bits below the limit's lowest one do not matter.
        var condition: ValueID?
        for bit in UInt32(limit.trailingZeroBitCount)..<width {
            let test = anyBit(a, mask: 1 << (shift + bit))
            if let rest = condition {
                condition = limit & 1 << bit != 0 ? apply(.and, test, rest) : anyOf(test, rest)
            } else {
                condition = test
            }
        }
        return condition ?? constant(0)
    }
}
