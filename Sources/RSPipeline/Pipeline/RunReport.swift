/// Files that are made of the finished products of a run, and placed together with them.
protocol RunReport: Sendable {
    /// Where they go: absolute paths.
    var paths: [String] { get }
    /// What is read for them beside the inputs of the plan; part of the record.
    var inputs: [String] { get }
    /// What they depend on beside the chain and the inputs, by name; part of the record.
    var constants: [String: String] { get }

    /// Makes the files under temporary names.
    ///
    /// - Parameter folder: gives the temporary folder of a target.
    /// - Returns: the files, and what deserves a word beside what the run has said.
    /// - Throws: ``RunError``; the run then leaves nothing.
    func make(
        of products: RunProducts, in folder: (String) throws(RunError) -> String
    ) throws(RunError) -> (files: [MadeFile], warnings: [String])
}

/// What a run has made so far, none of it in its place yet.
struct RunProducts {
    let plan: Plan
    /// Per plane, pixels by ``PixelReason``.
    let reasonCounts: [[Int]]
    let record: ProcessingRecord
    /// Maps, pictures, styles and tables.
    let files: [MadeFile]
    /// One per table of the plan.
    let tables: [ZonalResult]
    let warnings: [String]

    /// Where the map of one plane waits; nil where it is not written alone.
    func map(of plane: String) -> String? {
        guard let file = plan.files.first(where: { $0.planes.map { plan.planes[$0].name } == [plane] }) else {
            return nil
        }
        return files.first { $0.target == file.path }?.temporary
    }
}
