import Foundation

/// Files of text that a command makes: all of them, whole, or none.
public enum TextOutput {
    /// Writes texts to files.
    ///
    /// - Parameters:
    ///   - files: paths and what is to stand in them.
    ///   - overwrite: whether files that stand there are replaced.
    /// - Throws: ``RunError`` of kind `chain` for one path given twice, of kind `output` for what cannot be written.
    public static func write(_ files: [(path: String, text: String)], overwrite: Bool) throws(RunError) {
        let targets = files.map { URL(fileURLWithPath: $0.path).standardizedFileURL.path }
        for (index, target) in targets.enumerated() {
            if targets[..<index].contains(target) {
                throw RunError(.chain, "\(files[index].path) is given for two outputs")
            }
            if FileFacts.isFolder(target) {
                throw RunError(.output, "\(files[index].path): a folder stands where a file is to be written")
            }
            if !overwrite, FileFacts.exists(target) {
                throw RunError(.output, "\(files[index].path) exists; add --overwrite to replace it")
            }
        }
        let transaction = OutputTransaction(replaces: overwrite)
        do throws(RunError) {
            for (target, file) in zip(targets, files) {
                let folder = try transaction.temporaryFolder(for: target)
                let temporary = folder + "/" + URL(fileURLWithPath: target).lastPathComponent
                guard FileManager.default.createFile(atPath: temporary, contents: Data(file.text.utf8)) else {
                    throw RunError(.output, "\(file.path): cannot be written; is the disk full?")
                }
                try transaction.place(temporary, at: target)
            }
            transaction.commit()
        } catch {
            transaction.rollback()
            throw error
        }
    }
}
