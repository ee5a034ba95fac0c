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
        let named = inputs
        var inputs: [String] = []
        for input in named { inputs.append(try place(input)) }
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
        case .compressedArchive:
            let spool = try ArchiveSpool(inflating: first)
            let files = try ProductFiles(root: spool.root, title: first)
            return try ProductFormats.open(in: files, options: options).held(by: spool)
        }
    }

    /// URLs as paths that GDAL opens; anything else as it is.
    private static func place(_ input: String) throws(SceneError) -> String {
        guard input.contains("://"), let scheme = RemotePath.scheme(of: input),
            !FileManager.default.fileExists(atPath: input)
        else { return input }
        if let path = RemotePath.path(of: input) { return path }
        let what =
            ["http", "https", "s3"].contains(scheme)
            ? "this is no URL of a file" : "URLs of the kind \(scheme): are not read"
        throw SceneError(
            code: .notFound,
            message: "\(input): \(what); give a file, or a URL with http://, https:// or s3://BUCKET/KEY")
    }

    private static func open(
        _ inputs: [String], metadata path: String, options: SceneOptions
    ) throws(SceneError) -> Scene {
        if let family = try ProductFormats.family(ofMetadata: path), family != LandsatProduct.title {
            throw SceneError(
                code: .badOption,
                message: "metadata= is for Landsat band files without their folder; \(path) is of a \(family) product, "
                    + "which names its own files. Give it as the scene: \(path)")
        }
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
        /// A `.tar` that has to be inflated first.
        case compressedArchive

        init(_ path: String) throws(SceneError) {
            if RemotePath.isRemote(path) {
                self = try Self.remote(path)
                return
            }
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
                try TarArchive.check(path, title: path)
                self = .archive(root: "/vsitar/" + path)
            } else if !isVirtual, ArchiveSpool.isNeeded(for: path) {
                self = .compressedArchive
            } else if [".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar"].contains(where: name.hasSuffix) {
                throw SceneError(
                    code: .notRecognised,
                    message: "\(path): unpack the archive and give its folder; .zip, .tar and .tar.gz are read as they "
                        + "are")
            } else {
                self = .raster
            }
        }

        /// By the name in the URL; by its first bytes where that says nothing, as in an API's URLs.
        private static func remote(_ path: String) throws(SceneError) -> InputKind {
            let name = RemotePath.name(of: path).lowercased()
            if [".txt", ".json", ".geojson", ".xml"].contains(where: name.hasSuffix) { return .metadata }
            if [".tif", ".tiff", ".jp2"].contains(where: name.hasSuffix) { return .raster }
            if [".zip", ".tar", ".gz", ".tgz", ".vrt"].contains(where: name.hasSuffix) {
                throw SceneError(
                    code: .notRecognised,
                    message: "\(path): archives and virtual rasters are not read over the network; fetch it first")
            }
            let head: [UInt8]
            do throws(GDALError) {
                head = try VirtualFiles.bytes(of: path, limit: 512)
            } catch {
                throw SceneError(code: .unreadable, message: "\(error)")
            }
            let first = head.first { ![0x09, 0x0A, 0x0D, 0x20, 0xEF, 0xBB, 0xBF].contains($0) }
            return first == UInt8(ascii: "{") ? .metadata : .raster
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
