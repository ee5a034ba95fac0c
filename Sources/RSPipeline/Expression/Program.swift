/// The part of a ``ValueGraph`` that some results need, in order of computation, with blocks of memory ("registers")
/// assigned so that as few as possible are alive at once.
struct Program: Sendable {
    /// Where an operand comes from.
    enum Operand: Sendable, Hashable {
        case register(Int)
        case constant(Float)
        case parameter(Int)
        case none
    }

    /// Bits of an input, tested as they are stored.
    struct BitTest: Sendable, Hashable {
        var slot: Int
        var mask: UInt32
    }

    /// One operation on blocks.
    ///
    /// A load may scale: `a` is then its gain, `b` its offset, and either may be missing.
    struct Instruction: Sendable {
        var opcode: Opcode
        var target: Int
        var a = Operand.none
        var b = Operand.none
        var c = Operand.none
        var d = Operand.none
        var payload: UInt32 = 0
        /// Of a load, what makes it no-data.
        var tests: [BitTest] = []

        var operands: [Operand] { [a, b, c, d] }
    }

    let instructions: [Instruction]
    /// One per asked-for result, in that order.
    let results: [Operand]
    let registerCount: Int
    /// The unrounded numbers behind constants, by the bit pattern of the Float.
    let exactConstants: [UInt32: Double]
    /// The input slots that are loaded, ascending.
    let inputSlots: [Int]

    init(_ graph: ValueGraph, results roots: [ValueID]) {
        var needed = [Bool](repeating: false, count: graph.nodes.count)
        var stack = roots.map(\.index)
        while let index = stack.popLast() {
            if needed[index] { continue }
            needed[index] = true
            let node = graph.nodes[index]
            for operand in [node.a, node.b, node.c] where operand >= 0 { stack.append(operand) }
        }
        // Operands precede their users in the graph, so its own order is an order of computation.
        let fused = InstructionFusion(graph, order: graph.nodes.indices.filter { needed[$0] }, roots: roots)
        var lastUse = [Int](repeating: -1, count: graph.nodes.count)
        for (index, draft) in fused.drafts {
            for operand in draft.operands where operand >= 0 { lastUse[operand] = index }
        }
        for root in roots { lastUse[root.index] = .max }

        var place = graph.nodes.map { node in
            switch node.opcode {
            case .constant: Operand.constant(Float(bitPattern: node.payload))
            case .parameter: Operand.parameter(Int(node.payload))
            default: Operand.none
            }
        }
        var free: [Int] = []
        var count = 0
        var code: [Instruction] = []
        var slots: Set<Int> = []
        for (index, draft) in fused.drafts {
            if draft.opcode == .load { slots.insert(Int(draft.payload)) }
            slots.formUnion(draft.tests.map(\.slot))
            let operands = draft.operands.map { $0 >= 0 ? place[$0] : Operand.none }
            // Kernels work element by element, so a result may take the place of an operand that ends here.
            for operand in draft.operands where operand >= 0 && lastUse[operand] == index {
                // An operand that stands twice is given back once; no Set, whose order differs between processes.
                if case .register(let register) = place[operand], !free.contains(register) { free.append(register) }
            }
            let target = free.popLast() ?? count
            if target == count { count += 1 }
            place[index] = .register(target)
            code.append(
                Instruction(
                    opcode: draft.opcode, target: target, a: operands[0], b: operands[1], c: operands[2],
                    d: operands[3], payload: draft.payload, tests: draft.tests))
        }
        instructions = code
        results = roots.map { place[$0.index] }
        registerCount = count
        exactConstants = graph.exactConstants
        inputSlots = slots.sorted()
    }
}

extension Program: CustomStringConvertible {
    /// One line per instruction, for `--explain`.
    var description: String {
        func text(_ operand: Operand) -> String {
            switch operand {
            case .register(let number): "r\(number)"
            case .constant(let value): "\(value)"
            case .parameter(let slot): "p\(slot)"
            case .none: ""
            }
        }
        func line(_ instruction: Instruction) -> String {
            var words = instruction.operands.map(text).filter { !$0.isEmpty }.joined(separator: ", ")
            let tests = instruction.tests.map { "input \($0.slot) & 0x" + String($0.mask, radix: 16) }
                .joined(separator: ", ")
            switch instruction.opcode {
            case .load:
                words = "input \(instruction.payload)"
                if instruction.a != .none { words += " * " + text(instruction.a) }
                if instruction.b != .none { words += " + " + text(instruction.b) }
                if !tests.isEmpty { words += " unless " + tests }
            case .storedBit: words = tests
            case .anyBit: words += ", 0x" + String(instruction.payload, radix: 16)
            default: break
            }
            return "r\(instruction.target) = \(instruction.opcode) \(words)"
        }
        return instructions.map(line).joined(separator: "\n")
    }
}
