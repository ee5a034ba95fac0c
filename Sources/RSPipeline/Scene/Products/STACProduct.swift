/// STAC items as scenes: their bands are assets, on this machine or behind URLs.
///
/// Landsat and Sentinel-2 items give what their products give. For any other collection nobody knows what the scaled
/// numbers mean, so they are `digitalNumber` or `relative` until `read quantity=` says it.
enum STACProduct: ProductFormat {
    static let title = "STAC item"
    static let metadataNames = "*.stac.json or *_stac.json"
    static let depth = 0

    static func isMetadata(name: String) -> Bool {
        let name = name.lowercased()
        return name.hasSuffix(".stac.json") || name.hasSuffix("_stac.json") || name == "stac.json"
    }

    static func isMetadata(head: String) -> Bool {
        guard head.first(where: { !$0.isWhitespace && $0 != "\u{FEFF}" }) == "{" else { return false }
        return head.contains("\"stac_version\"") || (head.contains("\"assets\"") && head.contains("\"href\""))
    }

    static func open(
        _ metadata: [String], in files: ProductFiles, options: SceneOptions
    ) throws(SceneError) -> Scene {
        guard let name = metadata.first, metadata.count == 1 else {
            throw SceneError(
                code: .notRecognised,
                message:
                    "\(files.title) holds several STAC items (\(metadata.prefix(5).joined(separator: ", "))); give one "
                    + "of them")
        }
        let item = try STACMetadata(
            bytes: files.bytes(of: name, limit: STACMetadata.sizeLimit), path: files.path(of: name))
        let reader = try STACReader(item, links: STACLinks(item: name, in: files), options: options)
        return try reader.scene(metadataFile: files.path(of: name))
    }
}
