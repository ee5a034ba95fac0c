import Foundation

/// A tar archive on disk, looked at only far enough to know that it is whole.
///
/// GDAL reads the members of an archive that was cut off as if nothing were missing, until a pixel is asked for.
enum TarArchive {
    /// Archives with more members than this are no product.
    static let countLimit = 100_000

    private static let block = 512

    /// Walks from header to header to the end mark.
    ///
    /// - Parameter title: what the user has named, for messages.
    /// - Throws: ``SceneError`` with code `unreadable` for what is no tar archive, is damaged or breaks off.
    static func check(_ path: String, title: String) throws(SceneError) {
        guard let file = FileHandle(forReadingAtPath: path), let size = try? file.seekToEnd() else {
            throw SceneError(code: .unreadable, message: "\(title): the archive cannot be read; check its rights")
        }
        defer { try? file.close() }
        var offset: UInt64 = 0
        for _ in 0..<countLimit {
            if offset == size, offset > 0 { return }
            guard (try? file.seek(toOffset: offset)) != nil, let data = try? file.read(upToCount: block),
                data.count == block
            else { throw broken(title, offset, size) }
            let header = [UInt8](data)
            if header.allSatisfy({ $0 == 0 }) {
                if offset > 0 { return }
                throw SceneError(code: .unreadable, message: "\(title): the archive is empty; fetch it again")
            }
            guard let length = memberSize(header) else {
                throw SceneError(
                    code: .unreadable,
                    message: offset == 0
                        ? "\(title): it is no tar archive, or a damaged one; fetch it again"
                        : "\(title): the archive is damaged at byte \(offset); fetch it again")
            }
            let (padded, overflow) = (length / UInt64(block)).addingReportingOverflow(
                length % UInt64(block) == 0 ? 1 : 2)
            let (bytes, overflow2) = padded.multipliedReportingOverflow(by: UInt64(block))
            let (next, overflow3) = offset.addingReportingOverflow(bytes)
            // The last member may lack its padding.
            if overflow || overflow2 || overflow3 || offset + UInt64(block) + length > size {
                throw broken(title, next, size)
            }
            if next >= size { return }
            offset = next
        }
        throw SceneError(
            code: .unreadable, message: "\(title) holds more than \(countLimit) files; give the archive of one product")
    }

    private static func broken(_ title: String, _ end: UInt64, _ size: UInt64) -> SceneError {
        SceneError(
            code: .unreadable,
            message:
                "\(title): the archive is truncated: it goes on at byte \(end), the file has \(size); fetch it again")
    }

    /// The bytes of the member that a header announces; nil for what is no header.
    ///
    /// Octal text, or base 256 where the highest bit of the field is set (members from 8 GiB).
    private static func memberSize(_ header: [UInt8]) -> UInt64? {
        var sum = 0
        for (index, byte) in header.enumerated() { sum += (148..<156).contains(index) ? 0x20 : Int(byte) }
        guard octal(header[148..<156]) == UInt64(sum) else { return nil }
        let field = header[124..<136]
        guard let first = field.first, first & 0x80 != 0 else { return octal(field) }
        var value: UInt64 = 0
        for byte in field.dropFirst() {
            let (shifted, overflow) = value.multipliedReportingOverflow(by: 256)
            if overflow { return nil }
            value = shifted | UInt64(byte)
        }
        return value
    }

    private static func octal(_ field: ArraySlice<UInt8>) -> UInt64? {
        let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0 && $0 != 0x20 }
        if digits.isEmpty { return 0 }
        return UInt64(String(decoding: digits, as: UTF8.self), radix: 8)
    }
}
