/// The files of a delivered product, in a folder or an archive, read in place.
///
/// Nothing outside of it is opened through this type: names come from metadata that nobody has checked, so every name
/// is refused that could lead elsewhere. A link in a folder is followed, as the folder's owner has put it there.
struct ProductFiles: Sendable {
    /// What every name is relative to: a folder, or the inside of an archive (`/vsizip/...`), without a slash at its end.
    let root: String
    /// What the user has named, for messages.
    let title: String
    /// All files, by their names relative to ``root``: those nearest to it first, then in order of name.
    let names: [String]
    private let byLowercase: [String: String]

    /// A place with more files than this is no product.
    static let countLimit = 100_000
    /// Folders nested deeper than this are not looked into.
    static let depthLimit = 6

    /// Lists a folder or an archive.
    ///
    /// - Parameters:
    ///   - root: a folder, or a path into an archive.
    ///   - title: what the user has named.
    ///   - depth: how many levels of folders below the first are looked into.
    /// - Throws: ``SceneError`` with code `unreadable` when it cannot be listed or holds too many files.
    init(root: String, title: String? = nil, depth: Int = ProductFiles.depthLimit) throws(SceneError) {
        var base = root
        while base.count > 1, base.hasSuffix("/") { base.removeLast() }
        let shown = title ?? base
        guard let first = VirtualFiles.names(in: base) else {
            throw SceneError(
                code: .unreadable,
                message: "\(shown): it cannot be listed; check its rights, and fetch it again if it is an archive")
        }
        var found: [String] = []
        var level = first.map { (name: $0, path: $0) }
        var count = 0
        var down = 0
        while !level.isEmpty {
            var next: [(name: String, path: String)] = []
            for entry in level.sorted(by: { $0.path < $1.path }) {
                if entry.name.hasPrefix(".") { continue }
                count += 1
                if count > Self.countLimit {
                    throw SceneError(
                        code: .unreadable,
                        message: "\(shown) holds more than \(Self.countLimit) files; give the folder of one product")
                }
                guard Self.mayBeFolder(entry.name), down < depth,
                    VirtualFiles.kind(of: base + "/" + entry.path) == .folder
                else {
                    found.append(entry.path)
                    continue
                }
                for name in VirtualFiles.names(in: base + "/" + entry.path) ?? [] {
                    next.append((name, entry.path + "/" + name))
                }
            }
            level = next
            down += 1
        }
        self.init(root: base, title: shown, names: found)
    }

    /// A place whose files are known.
    init(root: String, title: String, names: [String]) {
        self.root = root
        self.title = title
        self.names = names
        byLowercase = Dictionary(names.map { ($0.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Saves asking what files are whose names say it.
    private static func mayBeFolder(_ name: String) -> Bool {
        let ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
        return !["tif", "tiff", "jp2", "xml", "txt", "json", "gml", "jpg", "png", "ovr"].contains(ending)
            || !name.contains(".")
    }

    /// The name as it is in the product, whatever its case; nil where the product does not have it.
    ///
    /// - Parameter name: a relative name, with `/` between folders.
    /// - Throws: ``SceneError`` with code `badMetadata` for a name that could lead out of the product.
    func find(_ name: String, namedBy metadata: String) throws(SceneError) -> String? {
        let plain = try Self.plain(name, namedBy: metadata)
        return byLowercase[plain.lowercased()]
    }

    /// The path under which a file of the product is opened, whether or not it is there.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` for a name that could lead out of the product.
    func path(_ name: String, namedBy metadata: String) throws(SceneError) -> String {
        let plain = try Self.plain(name, namedBy: metadata)
        return root + "/" + (byLowercase[plain.lowercased()] ?? plain)
    }

    /// The path of one of ``names``.
    func path(of name: String) -> String { root + "/" + name }

    /// The content of one of ``names``.
    ///
    /// - Throws: ``SceneError`` with code `unreadable`, or `badMetadata` when the file is larger than the limit.
    func bytes(of name: String, limit: Int) throws(SceneError) -> [UInt8] {
        let path = path(of: name)
        let bytes: [UInt8]
        do throws(GDALError) {
            bytes = try VirtualFiles.bytes(of: path, limit: limit + 1)
        } catch {
            if RemotePath.isRemote(path) { throw SceneError(code: .unreadable, message: "\(error)") }
            throw SceneError(code: .unreadable, message: "\(path): the file cannot be read; check its rights")
        }
        if bytes.count <= limit { return bytes }
        throw SceneError(
            code: .badMetadata,
            message: "\(path): more than \(limit) bytes, which no metadata file has; fetch it again")
    }

    /// The folder of one of ``names`` with a slash at its end; empty for the root.
    static func folder(of name: String) -> String {
        guard let slash = name.lastIndex(of: "/") else { return "" }
        return String(name[...slash])
    }

    /// A relative name without `./`, refused when it could lead elsewhere.
    private static func plain(_ name: String, namedBy metadata: String) throws(SceneError) -> String {
        var parts: [Substring] = []
        for part in name.split(separator: "/", omittingEmptySubsequences: false) {
            if part == "." { continue }
            // `a/../b` stays inside; what leads above the root does not.
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
                continue
            }
            parts.append(part)
        }
        let isPlain =
            !parts.isEmpty && !name.contains("\\") && !name.utf8.contains(0) && name.utf8.count <= 1000
            && parts.allSatisfy { part in
                !part.isEmpty && part != ".." && !part.hasPrefix("vsi") && !part.contains(":")
            }
        if isPlain { return parts.joined(separator: "/") }
        throw SceneError(
            code: .badMetadata,
            message: "\(metadata) names the file '\(name.prefix(80))', which is not inside the product; it is refused")
    }
}
