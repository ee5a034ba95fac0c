import Dispatch
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

/// What the file system says of a path, also of one into an archive: sizes and bytes of the member, times of the archive.
enum FileFacts {
    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// Bytes of a file; 0 where there is none.
    static func size(_ path: String) -> Int {
        if Dataset.isInArchive(path) {
            guard case .file(let bytes)? = VirtualFiles.kind(of: path) else { return 0 }
            return bytes
        }
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.size] as? NSNumber)?.intValue ?? 0
    }

    /// When a file, its name or its place was last changed, whatever its modification time was set to.
    static func changed(_ path: String) -> Date? {
        var facts = stat()
        guard unsafe stat(ArchiveSpool.delivered(path), &facts) == 0 else { return nil }
        let time = facts.st_ctim
        return Date(timeIntervalSince1970: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    }

    /// When a file's content last changed.
    static func modified(_ path: String) -> Date? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: ArchiveSpool.delivered(path))
        return attributes?[.modificationDate] as? Date
    }

    /// Free bytes of the file system that holds a folder; nil where it does not say.
    static func freeSpace(_ folder: String) -> Int? {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
        return (attributes?[.systemFreeSize] as? NSNumber)?.intValue
    }

    /// Bytes that are fetched of a remote file at most, to compare them: metadata.
    private static let remoteLimit = 64 << 20

    /// A number that identifies a file's bytes; nil where it cannot be read.
    static func contentHash(_ path: String) -> String? {
        if Dataset.isInArchive(path) { return memberHash(path) }
        if RemotePath.isRemote(path) {
            guard let bytes = try? VirtualFiles.bytes(of: path, limit: remoteLimit) else { return nil }
            var hash = ContentHash()
            unsafe bytes.withUnsafeBytes { unsafe hash.add($0) }
            return hash.text
        }
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { return nil }
        defer { close(descriptor) }
        // Read, not mapped: mapped pages would count as memory of this process.
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { unsafe buffer.deallocate() }
        var hash = ContentHash()
        while true {
            let count = unsafe read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0 && errno == EINTR { continue }
            if count < 0 { return nil }
            if count == 0 { return hash.text }
            unsafe hash.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    private static func memberHash(_ path: String) -> String? {
        var hash = ContentHash()
        do throws(GDALError) {
            try unsafe VirtualFiles.read(path) { piece in
                unsafe hash.add(piece)
                return true
            }
        } catch {
            return nil
        }
        return hash.text
    }

    /// The hashes of several files, some at once; files that cannot be read are left out.
    static func contentHashes(_ paths: [String], threads: Int) -> [String: String] {
        let hashes = Mutex<[String: String]>([:])
        let next = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: min(threads, paths.count)) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                if index >= paths.count { return }
                guard let hash = contentHash(paths[index]) else { continue }
                hashes.withLock { $0[paths[index]] = hash }
            }
        }
        return hashes.withLock { $0 }
    }
}
