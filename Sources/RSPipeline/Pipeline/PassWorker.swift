/// One thread's share of a pass: its own open files, its own memory, its own counts.
@safe final class PassWorker {
    private let inputs: ProgramInputs
    private let evaluator: Evaluator
    private let reasonEvaluator: Evaluator?
    private let tieBreaker: TieBreaker?
    private let countedSlots: [Int]
    private let capacity: Int
    private let gridWidth: Int
    private let alwaysValid: [Bool]
    private var values: [UnsafeMutablePointer<Float>] = unsafe []
    private var reasons: [UnsafeMutablePointer<UInt8>?] = unsafe []
    private let reasonBlock: UnsafeMutablePointer<Float>
    /// Per pixel of the unit, whether an input is damaged; empty where none is.
    private var damage: [Bool] = []

    private let tally: ReasonTally
    private let planeCount: Int

    /// Per count of the plan, the pixels for which its condition holds.
    private(set) var counts: [Int]
    /// Per plane, pixels by reason.
    var reasonCounts: [[Int]] { tally.result }
    /// Per counted layer, pixels by stored value.
    private(set) var histograms: [Int: [Int]]
    /// Per file input that the program itself loads, the sum that identifies the decoded pixels.
    ///
    /// What stages read overlaps, and may be a part of a file: the hash of its bytes identifies it.
    private(set) var checksums: [Int: UInt64] = [:]

    init(
        plan: Plan, program: Program, reasons: Program?, parameters: [Float], countedSlots: [Int], capacity: Int,
        inputs: PassInputs, segment: Int = 0
    ) throws {
        let decoders = BlockDecoders(inputs.files)
        let stages = StageWorker.workers(plan, inputs, parameters: parameters, decoders: decoders)
        let slots = Set(program.inputSlots + (reasons?.inputSlots ?? []))
        self.inputs = ProgramInputs(
            inputs, stages: plan.directStages(of: slots).compactMap { stages[$0] }, decoders: decoders,
            slotCount: plan.inputs.count)
        evaluator = Evaluator(program, parameters: parameters)
        reasonEvaluator = reasons.map { Evaluator($0, parameters: parameters) }
        // Only the main pass, which knows its reasons, is stored.
        tieBreaker = reasons == nil ? nil : TieBreaker(plan, parameters: parameters)
        self.countedSlots = countedSlots
        self.capacity = capacity
        gridWidth = plan.segments[segment].grid.width
        // A pass before the main one has neither reasons nor counts.
        counts = [Int](repeating: 0, count: reasons == nil ? 0 : plan.counts.count)
        planeCount = program.results.count - counts.count
        alwaysValid = (0..<planeCount).map { reasons != nil && plan.planes[$0].isAlwaysValid }
        tally = ReasonTally(planes: planeCount)
        histograms = Dictionary(
            uniqueKeysWithValues: countedSlots.map { ($0, [Int](repeating: 0, count: 65536)) })
        for slot in inputs.inputs.keys { checksums[slot] = 0 }
        for _ in 0..<planeCount {
            unsafe values.append(.allocate(capacity: capacity))
        }
        if reasons != nil {
            for plane in plan.planes.indices {
                guard plan.reasonPlanes.contains(plane) else {
                    unsafe self.reasons.append(nil)
                    continue
                }
                let codes = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
                unsafe codes.initialize(repeating: PixelReason.undefinedResult.rawValue, count: capacity)
                unsafe self.reasons.append(codes)
            }
        }
        unsafe reasonBlock = .allocate(capacity: Evaluator.blockSize)
        try self.inputs.reserve(capacity)
    }

    deinit {
        unsafe values.forEach { unsafe $0.deallocate() }
        unsafe reasons.forEach { unsafe $0?.deallocate() }
        unsafe reasonBlock.deallocate()
    }

    /// Reads, computes and hands over one unit.
    func process(_ window: Window, index: Int, consume: (UnitResult) throws -> Void) throws {
        precondition(window.pixelCount <= capacity, "a unit is larger than the worker's memory")
        let damaged = try inputs.fill(window)
        let blocks = unsafe inputs.blocks
        for (slot, input) in inputs.files {
            guard let source = unsafe inputs.memory(of: slot) else { continue }
            unsafe checksums[slot, default: 0] &+= PixelChecksum.sum(
                source, sampleType: input.sampleType, window: window, gridWidth: gridWidth)
        }
        for slot in countedSlots { count(slot, window) }
        damage = damaged.isEmpty ? [] : Self.mask(of: damaged, in: window)
        var start = 0
        while start < window.pixelCount {
            let count = min(Evaluator.blockSize, window.pixelCount - start)
            unsafe evaluate(start: start, count: count, blocks: blocks)
            start += count
        }
        try unsafe consume(UnitResult(index: index, window: window, values: values, reasons: reasons))
    }

    /// Computes one block and counts why pixels have no value.
    ///
    /// Reasons are worked out only where some are missing.
    private func evaluate(start: Int, count: Int, blocks: [InputBlock?]) {
        unsafe evaluator.run(start: start, count: count, inputs: blocks)
        var reasonsKnown = false
        for plane in 0..<planeCount {
            let target = unsafe values[plane] + start
            let missing = unsafe evaluator.store(result: plane, count: count, into: target)
            guard missing > 0 || !damage.isEmpty, let reasonEvaluator else {
                tally.add(count - missing, .valid, plane: plane)
                continue
            }
            if !reasonsKnown {
                unsafe reasonEvaluator.run(start: start, count: count, inputs: blocks)
                reasonsKnown = true
            }
            unsafe reasonEvaluator.store(result: plane, count: count, into: reasonBlock)
            if !damage.isEmpty { unsafe takeDamage(target, start: start, count: count) }
            unsafe tally.add(target, reasons: reasonBlock, count: count, plane: plane)
            if unsafe !reasons.isEmpty, let codes = unsafe reasons[plane] {
                for i in 0..<count where unsafe target[i].isNaN {
                    unsafe codes[start + i] = ReasonTally.code(reasonBlock[i])
                }
            }
        }
        for index in counts.indices { tallyCondition(index, start: start, count: count) }
        unsafe tieBreaker?.settle(values: values, start: start, count: count, inputs: blocks)
        if !damage.isEmpty { hideDamage(start: start, count: count) }
    }

    /// Counts the pixels of a block for which a condition holds; those without data do not count.
    private func tallyCondition(_ index: Int, start: Int, count: Int) {
        unsafe evaluator.store(result: planeCount + index, count: count, into: reasonBlock)
        for i in 0..<count where damage.isEmpty || !damage[start + i] {
            counts[index] += unsafe reasonBlock[i] > 0 ? 1 : 0
        }
    }

    /// Makes pixels where an input is damaged fill.
    private func takeDamage(_ target: UnsafeMutablePointer<Float>, start: Int, count: Int) {
        for i in 0..<count where damage[start + i] {
            unsafe target[i] = .nan
            unsafe reasonBlock[i] = Float(PixelReason.fill.rawValue)
        }
    }

    /// Takes the values of pixels where an input is damaged, whatever the formula: a mask from a damaged file hides
    /// nothing.
    private func hideDamage(start: Int, count: Int) {
        for plane in 0..<planeCount {
            let target = unsafe values[plane] + start
            for i in 0..<count where damage[start + i] {
                unsafe target[i] = alwaysValid[plane] ? Float(PixelReason.fill.rawValue) : .nan
            }
        }
    }

    private static func mask(of areas: [Window], in window: Window) -> [Bool] {
        var mask = [Bool](repeating: false, count: window.pixelCount)
        for area in areas {
            for row in area.row..<area.row + area.height {
                let first = (row - window.row) * window.width + area.column - window.column
                for index in first..<first + area.width { mask[index] = true }
            }
        }
        return mask
    }

    private func count(_ slot: Int, _ window: Window) {
        guard let input = inputs.files[slot], let base = unsafe inputs.memory(of: slot) else { return }
        let pixels = window.pixelCount
        unsafe histograms[slot]?.withUnsafeMutableBufferPointer { bins in
            switch input.sampleType {
            case .uint16:
                let source = unsafe base.assumingMemoryBound(to: UInt16.self)
                for i in 0..<pixels { unsafe bins[Int(source[i])] += 1 }
            case .uint8:
                let source = unsafe base.assumingMemoryBound(to: UInt8.self)
                for i in 0..<pixels { unsafe bins[Int(source[i])] += 1 }
            case .float32:
                // A layer of another pixel size, sampled.
                let source = unsafe base.assumingMemoryBound(to: Float.self)
                for i in 0..<pixels {
                    let number = unsafe source[i]
                    if number >= 0, number <= 65535 { unsafe bins[Int(number)] += 1 }
                }
            default: break
            }
        }
    }
}

/// A number that identifies the decoded pixels of a band, whatever the order and the parts they are summed in.
///
/// The sum over all pixels of `(bits + 1) * weight`, modulo 2^64. Along a run of columns of one row the weight grows by
/// the same step; first weight and step of a run are hashes of its place. So a run needs only the sum of its bits and
/// the sum of bits times column, and vectors give both without a multiplication: the second is the sum of the running
/// sums. Every weight is odd: one changed bit always shows. The step of a run is twice an odd number: two pixels that
/// change places in a run always show, in different runs unless two hashes are equal.
enum PixelChecksum {
    /// Columns of a run: sums of running sums of so many 16-bit numbers fit 32 bits.
    private static let runLength = 1024

    /// The part of the sum that a window contributes.
    static func sum(_ base: UnsafeRawPointer, sampleType: SampleType, window: Window, gridWidth: Int) -> UInt64 {
        let size = sampleType.byteCount
        var total: UInt64 = 0
        for row in 0..<window.height {
            var column = window.column
            let end = window.column + window.width
            while column < end {
                let runStart = column / runLength * runLength
                let count = min(end, runStart + runLength) - column
                let source = unsafe base + (row * window.width + column - window.column) * size
                let (bits, moments) = unsafe sums(source, sampleType, count)
                let offset = UInt64(column - runStart)
                let pixels = UInt64(count)
                let place = UInt64((window.row + row) * gridWidth + runStart)
                let first = hash(place) | 1
                let step = (hash(~place) | 1) &* 2
                let atOffset = moments &+ pixels &* (pixels &- 1) / 2 &+ offset &* (bits &+ pixels)
                total &+= first &* (bits &+ pixels) &+ step &* atOffset
                column += count
            }
        }
        return total
    }

    /// The mixing function of SplitMix64.
    private static func hash(_ value: UInt64) -> UInt64 {
        var z = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// The sum of the bits of some numbers, and the sum of bits times position.
    private static func sums(
        _ source: UnsafeRawPointer, _ sampleType: SampleType, _ count: Int
    ) -> (bits: UInt64, moments: UInt64) {
        switch sampleType {
        case .uint8:
            narrow(
                count,
                {
                    SIMD8<UInt32>(
                        truncatingIfNeeded: unsafe source.loadUnaligned(fromByteOffset: $0 * 8, as: SIMD8<UInt8>.self))
                },
                { UInt64(unsafe source.loadUnaligned(fromByteOffset: $0, as: UInt8.self)) })
        case .uint16, .int16:
            narrow(
                count,
                {
                    SIMD8<UInt32>(
                        truncatingIfNeeded: unsafe source.loadUnaligned(fromByteOffset: $0 * 16, as: SIMD8<UInt16>.self)
                    )
                },
                { UInt64(unsafe source.loadUnaligned(fromByteOffset: $0 * 2, as: UInt16.self)) })
        case .uint32, .int32, .float32:
            wide(
                count,
                {
                    SIMD4<UInt64>(
                        truncatingIfNeeded: unsafe source.loadUnaligned(fromByteOffset: $0 * 16, as: SIMD4<UInt32>.self)
                    )
                },
                { UInt64(unsafe source.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)) })
        case .float64:
            wide(
                count, { spread(unsafe source.loadUnaligned(fromByteOffset: $0 * 32, as: SIMD4<UInt64>.self)) },
                { spread(SIMD4(repeating: unsafe source.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self)))[0] })
        }
    }

    /// Puts the high bits into the low ones too, where multiplying keeps them.
    @inline(__always)
    private static func spread(_ bits: SIMD4<UInt64>) -> SIMD4<UInt64> { bits ^ (bits &>> 31) }

    @inline(__always)
    private static func narrow(
        _ count: Int, _ load: (Int) -> SIMD8<UInt32>, _ bits: (Int) -> UInt64
    ) -> (bits: UInt64, moments: UInt64) {
        var sum = SIMD8<UInt32>()
        var running = SIMD8<UInt32>()
        let vectors = count / 8
        for i in 0..<vectors {
            sum &+= load(i)
            running &+= sum
        }
        var total: (bits: UInt64, moments: UInt64) = (0, 0)
        for lane in 0..<8 { add(UInt64(sum[lane]), UInt64(running[lane]), vectors, lane, 8, &total) }
        for i in (vectors * 8)..<count { add(bits(i), at: i, &total) }
        return total
    }

    @inline(__always)
    private static func wide(
        _ count: Int, _ load: (Int) -> SIMD4<UInt64>, _ bits: (Int) -> UInt64
    ) -> (bits: UInt64, moments: UInt64) {
        var sum = SIMD4<UInt64>()
        var running = SIMD4<UInt64>()
        let vectors = count / 4
        for i in 0..<vectors {
            sum &+= load(i)
            running &+= sum
        }
        var total: (bits: UInt64, moments: UInt64) = (0, 0)
        for lane in 0..<4 { add(sum[lane], running[lane], vectors, lane, 4, &total) }
        for i in (vectors * 4)..<count { add(bits(i), at: i, &total) }
        return total
    }

    /// Adds a lane: in the sum of running sums, the number of vector `i` of `n` stands `n - i` times.
    @inline(__always)
    private static func add(
        _ sum: UInt64, _ running: UInt64, _ vectors: Int, _ lane: Int, _ lanes: UInt64,
        _ total: inout (bits: UInt64, moments: UInt64)
    ) {
        total.bits &+= sum
        total.moments &+= lanes &* (UInt64(vectors) &* sum &- running) &+ UInt64(lane) &* sum
    }

    @inline(__always)
    private static func add(_ bits: UInt64, at position: Int, _ total: inout (bits: UInt64, moments: UInt64)) {
        total.bits &+= bits
        total.moments &+= UInt64(position) &* bits
    }
}
