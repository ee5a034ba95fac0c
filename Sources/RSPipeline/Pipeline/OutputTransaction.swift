import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Places the outputs of one scene: all of them, or none.
final class OutputTransaction {
    /// What to do when an output exists already.
    let replaces: Bool
    private var folders: [String: TemporaryFolder] = [:]
    private var madeFolders: [String] = []
    private var placed: [String] = []
    private var isComplete = false

    init(replaces: Bool) { self.replaces = replaces }

    /// The temporary folder in which a file is made; the target's folder is made where it is missing.
    ///
    /// - Throws: ``RunError`` of kind output when the target cannot be written.
    func temporaryFolder(for target: String) throws(RunError) -> String {
        let parent = URL(fileURLWithPath: target).deletingLastPathComponent().path
        if let folder = folders[parent] { return folder.path }
        try makeFolder(parent)
        let folder = try TemporaryFolder(in: parent)
        folders[parent] = folder
        return folder.path
    }

    private func makeFolder(_ path: String) throws(RunError) {
        if FileFacts.isFolder(path) { return }
        if FileFacts.exists(path) {
            throw RunError(.output, "\(path): a file stands where a folder is needed; choose another target")
        }
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        if parent != path { try makeFolder(parent) }
        if unsafe mkdir(path, 0o777) != 0 && errno != EEXIST {
            throw RunError(.output, "\(path): the folder cannot be made: \(FileBytes.systemMessage())")
        }
        madeFolders.append(path)
    }

    /// Moves a finished file to its name.
    ///
    /// - Parameter replacing: whether this one file may be replaced whatever the rule.
    /// - Throws: ``RunError`` of kind output; what this transaction has placed is removed again on ``rollback()``.
    func place(_ temporary: String, at target: String, replacing: Bool = false) throws(RunError) {
        let descriptor = unsafe open(temporary, O_RDONLY | O_CLOEXEC)
        if descriptor >= 0 {
            let synced = fsync(descriptor)
            close(descriptor)
            if synced != 0 {
                throw RunError(.output, "\(target): cannot be written: \(FileBytes.systemMessage())")
            }
        }
        if !replaces && !replacing {
            // A link never replaces: a run that got here first keeps its file.
            if unsafe link(temporary, target) == 0 {
                placed.append(target)
                unsafe unlink(temporary)
                return
            }
            if errno == EEXIST || FileFacts.exists(target) {
                throw RunError(
                    .output, "\(target) exists; add --overwrite to replace it, or --update to replace what is stale")
            }
        }
        let isNew = !FileFacts.exists(target)
        guard unsafe rename(temporary, target) == 0 else {
            throw RunError(.output, "\(target): cannot be placed: \(FileBytes.systemMessage())")
        }
        if isNew { placed.append(target) }
    }

    /// Withdraws an output before others are replaced, so that it never vouches for files of another run.
    func withdraw(_ target: String) {
        if replaces { unlinkQuietly(target) }
    }

    /// Removes the temporary folders; the outputs stay.
    func commit() {
        isComplete = true
        for folder in folders.values { folder.remove() }
        folders = [:]
    }

    /// Removes everything this transaction has made.
    func rollback() {
        if isComplete { return }
        for target in placed { unlinkQuietly(target) }
        for folder in folders.values { folder.remove() }
        folders = [:]
        for folder in madeFolders.reversed() { rmdirIfEmpty(folder) }
        isComplete = true
    }

    private func unlinkQuietly(_ path: String) { _ = unsafe unlink(path) }

    private func rmdirIfEmpty(_ path: String) { _ = unsafe rmdir(path) }
}
