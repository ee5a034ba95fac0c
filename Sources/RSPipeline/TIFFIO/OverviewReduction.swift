/// How the pixels of an overview come from those of the level before.
enum OverviewRule: Sendable, Hashable {
    /// The area-weighted mean of the pixels with data: for quantities.
    case average
    /// The most frequent value, of equally frequent ones that which is so first: for classes and masks.
    case mode
}

/// Computes a rectangle of an overview.
///
/// Sums are taken row by row in Double, as GDAL's COG driver does, so that every bit agrees with it. Pixels without data
/// are left out; where there is nothing else, the result has no data.
struct OverviewReduction: Sendable {
    let rule: OverviewRule
    let sampleType: SampleType
    let samples: Int
    /// The stored number that means no data; nil when every number is data.
    let noData: Double?

    /// A rectangle of pixels in memory.
    @unsafe struct Area {
        /// The pixel at `column`, `row`.
        var base: UnsafeMutableRawPointer
        var column: Int
        var row: Int
        /// Pixels from one row to the next.
        var stride: Int
    }

    /// Computes target pixels from source pixels that cover them.
    func reduce(_ source: Area, to target: Area, columns: OverviewAxis.Part, rows: OverviewAxis.Part, _ axes: Axes) {
        switch sampleType {
        case .uint8: unsafe reduceShort(UInt8.self, source, target, columns, rows, axes)
        case .uint16: unsafe reduceShort(UInt16.self, source, target, columns, rows, axes)
        case .int16: unsafe reduceShort(Int16.self, source, target, columns, rows, axes)
        case .uint32: unsafe reduce(UInt32.self, source, target, columns, rows, axes)
        case .int32: unsafe reduce(Int32.self, source, target, columns, rows, axes)
        case .float32:
            if rule == .average, samples == 1, axes.x.isHalving, axes.y.isHalving {
                unsafe halve(source, target, columns, rows)
            } else {
                unsafe reduce(Float.self, source, target, columns, rows, axes)
            }
        case .float64: unsafe reduce(Double.self, source, target, columns, rows, axes)
        }
    }

    /// Both axes of a step from one level to the next.
    struct Axes: Sendable {
        var x: OverviewAxis
        var y: OverviewAxis
    }

    @inline(__always)
    private func reduce<Sample: StoredSample>(
        _ type: Sample.Type, _ source: Area, _ target: Area, _ columns: OverviewAxis.Part, _ rows: OverviewAxis.Part,
        _ axes: Axes
    ) {
        let from = unsafe source.base.assumingMemoryBound(to: Sample.self)
        let to = unsafe target.base.assumingMemoryBound(to: Sample.self)
        let missing = noData.map { Sample.stored($0) }
        let spans = columns.target.map { axes.x.span($0) }
        for row in rows.target {
            let y = axes.y.span(row)
            let line = unsafe to + ((row - target.row) * target.stride - target.column) * samples
            for (offset, x) in spans.enumerated() {
                let column = columns.target.lowerBound + offset
                for sample in 0..<samples {
                    let value =
                        unsafe rule == .average
                        ? average(from, source, x, y, sample, missing) : mode(from, source, x, y, sample, missing)
                    unsafe line[column * samples + sample] = value
                }
            }
        }
    }

    @inline(__always)
    private func average<Sample: StoredSample>(
        _ from: UnsafePointer<Sample>, _ source: Area, _ x: OverviewAxis.Span, _ y: OverviewAxis.Span, _ sample: Int,
        _ missing: Sample?
    ) -> Sample {
        var total = 0.0
        var weight = 0.0
        for row in y.start..<y.end {
            let line = unsafe from + ((row - source.row) * source.stride - source.column) * samples + sample
            var sum = 0.0
            var share = 0.0
            for column in x.start..<x.end {
                let value = unsafe line[column * samples]
                if let missing, value.isSame(as: missing) { continue }
                let part = x.weight(column)
                sum += part * value.number
                share += part
            }
            let part = y.weight(row)
            total += part * sum
            weight += part * share
        }
        guard weight > 0 else { return missing ?? Sample.stored(0) }
        let value = Sample.rounding(total / weight)
        if let missing, value.isSame(as: missing) { return value.neighbour }
        return value
    }

    @inline(__always)
    private func mode<Sample: StoredSample>(
        _ from: UnsafePointer<Sample>, _ source: Area, _ x: OverviewAxis.Span, _ y: OverviewAxis.Span, _ sample: Int,
        _ missing: Sample?
    ) -> Sample {
        var best = missing ?? Sample.stored(0)
        var most = 0
        for row in y.start..<y.end {
            for column in x.start..<x.end {
                let value = unsafe from[
                    ((row - source.row) * source.stride + column - source.column) * samples + sample]
                if let missing, value.isSame(as: missing) { continue }
                var count = 0
                scan: for r in y.start...row {
                    for c in x.start..<x.end {
                        if r == row && c > column { break scan }
                        let other = unsafe from[
                            ((r - source.row) * source.stride + c - source.column) * samples + sample]
                        if other.isSame(as: value) { count += 1 }
                    }
                }
                if count > most {
                    most = count
                    best = value
                }
            }
        }
        return best
    }

    @inline(__always)
    private func reduceShort<Sample: StoredSample & FixedWidthInteger>(
        _ type: Sample.Type, _ source: Area, _ target: Area, _ columns: OverviewAxis.Part, _ rows: OverviewAxis.Part,
        _ axes: Axes
    ) {
        if rule == .average, axes.x.isHalving, axes.y.isHalving {
            unsafe halveWhole(type, source, target, columns, rows)
        } else {
            unsafe reduce(type, source, target, columns, rows, axes)
        }
    }

    /// The mean of two by two whole numbers of at most 16 bits, whose sums are exact.
    @inline(__always)
    private func halveWhole<Sample: StoredSample & FixedWidthInteger>(
        _ type: Sample.Type, _ source: Area, _ target: Area, _ columns: OverviewAxis.Part, _ rows: OverviewAxis.Part
    ) {
        let from = unsafe source.base.assumingMemoryBound(to: Sample.self)
        let to = unsafe target.base.assumingMemoryBound(to: Sample.self)
        // A number that no sample has when every number is data.
        let missing = noData.map { Int32(Sample.stored($0)) } ?? .max
        let first = columns.target.lowerBound
        for row in rows.target {
            let upper = unsafe from + ((2 * row - source.row) * source.stride + 2 * first - source.column) * samples
            let lower = unsafe upper + source.stride * samples
            let line = unsafe to + ((row - target.row) * target.stride + first - target.column) * samples
            for i in 0..<columns.target.count {
                for sample in 0..<samples {
                    let place = 2 * i * samples + sample
                    let a = unsafe Int32(upper[place])
                    let b = unsafe Int32(upper[place + samples])
                    let c = unsafe Int32(lower[place])
                    let d = unsafe Int32(lower[place + samples])
                    let isMissing = (a == missing, b == missing, c == missing, d == missing)
                    var sum = (isMissing.0 ? 0 : a) + (isMissing.1 ? 0 : b)
                    sum += (isMissing.2 ? 0 : c) + (isMissing.3 ? 0 : d)
                    var count: Int32 = (isMissing.0 ? 0 : 1) + (isMissing.1 ? 0 : 1)
                    count += (isMissing.2 ? 0 : 1) + (isMissing.3 ? 0 : 1)
                    // Half away from zero.
                    let mean =
                        count == 4
                        ? (sum + (sum < 0 ? -2 : 2)) / 4
                        : count == 0 ? missing : (2 * sum + (sum < 0 ? -count : count)) / (2 * count)
                    let value = Sample(truncatingIfNeeded: mean)
                    unsafe line[i * samples + sample] = count > 0 && mean == missing ? value.neighbour : value
                }
            }
        }
    }

    /// The mean of two by two Floats, eight at a time.
    private func halve(
        _ source: Area, _ target: Area, _ columns: OverviewAxis.Part, _ rows: OverviewAxis.Part
    ) {
        let from = unsafe source.base.assumingMemoryBound(to: Float.self)
        let to = unsafe target.base.assumingMemoryBound(to: Float.self)
        let missing = noData.map { Float($0) }
        let count = columns.target.count
        let first = columns.target.lowerBound
        for row in rows.target {
            let upper = unsafe from + (2 * row - source.row) * source.stride + 2 * first - source.column
            let lower = unsafe upper + source.stride
            let line = unsafe to + (row - target.row) * target.stride + first - target.column
            var i = 0
            while i + 4 <= count {
                let a = unsafe UnsafeRawPointer(upper + 2 * i).loadUnaligned(as: SIMD8<Float>.self)
                let b = unsafe UnsafeRawPointer(lower + 2 * i).loadUnaligned(as: SIMD8<Float>.self)
                let mean = Self.mean(a.evenHalf, a.oddHalf, b.evenHalf, b.oddHalf, missing)
                unsafe UnsafeMutableRawPointer(line + i).storeBytes(of: mean, as: SIMD4<Float>.self)
                i += 4
            }
            while i < count {
                let four = unsafe (upper[2 * i], upper[2 * i + 1], lower[2 * i], lower[2 * i + 1])
                unsafe line[i] =
                    Self.mean(
                        SIMD4(repeating: four.0), SIMD4(repeating: four.1), SIMD4(repeating: four.2),
                        SIMD4(repeating: four.3), missing)[0]
                i += 1
            }
        }
    }

    @inline(__always)
    private static func mean(
        _ a: SIMD4<Float>, _ b: SIMD4<Float>, _ c: SIMD4<Float>, _ d: SIMD4<Float>, _ missing: Float?
    ) -> SIMD4<Float> {
        if missing?.isNaN == true {
            let sum = (a + b) + (c + d)
            // No NaN among the sixteen.
            if sum[0] == sum[0] && sum[1] == sum[1] && sum[2] == sum[2] && sum[3] == sum[3] {
                let upper = SIMD4<Double>(a) + SIMD4<Double>(b)
                return SIMD4<Float>((upper + (SIMD4<Double>(c) + SIMD4<Double>(d))) * 0.25)
            }
        }
        var weight = SIMD4<Double>(repeating: 0)
        let upper = part(a, missing, &weight) + part(b, missing, &weight)
        let lower = part(c, missing, &weight) + part(d, missing, &weight)
        // 0 / 0, where nothing has data, is NaN.
        var mean = SIMD4<Float>((upper + lower) / weight)
        if let missing, !missing.isNaN {
            mean.replace(with: missing.nextUp, where: mean .== missing)
            mean.replace(with: missing, where: mean .!= mean)
        }
        return mean
    }

    @inline(__always)
    private static func part(
        _ value: SIMD4<Float>, _ missing: Float?, _ weight: inout SIMD4<Double>
    ) -> SIMD4<Double> {
        guard let missing else {
            weight += 1
            return SIMD4<Double>(value)
        }
        let isData = missing.isNaN ? value .== value : (value .!= missing) .& (value .== value)
        weight += SIMD4<Double>(SIMD4<Float>(repeating: 0).replacing(with: 1, where: isData))
        return SIMD4<Double>(SIMD4<Float>(repeating: 0).replacing(with: value, where: isData))
    }
}

/// A number as a file stores it.
protocol StoredSample {
    static func stored(_ number: Double) -> Self
    /// Rounded half away from zero where the type holds whole numbers, by way of Float as in GDAL where it does so.
    static func rounding(_ value: Double) -> Self
    var number: Double { get }
    /// The next number, for a mean that falls on the no-data value.
    var neighbour: Self { get }
    func isSame(as other: Self) -> Bool
}

extension StoredSample where Self: FixedWidthInteger {
    static func stored(_ number: Double) -> Self { Self(exactly: number) ?? 0 }

    static func rounding(_ value: Double) -> Self {
        let exact = Self.isSigned || Self.bitWidth > 16 ? Double(Float(value)) : value
        let rounded = (exact + (exact < 0 ? -0.5 : 0.5)).rounded(.towardZero)
        return rounded <= Double(Self.min) ? .min : rounded >= Double(Self.max) ? .max : Self(rounded)
    }

    var number: Double { Double(self) }
    var neighbour: Self { self == .max ? self - 1 : self + 1 }
    func isSame(as other: Self) -> Bool { self == other }
}

extension UInt8: StoredSample {}
extension UInt16: StoredSample {}
extension Int16: StoredSample {}
extension UInt32: StoredSample {}
extension Int32: StoredSample {}

extension Float: StoredSample {
    static func stored(_ number: Double) -> Float { Float(number) }
    static func rounding(_ value: Double) -> Float { Float(value) }
    var number: Double { Double(self) }
    var neighbour: Float { nextUp }
    func isSame(as other: Float) -> Bool { self == other || (isNaN && other.isNaN) }
}

extension Double: StoredSample {
    static func stored(_ number: Double) -> Double { number }
    static func rounding(_ value: Double) -> Double { Double(Float(value)) }
    var number: Double { self }
    var neighbour: Double { nextUp }
    func isSame(as other: Double) -> Bool { self == other || (isNaN && other.isNaN) }
}
