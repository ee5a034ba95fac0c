/// A family of products that this library opens, one file in `Products/`.
///
/// A new family is one such file and one line in ``ProductFormats/all``.
protocol ProductFormat: Sendable {
    /// How the family is called in messages, for example `Sentinel-2 SAFE`.
    static var title: String { get }
    /// What its metadata files are called, for messages, for example `MTD_MSIL2A.xml`.
    static var metadataNames: String { get }
    /// How many levels of folders below the metadata file's own a product has.
    static var depth: Int { get }
    /// Whether a file is the family's metadata file, by its name without folders.
    static func isMetadata(name: String) -> Bool
    /// Whether a file is the family's metadata file, by its first bytes; asked for files that the user has named.
    static func isMetadata(head: String) -> Bool
    /// Opens the one product of a place.
    ///
    /// Reads metadata and file headers, never pixels.
    ///
    /// - Parameters:
    ///   - metadata: the metadata files found, among ``ProductFiles/names``, those nearest to the root first.
    ///   - files: the place.
    /// - Throws: ``SceneError`` that names file and element; also when the place holds several products.
    static func open(
        _ metadata: [String], in files: ProductFiles, options: SceneOptions
    ) throws(SceneError) -> Scene
}

/// The families of products.
enum ProductFormats {
    /// Every family; where a place could be of two, the first one counts.
    static let all: [any ProductFormat.Type] = [
        LandsatProduct.self, Sentinel2Product.self, Sentinel2TileProduct.self, DIMAPProduct.self, STACProduct.self,
    ]

    /// Bytes of a metadata file that are looked at to tell its family.
    private static let headSize = 64 << 10

    /// Opens the one product in a folder or an archive.
    ///
    /// - Throws: ``SceneError`` with code `notRecognised` when there is none.
    static func open(in files: ProductFiles, options: SceneOptions) throws(SceneError) -> Scene {
        var best: (format: any ProductFormat.Type, metadata: [String], depth: Int)?
        for format in all {
            let found = files.names.filter { format.isMetadata(name: last($0)) }
            guard let first = found.first else { continue }
            let depth = first.split(separator: "/").count
            if best.map({ depth < $0.depth }) ?? true { best = (format, found, depth) }
        }
        if let best { return try best.format.open(best.metadata, in: files, options: options) }
        let hasImages = files.names.contains { name in
            [".tif", ".tiff", ".jp2"].contains { name.lowercased().hasSuffix($0) }
        }
        let archives = files.names.filter { name in
            [".zip", ".tar", ".tar.gz", ".tgz"].contains { name.lowercased().hasSuffix($0) }
        }
        if !hasImages, let archive = archives.first {
            throw SceneError(
                code: .notRecognised,
                message:
                    "\(files.title) is not a product, but it holds \(archives.count == 1 ? "an archive" : "archives")"
                    + "; give the archive itself: \(files.path(of: archive))")
        }
        let known = all.map { "\($0.title): \($0.metadataNames)" }.joined(separator: "; ")
        let advice =
            hasImages
            ? "it holds images but no metadata file of a known product (\(known)). Put the product's metadata file "
                + "beside them, or give the files themselves with roles="
            : "it holds neither images nor a metadata file of a known product (\(known)). Give the folder that holds "
                + "the product"
        throw SceneError(code: .notRecognised, message: "\(files.title) is not a product: \(advice)")
    }

    /// Opens the product of a metadata file that the user has named.
    ///
    /// - Throws: ``SceneError`` with code `notRecognised` when it is none of a known product.
    static func open(metadata path: String, options: SceneOptions) throws(SceneError) -> Scene {
        let folder = ProductFiles.folder(of: path)
        let name = last(path)
        let head = try head(of: path)
        // Landsat's readers say best what is wrong with a damaged file.
        let format = all.first { $0.isMetadata(head: head) } ?? all.first { $0.isMetadata(name: name) }
        guard let format else {
            throw SceneError(
                code: .notRecognised,
                message: "\(path): it is no metadata file of a known product ("
                    + all.map { $0.title }.joined(separator: ", ") + ")")
        }
        if RemotePath.isRemote(path) {
            // A server lists no folders; the files are asked for by name.
            let root = String(folder.dropLast())
            let files = ProductFiles(
                root: root, title: ShownText.path(path), names: [String(path.dropFirst(folder.count))])
            return try format.open(files.names, in: files, options: options)
        }
        let files = try ProductFiles(root: folder.isEmpty ? "." : folder, depth: format.depth)
        return try format.open([name], in: files, options: options)
    }

    /// The title of the family that a metadata file is of, by its first bytes; nil where they do not say.
    ///
    /// - Throws: ``SceneError`` with code `unreadable`.
    static func family(ofMetadata path: String) throws(SceneError) -> String? {
        let head = try head(of: path)
        return all.first { $0.isMetadata(head: head) }?.title
    }

    private static func head(of path: String) throws(SceneError) -> String {
        do throws(GDALError) {
            return String(decoding: try VirtualFiles.bytes(of: path, limit: headSize), as: UTF8.self)
        } catch {
            if RemotePath.isRemote(path) { throw SceneError(code: .unreadable, message: "\(error)") }
            throw SceneError(code: .unreadable, message: "\(path): the file cannot be read; check its rights")
        }
    }

    /// A name without folders.
    static func last(_ name: String) -> String { name.split(separator: "/").last.map(String.init) ?? name }
}
