internal import CGDAL
import Foundation

/// Text of older programs as UTF-8, with the tables of the system's iconv.
enum TextRecoding {
    /// Brings text to UTF-8.
    ///
    /// - Parameters:
    ///   - data: text without zero bytes.
    ///   - encoding: a name that iconv knows, such as `CP1251`, `CP866`, `KOI8-R` or `ISO-8859-9`.
    /// - Throws: ``GDALError`` with code `readFailed` for an unknown encoding or bytes that it does not have.
    static func utf8(_ data: Data, from encoding: String) throws(GDALError) -> Data {
        let text = [CChar](data.map { CChar(bitPattern: $0) }) + [0]
        let outcome = ErrorCapture.run { () -> Data? in
            unsafe text.withUnsafeBufferPointer { text in
                guard let base = text.baseAddress else { return nil }
                let result = unsafe CPLRecode(base, encoding, "UTF-8")
                defer { unsafe VSIFree(result) }
                return unsafe Data(bytes: result, count: strlen(result))
            }
        }
        guard let result = outcome.result, outcome.failures.isEmpty, outcome.warnings.isEmpty,
            String(data: result, encoding: .utf8) != nil
        else {
            throw GDALError(
                code: .readFailed, message: "the text is not in the encoding '\(encoding)', or nobody here knows it",
                notes: outcome.warnings + outcome.failures)
        }
        return result
    }
}
