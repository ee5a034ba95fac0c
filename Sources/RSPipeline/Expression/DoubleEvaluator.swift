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
                registers[instruction.target] = unsafe Self.load(input, pixel)
            case .anyBit:
                let bits = a >= 0 && a < 8_388_608 ? UInt32(a) : 0
                registers[instruction.target] = bits & instruction.payload == 0 ? 0 : 1
            default:
                registers[instruction.target] = ScalarOperation.evaluate(
                    instruction.opcode, a, number(instruction.b), number(instruction.c))
            }
        }
        return number(program.results[result])
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
