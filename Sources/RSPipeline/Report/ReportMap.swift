/// What a report draws as its map.
public struct ReportMap: Sendable {
    /// The classes.
    public var picture: MapPicture
    /// Drawn strongly, with their names.
    public var districts: [MapOutline]
    /// Drawn finely; those of the report's table strongly, with their rank.
    public var plots: [MapOutline]

    /// Makes a map.
    public init(_ picture: MapPicture, districts: [MapOutline] = [], plots: [MapOutline] = []) {
        self.picture = picture
        self.districts = districts
        self.plots = plots
    }
}
