extension Expression {
    /// A chain of two-operand operators as a list: `a - b + c` is `a`, then `- b`, then `+ c`.
    ///
    /// A parsed tree is deep along its left operands only (elsewhere `maximumDepth` bounds it); to walk these in a loop
    /// keeps long chains off the call stack.
    var leftSpine: (first: Expression, rest: [(operation: BinaryOperator, right: Expression)]) {
        var rest: [(operation: BinaryOperator, right: Expression)] = []
        var node = self
        while case .binary(let operation, let left, let right) = node {
            rest.append((operation, right))
            node = left
        }
        rest.reverse()
        return (node, rest)
    }
}
