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
        let number = Self.counter.wrappingAdd(1, ordering: .relaxed).oldValue
        path = "\(parent)/\(Self.prefix)\(getpid())-\(number).tmp"
        guard unsafe mkdir(path, 0o777) == 0 else {
            throw RunError(.output, "\(parent): no file can be made here: \(Self.systemMessage())")
        }
        let descriptor = unsafe open(path + "/lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o666)
        lock = descriptor
        if descriptor < 0 || flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let why = Self.systemMessage()
            if descriptor >= 0 { close(descriptor) }
            try? FileManager.default.removeItem(atPath: path)
            throw RunError(.output, "\(parent): no file can be made here: \(why)")
        }
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
        for name in names where name.hasPrefix(prefix) && name.hasSuffix(".tmp") {
            let folder = parent + "/" + name
            let process = name.dropFirst(prefix.count).split(separator: "-").first.flatMap { Int32($0) } ?? 0
            let isDead = process > 0 && kill(process, 0) != 0 && errno == ESRCH
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

    static func systemMessage() -> String { unsafe String(cString: strerror(errno)) }
}
