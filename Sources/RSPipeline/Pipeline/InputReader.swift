/// Reads the file inputs of a pass or a stage for one worker, on the grid of its segment, block by block.
///
/// Blocks that one unit needs are decoded into place or into the worker's own memory; all others go through the cache.
@safe final class InputReader {
    private let pass: PassInputs
    private let decoders: BlockDecoders
    /// Stored numbers of inputs of another pixel size, by slot.
    private var parts: [Int: RawMemory] = [:]
    private var damaged: [Window] = []

    /// - Parameter decoders: those of the worker; its own where none are given.
    init(_ pass: PassInputs, decoders: BlockDecoders? = nil) {
        self.pass = pass
        self.decoders = decoders ?? BlockDecoders(pass.files)
    }

    /// One sequence of blocks, the part of its file that a window needs, and where it goes.
    @safe private struct Job {
        var stream: PassInputs.Stream
        var window: Window
        var part: Window
        /// Per consumer, memory for the stored numbers of the part.
        var targets: [UnsafeMutableRawPointer]
        /// Per consumer, memory for the window's pixels.
        var outputs: [UnsafeMutableRawPointer]
    }

    /// Reads a window of the segment's grid, for every file input of the pass.
    ///
    /// Inputs on that grid come as stored; others are sampled as Float32 with NaN for no data.
    ///
    /// - Parameter targets: by slot, memory of `window.pixelCount` numbers.
    /// - Returns: the parts of the window where an input is damaged, when the plan tolerates that; there the numbers are
    ///   no-data where the input has such a value, else 0.
    /// - Throws: ``RunError`` of kind `input`, naming file, band, block and position.
    func read(_ window: Window, into targets: [Int: UnsafeMutableRawPointer]) throws(RunError) -> [Window] {
        damaged = []
        do throws(BlockError) {
            var postponed: [(job: Job, block: Int)] = []
            var jobs: [Job] = []
            for stream in pass.streams {
                guard let job = try unsafe job(stream, window, targets) else { continue }
                jobs.append(job)
                for row in stream.tiling.rows(of: job.part) {
                    for column in stream.tiling.columns(of: job.part) {
                        let block = row * stream.tiling.across + column
                        let isDone = try serve(job, block, mayWait: false)
                        if !isDone { postponed.append((job, block)) }
                    }
                }
            }
            // What others are decoding comes last: meanwhile this worker has decoded what nobody had begun.
            for entry in postponed { _ = try serve(entry.job, entry.block, mayWait: true) }
            for job in jobs { sample(job) }
        } catch {
            throw RunError(.input, error.message)
        }
        return damaged
    }

    /// What is to be read of a stream; nil where the window lies outside of its file.
    private func job(
        _ stream: PassInputs.Stream, _ window: Window, _ targets: [Int: UnsafeMutableRawPointer]
    ) throws(BlockError) -> Job? {
        let part = stream.part(for: window)
        var own: [UnsafeMutableRawPointer] = unsafe []
        var outputs: [UnsafeMutableRawPointer] = unsafe []
        for consumer in stream.consumers {
            guard let target = unsafe targets[consumer.slot] else { preconditionFailure("an input has no memory") }
            unsafe outputs.append(target)
            guard stream.sampling != nil else {
                unsafe own.append(target)
                continue
            }
            guard let part else {
                unsafe target.assumingMemoryBound(to: Float.self).update(repeating: .nan, count: window.pixelCount)
                continue
            }
            unsafe own.append(
                try grown(&parts[consumer.slot], part.pixelCount * stream.sampleType.byteCount, stream).base)
        }
        guard let part else { return nil }
        return unsafe Job(stream: stream, window: window, part: part, targets: own, outputs: outputs)
    }

    /// Brings one block to where it is needed; false when another worker is decoding it and this one may not wait.
    private func serve(_ job: Job, _ block: Int, mayWait: Bool) throws(BlockError) -> Bool {
        let stream = job.stream
        let uses = stream.uses(of: block)
        if uses == 1 && !pass.mayFindKept {
            pass.cache.countBypass()
            try decodePrivately(job, block)
            return true
        }
        let key = BlockKey(file: stream.file, block: stream.firstBlock + block)
        let area = stream.tiling.window(of: block)
        let bytes = area.pixelCount * stream.pixelBytes
        let claim =
            mayWait
            ? pass.cache.claimWhenReady(key, bytes: bytes, uses: uses) : pass.cache.claim(key, bytes: bytes, uses: uses)
        switch claim {
        case .inFlight: return false
        case .decodePrivately:
            try decodePrivately(job, block)
            return true
        case .ready(let memory):
            unsafe deal(memory.base, of: area, to: job)
        case .damaged(let error):
            try damage(job, block, error)
        case .decode(let spare):
            do throws(BlockError) {
                guard let memory = spare ?? RawMemory(byteCount: bytes) else {
                    throw Self.noMemory(bytes, stream, pass)
                }
                try unsafe decode(stream, block, memory.base, rowBytes: area.width * stream.pixelBytes)
                pass.cache.publish(key, memory)
                unsafe deal(memory.base, of: area, to: job)
            } catch {
                guard error.isDamage else {
                    pass.cache.abandon(key)
                    throw error
                }
                pass.cache.publishDamage(key, error)
                try damage(job, block, error)
            }
        }
        pass.cache.release(key)
        return true
    }

    private func decodePrivately(_ job: Job, _ block: Int) throws(BlockError) {
        let stream = job.stream
        let area = stream.tiling.window(of: block)
        let part = job.part
        do throws(BlockError) {
            if stream.samples == 1, stream.consumers.count == 1, part.contains(area) {
                let offset = ((area.row - part.row) * part.width + area.column - part.column) * stream.pixelBytes
                let target = unsafe job.targets[0] + offset
                return try unsafe decode(stream, block, target, rowBytes: part.width * stream.pixelBytes)
            }
            let memory = try grown(&decoders.scratch, area.pixelCount * stream.pixelBytes, stream)
            try unsafe decode(stream, block, memory.base, rowBytes: area.width * stream.pixelBytes)
            unsafe deal(memory.base, of: area, to: job)
        } catch {
            try damage(job, block, error)
        }
    }

    private func decode(
        _ stream: PassInputs.Stream, _ block: Int, _ target: UnsafeMutableRawPointer, rowBytes: Int
    ) throws(BlockError) {
        try unsafe decoders.decoder(of: stream.file)
            .decode(stream.firstBlock + block, into: target, rowBytes: rowBytes)
    }

    /// Notes a damaged block and fills its place, or ends the run.
    private func damage(_ job: Job, _ block: Int, _ error: BlockError) throws(BlockError) {
        guard error.isDamage, pass.toleratesDamage else { throw error }
        let stream = job.stream
        pass.files.note(damaged: BlockKey(file: stream.file, block: stream.firstBlock + block))
        let window = job.window
        let part = job.part
        guard let area = stream.tiling.window(of: block).intersection(part) else { return }
        if let sampling = stream.sampling {
            if let hidden = sampling.targetWindow(for: area, in: window) { damaged.append(hidden) }
        } else {
            damaged.append(area)
        }
        for (index, consumer) in stream.consumers.enumerated() {
            let target = unsafe job.targets[index]
            let noData = pass.inputs[consumer.slot]?.storedNoData ?? .nan
            let isPossible = stream.sampleType.canHold(noData)
            let size = stream.sampleType.byteCount
            let offset = ((area.row - part.row) * part.width + area.column - part.column) * size
            unsafe (target + offset).fill(
                with: stream.sampleType.bytes(of: isPossible ? noData : nil), count: area.width, rows: area.height,
                rowBytes: part.width * size)
        }
    }

    /// Copies what is needed of a decoded block.
    private func deal(_ source: UnsafeRawPointer, of area: Window, to job: Job) {
        let part = job.part
        guard let common = area.intersection(part) else { return }
        let stream = job.stream
        let size = stream.sampleType.byteCount
        for (index, consumer) in stream.consumers.enumerated() {
            let target = unsafe job.targets[index]
            for row in common.row..<common.row + common.height {
                let from =
                    unsafe source + ((row - area.row) * area.width + common.column - area.column)
                    * stream.pixelBytes + consumer.sample * size
                let to = unsafe target + ((row - part.row) * part.width + common.column - part.column) * size
                if stream.samples == 1 {
                    unsafe to.copyMemory(from: from, byteCount: common.width * size)
                } else {
                    switch size {
                    case 1: unsafe Self.pick(UInt8.self, from, to, common.width, every: stream.samples)
                    case 2: unsafe Self.pick(UInt16.self, from, to, common.width, every: stream.samples)
                    case 4: unsafe Self.pick(UInt32.self, from, to, common.width, every: stream.samples)
                    default: unsafe Self.pick(UInt64.self, from, to, common.width, every: stream.samples)
                    }
                }
            }
        }
    }

    @inline(__always)
    private static func pick<Word: BitwiseCopyable>(
        _ type: Word.Type, _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ count: Int, every step: Int
    ) {
        let from = unsafe source.assumingMemoryBound(to: Word.self)
        let to = unsafe target.assumingMemoryBound(to: Word.self)
        for index in 0..<count { unsafe to[index] = from[index * step] }
    }

    // MARK: Inputs of another pixel size

    /// Brings the stored numbers of a part to the plan's grid.
    private func sample(_ job: Job) {
        let stream = job.stream
        guard stream.sampling != nil else { return }
        let window = job.window
        let part = job.part
        for (index, consumer) in stream.consumers.enumerated() {
            guard let sampling = consumer.sampling else { continue }
            let missing = Float(pass.inputs[consumer.slot]?.storedNoData ?? .nan)
            let values = unsafe Self.floats(job.targets[index], stream.sampleType, part.pixelCount, missing: missing)
            var result = [Float](repeating: .nan, count: window.pixelCount)
            sampling.sample(values, source: part, target: window, into: &result)
            unsafe result.withUnsafeBytes { bytes in
                guard let base = bytes.baseAddress else { return }
                unsafe job.outputs[index].copyMemory(from: base, byteCount: bytes.count)
            }
        }
    }

    /// Stored numbers as Float32, NaN for no data and for what is not finite.
    private static func floats(
        _ base: UnsafeRawPointer, _ type: SampleType, _ count: Int, missing: Float
    ) -> [Float] {
        switch type {
        case .uint8: unsafe floats(base.assumingMemoryBound(to: UInt8.self), count, missing) { Float($0) }
        case .uint16: unsafe floats(base.assumingMemoryBound(to: UInt16.self), count, missing) { Float($0) }
        case .int16: unsafe floats(base.assumingMemoryBound(to: Int16.self), count, missing) { Float($0) }
        case .uint32: unsafe floats(base.assumingMemoryBound(to: UInt32.self), count, missing) { Float($0) }
        case .int32: unsafe floats(base.assumingMemoryBound(to: Int32.self), count, missing) { Float($0) }
        case .float32: unsafe floats(base.assumingMemoryBound(to: Float.self), count, missing) { $0 }
        case .float64: unsafe floats(base.assumingMemoryBound(to: Double.self), count, missing) { Float($0) }
        }
    }

    @inline(__always)
    private static func floats<Number>(
        _ base: UnsafePointer<Number>, _ count: Int, _ missing: Float, _ convert: (Number) -> Float
    ) -> [Float] {
        unsafe [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            for index in 0..<count {
                let value = unsafe convert(base[index])
                unsafe buffer[index] = value == missing || !value.isFinite ? .nan : value
            }
            initialized = count
        }
    }

    private func grown(
        _ memory: inout RawMemory?, _ count: Int, _ stream: PassInputs.Stream
    ) throws(BlockError) -> RawMemory {
        if let memory, memory.byteCount >= count { return memory }
        // The old one goes first.
        memory = nil
        guard let taken = RawMemory(byteCount: count) else { throw Self.noMemory(count, stream, pass) }
        memory = taken
        return taken
    }

    private static func noMemory(_ count: Int, _ stream: PassInputs.Stream, _ pass: PassInputs) -> BlockError {
        BlockError(
            message: "\(pass.files.files[stream.file].path): a block takes \(count) bytes, which there are not; "
                + "convert the file to smaller tiles", isDamage: false)
    }
}
