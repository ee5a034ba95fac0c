import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What the file system says of a path.
enum FileFacts {
    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// Bytes of a file; 0 where there is none.
    static func size(_ path: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.size] as? NSNumber)?.intValue ?? 0
    }

    /// When a file, its name or its place was last changed, whatever its modification time was set to.
    static func changed(_ path: String) -> Date? {
        var facts = stat()
        guard unsafe stat(path, &facts) == 0 else { return nil }
        let time = facts.st_ctim
        return Date(timeIntervalSince1970: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    }

    /// When a file's content last changed.
    static func modified(_ path: String) -> Date? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.modificationDate] as? Date
    }

    /// Free bytes of the file system that holds a folder; nil where it does not say.
    static func freeSpace(_ folder: String) -> Int? {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
        return (attributes?[.systemFreeSize] as? NSNumber)?.intValue
    }

    /// A number that identifies a file's bytes; nil where it cannot be read.
    static func contentHash(_ path: String) -> String? {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped) else { return nil }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        unsafe data.withUnsafeBytes { bytes in
            var position = 0
            while position + 8 <= bytes.count {
                let word = unsafe bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                hash = (hash ^ UInt64(littleEndian: word)) &* 0x9e37_79b9_7f4a_7c15
                hash ^= hash >> 29
                position += 8
            }
            while position < bytes.count {
                hash = unsafe (hash ^ UInt64(bytes[position])) &* 0x0000_0100_0000_01b3
                position += 1
            }
        }
        return String(hash ^ UInt64(data.count), radix: 16)
    }
}
