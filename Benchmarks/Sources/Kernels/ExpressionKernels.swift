import Foundation

@testable import RSPipeline

/// The stored numbers of a plan's inputs in one window, and memory for its results.
///
/// Never freed: it lives as long as the program.
@safe final class Block {
    let window: Window
    let inputs: [InputBlock?]
    let bytesPerPixel: Int

    init(_ plan: Plan, side: Int) throws {
        let grid = plan.grid
        window = Window(
            column: (grid.width - side) / 2, row: (grid.height - side) / 2, width: side, height: side)
        var blocks = unsafe [InputBlock?](repeating: nil, count: plan.inputs.count)
        var bytes = 0
        let slots = Set(plan.program.inputSlots)
        let files = try InputFiles(plan, slots: slots)
        let pass = PassInputs(
            plan, files: files, cache: BlockCache(capacity: 256 << 20), slots: slots,
            units: PassInputs.Units(width: grid.width, height: grid.height))
        var memories = unsafe [Int: UnsafeMutableRawPointer]()
        for (slot, input) in pass.inputs {
            let size = input.sampleType.byteCount
            // 64 bytes beyond the last pixel, as in the pass: lanes may read past the end.
            let memory = UnsafeMutableRawPointer.allocate(byteCount: side * side * size + 64, alignment: 64)
            unsafe memories[slot] = memory
            unsafe blocks[slot] = InputBlock(base: memory, sampleType: input.sampleType, noData: input.noData)
            bytes += size
        }
        _ = try unsafe InputReader(pass).read(window, into: memories)
        unsafe inputs = blocks
        bytesPerPixel = bytes
    }
}

/// Runs a program over a block, in the evaluator's own steps, as a pass does.
@safe final class ProgramRun {
    private let block: Block
    private let evaluator: Evaluator
    private var results: [UnsafeMutablePointer<Float>] = unsafe []
    private let pixels: Int

    init(_ program: Program, _ block: Block) {
        self.block = block
        pixels = block.window.pixelCount
        evaluator = Evaluator(program, parameters: [])
        for _ in program.results {
            let memory = UnsafeMutablePointer<Float>.allocate(capacity: pixels)
            unsafe memory.initialize(repeating: 0, count: pixels)
            unsafe results.append(memory)
        }
    }

    func run() {
        var start = 0
        while start < pixels {
            let count = min(Evaluator.blockSize, pixels - start)
            unsafe evaluator.run(start: start, count: count, inputs: block.inputs)
            for index in unsafe results.indices {
                _ = unsafe evaluator.store(result: index, count: count, into: results[index] + start)
            }
            start += count
        }
    }

    var data: Data {
        var all = Data()
        for index in unsafe results.indices {
            unsafe all.append(contentsOf: UnsafeRawBufferPointer(start: results[index], count: pixels * 4))
        }
        return all
    }
}

/// Chains as the pipeline plans them, without files: NDVI of two bands, and the four-index chain with its masks.
func expressionKernels(scene: String) throws -> [Kernel] {
    func kernels(_ name: String, _ chainText: String, withReasons: Bool) throws -> [Kernel] {
        let chain = try Chain(chainText)
        let plan = try Plan(chain, scene: try chain.openScene())
        let block = try Block(plan, side: 256)
        let programs = [(name, plan.program)] + (withReasons ? [(name + " reasons", plan.reasonProgram)] : [])
        return programs.map { name, program in
            let run = ProgramRun(program, block)
            return Kernel(
                name: name, pixels: block.window.pixelCount,
                bytesPerPixel: block.bytesPerPixel + 4 * program.results.count, run: run.run, results: { run.data })
        }
    }
    // Saturation is kept in the first: it would read a third input.
    return try kernels("ndvi", "read \(scene) saturated=keep ! toa ! index ndvi", withReasons: false)
        + kernels(
            "four indices", "read \(scene) ! toa ! mask cloud,shadow ! index ndvi,ndsi_RN,sqrt_BR,crsi",
            withReasons: true)
}
