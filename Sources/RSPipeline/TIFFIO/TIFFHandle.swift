internal import CTIFF

/// A TIFF file opened with libtiff, with error messages of its own.
///
/// One per thread.
@safe final class TIFFHandle {
    let tiff: OpaquePointer
    // The handle keeps the address, so the buffer must stay where it is until the file is closed.
    private let messages: UnsafeMutablePointer<ctiff_messages>

    /// Opens a file; nil when libtiff cannot read it.
    init?(_ path: String) {
        let buffer = UnsafeMutablePointer<ctiff_messages>.allocate(capacity: 1)
        unsafe buffer.initialize(to: ctiff_messages())
        guard let opened = unsafe ctiff_open_reading(path, buffer) else {
            unsafe buffer.deallocate()
            return nil
        }
        unsafe tiff = opened
        unsafe messages = buffer
    }

    deinit {
        unsafe TIFFClose(tiff)
        unsafe messages.deallocate()
    }

    /// Forgets what libtiff has said so far.
    func clearMessages() { unsafe messages.pointee.count = 0 }

    /// The first thing libtiff has said since then; nil when nothing.
    var message: String? {
        guard unsafe messages.pointee.count > 0 else { return nil }
        return unsafe withUnsafeBytes(of: messages.pointee.text) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    /// A tag of one number; nil when the file has none and there is no default.
    func number(_ tag: Int32) -> Int? {
        var value: UInt16 = 0
        return unsafe ctiff_u16(tiff, UInt32(tag), &value) != 0 ? Int(value) : nil
    }

    /// A tag of one 32-bit number.
    func longNumber(_ tag: Int32) -> Int? {
        var value: UInt32 = 0
        return unsafe ctiff_u32(tiff, UInt32(tag), &value) != 0 ? Int(value) : nil
    }

    /// A tag of text; nil when there is none.
    func text(_ tag: UInt32) -> String? {
        var buffer = [CChar](repeating: 0, count: 256)
        guard unsafe ctiff_text(tiff, tag, &buffer, buffer.count) != 0 else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
