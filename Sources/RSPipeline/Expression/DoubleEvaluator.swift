/// Runs a ``Program`` for single pixels in Double: slow, for the few results whose rounding Float32 cannot decide.
@safe final class DoubleEvaluator {
    private let program: Program
    private let parameters: [Float]
    private var registers: [Double]

    init(_ program: Program, parameters: [Float]) {
        self.program = program
        self.parameters = parameters
        registers = [Double](repeating: .nan, count: program.registerCount)
    }

    /// A result of one pixel of a unit; NaN where there is none.
    func value(of result: Int, pixel: Int, inputs: [InputBlock?]) -> Double {
        for instruction in program.instructions {
            let a = number(instruction.a)
            switch instruction.opcode {
            case .load:
                guard let input = unsafe inputs[Int(instruction.payload)] else { continue }
                var value = unsafe Self.load(input, pixel)
                if instruction.tests.contains(where: { unsafe isSet($0, pixel, inputs) }) { value = .nan }
                if instruction.a != .none { value *= a }
                if instruction.b != .none { value += number(instruction.b) }
                registers[instruction.target] = value
            case .storedBit:
                let anySet = instruction.tests.contains { unsafe isSet($0, pixel, inputs) }
                registers[instruction.target] = anySet ? 1 : 0
            case .anyBit: registers[instruction.target] = Self.isSet(instruction.payload, in: a) ? 1 : 0
            default:
                registers[instruction.target] = ScalarOperation.evaluate(
                    instruction.opcode, a, number(instruction.b), number(instruction.c), number(instruction.d))
            }
        }
        return number(program.results[result])
    }

    private func isSet(_ test: Program.BitTest, _ pixel: Int, _ inputs: [InputBlock?]) -> Bool {
        guard let input = unsafe inputs[test.slot] else { return false }
        return unsafe Self.isSet(test.mask, in: Self.load(input, pixel))
    }

    private static func isSet(_ mask: UInt32, in value: Double) -> Bool {
        value >= 0 && value < 8_388_608 && UInt32(value) & mask != 0
    }

    private func number(_ operand: Program.Operand) -> Double {
        switch operand {
        case .register(let register): registers[register]
        case .constant(let value): program.exactConstants[value.bitPattern] ?? Double(value)
        case .parameter(let slot): Double(parameters[slot])
        case .none: .nan
        }
    }

    private static func load(_ input: InputBlock, _ pixel: Int) -> Double {
        let base = unsafe input.base
        let value: Double =
            switch unsafe input.sampleType {
            case .uint8: unsafe Double(base.assumingMemoryBound(to: UInt8.self)[pixel])
            case .uint16: unsafe Double(base.assumingMemoryBound(to: UInt16.self)[pixel])
            case .int16: unsafe Double(base.assumingMemoryBound(to: Int16.self)[pixel])
            case .uint32: unsafe Double(base.assumingMemoryBound(to: UInt32.self)[pixel])
            case .int32: unsafe Double(base.assumingMemoryBound(to: Int32.self)[pixel])
            case .float32: unsafe Double(base.assumingMemoryBound(to: Float.self)[pixel])
            case .float64: unsafe base.assumingMemoryBound(to: Double.self)[pixel]
            }
        let noData = unsafe input.noData
        let isMissing = unsafe input.sampleType == .float32 ? Float(value) == Float(noData) : value == noData
        return isMissing || !value.isFinite ? .nan : value
    }
}
