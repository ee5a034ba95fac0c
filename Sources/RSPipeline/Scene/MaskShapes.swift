/// The polygons that a product delivers as a mask, in GML.
///
/// A pixel is masked where its centre lies in a polygon. The coordinates are those that the file names, else those of the
/// scene. A file without polygons is a mask of nothing. Only the GML driver of GDAL reads the file.
public struct MaskShapes: Sendable, Hashable {
    /// The file.
    public let path: String
    /// Which polygons, as the condition of an SQL `WHERE` over their attributes, for example `maskType = 'OPAQUE'`; nil for
    /// all.
    public let filter: String?

    /// Names the polygons of a file; nothing is read yet.
    public init(path: String, filter: String? = nil) {
        self.path = path
        self.filter = filter
    }

    /// The polygons of a product's file, or why it is not used; nothing is read yet.
    ///
    /// - Parameter isThere: whether the product has the file.
    static func opening(
        _ path: String, filter: String? = nil, isThere: Bool
    ) -> (shapes: MaskShapes?, problem: String?) {
        guard isThere else { return (nil, "\(path): the file is missing; fetch it again") }
        guard path.lowercased().hasSuffix(".gml") else {
            return (nil, "\(path): a mask of polygons is expected in a .gml file")
        }
        return (MaskShapes(path: path, filter: filter), nil)
    }

    /// Reads the polygons.
    ///
    /// - Parameters:
    ///   - grid: of the scene, whose pixels they are brought to.
    ///   - name: of the quality layer, for messages.
    /// - Throws: ``SceneError`` that names the layer and the file: `unreadable` for what is no GML, is cut off or does not
    ///   fit its coordinate system; `gridMismatch` where all polygons lie far from the scene that they belong to.
    func layer(onto grid: Grid, name: String) throws(SceneError) -> VectorLayer {
        var selection = VectorSelection(filter: filter, assumedCRS: grid.crs, allowsEmpty: true)
        selection.drivers = ["GML"]
        let layer: VectorLayer
        do throws(GDALError) {
            layer = try VectorLayer(reading: path, selection, onto: grid)
        } catch {
            throw SceneError(
                code: .unreadable,
                message: ArchiveSpool.delivered(in: "\(name): \(error); fetch the file again, or do without this mask"))
        }
        guard let separation = layer.separation else { return layer }
        throw SceneError(
            code: .gridMismatch,
            message: ArchiveSpool.delivered(in: "\(name) is not of this scene: \(separation)"))
    }
}
