/// Float values as the numbers that a file stores.
enum StoredNumbers {
    /// A rectangle of values, and where its numbers go.
    @unsafe struct Rectangle {
        var values: UnsafePointer<Float>
        /// Values from one row to the next.
        var valueStride: Int
        var target: UnsafeMutableRawPointer
        /// Numbers from one row to the next.
        var targetStride: Int
        /// Numbers from one pixel to the next.
        var targetStep: Int
        var width: Int
        var height: Int
    }

    /// Encodes values: scaled, rounded half away from zero, clamped off the no-data value and counted.
    static func encode(_ area: Rectangle, _ storage: PlannedFile.Storage) -> BandStatistics {
        switch storage.sampleType {
        case .uint8: unsafe integers(UInt8.self, area, storage)
        case .uint16: unsafe integers(UInt16.self, area, storage)
        case .int16: unsafe integers(Int16.self, area, storage)
        default: unsafe floats(area, storage)
        }
    }

    private static func integers<Sample: FixedWidthInteger>(
        _ type: Sample.Type, _ area: Rectangle, _ storage: PlannedFile.Storage
    ) -> BandStatistics {
        let range = storage.range ?? Double(Sample.min)...Double(Sample.max)
        let smallestFitting = range.lowerBound
        let largestFitting = range.upperBound
        // What is cut off towards zero to a number below the range.
        let tooSmall = smallestFitting > 0 ? smallestFitting : (smallestFitting - 1).nextUp
        let offset = storage.scale?.offset ?? 0
        let factor = storage.factor
        let missing = Sample(exactly: storage.noData.number ?? 0) ?? 0
        let target = unsafe area.target.assumingMemoryBound(to: Sample.self)
        var count = 0
        var clamped = 0
        var smallest = Int32.max
        var largest = Int32.min
        // At most 2^18 numbers of 16 bits: their sums are whole and exact.
        var sum: Int64 = 0
        var squares: Int64 = 0
        for row in 0..<(unsafe area.height) {
            let values = unsafe area.values + row * area.valueStride
            let line = unsafe target + row * area.targetStride
            for i in 0..<(unsafe area.width) {
                let value = unsafe Double(values[i])
                if value.isNaN {
                    unsafe line[i * area.targetStep] = missing
                    continue
                }
                let scaled = (value - offset) * factor
                // Half away from zero, cut off towards zero.
                let moved = scaled + (scaled < 0 ? -0.5 : 0.5)
                let above = moved < smallestFitting ? smallestFitting : moved
                let number = Int32(above > largestFitting ? largestFitting : above)
                clamped &+= moved < tooSmall || moved >= largestFitting + 1 ? 1 : 0
                unsafe line[i * area.targetStep] = Sample(truncatingIfNeeded: number)
                count &+= 1
                smallest = min(smallest, number)
                largest = max(largest, number)
                sum &+= Int64(number)
                squares &+= Int64(number) &* Int64(number)
            }
        }
        return BandStatistics(
            count: count, clamped: clamped, minimum: count > 0 ? Double(smallest) : .infinity,
            maximum: count > 0 ? Double(largest) : -.infinity, around: 0, sum: Double(sum), squares: Double(squares))
    }

    private typealias Lanes = SIMD8<Float>

    /// What the lanes of a loop over Floats have gathered.
    private struct Gathered {
        var low = Lanes(repeating: .infinity)
        var high = Lanes(repeating: -.infinity)
        var sum = SIMD8<Double>(repeating: 0)
        var squares = SIMD8<Double>(repeating: 0)
        var count = SIMD8<Int32>(repeating: 0)

        @inline(__always)
        mutating func add(_ value: Lanes, around shift: SIMD8<Double>) {
            let isData = value .== value
            low.replace(with: value, where: isData .& (value .< low))
            high.replace(with: value, where: isData .& (value .> high))
            count.replace(with: count &+ 1, where: isData)
            var distance = SIMD8<Double>(value) - shift
            distance.replace(with: 0, where: distance .!= distance)
            sum += distance
            squares += distance * distance
        }
    }

    private static func floats(_ area: Rectangle, _ storage: PlannedFile.Storage) -> BandStatistics {
        let missing = Float(storage.noData.number ?? .nan)
        let target = unsafe area.target.assumingMemoryBound(to: Float.self)
        let shift = unsafe SIMD8<Double>(repeating: Double(firstValue(area) ?? 0))
        var gathered = Gathered()
        var clamped = 0
        for row in 0..<(unsafe area.height) {
            let values = unsafe area.values + row * area.valueStride
            let line = unsafe target + row * area.targetStride
            var i = 0
            while unsafe i < area.width {
                let count = unsafe min(8, area.width - i)
                var lanes = Lanes(repeating: .nan)
                if count == 8 {
                    lanes = unsafe UnsafeRawPointer(values + i).loadUnaligned(as: Lanes.self)
                } else {
                    for lane in 0..<count { lanes[lane] = unsafe values[i + lane] }
                }
                if !missing.isNaN {
                    // No valid value lands on the no-data value.
                    let isTaken = lanes .== missing
                    for lane in 0..<8 where isTaken[lane] { clamped += 1 }
                    lanes.replace(with: missing.nextUp, where: isTaken)
                }
                gathered.add(lanes, around: shift)
                lanes.replace(with: missing, where: lanes .!= lanes)
                if unsafe count == 8 && area.targetStep == 1 {
                    unsafe UnsafeMutableRawPointer(line + i).storeBytes(of: lanes, as: Lanes.self)
                } else {
                    for lane in 0..<count { unsafe line[(i + lane) * area.targetStep] = lanes[lane] }
                }
                i += 8
            }
        }
        return BandStatistics(
            count: Int(gathered.count.wrappedSum()), clamped: clamped, minimum: Double(gathered.low.min()),
            maximum: Double(gathered.high.max()), around: shift[0], sum: gathered.sum.sum(),
            squares: gathered.squares.sum())
    }

    private static func firstValue(_ area: Rectangle) -> Float? {
        for row in 0..<(unsafe area.height) {
            for i in 0..<(unsafe area.width) {
                let value = unsafe area.values[row * area.valueStride + i]
                if !value.isNaN { return value }
            }
        }
        return nil
    }
}
