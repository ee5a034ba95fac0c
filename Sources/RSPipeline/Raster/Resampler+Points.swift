/// Rules that take the value at a place: `nearest`, and `bilinear` and `cubic` between neighbours.
extension Resampler {
    /// A place between pixel centres: the centre before it and how far beyond it is, 0..<1.
    ///
    /// Within ``Grid/tolerance`` of a centre it is that centre.
    @inline(__always)
    static func split(_ position: Double) -> (index: Int, fraction: Double) {
        let place = position - 0.5
        let low = place.rounded(.down)
        let fraction = place - low
        if fraction < Grid.tolerance { return (Int(low), 0) }
        if fraction > 1 - Grid.tolerance { return (Int(low) + 1, 0) }
        return (Int(low), fraction)
    }

    /// Whether a position can be written as a pixel number: finite, and not far outside of the source.
    @inline(__always)
    func isNear(_ x: Double, _ y: Double) -> Bool {
        // False for NaN too.
        x > -4 && y > -4 && x < Double(sourceWidth) + 4 && y < Double(sourceHeight) + 4
    }

    func nearest(_ values: Values, _ positions: PixelPositions, _ result: UnsafeMutablePointer<Float>) {
        for index in 0..<positions.count {
            let (x, y) = (positions.x[index], positions.y[index])
            guard isNear(x, y) else {
                unsafe result[index] = .nan
                continue
            }
            // A centre on an edge, but for the errors of arithmetic, belongs to the pixel after it.
            unsafe result[index] = values.at(
                Int((x + Grid.tolerance).rounded(.down)), Int((y + Grid.tolerance).rounded(.down)))
        }
    }

    func bilinear(_ values: Values, _ positions: PixelPositions, _ result: UnsafeMutablePointer<Float>) {
        let width = values.window.width
        let (left, top) = (values.window.column, values.window.row)
        let (right, bottom) = (left + width - 1, top + values.window.height - 1)
        for index in 0..<positions.count {
            let (x, y) = (positions.x[index], positions.y[index])
            guard isNear(x, y) else {
                unsafe result[index] = .nan
                continue
            }
            let (i, u) = Self.split(x)
            let (j, v) = Self.split(y)
            if i >= left, i < right, j >= top, j < bottom {
                let place = unsafe values.base + ((j - top) * width + i - left)
                let (fx, fy) = (Float(u), Float(v))
                let (a, b) = unsafe (place[0], place[1])
                let (c, d) = unsafe (place[width], place[width + 1])
                let above = a + (b - a) * fx
                let below = c + (d - c) * fx
                let value = above + (below - above) * fy
                if !value.isNaN {
                    unsafe result[index] = value
                    continue
                }
            }
            unsafe result[index] = fourWeighted(values, i, u, j, v)
        }
    }

    /// The bilinear value where some of the four pixels may be missing.
    func fourWeighted(_ values: Values, _ i: Int, _ u: Double, _ j: Int, _ v: Double) -> Float {
        var sum = 0.0
        var weight = 0.0
        @inline(__always)
        func take(_ column: Int, _ row: Int, _ share: Double) {
            let value = share > 0 ? values.at(column, row) : .nan
            if value.isNaN { return }
            sum += share * Double(value)
            weight += share
        }
        take(i, j, (1 - v) * (1 - u))
        take(i + 1, j, (1 - v) * u)
        take(i, j + 1, v * (1 - u))
        take(i + 1, j + 1, v * u)
        return weight < 0.5 - Grid.tolerance ? .nan : Float(sum / weight)
    }

    func cubic(_ values: Values, _ positions: PixelPositions, _ result: UnsafeMutablePointer<Float>) {
        let width = values.window.width
        let (left, top) = (values.window.column, values.window.row)
        let (right, bottom) = (left + width, top + values.window.height)
        for index in 0..<positions.count {
            let (x, y) = (positions.x[index], positions.y[index])
            guard isNear(x, y) else {
                unsafe result[index] = .nan
                continue
            }
            let (i, u) = Self.split(x)
            let (j, v) = Self.split(y)
            if i - 1 >= left, i + 2 < right, j - 1 >= top, j + 2 < bottom {
                let across = Self.cubicWeights(Float(u))
                let down = Self.cubicWeights(Float(v))
                var place = unsafe values.base + ((j - 1 - top) * width + i - 1 - left)
                var value: Float = 0
                for row in 0..<4 {
                    let four = unsafe SIMD4(place[0], place[1], place[2], place[3]) * across
                    value += (four.x + four.y + (four.z + four.w)) * down[row]
                    unsafe place += width
                }
                if !value.isNaN {
                    unsafe result[index] = value
                    continue
                }
            }
            switch gaps {
            case .bilinear: unsafe result[index] = fourWeighted(values, i, u, j, v)
            case .shared: unsafe result[index] = isInside(x, y) ? sharedCubic(values, i, u, j, v) : .nan
            }
        }
    }

    /// Whether a position lies in the source.
    @inline(__always)
    func isInside(_ x: Double, _ y: Double) -> Bool {
        x > -Grid.tolerance && y > -Grid.tolerance && x < Double(sourceWidth) + Grid.tolerance
            && y < Double(sourceHeight) + Grid.tolerance
    }

    /// The cubic value where some of the sixteen pixels are missing, see ``CubicGaps/shared``.
    func sharedCubic(_ values: Values, _ i: Int, _ u: Double, _ j: Int, _ v: Double) -> Float {
        let across = Self.cubicWeights(Float(u))
        return shared(Self.cubicWeights(Float(v)), from: j - 1, limit: sourceHeight) { row in
            shared(across, from: i - 1, limit: sourceWidth) { column in values.at(column, row) }
        }
    }

    /// The mean of those of four neighbours along one axis that lie in the source and have data.
    @inline(__always)
    func shared(_ weights: SIMD4<Float>, from first: Int, limit: Int, _ value: (Int) -> Float) -> Float {
        var sum: Float = 0
        var weight: Float = 0
        var neighbours = 0
        var anyMissing = false
        for index in 0..<4 where first + index >= 0 && first + index < limit {
            let number = value(first + index)
            if number.isNaN {
                anyMissing = true
                if neighbours < 2 { neighbours = 0 }
                continue
            }
            neighbours += 1
            sum += weights[index] * number
            weight += weights[index]
        }
        return weight > Float(Grid.tolerance) && (neighbours >= 2 || !anyMissing) ? sum / weight : .nan
    }

    /// Keys' weights with a = -0.5 of the pixels at -1, 0, 1 and 2, for a place a fraction after 0.
    @inline(__always)
    static func cubicWeights(_ t: Float) -> SIMD4<Float> {
        let (square, cube) = (t * t, t * t * t)
        return SIMD4(
            -0.5 * t + square - 0.5 * cube, 1 - 2.5 * square + 1.5 * cube, 0.5 * t + 2 * square - 1.5 * cube,
            0.5 * cube - 0.5 * square)
    }
}
