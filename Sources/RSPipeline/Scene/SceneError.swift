/// Why a scene could not be opened or used, in words that say what, where and what to do.
public struct SceneError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure, open for codes to come.
    public struct Code: Sendable, Hashable {
        private let raw: String
        /// An input does not exist.
        public static let notFound = Code(raw: "notFound")
        /// The input is no product that this library reads.
        public static let notRecognised = Code(raw: "notRecognised")
        /// The product's metadata is damaged, incomplete or contradicts itself.
        public static let badMetadata = Code(raw: "badMetadata")
        /// A band that was asked for is not in the scene.
        public static let missingBand = Code(raw: "missingBand")
        /// Two bands do not lie on the same grid.
        public static let gridMismatch = Code(raw: "gridMismatch")
        /// A file exists but cannot be read.
        public static let unreadable = Code(raw: "unreadable")
        /// An option is wrong or does not apply to this product.
        public static let badOption = Code(raw: "badOption")
    }

    /// What kind of failure.
    public let code: Code
    /// What happened, where (file, band, metadata key), and what to do.
    public let message: String

    /// Makes an error; credentials in its message are removed.
    public init(code: Code, message: String) {
        self.code = code
        self.message = ShownText.text(message)
    }

    /// The message.
    public var description: String { message }
}
