import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A hidden folder beside the outputs in which they are made before they are moved to their names.
///
/// Its name carries host and process, and a lock file inside is held while the process lives, so that a later run on
/// the same host can tell what a killed run has left from what a living one is working on.
final class TemporaryFolder: Sendable {
    let path: String
    private let lock: Int32
    private static let counter = Atomic<Int>(0)

    /// Makes the folder beside outputs in `parent`, which must exist, after removing what dead runs have left there.
    init(in parent: String) throws(RunError) {
        Self.removeStale(in: parent)
        for _ in 0..<100 {
            let number = Self.counter.wrappingAdd(1, ordering: .relaxed).oldValue
            let candidate = "\(parent)/\(Self.prefix)\(getpid())-\(number).tmp"
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

    /// `.rsproc-HOST-`, the same for all runs of this host.
    private static var prefix: String {
        let host = ProcessInfo.processInfo.hostName.split(separator: ".").first.map(String.init) ?? "host"
        return ".rsproc-\(PlannedFile.fileName(host))-"
    }

    /// Removes the folders of this host that no living process holds.
    static func removeStale(in parent: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        for name in names {
            guard let process = process(of: name) else { continue }
            let folder = parent + "/" + name
            let isDead = kill(process, 0) != 0 && errno == ESRCH
            let descriptor = unsafe open(folder + "/lock", O_RDWR | O_CLOEXEC)
            if descriptor >= 0 {
                // A lock that a living process of that number has not taken yet is left to it for a minute.
                let isOld = (FileFacts.modified(folder) ?? .distantPast).timeIntervalSinceNow < -60
                let isFree = (isDead || isOld) && flock(descriptor, LOCK_EX | LOCK_NB) == 0
                if isFree { try? FileManager.default.removeItem(atPath: folder) }
                close(descriptor)
            } else if isDead {
                try? FileManager.default.removeItem(atPath: folder)
            }
        }
    }

    /// The process that a temporary folder of this host belongs to; nil for any other name.
    private static func process(of name: String) -> Int32? {
        guard name.hasPrefix(prefix), name.hasSuffix(".tmp") else { return nil }
        let parts = name.dropFirst(prefix.count).dropLast(4).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let process = Int32(parts[0]), process > 0, Int(parts[1]) != nil else { return nil }
        return process
    }

}
