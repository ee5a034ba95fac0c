import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A hidden folder beside the outputs in which they are made before they are moved to their names.
///
/// A lock file inside is held while the process lives, so that a later run can tell what a killed run has left from what
/// a living one is working on. The lock alone decides: the number of a killed process may be another one's by then, or
/// its own while nobody has asked how it ended. The name carries host and process for people, and because a lock may not
/// be seen from another host.
final class TemporaryFolder: Sendable {
    let path: String
    private let lock: Int32
    private static let counter = Atomic<Int>(0)

    /// Folders of other hosts are left alone until nothing in them has changed for so long, in seconds.
    private static let otherHostsGrace = 24.0 * 3600

    /// Makes the folder beside outputs in `parent`, which must exist, after removing what dead runs have left there.
    init(in parent: String) throws(RunError) {
        Self.removeStale(in: parent)
        for _ in 0..<100 {
            let number = Self.counter.wrappingAdd(1, ordering: .relaxed).oldValue
            let candidate = "\(parent)/\(Self.prefix)\(Self.host)-\(getpid())-\(number)\(Self.suffix)"
            guard unsafe mkdir(candidate, 0o777) == 0 else {
                // Another machine of the same name may use the same numbers.
                if errno == EEXIST { continue }
                throw RunError(.output, "\(parent): no file can be made here: \(FileBytes.systemMessage())")
            }
            if let descriptor = try Self.lock(candidate, parent: parent) {
                path = candidate
                lock = descriptor
                return
            }
        }
        throw RunError(.output, "\(parent): no file can be made here: too many runs at once; try again")
    }

    /// Locks a new folder; nil when a run that was clearing up took it away before it was locked.
    private static func lock(_ folder: String, parent: String) throws(RunError) -> Int32? {
        let file = folder + "/lock"
        let descriptor = unsafe open(file, O_CREAT | O_RDWR | O_CLOEXEC, 0o666)
        if descriptor < 0 {
            if errno == ENOENT { return nil }
            let why = FileBytes.systemMessage()
            try? FileManager.default.removeItem(atPath: folder)
            throw RunError(.output, "\(parent): no file can be made here: \(why)")
        }
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
            if FileFacts.exists(file) { return descriptor }
        } else if errno != EWOULDBLOCK {
            let why = FileBytes.systemMessage()
            close(descriptor)
            try? FileManager.default.removeItem(atPath: folder)
            throw RunError(.output, "\(parent): files cannot be locked here: \(why)")
        }
        close(descriptor)
        return nil
    }

    /// Removes the folder with everything in it.
    func remove() { try? FileManager.default.removeItem(atPath: path) }

    deinit {
        remove()
        close(lock)
    }

    private static let prefix = ".rsproc-"
    private static let suffix = ".tmp"

    /// How this machine is called in the names of its folders.
    private static var host: String {
        PlannedFile.fileName(ProcessInfo.processInfo.hostName.split(separator: ".").first.map(String.init) ?? "host")
    }

    /// Removes the folders that no living process holds.
    ///
    /// A run that has made its folder and not locked it yet makes another one when it finds it taken away.
    static func removeStale(in parent: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        for name in names {
            guard let owner = owner(of: name) else { continue }
            let folder = parent + "/" + name
            if owner != host, !isForgotten(folder) { continue }
            let descriptor = unsafe open(folder + "/lock", O_RDWR | O_CLOEXEC)
            if descriptor < 0 {
                // Killed before there was a lock: there is nothing else in it either.
                unsafe _ = rmdir(folder)
                continue
            }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { try? FileManager.default.removeItem(atPath: folder) }
            close(descriptor)
        }
    }

    /// Whether nothing in a folder has changed for long.
    private static func isForgotten(_ folder: String) -> Bool {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder), names.contains("lock") else {
            return false
        }
        let paths = [folder] + names.map { folder + "/" + $0 }
        return paths.allSatisfy { path in
            FileFacts.modified(path).map { $0.timeIntervalSinceNow < -otherHostsGrace } ?? false
        }
    }

    /// The host that a temporary folder belongs to; nil for any other name.
    private static func owner(of name: String) -> String? {
        guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
        let parts = name.dropFirst(prefix.count).dropLast(suffix.count)
            .split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 3, let process = Int32(parts[parts.count - 2]), process > 0,
            Int(parts[parts.count - 1]) != nil
        else { return nil }
        return parts.dropLast(2).joined(separator: "-")
    }
}
