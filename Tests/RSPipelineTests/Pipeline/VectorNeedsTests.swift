import Foundation
import Testing

@testable import RSPipeline

/// Steps that need areas refuse lines and points, in words that name the feature.
@Suite struct VectorNeedsTests {
    private let scratch: ScratchFolder
    init() throws { scratch = try ScratchFolder() }

    /// One feature in the pixels of a 4 x 4 scene, and one polygon with it where that is asked for.
    private func write(_ type: String, _ coordinates: String, withPolygon: Bool = false) throws -> String {
        let box = "[[[500000,4400000],[500060,4400000],[500060,4399940],[500000,4399940],[500000,4400000]]]"
        var features = ["{\"type\":\"\(type)\",\"coordinates\":\(coordinates)}"]
        if withPolygon { features.append("{\"type\":\"Polygon\",\"coordinates\":\(box)}") }
        let path = "\(scratch.path)/\(type)\(withPolygon).geojson"
        let list = features.enumerated().map { index, geometry in
            "{\"type\":\"Feature\",\"id\":\(index + 7),\"properties\":{},\"geometry\":\(geometry)}"
        }
        try SceneTestData.write(
            "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"EPSG:32639\"}},"
                + "\"features\":[\(list.joined(separator: ","))]}", to: path)
        return path
    }

    private func scene() throws -> SmallScene {
        var scene = try SmallScene()
        try scene.add("a", [Double](repeating: 1, count: 16), quantity: .toaReflectance)
        return scene
    }

    private var line: String { "[[500005,4399995],[500100,4399995]]" }
    private var point: String { "[500005,4399995]" }

    @Test func linesAndPointsHaveNoArea() throws {
        let scene = try scene()
        for (kind, coordinates, word) in [("LineString", line, "line"), ("Point", point, "point")] {
            for isMixed in [false, true] {
                let file = try write(kind, coordinates, withPolygon: isMixed)
                for step in ["clip aoi=\(file)", "mask outside=\(file)"] {
                    let said = scene.message(step)
                    #expect(
                        said.contains("feature 7, a \(word), has no area, and polygons are needed"), "\(step): \(said)")
                }
            }
        }
    }

    /// Roads and canals are masked by the pixels they pass through; a point is nothing of the kind.
    @Test func linesMayBeMaskedAndPointsNot() throws {
        let scene = try scene()
        let values = try scene.values("mask inside=\(try write("LineString", line))")
        #expect(values["a"]?.map(\.isNaN) == [true, true, true, true] + [Bool](repeating: false, count: 12))
        let said = scene.message("mask inside=\(try write("Point", point))")
        #expect(said.contains("feature 7, a point, has no area, and polygons or lines are needed"), "\(said)")
    }
}
