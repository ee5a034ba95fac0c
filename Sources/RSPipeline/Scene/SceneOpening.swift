import Foundation

extension Scene {
    /// Opens one scene: a product as a folder, an archive or its metadata file, band files with `metadata=`, or GeoTIFFs.
    ///
    /// Reads metadata and file headers, never pixels. A Landsat band whose file is missing stays in the scene with
    /// ``Band/problem`` set, because a chain may not need it; a missing generic file is an error.
    ///
    /// - Throws: ``SceneError`` that names the file, key or option.
    public static func open(
        _ inputs: [String], options: SceneOptions = SceneOptions()
    ) throws(SceneError) -> Scene {
        try checkPrefix(options.prefix)
        if let metadata = options.metadata { return try open(inputs, metadata: metadata, options: options) }
        guard let first = inputs.first else {
            throw SceneError(code: .badOption, message: "no scene was given; name a product folder or files")
        }
        var kinds: [InputKind] = []
        for input in inputs { kinds.append(try InputKind(input)) }
        if kinds.allSatisfy({ $0 == .raster }) { return try GenericProduct.open(inputs, options: options) }
        guard inputs.count == 1, let kind = kinds.first else {
            throw SceneError(
                code: .badOption,
                message: "\(inputs.count) inputs were given, among them a product (\(first)); one scene is one product "
                    + "folder, one metadata file, or files only. Band files beside their metadata take metadata=FILE")
        }
        switch kind {
        case .raster: return try GenericProduct.open(inputs, options: options)
        case .metadata: return try ProductFormats.open(metadata: first, options: options)
        case .folder: return try ProductFormats.open(in: ProductFiles(root: first), options: options)
        case .archive(let root):
            return try ProductFormats.open(in: ProductFiles(root: root, title: first), options: options)
        }
    }

    private static func open(
        _ inputs: [String], metadata path: String, options: SceneOptions
    ) throws(SceneError) -> Scene {
        let metadata = try LandsatMetadata(path: path)
        let prefix = options.prefix ?? ""
        guard let first = inputs.first else {
            let files = try ProductFiles(root: parent(path), depth: 0)
            return try LandsatProduct.open(metadata, files: .product(files, prefix: prefix), options: options)
        }
        if inputs.count == 1, try InputKind(first) == .folder {
            let files = try ProductFiles(root: first, depth: 0)
            return try LandsatProduct.open(metadata, files: .product(files, prefix: prefix), options: options)
        }
        for input in inputs where try InputKind(input) != .raster {
            throw SceneError(
                code: .badOption, message: "\(input): metadata= takes one folder or the band files, nothing else")
        }
        return try LandsatProduct.open(metadata, files: .explicit(inputs, prefix: prefix), options: options)
    }

    /// What an input is, before anything is read.
    private enum InputKind: Equatable {
        case folder, metadata, raster
        /// With the place inside that files are named from.
        case archive(root: String)

        init(_ path: String) throws(SceneError) {
            let isVirtual = path.hasPrefix("/vsimem/") || Dataset.isInArchive(path)
            switch VirtualFiles.kind(of: path) {
            case .folder:
                self = .folder
                return
            case nil where !isVirtual && !FileManager.default.fileExists(atPath: path):
                throw SceneError(code: .notFound, message: "\(path): there is no such file or folder")
            default: break
            }
            let name = path.lowercased()
            if [".txt", ".json", ".xml", ".dim"].contains(where: name.hasSuffix) {
                self = .metadata
            } else if !isVirtual, name.hasSuffix(".zip") {
                self = .archive(root: "/vsizip/" + path)
            } else if !isVirtual, name.hasSuffix(".tar") {
                self = .archive(root: "/vsitar/" + path)
            } else if [".gz", ".tgz"].contains(where: name.hasSuffix) {
                throw SceneError(code: .notRecognised, message: "\(path): unpack the archive and give its folder")
            } else {
                self = .raster
            }
        }
    }

    private static func checkPrefix(_ prefix: String?) throws(SceneError) {
        guard let prefix, prefix.contains("/") || prefix.contains("..") || prefix.contains("\\") else { return }
        throw SceneError(
            code: .badOption, message: "prefix=\(prefix) is the start of a file name; give folders as the scene")
    }

    private static func parent(_ path: String) -> String {
        URL(fileURLWithPath: path).deletingLastPathComponent().relativePath
    }
}
