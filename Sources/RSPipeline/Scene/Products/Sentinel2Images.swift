/// Which image files of a Sentinel-2 product hold which band at which pixel size.
///
/// Names end in the band and, in Level-2A products, the pixel size: `T39TUG_20230715T072621_B02_10m.jp2`; distributors
/// use folders instead (`R10m/B02.jp2`).
struct Sentinel2Images: Sendable {
    /// One image file.
    struct Image: Sendable, Hashable {
        /// Relative to the product's place.
        let name: String
        /// In metres; nil where neither the name nor its folder says it.
        let resolution: Int?
        /// Whether the product has the file.
        let isThere: Bool
    }

    /// By band name (`B02`) or layer (`SCL`, `CLD`).
    private(set) var byBand: [String: [Image]] = [:]

    /// Endings of image files; the product's own comes first.
    static let endings = [".jp2", ".tif", ".tiff"]

    /// Adds an image; one of the same band and pixel size must be the same file, or one of the two must be absent.
    ///
    /// - Throws: ``SceneError`` with code `badMetadata` for two files of one band and pixel size.
    mutating func add(_ name: String, isThere: Bool, namedBy metadata: String) throws(SceneError) {
        guard let (band, resolution) = Self.band(of: name) else { return }
        let image = Image(name: name, resolution: resolution, isThere: isThere)
        var list = byBand[band] ?? []
        if let index = list.firstIndex(where: { $0.resolution == resolution }) {
            let other = list[index]
            if other.isThere && isThere && other.name != name {
                throw SceneError(
                    code: .badMetadata,
                    message: "\(metadata): \(other.name) and \(name) are both \(band)"
                        + "\(resolution.map { " at \($0) m" } ?? ""); leave one")
            }
            if !other.isThere { list[index] = image }
        } else {
            list.append(image)
        }
        byBand[band] = list
    }

    /// The image to read a band from: its native pixel size, else the finest that is there, else one that should be.
    func best(_ band: String, native: Int) -> Image? {
        let list = byBand[band] ?? []
        func size(_ image: Image) -> Int { image.resolution ?? native }
        let there = list.filter(\.isThere)
        return there.first { size($0) == native } ?? there.min { size($0) < size($1) }
            ?? list.first { size($0) == native } ?? list.min { size($0) < size($1) }
    }

    /// The band or layer of a file name and its pixel size; nil for previews, masks and everything else.
    static func band(of name: String) -> (band: String, resolution: Int?)? {
        let parts = name.split(separator: "/")
        guard let last = parts.last else { return nil }
        // Reduced images of the bands, under the same names.
        if parts.dropLast().last?.lowercased() == "preview" { return nil }
        var stem = last.uppercased()
        if let ending = endings.first(where: { stem.hasSuffix($0.uppercased()) }) { stem.removeLast(ending.count) }
        var words = stem.split(separator: "_")
        if words.first == "MSK" || words.contains("MSK") { return nil }
        var resolution = words.last.flatMap { size($0) }
        if resolution != nil { words.removeLast() }
        guard let word = words.last else { return nil }
        if resolution == nil, parts.count > 1, let folder = parts.dropLast().last, folder.first == "R" {
            resolution = size(folder.dropFirst().uppercased()[...])
        }
        let band = String(word)
        let isKnown = Sentinel2Band.all.contains { $0.name == band } || band == "SCL" || band == "CLD"
        return isKnown ? (band, resolution) : nil
    }

    private static func size(_ word: Substring) -> Int? {
        switch word {
        case "10M": 10
        case "20M": 20
        case "60M": 60
        default: nil
        }
    }
}
