import Foundation

extension SampleTable {
    /// Writes the table as a file, whole or not at all.
    ///
    /// - Parameter overwrite: whether a file that stands there is replaced.
    /// - Throws: ``RunError`` of kind `output`.
    public func write(to path: String, overwrite: Bool = false) throws(RunError) {
        let target = URL(fileURLWithPath: path).path
        if !overwrite, FileFacts.exists(target) {
            throw RunError(.output, "\(path) exists; add --overwrite to replace it")
        }
        let transaction = OutputTransaction(replaces: overwrite)
        do throws(RunError) {
            let folder = try transaction.temporaryFolder(for: target)
            let temporary = folder + "/" + URL(fileURLWithPath: target).lastPathComponent
            guard FileManager.default.createFile(atPath: temporary, contents: Data(text.utf8)) else {
                throw RunError(.output, "\(path): cannot be written; is the disk full?")
            }
            try transaction.place(temporary, at: target)
            transaction.commit()
        } catch {
            transaction.rollback()
            throw error
        }
    }
}
