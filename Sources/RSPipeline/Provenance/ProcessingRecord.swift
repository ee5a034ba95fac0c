import Foundation

/// How a file was made: recorded inside the file, and the same wherever and whenever it was made.
///
/// It holds names, sizes and checksums of what was read, the chain, the constants and the library versions; never a
/// time, host, path or thread count.
struct ProcessingRecord {
    /// One file that was read.
    struct Input {
        var file: String
        var size: Int
        /// Identifies the decoded pixels; nil for metadata files, and for what stages alone read: there the bytes of the
        /// file say what was read.
        var checksum: UInt64?
        /// Identifies the bytes of the file; nil before the run, and for pixels behind URLs.
        var content: String?
        /// What a server says of this version of the file: its `ETag`, else when it last changed.
        var version: String?
    }

    let plan: Plan
    let inputs: [Input]
    let reductions: [(name: String, outcome: ReductionOutcome)]

    /// Makes the record of a plan; with a result, of what was read.
    ///
    /// - Parameter threads: how many files are read at once for their hashes.
    init(_ plan: Plan, result: ExecutionResult?, threads: Int = 1) {
        self.plan = plan
        reductions = result?.reductions ?? []
        let remote = Dictionary(
            plan.inputPaths.filter { RemotePath.isRemote($0) }.map { ($0, RemoteFiles.facts(of: $0)) },
            uniquingKeysWith: { first, _ in first })
        func size(_ path: String) -> Int { remote[path].map { $0?.size ?? 0 } ?? FileFacts.size(path) }
        // Metadata behind URLs are small, and a server's word for their version is often missing: their bytes count.
        var inputs: [Input] = plan.documents.map { path in
            Input(
                file: Self.name(path), size: size(path), checksum: nil,
                content: result == nil ? nil : FileFacts.contentHash(path))
        }
        let paths = Set(
            plan.usedSlots.flatMap { plan.inputs[$0].source?.files ?? [] }.filter { !RemotePath.isRemote($0) }
        )
        .sorted()
        let contents = result == nil ? [:] : FileFacts.contentHashes(paths, threads: threads)
        for slot in plan.usedSlots {
            guard let source = plan.inputs[slot].source else { continue }
            inputs.append(
                Input(
                    file: Self.name(source.path) + (source.band == 1 ? "" : "#\(source.band)"),
                    size: source.files.reduce(0) { $0 + size($1) }, checksum: result?.checksums[slot],
                    content: contents[source.path],
                    version: (remote[source.path] ?? nil).flatMap { $0.etag ?? $0.lastModified }))
        }
        // The tiles of rasters that were put together.
        let read = Set(plan.usedSlots.compactMap { plan.inputs[$0].source?.path })
        for path in paths where !read.contains(path) {
            inputs.append(
                Input(file: Self.name(path), size: FileFacts.size(path), checksum: nil, content: contents[path]))
        }
        self.inputs = inputs
    }

    static func name(_ path: String) -> String {
        RemotePath.isRemote(path) ? RemotePath.name(of: path) : URL(fileURLWithPath: path).lastPathComponent
    }

    /// What must be equal for existing outputs to count as this plan's: the chain, the constants, names and sizes.
    var identity: JSONValue {
        .object([
            "chain": .string(plan.chainText),
            "constants": .object(plan.constants.mapValues(JSONValue.string)),
            "inputs": .array(
                inputs.map { input in
                    var entry: [String: JSONValue] = ["file": .string(input.file), "size": .integer(input.size)]
                    if let version = input.version { entry["version"] = .string(version) }
                    return .object(entry)
                }),
        ])
    }

    /// The whole record.
    var json: JSONValue {
        var members: [String: JSONValue] = [
            "software": .string("rsproc \(RSPipelineVersion.current)"),
            "libraries": .object([
                "gdal": .string(GDALRuntime.version), "libtiff": .string(TIFFIntegrity.libraryVersion),
                "libdeflate": .string(DeflateCompressor.libraryVersion),
                "zstd": .string(ZstdCompressor.libraryVersion),
            ]),
            "scene": .string(plan.scene.id),
            "product": .string(plan.scene.product),
            "chain": .string(plan.chainText),
            "constants": .object(plan.constants.mapValues(JSONValue.string)),
            "inputs": .array(
                inputs.map { input in
                    var entry: [String: JSONValue] = [
                        "file": .string(input.file), "size": .integer(input.size),
                        "checksum": .optional(input.checksum.map { String($0, radix: 16) }),
                        "content": .optional(input.content),
                    ]
                    if let version = input.version { entry["version"] = .string(version) }
                    return .object(entry)
                }),
        ]
        if !plan.furtherScenes.isEmpty { members["scenes"] = .array(plan.scenes.map { .string($0.id) }) }
        // What passes over the scene have found, by kind and name.
        for (key, group) in Dictionary(grouping: reductions, by: \.outcome.recordKey) {
            members[key] = .object(
                Dictionary(group.map { ($0.name, $0.outcome.record) }, uniquingKeysWith: { first, _ in first }))
        }
        return .object(members)
    }

    /// The metadata items of an output file.
    var fileMetadata: [String: String] {
        var items = [
            "RSP_RECORD": json.text(pretty: false), "RSP_CHAIN": plan.chainText,
            GenericProduct.Item.sceneID: plan.scene.id,
            GenericProduct.Item.sensor: plan.scene.sensor, "TIFFTAG_SOFTWARE": "rsproc \(RSPipelineVersion.current)",
        ]
        // What is made of several dates has none, and no sun.
        guard plan.isOfOneDay else { return items }
        if let acquired = plan.scene.acquiredText { items[GenericProduct.Item.acquired] = acquired }
        if let sun = plan.scene.sun {
            items[GenericProduct.Item.sunElevation] = "\(sun.elevation)"
            if let azimuth = sun.azimuth { items[GenericProduct.Item.sunAzimuth] = "\(azimuth)" }
        }
        return items
    }
}

extension Plan {
    /// Every slot of a file input that any pass or stage reads, ascending.
    var usedSlots: [Int] {
        let programs = [program, reasonProgram] + reductionRounds.map(\.program) + stages.map(\.program)
        return Set(programs.flatMap(\.inputSlots) + countedLayers.map(\.slot)).filter { stageOfSlot[$0] == nil }
            .sorted()
    }
}
