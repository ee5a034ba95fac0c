/// How far counting pixels is off.
extension ReportPage {
    /// Of a difference between samples, what predictions show where nothing is moved to the middle, as good as.
    static let fullSlope = 0.95

    /// How far counting is off, for the classes with the most too much and too little.
    func excessNote(_ accuracy: Assessment.Accuracy) -> Markup? {
        let excess = accuracy.classes.map(\.excess)
        guard let over = excess.indices.max(by: { excess[$0] < excess[$1] }),
            let under = excess.indices.min(by: { excess[$0] < excess[$1] }), excess[over] > 0, excess[under] < 0
        else { return nil }
        return fill(
            "areas_excess",
            [
                "over": area(excess[over], "/accuracy/classes/\(over)/excess"), "most": className(over),
                "under": area(excess[under], "/accuracy/classes/\(under)/excess"), "least": className(under),
            ])
    }
}
