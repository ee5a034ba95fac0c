internal import CTIFF

/// How the blocks of a TIFF file that this library writes are compressed.
public enum TIFFCompression: String, Sendable, Hashable, CaseIterable {
    case deflate, zstd, lzw, lerc, none

    /// The number that stands in tag 259.
    var scheme: Int {
        switch self {
        case .none: TIFFScheme.none
        case .lzw: TIFFScheme.lzw
        case .deflate: TIFFScheme.deflate
        case .lerc: TIFFScheme.lerc
        case .zstd: TIFFScheme.zstd
        }
    }

    /// The levels of effort; nil where there is no choice.
    public var levels: ClosedRange<Int>? {
        switch self {
        case .deflate: 1...12
        case .zstd: 1...22
        case .lzw, .lerc, .none: nil
        }
    }

    /// The level that is used where none is asked for.
    var defaultLevel: Int {
        switch self {
        case .zstd: 9
        default: 6
        }
    }

    /// The predictor that suits a type: differences for whole numbers, sorted bytes for floating point.
    func predictor(for type: SampleType) -> Predictor {
        switch self {
        case .none, .lerc: .none
        case .deflate, .zstd, .lzw: type.isInteger ? .horizontal : .floatingPoint
        }
    }

    /// Whether the installed libtiff has the codec; those that do not go through libtiff are always there.
    public var isAvailable: Bool {
        switch self {
        case .deflate, .zstd, .none: true
        case .lzw, .lerc: TIFFIsCODECConfigured(UInt16(scheme)) != 0
        }
    }
}
