extension SIMDMask where Storage == SIMD8<Int32> {
    /// Whether any lane is set; `any()` of the standard library looks at lane after lane.
    @inline(__always)
    var isAnySet: Bool {
        let words = unsafe unsafeBitCast(self, to: SIMD4<UInt64>.self)
        return words[0] | words[1] | words[2] | words[3] != 0
    }

    /// Whether all lanes are set.
    @inline(__always)
    var isEachSet: Bool {
        let words = unsafe unsafeBitCast(self, to: SIMD4<UInt64>.self)
        return words[0] & words[1] & words[2] & words[3] == .max
    }
}
