/// `write`: writes the selection as it stands.
struct WriteStep: Step {
    static let declaration = StepDeclaration(
        word: "write", summary: "write the selection: DIR/ makes a file per plane, FILE.tif one file",
        positionals: .paths(help: "folder or file; {scene} {date} {sensor} are filled in", allowsMany: false),
        options: [
            .init("format", .choice(WriteRequest.Format.allCases.map(\.rawValue)), "cog (default) or gtiff"),
            .init("type", .choice(["float32", "int16", "uint16", "uint8"]), "stored numbers; float32 by default"),
            .init("scale", .number, "value = stored * scale + offset, for integer types"),
            .init("offset", .number, "see scale"),
            .init("compress", .choice(TIFFCompression.allCases.map(\.rawValue)), "deflate by default"),
            .init("level", .integer(1...22), "effort of deflate (1-12) or zstd (1-22)"),
            .init("nodata", .number, "stored value that means no data"),
            .init("quicklook", .integer(16...8192), "also a PNG picture of each map, its longer side in pixels"),
        ])

    let target: String
    let request: WriteRequest

    init(_ arguments: StepArguments) throws(ChainError) {
        guard let target = arguments.positionals.first, !target.isEmpty else {
            throw ChainError("a target is missing; write: write DIR/ or write FILE.tif")
        }
        self.target = target
        let compression = arguments["compress"].flatMap(TIFFCompression.init) ?? .deflate
        if !compression.isAvailable {
            throw ChainError("compress=\(compression.rawValue): the installed libtiff does not have it")
        }
        let level = arguments.integer("level")
        if let level {
            guard let levels = compression.levels else {
                throw ChainError("level= belongs to deflate and zstd, not to \(compression.rawValue)")
            }
            if !levels.contains(level) {
                throw ChainError(
                    "level=\(level): \(compression.rawValue) goes from \(levels.lowerBound) to \(levels.upperBound)")
            }
        }
        let type = arguments["type"].flatMap(SampleType.init)
        let scale = arguments.number("scale")
        if let scale, !(scale > 0 && scale.isNormal) { throw ChainError("scale=\(scale): a number above 0 is needed") }
        if let offset = arguments.number("offset"), !offset.isFinite {
            throw ChainError("offset=\(offset): a finite number is needed")
        }
        if type == nil || type == .float32, scale != nil || arguments["offset"] != nil {
            throw ChainError("scale= and offset= belong to an integer type (type=int16)")
        }
        if let noData = arguments.number("nodata"), !(type ?? .float32).canHold(noData) {
            throw ChainError("nodata=\(noData) is not a number of \((type ?? .float32).rawValue)")
        }
        if target.hasPrefix("/vsi") { throw ChainError("\(target): outputs are files of this machine") }
        request = WriteRequest(
            target: target, format: arguments["format"].flatMap(WriteRequest.Format.init) ?? .cog, sampleType: type,
            scale: scale, offset: arguments.number("offset"), compression: compression, level: level,
            noData: arguments.number("nodata"), quicklookSize: arguments.integer("quicklook"), planes: [])
    }

    func lower(into plan: inout PlanBuilder) throws {
        if plan.selection.isEmpty { throw ChainError("nothing is selected") }
        var request = request
        request.planes = try plan.request(plan.selection)
        plan.writes.append(request)
    }
}
