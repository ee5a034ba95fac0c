/// The folder of a report and of the maps that it is made of.
enum ReportFolder {
    /// - Throws: ``ChainError`` for none, and for placeholders: maps would go to a folder named after the scene, the report
    ///   would not.
    static func check(_ folder: String) throws(ChainError) {
        if folder.isEmpty { throw ChainError("--out: a folder is needed") }
        if folder.contains("{") {
            throw ChainError(
                "--out \(folder): {scene}, {date} and the like are for recipes; write the name of the folder")
        }
    }
}
