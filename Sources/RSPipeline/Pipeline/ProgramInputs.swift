/// The inputs of one program for one worker: memory for a window of each, filled from files and from stages.
@safe final class ProgramInputs {
    /// By slot, the numbers of the window that was filled last; nil for inputs that the program does not load.
    private(set) var blocks: [InputBlock?]
    /// What the file inputs are, by slot.
    let files: [Int: PassInputs.Input]
    private let reader: InputReader
    private let stages: [StageWorker]
    private var memory: [Int: RawMemory] = [:]
    private var targets: [Int: UnsafeMutableRawPointer] = unsafe [:]
    private var capacity = 0

    /// - Parameters:
    ///   - inputs: the file inputs.
    ///   - stages: what makes the derived inputs.
    init(_ inputs: PassInputs, stages: [StageWorker], decoders: BlockDecoders, slotCount: Int) {
        files = inputs.inputs
        reader = InputReader(inputs, decoders: decoders)
        self.stages = stages
        unsafe blocks = unsafe [InputBlock?](repeating: nil, count: slotCount)
    }

    /// Reads or computes a window of every input.
    ///
    /// - Returns: the parts of the window where an input is damaged, when the plan tolerates that.
    /// - Throws: ``RunError``, or what an operation throws.
    func fill(_ window: Window) throws -> [Window] {
        try reserve(window.pixelCount)
        var damaged = try unsafe reader.read(window, into: targets)
        for stage in stages {
            let results = unsafe stage.slots.compactMap { slot in
                unsafe targets[slot]?.assumingMemoryBound(to: Float.self)
            }
            try unsafe damaged += stage.compute(window, into: results)
        }
        return damaged
    }

    /// The memory of an input, for ``fill(_:)`` of at most as many pixels as ever.
    func memory(of slot: Int) -> UnsafeMutableRawPointer? { unsafe targets[slot] }

    /// Takes memory for a number of pixels.
    ///
    /// - Throws: ``RunError`` of kind `input` where there is not as much.
    func reserve(_ pixels: Int) throws(RunError) {
        if pixels <= capacity { return }
        // The old one goes first.
        memory = [:]
        unsafe targets = unsafe [:]
        capacity = 0
        for (slot, input) in files {
            try take(slot, input.sampleType, noData: input.noData, pixels)
        }
        for slot in stages.flatMap(\.slots) { try take(slot, .float32, noData: .nan, pixels) }
        capacity = pixels
    }

    private func take(_ slot: Int, _ type: SampleType, noData: Double, _ pixels: Int) throws(RunError) {
        let taken = try RawMemory.forWindow(bytes: pixels * type.byteCount)
        memory[slot] = taken
        unsafe targets[slot] = taken.base
        unsafe blocks[slot] = InputBlock(base: taken.base, sampleType: type, noData: noData)
    }
}

extension RawMemory {
    /// Memory for pixels of a window.
    ///
    /// - Throws: ``RunError`` of kind `input` where there is not as much.
    static func forWindow(bytes: Int) throws(RunError) -> RawMemory {
        guard let taken = RawMemory(byteCount: bytes) else {
            throw RunError(.input, "a window of pixels takes \(bytes) bytes, which there are not; use fewer threads")
        }
        return taken
    }
}
