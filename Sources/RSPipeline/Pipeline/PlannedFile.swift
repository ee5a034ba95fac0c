import Foundation

/// One file that a plan writes.
struct PlannedFile: Sendable {
    /// Where it goes.
    var path: String
    /// Indices into the plan's planes, in band order.
    var planes: [Int]
    var storage: Storage
    var format: WriteRequest.Format
    var compression: TIFFCompression
    var level: Int?
    var quicklookSize: Int?
    /// Whether the file holds classes, whose overviews must not be averaged.
    var holdsClasses: Bool
    /// What the numbers of a file of one class plane mean; empty for any other file, and where they need more than a byte.
    var categories: [RasterCategory]
    /// Whether the step named a folder rather than a file.
    var isInFolder: Bool

    /// How values become stored numbers.
    struct Storage: Sendable, Hashable {
        var sampleType: SampleType
        /// `value = stored * gain + offset`; nil when numbers are stored as they are.
        var scale: LinearScale?
        var noData: NoData
        /// The stored numbers that data may take.
        var range: ClosedRange<Double>?

        /// Stored numbers per unit of the value.
        var factor: Double {
            let gain = scale?.gain ?? 1
            // 1 / 0.0001 is exactly 10000, so that a value is multiplied by a whole number where there is one.
            return (1 / gain).rounded() * gain == 1 ? (1 / gain).rounded() : 1 / gain
        }

        /// A value in stored units, not rounded.
        func scaled(_ value: Double) -> Double { (value - (scale?.offset ?? 0)) * factor }

        /// A value in stored units, rounded half away from zero.
        func rounded(_ value: Double) -> Double { scaled(value).rounded(.toNearestOrAwayFromZero) }
    }

    /// The files of one `write` step.
    static func files(
        of request: WriteRequest, planes all: [Plan.OutputPlane], scene: Scene, directory: String?
    ) throws -> [PlannedFile] {
        let placed = try place(request.target, scene: scene, directory: directory)
        let groups: [(path: String, planes: [Int])]
        let isInFolder = placed.hasSuffix("/") || FileFacts.isFolder(placed)
        if isInFolder {
            let folder = URL(fileURLWithPath: placed).standardizedFileURL.path
            groups = request.planes.map { index in
                ("\(folder)/\(fileName(scene.id))_\(fileName(all[index].name)).tif", [index])
            }
        } else {
            guard ["tif", "tiff"].contains(URL(fileURLWithPath: placed).pathExtension.lowercased()) else {
                throw ChainError("\(placed): a file ends in .tif; for a folder write \(request.target)/")
            }
            groups = [(URL(fileURLWithPath: placed).standardizedFileURL.path, request.planes)]
        }
        return try groups.map { group in
            let members = group.planes.map { all[$0] }
            if let first = members.first,
                let odd = members.first(where: { !$0.quantity.isSameKind(as: first.quantity) })
            {
                throw ChainError(
                    "one file cannot hold \(first.name) (\(first.quantity.label)) and \(odd.name) "
                        + "(\(odd.quantity.label)); write to a folder (write DIR/) or select one kind")
            }
            let storages = try members.map { try storage(of: request, plane: $0) }
            guard let storage = storages.first, storages.allSatisfy({ $0 == storage }) else {
                throw ChainError("the planes of \(group.path) need different scales; write to a folder (write DIR/)")
            }
            return PlannedFile(
                path: group.path, planes: group.planes, storage: storage, format: request.format,
                compression: request.compression, level: request.level, quicklookSize: request.quicklookSize,
                holdsClasses: members.contains { $0.quantity == .classes || $0.quantity == .mask },
                categories: members.count == 1 && storage.sampleType == .uint8 ? members[0].categories : [],
                isInFolder: isInFolder)
        }
    }

    /// Type, scale and no-data of a plane, by request or by the rules of its quantity.
    private static func storage(of request: WriteRequest, plane: Plan.OutputPlane) throws -> Storage {
        let isClass = plane.quantity == .classes || plane.quantity == .mask
        let type = request.sampleType ?? (isClass ? .uint8 : .float32)
        guard let full = type.integerRange else {
            return Storage(sampleType: type, scale: nil, noData: NoData(request.noData ?? .nan), range: nil)
        }
        if plane.isAlwaysValid { return Storage(sampleType: type, scale: nil, noData: .none, range: full) }
        var scale: LinearScale?
        if let gain = request.scale {
            scale = LinearScale(gain: gain, offset: request.offset ?? 0)
        } else if !isClass {
            guard plane.quantity.hasUsualScale(in: type) else {
                throw ChainError(
                    "\(plane.name) (\(plane.quantity.label)) has no usual scale in \(type.rawValue); write scale= and, "
                        + "for negative values in an unsigned type, offset= (value = stored * scale + offset)")
            }
            scale = LinearScale(gain: 0.0001, offset: request.offset ?? 0)
        }
        // 0 is a value of a mask.
        let noData = request.noData ?? (plane.quantity == .mask ? full.upperBound : full.lowerBound)
        // Data keeps off the no-data value: it must stand at an end of the range.
        let range: ClosedRange<Double>
        if noData == full.lowerBound {
            range = (full.lowerBound + 1)...full.upperBound
        } else if noData == full.upperBound {
            range = full.lowerBound...(full.upperBound - 1)
        } else {
            throw ChainError(
                "nodata=\(noData): an integer type needs it at an end of its range "
                    + "(\(full.lowerBound) or \(full.upperBound))")
        }
        return Storage(sampleType: type, scale: scale, noData: .value(noData), range: range)
    }

    /// Where a target goes: filled in, and relative to the output folder where it is relative.
    static func place(_ target: String, scene: Scene, directory: String?) throws -> String {
        let target = try filledIn(target, scene: scene)
        return target.hasPrefix("/") || directory == nil ? target : (directory ?? "") + "/" + target
    }

    /// Replaces `{scene}`, `{date}` and `{sensor}`.
    private static func filledIn(_ target: String, scene: Scene) throws -> String {
        var text = target
        for (key, value) in [
            ("{scene}", fileName(scene.id)), ("{sensor}", fileName(scene.sensor)),
            ("{date}", scene.acquiredText.map { String($0.prefix(10)) } ?? ""),
        ] where text.contains(key) {
            if value.isEmpty { throw ChainError("\(target): the scene has no acquisition date for {date}") }
            text = text.replacingOccurrences(of: key, with: value)
        }
        if text.contains("{") || text.contains("}") {
            throw ChainError("\(target): only {scene}, {date} and {sensor} are filled in")
        }
        return text
    }

    /// A name that is safe as part of a file name.
    static func fileName(_ name: String) -> String {
        String(name.map { "/\\:*?\"<>| ".contains($0) ? "_" : $0 })
    }

    /// What its tiles look like.
    var tileFormat: TileFormat {
        TileFormat(
            sampleType: storage.sampleType, samples: planes.count, compression: compression, level: level)
    }
}

extension Quantity {
    /// Whether a ten-thousandth is the usual step for a stored type that can hold the values at that step.
    func hasUsualScale(in type: SampleType) -> Bool {
        guard let limits = type.integerRange, limits.upperBound >= 10_000 else { return false }
        switch self {
        case .toaReflectance, .surfaceReflectance, .probability: return true
        case .index(let range?):
            return range.lowerBound >= -1 && range.upperBound <= 1 && (limits.lowerBound < 0 || range.lowerBound >= 0)
        default: return false
        }
    }
}
