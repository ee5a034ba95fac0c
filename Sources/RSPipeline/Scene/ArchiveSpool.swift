import Foundation
import Synchronization

#if canImport(CDispatch)
    // The system's `stat` belongs to the module that the compiler meets first, which may be this one.
    import CDispatch
#endif
#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A `.tar.gz` inflated once to a temporary `.tar`, in which members are found without inflating what lies before them.
///
/// The file lies in the system's temporary folder (`TMPDIR`) and goes when the last holder lets go. It is locked while
/// its process lives, so that what a killed process has left is known and removed by the next one.
final class ArchiveSpool: Sendable {
    /// The archive that the user has named.
    let archive: String
    /// The temporary file.
    let path: String
    private let descriptor: Int32

    /// Archives that inflate to more than this are refused.
    static let sizeLimit = 64 << 30
    /// Room that is left on the disk whatever happens.
    static let reserve = 256 << 20

    private static let prefix = "rsproc-spool-"
    private static let counter = Atomic<Int>(0)
    /// Which archive each temporary file of this process was made of.
    private static let known = Mutex<[String: String]>([:])

    /// Inflates an archive.
    ///
    /// - Parameters:
    ///   - limit: bytes from which it is refused.
    ///   - folder: where the temporary file goes.
    /// - Throws: ``SceneError`` with code `unreadable` for an archive that is damaged, truncated or too large, and for a
    ///   disk that is full. Nothing is left then.
    init(
        inflating archive: String, limit: Int = ArchiveSpool.sizeLimit,
        in folder: String = FileManager.default.temporaryDirectory.path
    ) throws(SceneError) {
        var base = folder
        while base.count > 1, base.hasSuffix("/") { base.removeLast() }
        Self.removeStale(in: base)
        let (path, descriptor) = try Self.make(in: base)
        do throws(SceneError) {
            try Self.inflate(archive, to: descriptor, limit: limit, folder: base)
            try TarArchive.check(path, title: archive)
        } catch {
            unsafe unlink(path)
            close(descriptor)
            throw error
        }
        self.archive = archive
        self.path = path
        self.descriptor = descriptor
        Self.known.withLock { $0[path] = archive }
    }

    deinit {
        Self.known.withLock { $0[path] = nil }
        unsafe unlink(path)
        close(descriptor)
    }

    /// What names of members are relative to.
    var root: String { "/vsitar/" + path }

    /// Bytes of the temporary file.
    var size: Int {
        var facts = stat()
        return unsafe fstat(descriptor, &facts) == 0 ? Int(facts.st_size) : 0
    }

    /// Whether a file is an archive that has to be inflated before it is read, by its name.
    static func isNeeded(for path: String) -> Bool {
        [".tar.gz", ".tgz"].contains(where: path.lowercased().hasSuffix)
    }

    // MARK: Names

    /// A text with the archive's name wherever it names the temporary file.
    static func delivered(in text: String) -> String {
        guard text.contains(prefix) else { return text }
        return known.withLock { known in
            known.reduce(text) { text, entry in
                text.replacingOccurrences(of: "/vsitar/" + entry.key, with: entry.value)
                    .replacingOccurrences(of: entry.key, with: entry.value)
            }
        }
    }

    /// The file on disk that a path was delivered in: the archive for a member of one, the path itself for any other.
    static func delivered(_ path: String) -> String {
        let container = VirtualFiles.container(of: path)
        return known.withLock { $0[container] } ?? container
    }

    // MARK: The temporary file

    /// Makes and locks a file.
    private static func make(in folder: String) throws(SceneError) -> (path: String, descriptor: Int32) {
        for _ in 0..<100 {
            let number = counter.wrappingAdd(1, ordering: .relaxed).oldValue
            let path = "\(folder)/\(prefix)\(getpid())-\(number).tar"
            let descriptor = unsafe open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
            if descriptor < 0 {
                if errno == EEXIST { continue }
                throw full(folder, FileBytes.systemMessage())
            }
            var facts = stat()
            // Another process that clears up may have taken it for a dead one's before it was locked.
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0, unsafe fstat(descriptor, &facts) == 0, facts.st_nlink > 0 {
                return (path, descriptor)
            }
            close(descriptor)
        }
        throw full(folder, "too many archives are being read at once")
    }

    private static func full(_ folder: String, _ why: String) -> SceneError {
        SceneError(
            code: .unreadable,
            message: "\(folder): no temporary file can be made here for the inflated archive: \(why); set TMPDIR to "
                + "another folder, or unpack the archive yourself")
    }

    private static func inflate(
        _ archive: String, to descriptor: Int32, limit: Int, folder: String
    ) throws(SceneError) {
        guard start(of: archive) == [0x1F, 0x8B] else {
            throw SceneError(
                code: .unreadable, message: "\(archive): it is no gzip file, or a damaged one; fetch it again")
        }
        var failure: SceneError?
        var written = 0
        var checked = 0
        do throws(GDALError) {
            try unsafe VirtualFiles.read("/vsigzip/" + archive) { piece in
                written += piece.count
                if written > limit {
                    failure = SceneError(
                        code: .unreadable,
                        message: "\(archive): it inflates to more than \(limit) bytes, which no product has; it is "
                            + "refused")
                } else if written > checked {
                    checked = written + 64 << 20
                    if let free = freeSpace(folder), free < reserve + 64 << 20 {
                        failure = full(folder, "the disk is nearly full (\(free) bytes are left)")
                    }
                }
                if failure == nil, unsafe !write(piece, to: descriptor) {
                    failure = full(folder, FileBytes.systemMessage())
                }
                return failure == nil
            }
        } catch {
            throw SceneError(
                code: .unreadable,
                message: "\(archive): the archive is damaged or truncated; fetch it again")
        }
        if let failure { throw failure }
    }

    private static func write(_ piece: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var rest = unsafe piece
        while rest.count > 0 {
            #if canImport(Glibc)
                let count = unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
            #else
                let count = unsafe Darwin.write(descriptor, rest.baseAddress, rest.count)
            #endif
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return false }
            unsafe rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return true
    }

    private static func start(of path: String) -> [UInt8] {
        guard let file = FileHandle(forReadingAtPath: path) else { return [] }
        defer { try? file.close() }
        return (try? file.read(upToCount: 2)).map { [UInt8]($0) } ?? []
    }

    private static func freeSpace(_ folder: String) -> Int? {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
        return (attributes?[.systemFreeSize] as? NSNumber)?.intValue
    }

    /// Removes the files that no living process holds.
    static func removeStale(in folder: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            guard name.hasPrefix(prefix), name.hasSuffix(".tar") else { continue }
            let path = folder + "/" + name
            let descriptor = unsafe open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
            if descriptor < 0 { continue }
            var facts = stat()
            if unsafe fstat(descriptor, &facts) == 0, facts.st_uid == getuid(),
                flock(descriptor, LOCK_EX | LOCK_NB) == 0
            {
                unsafe unlink(path)
            }
            close(descriptor)
        }
    }
}

extension Scene {
    /// The scene with its files held for as long as it lives, under the names that the user knows.
    func held(by spool: ArchiveSpool) -> Scene {
        var scene = self
        scene.spool = spool
        for index in scene.bands.indices {
            scene.bands[index].problem = scene.bands[index].problem.map(ArchiveSpool.delivered(in:))
            scene.bands[index].calibration.missing = scene.bands[index].calibration.missing.map(
                ArchiveSpool.delivered(in:))
        }
        scene.qualityLayers = scene.qualityLayers.map { layer in
            QualityLayer(
                kind: layer.kind, name: layer.name, source: layer.source, shapes: layer.shapes,
                problem: layer.problem.map(ArchiveSpool.delivered(in:)), noData: layer.noData, flags: layer.flags)
        }
        scene.notices =
            scene.notices.map(ArchiveSpool.delivered(in:)) + [
                "\(spool.archive) was inflated to a temporary file of \((spool.size + (1 << 20) - 1) >> 20) MiB first; a .tar, a .zip or a "
                    + "folder opens faster"
            ]
        return scene
    }
}
