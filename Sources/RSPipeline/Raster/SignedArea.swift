extension [SIMD2<Double>] {
    /// The area of a ring of points, positive where it runs from the x axis towards the y axis.
    ///
    /// Taken around the first point, so that small rings far from the origin keep their digits; the last point may repeat
    /// it.
    var signedArea: Double {
        guard let origin = first else { return 0 }
        var twice = 0.0
        var last = SIMD2<Double>.zero
        for point in dropFirst() {
            let next = point - origin
            twice += last.x * next.y - last.y * next.x
            last = next
        }
        return twice / 2
    }
}
