import Foundation
import RSPipeline

/// Pixels of a map in a UTM zone as ground: hectares and shares under polygons, by formulas of its own.
struct UTMGround {
    let width: Int
    let height: Int
    let transform: GeoTransform
    private let places: CoordinateTransform

    init(_ map: borrowing Dataset) throws {
        let grid = map.grid
        (width, height, transform) = (grid.width, grid.height, grid.transform)
        guard let crs = grid.crs else { throw CocoaError(.fileReadCorruptFile) }
        places = try CoordinateTransform(from: try CoordinateSystem(text: "EPSG:4326"), to: crs)
    }

    /// Hectares of a pixel of a column: the squared scale of the projection (Snyder 1987, equation 8-12) is the same along a
    /// column but for a millionth, in a scene as small as the sample.
    func hectares(column: Int) -> Double {
        let sine = sin(40.22 * Double.pi / 180)
        let (a, e2, k0) = (6_378_137.0, 0.006_694_379_990_14, 0.9996)
        let rest = 1 - e2 * sine * sine
        let radii = a * (1 - e2) / pow(rest, 1.5) * a / rest.squareRoot()
        let x = (transform.map(column: Double(column) + 0.5, row: Double(height) / 2).x - 500_000) / k0
        let q = x * x / (2 * radii)
        let scale = k0 * (1 + q + q * q / 6)
        return transform.pixelArea / (scale * scale) / 10_000
    }

    /// The pixel at a place in degrees; nil outside.
    func pixel(longitude: Double, latitude: Double) -> Int? {
        guard let point = places.transform(x: longitude, y: latitude) else { return nil }
        let column = (point.x - transform.originX) / transform.columnX
        let row = (point.y - transform.originY) / transform.rowY
        guard column >= 0, row >= 0, column < Double(width), row < Double(height) else { return nil }
        return Int(row) * width + Int(column)
    }

    /// A ring in degrees, in pixels.
    func ring(_ degrees: [[Double]]) -> [SIMD2<Double>] {
        degrees.compactMap { corner in
            places.transform(x: corner[0], y: corner[1]).map { point in
                SIMD2((point.x - transform.originX) / transform.columnX, (point.y - transform.originY) / transform.rowY)
            }
        }
    }

    /// The area of a ring in pixels, shoelace formula.
    static func area(_ ring: [SIMD2<Double>]) -> Double {
        var sum = 0.0
        for (index, point) in ring.enumerated() {
            let next = ring[(index + 1) % ring.count]
            sum += point.x * next.y - next.x * point.y
        }
        return abs(sum) / 2
    }

    /// The share of each pixel that lies in a ring: cut by the four sides of the pixel (Sutherland and Hodgman 1974).
    func shares(of ring: [SIMD2<Double>]) -> [(pixel: Int, share: Double)] {
        func cut(_ ring: [SIMD2<Double>], _ axis: Int, at limit: Double, keepsAbove: Bool) -> [SIMD2<Double>] {
            func isIn(_ point: SIMD2<Double>) -> Bool { keepsAbove ? point[axis] >= limit : point[axis] <= limit }
            var result: [SIMD2<Double>] = []
            for (index, point) in ring.enumerated() {
                let next = ring[(index + 1) % ring.count]
                if isIn(point) { result.append(point) }
                if isIn(point) != isIn(next) {
                    result.append(point + (next - point) * ((limit - point[axis]) / (next[axis] - point[axis])))
                }
            }
            return result
        }
        func range(_ axis: Int, _ size: Int) -> Range<Int> {
            let values = ring.map { $0[axis] }
            let first = min(max(Int((values.min() ?? 0).rounded(.down)), 0), size)
            return first..<max(first, min(Int((values.max() ?? 0).rounded(.up)), size))
        }
        var found: [(Int, Double)] = []
        for row in range(1, height) {
            let strip = cut(cut(ring, 1, at: Double(row), keepsAbove: true), 1, at: Double(row + 1), keepsAbove: false)
            if strip.isEmpty { continue }
            for column in range(0, width) {
                let part = cut(
                    cut(strip, 0, at: Double(column), keepsAbove: true), 0, at: Double(column + 1), keepsAbove: false)
                let share = part.isEmpty ? 0 : Self.area(part)
                if share > 0 { found.append((row * width + column, share)) }
            }
        }
        return found
    }
}
