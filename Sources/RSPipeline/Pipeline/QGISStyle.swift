import Foundation

/// Style files that QGIS loads with a map of classes: the colour and the name of each class.
///
/// A GeoTIFF has room for the colours only. QGIS takes a `.qml` file of the map's own name by itself.
enum QGISStyle {
    /// Where the style of a file goes: beside it; nil for a file without classes.
    static func path(for file: PlannedFile) -> String? {
        if file.categories.isEmpty { return nil }
        return URL(fileURLWithPath: file.path).deletingPathExtension().path + ".qml"
    }

    /// Writes the style of a file under a temporary name; nil for a file without classes.
    ///
    /// - Throws: ``RunError`` of kind output.
    static func make(for file: PlannedFile, folder: String) throws(RunError) -> MadeFile? {
        guard let target = path(for: file) else { return nil }
        let temporary = folder + "/" + URL(fileURLWithPath: target).lastPathComponent
        guard FileManager.default.createFile(atPath: temporary, contents: Data(text(file.categories).utf8)) else {
            throw RunError(.output, "\(target): cannot be written; is the disk full?")
        }
        return MadeFile(temporary, target: target)
    }

    /// The style as a document: one entry per class in the order of the numbers, all opaque.
    static func text(_ categories: [RasterCategory]) -> String {
        let entries = categories.map { category in
            "        <paletteEntry value=\"\(category.value)\" color=\"\(category.colourText)\" alpha=\"255\" "
                + "label=\"\(category.name.escapedForXML)\"/>\n"
        }
        return """
            <!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
            <qgis version="3.0" styleCategories="Symbology">
              <pipe>
                <rasterrenderer type="paletted" band="1" opacity="1" alphaBand="-1" nodataColor="">
                  <colorPalette>
            \(entries.joined().dropLast())
                  </colorPalette>
                </rasterrenderer>
              </pipe>
            </qgis>

            """
    }
}
