/// What a pixel of a synthetic scene shows.
public enum SyntheticClass: UInt8, Sendable, Hashable, CaseIterable {
    /// Outside the satellite's strip.
    case fill = 0
    /// At least three tenths under living or ripe plants.
    case crop = 1
    /// Bare or nearly bare ground.
    case bareSoil = 2
    /// At least a third under salt crust.
    case saltCrust = 3
    /// At least half under water.
    case water = 4
    /// At least half hidden by cloud.
    case cloud = 5
    /// At least half in a cloud's shadow.
    case shadow = 6
}
