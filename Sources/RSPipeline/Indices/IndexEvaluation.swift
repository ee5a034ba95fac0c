/// A band in memory, with what turns its numbers into reflectance (or kelvin, for a thermal band).
public struct BandSamples: Sendable {
    enum Storage: Sendable {
        case counts([UInt16], noData: UInt16?)
        case values([Float])
    }

    let storage: Storage
    let scale: LinearScale

    /// A band of digital numbers: `value = counts * gain + offset`.
    ///
    /// - Parameters:
    ///   - counts: the numbers, row by row.
    ///   - scale: gain and offset to reflectance.
    ///   - noData: the number that means no data, as 0 for Landsat and Sentinel-2.
    public init(counts: [UInt16], scale: LinearScale, noData: UInt16? = nil) {
        storage = .counts(counts, noData: noData)
        self.scale = scale
    }

    /// A band of reflectances, row by row; NaN and infinite numbers are no-data.
    public init(values: [Float], scale: LinearScale = LinearScale(gain: 1, offset: 0)) {
        storage = .values(values)
        self.scale = scale
    }

    /// The number of pixels.
    public var count: Int {
        switch storage {
        case .counts(let counts, _): counts.count
        case .values(let values): values.count
        }
    }
}

extension IndexInvocation {
    /// Computes the index from bands in memory, with the evaluator that the pipeline uses.
    ///
    /// A pixel is no-data (NaN) where a band it needs is, and where the formula has no result. Where there is no `nir`,
    /// `nir08` takes its place.
    /// - Parameters:
    ///   - bands: the bands by role, all of `width * height` pixels.
    ///   - width: columns of the plane.
    ///   - height: rows of the plane.
    /// - Throws: ``IndexError`` of code `badParameter` when a band is missing or has another size.
    public func plane(of bands: [BandRole: BandSamples], width: Int, height: Int) throws(IndexError) -> Plane {
        var graph = ValueGraph()
        var samples: [BandSamples] = []
        var values: [String: ValueID] = [:]
        let pixels = max(0, width) * max(0, height)
        for role in index.roles {
            guard let band = bands[role] ?? (role == .nir ? bands[.nir08] : nil) else {
                throw IndexError(.badParameter, "`\(index.id)` needs the band \(role.rawValue), which is not given")
            }
            guard band.count == pixels else {
                throw IndexError(
                    .badParameter, "the band \(role.rawValue) has \(band.count) pixels, \(width) x \(height) are needed"
                )
            }
            let stored = graph.load(slot: samples.count)
            values[role.rawValue] = graph.affine(stored, gain: band.scale.gain, offset: band.scale.offset)
            samples.append(band)
        }
        let missing = graph.constant(.nan)
        // A formula may name a role by a synonym.
        let root = graph.add(expression) { name in
            values[name] ?? BandRole(name: name).flatMap { values[$0.rawValue] } ?? missing
        }
        let evaluator = Evaluator(Program(graph, results: [root]), parameters: [])
        var result = [Float](repeating: .nan, count: pixels)
        unsafe result.withUnsafeMutableBufferPointer { target in
            guard let base = target.baseAddress else { return }
            unsafe Self.withBlocks(of: samples[...], []) { blocks in
                var start = 0
                while start < pixels {
                    let count = min(Evaluator.blockSize, pixels - start)
                    unsafe evaluator.run(start: start, count: count, inputs: blocks)
                    unsafe evaluator.store(result: 0, count: count, into: base + start)
                    start += count
                }
            }
        }
        return Plane(width: width, height: height, values: result)
    }

    /// Calls a body with the memory of all bands at once.
    private static func withBlocks(
        of samples: ArraySlice<BandSamples>, _ blocks: [InputBlock?], _ body: ([InputBlock?]) -> Void
    ) {
        guard let band = samples.first else { return unsafe body(blocks) }
        func next(_ bytes: UnsafeRawBufferPointer, _ type: SampleType, _ noData: Double) {
            guard let base = bytes.baseAddress else { return }
            let block = unsafe InputBlock(base: base, sampleType: type, noData: noData)
            unsafe withBlocks(of: samples.dropFirst(), blocks + [block], body)
        }
        switch band.storage {
        case .counts(let counts, let noData):
            unsafe counts.withUnsafeBytes { unsafe next($0, .uint16, noData.map(Double.init) ?? .nan) }
        case .values(let values):
            unsafe values.withUnsafeBytes { unsafe next($0, .float32, .nan) }
        }
    }
}
