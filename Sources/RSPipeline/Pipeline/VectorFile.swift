import Foundation
import Synchronization

/// A vector file that a step names, read once for every grid that asks for it.
final class VectorFile: Sendable {
    let path: String
    let selection: VectorSelection
    private let layers = Mutex<[Grid: VectorLayer]>([:])

    init(_ path: String, _ selection: VectorSelection) {
        self.path = path
        self.selection = selection
    }

    /// The file's name, for messages that already say where.
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// The features in the pixels of a grid.
    ///
    /// - Throws: ``GDALError``.
    func layer(onto grid: Grid) throws -> VectorLayer {
        try layers.withLock { layers in
            if let known = layers[grid] { return known }
            let layer = try VectorLayer(reading: path, selection, onto: grid)
            layers[grid] = layer
            return layer
        }
    }

    /// What a step asks of the features.
    enum Need {
        /// Polygons, of which some meet the scene: without them nothing would be left.
        case polygonsThatMeet
        /// Polygons or lines, wherever they lie.
        case polygonsOrLines
    }

    /// Refuses features that a step cannot use.
    ///
    /// - Throws: ``ChainError`` that names the file, the feature and what to do.
    func require(_ need: Need, of layer: VectorLayer) throws(ChainError) {
        switch need {
        case .polygonsThatMeet:
            if let separation = layer.separation { throw ChainError(separation) }
            if let odd = layer.featureWithoutArea { throw withoutArea(odd, "polygons are needed") }
        case .polygonsOrLines:
            if let odd = layer.featureOfPoints { throw withoutArea(odd, "polygons or lines are needed") }
        }
    }

    private func withoutArea(_ feature: String, _ needed: String) -> ChainError {
        ChainError(
            "\(path): \(feature), has no area, and \(needed); choose others with layer= or where=, or make areas of "
                + "them first (ogr2ogr -dialect sqlite, ST_Buffer)")
    }

    /// What identifies the content, for the record: a change of the file makes outputs stale.
    ///
    /// Of a shapefile also its attributes and its coordinate system.
    ///
    /// - Throws: ``SceneError`` with code `notFound` or `unreadable`.
    func identity() throws(SceneError) -> String {
        // Read by GDAL from within an archive.
        if path.hasPrefix("/vsi") { return path }
        guard FileFacts.exists(path) else {
            throw SceneError(code: .notFound, message: "\(path): there is no such file")
        }
        guard let hash = FileFacts.contentHash(path) else {
            throw SceneError(code: .unreadable, message: "\(path): the file cannot be read; check its rights")
        }
        return ([hash] + Self.parts(of: path).dropFirst().compactMap(FileFacts.contentHash)).joined(separator: " ")
    }

    /// The files that make up a vector file: of a shapefile also its attributes and its coordinate system.
    static func parts(of path: String) -> [String] {
        guard path.lowercased().hasSuffix(".shp") else { return [path] }
        let stem = String(path.dropLast(4))
        return [path] + [".dbf", ".prj", ".cpg"].map { stem + $0 }.filter(FileFacts.exists)
    }
}
