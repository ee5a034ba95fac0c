import Foundation

extension Scene {
    /// Opens one scene: a Landsat folder or `*_MTL` file, band files with `metadata=`, or GeoTIFFs.
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
        case .metadata:
            let folder = parent(first)
            return try LandsatProduct.open(
                LandsatMetadata(path: first), files: .folder(folder, prefix: options.prefix ?? ""), options: options)
        case .folder:
            return try LandsatProduct.open(
                metadata(in: first), files: .folder(first, prefix: options.prefix ?? ""), options: options)
        }
    }

    private static func open(
        _ inputs: [String], metadata path: String, options: SceneOptions
    ) throws(SceneError) -> Scene {
        let metadata = try LandsatMetadata(path: path)
        let prefix = options.prefix ?? ""
        guard let first = inputs.first else {
            return try LandsatProduct.open(metadata, files: .folder(parent(path), prefix: prefix), options: options)
        }
        if inputs.count == 1, try InputKind(first) == .folder {
            return try LandsatProduct.open(metadata, files: .folder(first, prefix: prefix), options: options)
        }
        for input in inputs where try InputKind(input) != .raster {
            throw SceneError(
                code: .badOption, message: "\(input): metadata= takes one folder or the band files, nothing else")
        }
        return try LandsatProduct.open(metadata, files: .explicit(inputs, prefix: prefix), options: options)
    }

    /// What a path is, before anything is read.
    private enum InputKind {
        case folder, metadata, raster

        init(_ path: String) throws(SceneError) {
            if path.hasPrefix("/vsimem/") || Dataset.isInArchive(path) {
                self = .raster
                return
            }
            var isFolder: ObjCBool = false
            guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw SceneError(code: .notFound, message: "\(path): there is no such file or folder")
            }
            if isFolder.boolValue {
                self = .folder
                return
            }
            switch URL(fileURLWithPath: path).pathExtension.lowercased() {
            case "txt", "json", "xml": self = .metadata
            case "tar", "gz", "tgz", "zip":
                throw SceneError(code: .notRecognised, message: "\(path): unpack the archive and give its folder")
            default: self = .raster
            }
        }
    }

    /// The metadata of the one Landsat product in a folder: text before JSON before XML.
    private static func metadata(in folder: String) throws(SceneError) -> LandsatMetadata {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder).sorted() else {
            throw SceneError(code: .unreadable, message: "\(folder): the folder cannot be listed; check its rights")
        }
        let visible = names.filter { !$0.hasPrefix(".") }
        let base = folder.hasSuffix("/") ? folder : folder + "/"
        let candidates = ["_mtl.txt", "_mtl.json", "_mtl.xml"].flatMap { ending in
            visible.filter { $0.lowercased().hasSuffix(ending) }
        }
        guard let first = candidates.first else {
            let hasImages = visible.contains { $0.lowercased().hasSuffix(".tif") || $0.lowercased().hasSuffix(".tiff") }
            let advice =
                hasImages
                ? "it holds GeoTIFFs but no *_MTL.txt, .json or .xml. Put the product's metadata file beside them, or "
                    + "give the files themselves with roles="
                : "it holds no *_MTL.txt, .json or .xml and no GeoTIFFs. Give the folder that holds the product"
            throw SceneError(code: .notRecognised, message: "\(folder) is not a product: \(advice)")
        }
        let chosen = try LandsatMetadata(path: base + first)
        let identity = identifiers(of: chosen)
        for name in candidates.dropFirst() {
            // A damaged second copy does not matter; one that describes another product does.
            guard let other = try? LandsatMetadata(path: base + name) else { continue }
            if identifiers(of: other) != identity {
                let list = candidates.joined(separator: ", ")
                throw SceneError(
                    code: .badMetadata,
                    message: "\(folder) holds the metadata of several products (\(list)): \(first) is "
                        + "\(identity ?? "unnamed"), \(name) is \(identifiers(of: other) ?? "unnamed"). Give one file")
            }
        }
        return chosen
    }

    private static func identifiers(of metadata: LandsatMetadata) -> String? {
        for group in ["PRODUCT_CONTENTS", "METADATA_FILE_INFO"] {
            for key in ["LANDSAT_PRODUCT_ID", "LANDSAT_SCENE_ID"] {
                if let text = metadata.value(key, in: group) { return text }
            }
        }
        return nil
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
