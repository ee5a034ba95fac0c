import Foundation

/// The rational model of a DIMAP product in sensor geometry, in a file `RPC_*.XML` of its own.
enum DIMAPRationalModel {
    /// Reads the model that the product's metadata names.
    ///
    /// The inverse model leads from the ground to the image. Its rows and columns count from PIXEL_ORIGIN.
    /// - Throws: ``SceneError`` that names file and element.
    static func read(_ metadata: DIMAPMetadata, in files: ProductFiles) throws(SceneError) -> RationalModel {
        guard let href = metadata.rationalModelFile else {
            throw metadata.xml.missing(
                "Geoposition/Geoposition_Models/Rational_Function_Model/Component/COMPONENT_PATH")
        }
        let inside = ProductFiles.folder(of: metadata.name) + href
        guard let name = try files.find(inside, namedBy: metadata.path) else {
            throw SceneError(
                code: .badMetadata,
                message:
                    "\(try files.path(inside, namedBy: metadata.path)): the file with the rational model is missing")
        }
        let xml = try MetadataXML(
            bytes: files.bytes(of: name, limit: MetadataXML.sizeLimit), path: files.path(of: name))
        let base = "Rational_Function_Model/Global_RFM"
        func range(_ key: String, shift: Double = 0) throws(SceneError) -> RationalModel.Range {
            let place = "\(base)/RFM_Validity/\(key)"
            let scale = try xml.requiredNumber("\(place)_SCALE")
            if scale == 0 {
                throw SceneError(code: .badMetadata, message: "\(place)_SCALE in \(xml.path) is 0, and it divides")
            }
            return RationalModel.Range(offset: try xml.requiredNumber("\(place)_OFF") - shift, scale: scale)
        }
        func terms(_ key: String) throws(SceneError) -> [Double] {
            var terms: [Double] = []
            for number in 1...20 {
                terms.append(try xml.requiredNumber("\(base)/Inverse_Model/\(key)_COEFF_\(number)"))
            }
            return terms
        }
        let origin = try metadata.pixelOrigin()
        return RationalModel(
            line: try range("LINE", shift: origin), sample: try range("SAMP", shift: origin),
            latitude: try range("LAT"),
            longitude: try range("LONG"), height: try range("HEIGHT"), lineNumerator: try terms("LINE_NUM"),
            lineDenominator: try terms("LINE_DEN"), sampleNumerator: try terms("SAMP_NUM"),
            sampleDenominator: try terms("SAMP_DEN"))
    }
}
