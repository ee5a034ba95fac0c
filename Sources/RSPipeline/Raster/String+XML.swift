extension String {
    /// The text as it stands in XML or HTML, between tags or in an attribute in either kind of quotes.
    ///
    /// Goes by Unicode scalars, so that a sign with a combining mark behind it is still seen. Control characters that XML
    /// cannot hold become U+FFFD.
    var escapedForXML: String {
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar {
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
            case "'": result.append(contentsOf: "&#39;".unicodeScalars)
            case "\t", "\n", "\r": result.append(scalar)
            case "\0"..<" ", "\u{FFFE}"..."\u{FFFF}": result.append("\u{FFFD}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
