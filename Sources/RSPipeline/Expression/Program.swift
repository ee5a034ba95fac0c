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

    struct Instruction: Sendable {
        var opcode: Opcode
        var target: Int
        var a = Operand.none
        var b = Operand.none
        var c = Operand.none
        var payload: UInt32 = 0
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
        let order = graph.nodes.indices.filter { needed[$0] }
        var lastUse = [Int](repeating: -1, count: graph.nodes.count)
        for index in order {
            let node = graph.nodes[index]
            for operand in [node.a, node.b, node.c] where operand >= 0 { lastUse[operand] = index }
        }
        for root in roots { lastUse[root.index] = .max }

        var place = [Operand](repeating: .none, count: graph.nodes.count)
        var free: [Int] = []
        var count = 0
        var code: [Instruction] = []
        var slots: Set<Int> = []
        for index in order {
            let node = graph.nodes[index]
            switch node.opcode {
            case .constant:
                place[index] = .constant(Float(bitPattern: node.payload))
                continue
            case .parameter:
                place[index] = .parameter(Int(node.payload))
                continue
            case .load: slots.insert(Int(node.payload))
            default: break
            }
            let operands = [node.a, node.b, node.c].map { $0 >= 0 ? place[$0] : Operand.none }
            // Kernels work element by element, so a result may take the place of an operand that ends here.
            for operand in [node.a, node.b, node.c] where operand >= 0 && lastUse[operand] == index {
                // An operand that stands twice is given back once; no Set, whose order differs between processes.
                if case .register(let register) = place[operand], !free.contains(register) { free.append(register) }
            }
            let target = free.popLast() ?? count
            if target == count { count += 1 }
            place[index] = .register(target)
            code.append(
                Instruction(
                    opcode: node.opcode, target: target, a: operands[0], b: operands[1], c: operands[2],
                    payload: node.payload))
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
        return instructions.map { instruction in
            let operands = [instruction.a, instruction.b, instruction.c].map(text).filter { !$0.isEmpty }
            let payload =
                switch instruction.opcode {
                case .load: "input \(instruction.payload)"
                case .anyBit: "0x" + String(instruction.payload, radix: 16)
                default: ""
                }
            let all = operands + (payload.isEmpty ? [] : [payload])
            return "r\(instruction.target) = \(instruction.opcode) \(all.joined(separator: ", "))"
        }.joined(separator: "\n")
    }
}
