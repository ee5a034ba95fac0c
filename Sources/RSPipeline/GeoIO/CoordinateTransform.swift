internal import CGDAL
import Synchronization

/// The way from one coordinate system to another.
///
/// `x` is the easting or longitude, `y` the northing or latitude, whatever order the definition of a system names them
/// in. Heights are taken as 0. Where PROJ knows several operations, it chooses by the place of each point, so a point
/// has the same result alone and among others. No grid is fetched over a network unless the environment asks PROJ for
/// that.
///
/// May be used from several threads: calls take turns.
@safe public final class CoordinateTransform: Sendable {
    /// The system that points come from.
    public let source: CoordinateSystem
    /// The system that points are brought to.
    public let target: CoordinateSystem

    /// A handle of GDAL, which one thread may use at a time.
    ///
    /// Unchecked: the lock `handle` lends it to one thread after another.
    @safe private struct Handle: @unchecked Sendable {
        let conversion: OGRCoordinateTransformationH
    }

    private let handle: Mutex<Handle>

    /// Finds the way.
    ///
    /// - Throws: ``GDALError`` with code `badGeoreference` that names both systems when there is no way, or one of the
    ///   definitions is damaged.
    public init(from source: CoordinateSystem, to target: CoordinateSystem) throws(GDALError) {
        let outcome = unsafe ErrorCapture.run { () -> OGRCoordinateTransformationH? in
            guard let from = unsafe OSRNewSpatialReference(nil), let to = unsafe OSRNewSpatialReference(nil)
            else { return nil }
            defer {
                unsafe OSRDestroySpatialReference(from)
                unsafe OSRDestroySpatialReference(to)
            }
            guard unsafe OSRSetFromUserInput(from, source.wkt) == OGRERR_NONE,
                unsafe OSRSetFromUserInput(to, target.wkt) == OGRERR_NONE
            else { return nil }
            unsafe OSRSetAxisMappingStrategy(from, OAMS_TRADITIONAL_GIS_ORDER)
            unsafe OSRSetAxisMappingStrategy(to, OAMS_TRADITIONAL_GIS_ORDER)
            return unsafe OCTNewCoordinateTransformation(from, to)
        }
        guard let conversion = unsafe outcome.result else {
            throw GDALError(
                code: .badGeoreference,
                message: "coordinates cannot be brought from \(source.label) to \(target.label)",
                notes: unsafe outcome.failures)
        }
        self.source = source
        self.target = target
        unsafe handle = Mutex(Handle(conversion: conversion))
    }

    deinit {
        handle.withLock { unsafe OCTDestroyCoordinateTransformation($0.conversion) }
    }

    /// Transforms points in place: lanes are `x` and `y`; at most 2^31 - 1 at once.
    ///
    /// A point outside the domain of the projection, or with a coordinate that is not a number, becomes NaN in both.
    public func transform(_ points: inout [SIMD2<Double>]) {
        if points.isEmpty { return }
        var xs = points.map(\.x)
        var ys = points.map(\.y)
        var reached = [Int32](repeating: 0, count: points.count)
        handle.withLock { handle in
            // The first failures are reported as errors; the flags of the points say the same of each.
            _ = ErrorCapture.run {
                unsafe OCTTransformEx(handle.conversion, Int32(clamping: points.count), &xs, &ys, nil, &reached)
            }
        }
        for index in points.indices {
            let known = reached[index] != 0 && xs[index].isFinite && ys[index].isFinite
            points[index] = known ? SIMD2(xs[index], ys[index]) : SIMD2(.nan, .nan)
        }
    }

    /// Transforms one point; nil outside the domain of the projection.
    public func transform(x: Double, y: Double) -> (x: Double, y: Double)? {
        var points = [SIMD2(x, y)]
        transform(&points)
        return points[0].x.isNaN ? nil : (points[0].x, points[0].y)
    }
}
