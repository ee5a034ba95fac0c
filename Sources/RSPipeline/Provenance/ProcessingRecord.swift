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
        /// Identifies the decoded pixels; nil for metadata files.
        var checksum: UInt64?
        /// Identifies the bytes of the file; nil before the run.
        var content: String?
    }

    let plan: Plan
    let inputs: [Input]
    let darkObjects: [(name: String, value: Double, haze: Double, validPixels: Int)]

    /// Makes the record of a plan; with a result, of what was read.
    ///
    /// - Parameter threads: how many files are read at once for their hashes.
    init(_ plan: Plan, result: ExecutionResult?, threads: Int = 1) {
        self.plan = plan
        darkObjects = result?.darkObjects ?? []
        var inputs: [Input] = plan.scene.metadataFiles.map { path in
            Input(
                file: Self.name(path), size: FileFacts.size(path), checksum: nil,
                content: result == nil ? nil : FileFacts.contentHash(path))
        }
        let paths = Set(plan.usedSlots.flatMap { plan.inputs[$0].source?.files ?? [] }).sorted()
        let contents = result == nil ? [:] : FileFacts.contentHashes(paths, threads: threads)
        for slot in plan.usedSlots {
            guard let source = plan.inputs[slot].source else { continue }
            inputs.append(
                Input(
                    file: Self.name(source.path) + (source.band == 1 ? "" : "#\(source.band)"),
                    size: source.files.reduce(0) { $0 + FileFacts.size($1) }, checksum: result?.checksums[slot],
                    content: contents[source.path]))
        }
        // The tiles of rasters that were put together.
        let read = Set(plan.usedSlots.compactMap { plan.inputs[$0].source?.path })
        for path in paths where !read.contains(path) {
            inputs.append(
                Input(file: Self.name(path), size: FileFacts.size(path), checksum: nil, content: contents[path]))
        }
        self.inputs = inputs
    }

    private static func name(_ path: String) -> String { URL(fileURLWithPath: path).lastPathComponent }

    /// What must be equal for existing outputs to count as this plan's: the chain, the constants, names and sizes.
    var identity: JSONValue {
        .object([
            "chain": .string(plan.chainText),
            "constants": .object(plan.constants.mapValues(JSONValue.string)),
            "inputs": .array(
                inputs.map { .object(["file": .string($0.file), "size": .integer($0.size)]) }),
        ])
    }

    /// The whole record.
    var json: JSONValue {
        .object([
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
            "dark_objects": .object(
                Dictionary(
                    darkObjects.map { dark in
                        (
                            dark.name,
                            JSONValue.object([
                                "value": .number(dark.value), "haze": .number(dark.haze),
                                "valid_pixels": .integer(dark.validPixels),
                            ])
                        )
                    }, uniquingKeysWith: { first, _ in first })),
            "inputs": .array(
                inputs.map { input in
                    .object([
                        "file": .string(input.file), "size": .integer(input.size),
                        "checksum": .optional(input.checksum.map { String($0, radix: 16) }),
                        "content": .optional(input.content),
                    ])
                }),
        ])
    }

    /// The metadata items of an output file.
    var fileMetadata: [String: String] {
        var items = [
            "RSP_RECORD": json.text(pretty: false), "RSP_CHAIN": plan.chainText,
            GenericProduct.Item.sceneID: plan.scene.id,
            GenericProduct.Item.sensor: plan.scene.sensor, "TIFFTAG_SOFTWARE": "rsproc \(RSPipelineVersion.current)",
        ]
        if let acquired = plan.scene.acquiredText { items[GenericProduct.Item.acquired] = acquired }
        return items
    }
}

extension Plan {
    /// Every input slot that any pass reads, ascending.
    var usedSlots: [Int] {
        Set(
            program.inputSlots + reasonProgram.inputSlots + (reductionProgram?.inputSlots ?? [])
                + countedLayers.map(\.slot)
        ).sorted()
    }
}
