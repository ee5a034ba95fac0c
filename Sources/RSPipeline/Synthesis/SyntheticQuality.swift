/// QA_PIXEL of Landsat Collection 2, as far as a scene without snow needs it.
enum SyntheticQuality {
    static let fill: UInt16 = 1

    /// The word of one pixel: the class bits with their confidences, 21824 for clear land, 5440 where the sensor has no
    /// cirrus band and leaves bits 2, 14 and 15 unset.
    ///
    /// Clear (bit 6) means neither cloud nor the rim grown around it; a shadow is clear.
    @inline(__always)
    static func word(
        surface: SyntheticSurface, state: SyntheticSky.State, kind: SyntheticClass, hasCirrusBand: Bool
    ) -> UInt16 {
        let low: UInt16 = 1
        let medium: UInt16 = 2
        let high: UInt16 = 3
        let isCloud = kind == .cloud
        let isShadow = kind == .shadow
        let isRim = state.isRim && !isCloud
        let isCirrus = hasCirrusBand && state.cirrus >= 0.3
        let isWater = surface.water >= 0.5 && !isCloud
        var word: UInt16 = 0
        if isRim { word |= 1 << 1 }
        if isCirrus { word |= 1 << 2 }
        if isCloud { word |= 1 << 3 }
        if isShadow { word |= 1 << 4 }
        if !isCloud && !isRim { word |= 1 << 6 }
        if isWater { word |= 1 << 7 }
        word |= (isCloud ? high : state.cloud >= 0.15 ? medium : low) << 8
        word |= (isShadow ? high : low) << 10
        word |= low << 12
        if hasCirrusBand { word |= (isCirrus ? high : low) << 14 }
        return word
    }
}
