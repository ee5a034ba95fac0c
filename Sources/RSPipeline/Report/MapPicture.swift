public import Foundation

/// A class map as a small picture in the colours of its classes; land without a class is transparent.
public struct MapPicture: Sendable {
    /// The picture, as PNG.
    public let png: Data
    /// Columns of the picture.
    public let width: Int
    /// Rows of the picture.
    public let height: Int
    /// Where the pixels of the map lie that it was made from.
    public let grid: Grid
}
