/// Joins operations of a ``ValueGraph`` that one loop can do, so that a block passes through memory less often.
///
/// Every joined form computes what its parts compute, with the same roundings. An operation is taken into another only
/// if nothing else needs its value; tests of stored bits are cheap, and are done again wherever they are needed.
struct InstructionFusion {
    /// An instruction before registers are assigned.
    struct Draft {
        var opcode: Opcode
        /// Positions in the graph; -1 for none.
        var operands: [Int]
        var payload: UInt32 = 0
        var tests: [Program.BitTest] = []

        /// Whether this is a load that neither gain nor offset was joined to.
        fileprivate var isPlainLoad: Bool { opcode == .load && operands[0] < 0 && operands[1] < 0 }
    }

    private let graph: ValueGraph
    private var all: [Draft?]
    private var uses: [Int]

    /// What is left, in order of computation, with the positions of its values in the graph.
    private(set) var drafts: [(index: Int, draft: Draft)]

    /// Joins the operations at some positions of a graph, which precede their users.
    init(_ graph: ValueGraph, order: [Int], roots: [ValueID]) {
        self.graph = graph
        all = [Draft?](repeating: nil, count: graph.nodes.count)
        uses = [Int](repeating: 0, count: graph.nodes.count)
        drafts = []
        for index in order {
            let node = graph.nodes[index]
            for operand in [node.a, node.b, node.c] where operand >= 0 { uses[operand] += 1 }
            if node.opcode == .constant || node.opcode == .parameter { continue }
            all[index] = Draft(opcode: node.opcode, operands: [node.a, node.b, node.c, -1], payload: node.payload)
        }
        // A result is needed after the last instruction.
        for root in roots { uses[root.index] += 1 }
        for index in order { join(index) }
        let rest = all
        drafts = order.compactMap { index in rest[index].map { (index, $0) } }
    }

    private mutating func join(_ index: Int) {
        guard let draft = all[index] else { return }
        let (a, b) = (draft.operands[0], draft.operands[1])
        switch draft.opcode {
        case .anyBit: joinTest(index, of: a, mask: draft.payload)
        case .invalidate: joinMask(index, of: a, mask: b)
        case .multiply: joinProduct(index, a, b)
        case .add: joinSum(index, a, b)
        case .divide: joinQuotient(index, a, b)
        default: break
        }
    }

    // MARK: Forms

    private mutating func joinTest(_ index: Int, of a: Int, mask: UInt32) {
        guard let load = all[a], load.isPlainLoad, load.tests.isEmpty else { return }
        let test = Program.BitTest(slot: Int(load.payload), mask: mask & 0x7f_ffff)
        replace(index, with: Draft(opcode: .storedBit, operands: [-1, -1, -1, -1], tests: [test]))
    }

    private mutating func joinMask(_ index: Int, of a: Int, mask b: Int) {
        guard var load = all[a], load.opcode == .load, uses[a] == 1, let mask = all[b], mask.opcode == .storedBit
        else { return }
        for test in mask.tests {
            if let same = load.tests.firstIndex(where: { $0.slot == test.slot }) {
                load.tests[same].mask |= test.mask
            } else {
                load.tests.append(test)
            }
        }
        replace(index, with: load)
    }

    private mutating func joinProduct(_ index: Int, _ a: Int, _ b: Int) {
        for (value, factor) in [(a, b), (b, a)] where uses[value] == 1 {
            guard var draft = all[value] else { continue }
            if draft.isPlainLoad, isUniform(factor) {
                draft.operands[0] = factor
                return replace(index, with: draft)
            }
            if draft.opcode == .subtract {
                return replace(
                    index,
                    with: Draft(
                        opcode: .subtractMultiply, operands: [draft.operands[0], draft.operands[1], factor, -1]))
            }
        }
    }

    private mutating func joinSum(_ index: Int, _ a: Int, _ b: Int) {
        for (value, other) in [(a, b), (b, a)] where uses[value] == 1 {
            guard var draft = all[value] else { continue }
            if draft.opcode == .load, draft.operands[1] < 0, isUniform(other) {
                draft.operands[1] = other
                return replace(index, with: draft)
            }
            if draft.opcode == .multiply {
                return replace(
                    index,
                    with: Draft(opcode: .multiplyAdd, operands: [draft.operands[0], draft.operands[1], other, -1]))
            }
        }
    }

    private mutating func joinQuotient(_ index: Int, _ a: Int, _ b: Int) {
        guard uses[a] == 1, uses[b] == 1, let upper = all[a], let lower = all[b], lower.opcode == .add else { return }
        let (x, y) = (upper.operands[0], upper.operands[1])
        if upper.opcode == .subtract, isPair(lower, x, y) {
            return replace(index, with: Draft(opcode: .normalizedDifference, operands: [x, y, -1, -1]))
        }
        // The bands of one scale: their difference was taken before it.
        guard upper.opcode == .subtractMultiply,
            let first = scaled(lower.operands[0]), let second = scaled(lower.operands[1]),
            first.gain == upper.operands[2], second.gain == first.gain, second.offset == first.offset,
            (first.value, second.value) == (x, y) || (first.value, second.value) == (y, x)
        else { return }
        replace(index, with: Draft(opcode: .scaledDifference, operands: [x, y, first.gain, first.offset]))
    }

    /// Whether a sum has these two terms; in which order, the result does not show.
    private func isPair(_ sum: Draft, _ x: Int, _ y: Int) -> Bool {
        (sum.operands[0], sum.operands[1]) == (x, y) || (sum.operands[0], sum.operands[1]) == (y, x)
    }

    /// A value that nothing else needs as `gain * value + offset`, where it is one.
    private func scaled(_ index: Int) -> (value: Int, gain: Int, offset: Int)? {
        guard uses[index] == 1, let draft = all[index], draft.opcode == .multiplyAdd, isConstant(draft.operands[2])
        else { return nil }
        let (a, b) = (draft.operands[0], draft.operands[1])
        if isConstant(b) { return (a, b, draft.operands[2]) }
        return isConstant(a) ? (b, a, draft.operands[2]) : nil
    }

    // MARK: Bookkeeping

    private func isConstant(_ index: Int) -> Bool { graph.nodes[index].opcode == .constant }

    /// Whether a value is the same for all pixels.
    private func isUniform(_ index: Int) -> Bool { isConstant(index) || graph.nodes[index].opcode == .parameter }

    /// Puts a joined form in the place of an operation, and drops what nothing needs any more.
    private mutating func replace(_ index: Int, with draft: Draft) {
        let before = all[index]?.operands ?? []
        all[index] = draft
        for operand in draft.operands where operand >= 0 { uses[operand] += 1 }
        for operand in before where operand >= 0 { release(operand) }
    }

    private mutating func release(_ index: Int) {
        uses[index] -= 1
        guard uses[index] == 0, let draft = all[index] else { return }
        all[index] = nil
        for operand in draft.operands where operand >= 0 { release(operand) }
    }
}
