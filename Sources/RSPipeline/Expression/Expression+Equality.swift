extension Expression {
    /// Whether two formulas are the same tree; a loop, so that a long chain is no deep recursion.
    public static func == (a: Expression, b: Expression) -> Bool {
        var pending = [(a, b)]
        while let (a, b) = pending.popLast() {
            switch (a, b) {
            case (.constant(let x), .constant(let y)): if x != y { return false }
            case (.noData, .noData): break
            case (.name(let x), .name(let y)): if x != y { return false }
            case (.unary(let f, let x), .unary(let g, let y)):
                if f != g { return false }
                pending.append((x, y))
            case (.binary(let f, let x1, let x2), .binary(let g, let y1, let y2)):
                if f != g { return false }
                pending.append((x1, y1))
                pending.append((x2, y2))
            case (.conditional(let x1, let x2, let x3), .conditional(let y1, let y2, let y3)):
                pending.append((x1, y1))
                pending.append((x2, y2))
                pending.append((x3, y3))
            case (.call(let f, let x), .call(let g, let y)):
                if f != g || x.count != y.count { return false }
                pending.append(contentsOf: zip(x, y))
            default: return false
            }
        }
        return true
    }

    /// Feeds the tree to a hasher; a loop, so that a long chain is no deep recursion.
    public func hash(into hasher: inout Hasher) {
        var pending = [self]
        while let node = pending.popLast() {
            switch node {
            case .constant(let value):
                hasher.combine(0)
                hasher.combine(value)
            case .noData: hasher.combine(1)
            case .name(let name):
                hasher.combine(2)
                hasher.combine(name)
            case .unary(let operation, let a):
                hasher.combine(operation)
                pending.append(a)
            case .binary(let operation, let a, let b):
                hasher.combine(operation)
                pending.append(a)
                pending.append(b)
            case .conditional(let condition, let a, let b):
                hasher.combine(3)
                pending.append(contentsOf: [condition, a, b])
            case .call(let function, let arguments):
                hasher.combine(function)
                hasher.combine(arguments.count)
                pending.append(contentsOf: arguments)
            }
        }
    }
}
