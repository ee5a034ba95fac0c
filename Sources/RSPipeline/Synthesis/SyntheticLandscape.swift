/// What lies at one point of the ground, before air and clouds.
struct SyntheticSurface {
    /// Reflectance and temperature at the ground.
    var spectrum: Spectrum
    /// The share of the pixel under water.
    var water: Float
    /// The share under living plants.
    var cover: Float
    /// The share under salt crust.
    var crust: Float
    /// Electrical conductivity of the saturated paste extract, dS/m at 25 degrees C.
    var salinity: Float
}

/// A salt-affected irrigated plain: which field, canal, river, pond and how much salt lies where.
///
/// A pure function of the position in metres from the scene's centre (x east, y north), so the small scene of a seed is
/// the middle of the large one, and rows can be made in any order.
///
/// - Fields: blocks of about 3.0 x 2.2 km along a turned and slightly bent grid of canals, each cut into fields of 400 to
///   800 m. A field has a crop, a vigour and a soil of its own; about a quarter lie fallow.
/// - Salt: a smooth field from 0.5 to 42 dS/m, highest in low ground away from the river. Cover falls with salinity along
///   the piecewise line of Maas and Hoffman (1977, J. Irrig. Drain. Div. 103:115): none up to a threshold, then a share
///   per dS/m, each crop with its own two numbers. On ground left bare, crust grows between 8 and 30 dS/m.
struct SyntheticLandscape: Sendable {
    /// One crop: how dense it stands in July and how it bears salt.
    private struct Crop {
        let name: String
        let cover: Float
        let spread: Float
        /// ECe up to which nothing is lost, dS/m.
        let threshold: Float
        /// Share lost per dS/m above it.
        let slope: Float
        let isRipe: Bool
    }

    /// Thresholds and slopes: Maas and Hoffman 1977 (cotton, wheat, alfalfa, maize), as in FAO Irrigation and Drainage
    /// Paper 29, table 4.
    private static let crops = [
        Crop(name: "cotton", cover: 0.72, spread: 0.24, threshold: 7.7, slope: 0.052, isRipe: false),
        Crop(name: "wheat", cover: 0.78, spread: 0.14, threshold: 6.0, slope: 0.071, isRipe: true),
        Crop(name: "alfalfa", cover: 0.93, spread: 0.08, threshold: 2.0, slope: 0.073, isRipe: false),
        Crop(name: "maize", cover: 0.88, spread: 0.12, threshold: 1.7, slope: 0.120, isRipe: false),
        Crop(name: "late cotton", cover: 0.55, spread: 0.25, threshold: 7.7, slope: 0.052, isRipe: false),
    ]

    /// The field that the last point lay in; rows are walked pixel by pixel, so most points lie in it too.
    struct Cursor {
        /// The field's and its block's limits on the turned and bent grid, metres.
        fileprivate(set) var minU = 0.0, maxU = -1.0, minV = 0.0, maxV = -1.0
        fileprivate(set) var blockMinU = 0.0, blockMaxU = 0.0, blockMinV = 0.0, blockMaxV = 0.0
        /// Half the widths of the canals and drains around the block.
        fileprivate(set) var canalBefore = 0.0, canalAfter = 0.0, drainBefore = 0.0, drainAfter = 0.0
        /// What grows there, in a word.
        fileprivate(set) var use = ""
        fileprivate var kind = FieldKind.wild
        fileprivate var cover: Float = 0, threshold: Float = 0, slope: Float = 0
        fileprivate var brightness: Float = 1, moisture: Float = 0, rows: Double = 0

        /// A cursor that knows no field yet.
        init() {}
    }

    fileprivate enum FieldKind { case crop, ripe, fallow, wild }

    private static let blockLength = 3000.0
    private static let blockDepth = 2200.0
    private static let riverSpacing = 36_000.0

    private let pixelSize: Double
    private let cosine: Double
    private let sine: Double
    private let riverOffset: Double
    private let relief, patches, bend, plots, canals, river, canopy, crustPatches, grain: ValueNoise

    /// Makes the landscape of a seed.
    ///
    /// - Parameter pixelSize: metres; ditches and river banks that are narrower share their pixel with the land beside them.
    init(seed: UInt64, pixelSize: Double) {
        self.pixelSize = pixelSize
        func noise(_ stream: UInt64) -> ValueNoise { ValueNoise(seed: seed, stream: stream) }
        relief = noise(1)
        patches = noise(2)
        bend = noise(3)
        plots = noise(4)
        canals = noise(5)
        river = noise(6)
        canopy = noise(7)
        crustPatches = noise(8)
        grain = noise(9)
        // The half-angle form of a rotation by 10 to 25 degrees needs no sine.
        let bits = plots.bits(-7, 11)
        let half = 0.0875 + 0.135 * Double(ValueNoise.unit(bits, group: 0))
        cosine = (1 - half * half) / (1 + half * half)
        sine = 2 * half / (1 + half * half)
        riverOffset = 2600 * (Double(ValueNoise.unit(bits, group: 1)) - 0.5)
    }

    /// Everything about one point.
    func surface(_ x: Double, _ y: Double, _ cursor: inout Cursor) -> SyntheticSurface {
        let (riverDistance, riverWidth) = riverAt(x, y)
        let height = height(x, y, riverDistance: riverDistance)
        let salinity = salinity(x, y, height: height, riverDistance: riverDistance)

        let (u, v) = turned(x, y)
        if !(u >= cursor.minU && u < cursor.maxU && v >= cursor.minV && v < cursor.maxV) { enter(u, v, &cursor) }

        // Plants.
        let texture = canopy.fractal(x / 210, y / 210, octaves: 3)
        let bank = Float((420 + 500 * Double(texture) - riverDistance) / 120).limited(0, 1)
        var cover: Float
        switch cursor.kind {
        case .crop, .ripe:
            let loss = cursor.slope * (salinity * (0.7 + 0.6 * texture) - cursor.threshold)
            cover = cursor.cover * (1 - loss.limited(0, 1)) * (0.80 + 0.36 * texture)
        case .fallow: cover = 0.03 + 0.16 * texture * texture
        case .wild:
            // Halophytes and steppe thin out on the saltiest ground.
            let stand = Float.step(canopy.fractal(x / 1400, y / 1400, octaves: 3), from: 0.30, to: 0.72)
            cover = (0.03 + 0.50 * stand * (0.35 + texture)) * (1 - 0.75 * Float.step(salinity, from: 10, to: 26))
        }
        cover += bank * (0.35 + 0.6 * texture - cover)
        let ripe = cursor.kind == .ripe ? 1 - bank : 0

        // Canals and drains with their banks, tracks between fields.
        let canal = max(
            share(u - cursor.blockMinU, cursor.canalBefore), share(cursor.blockMaxU - u, cursor.canalAfter))
        let drain = max(
            share(v - cursor.blockMinV, cursor.drainBefore), share(cursor.blockMaxV - v, cursor.drainAfter))
        let blockEdge = min(u - cursor.blockMinU, cursor.blockMaxU - u, v - cursor.blockMinV, cursor.blockMaxV - v)
        let edge = min(u - cursor.minU, cursor.maxU - u, v - cursor.minV, cursor.maxV - v)
        let isField = cursor.kind != .wild
        if isField { cover *= 1 - 0.75 * share(edge, 7) }
        let reeds = (share(blockEdge, 48) * Float(isField ? 0.55 : 0.12)) * (0.5 + texture)
        cover = max(cover, reeds).limited(0, 0.98)

        // Bare ground: loam between dry and moist, then crust.
        let speckle = grain.value(x / 45, y / 45) - 0.5
        let seep = Float.step(0.30 - height + 0.10 * (texture - 0.5), from: -0.03, to: 0.07)
        let moist = max(cursor.moisture * (1 - 0.5 * texture), max(seep * 0.85, bank * 0.5)).limited(0, 1)
        let crustPattern = crustPatches.fractal(x / 260, y / 260, octaves: 3)
        let crustDrive = salinity + 34 * (crustPattern - 0.5) * Float.step(salinity, from: 3, to: 10)
        let tilled: Float = cursor.kind == .wild || cursor.kind == .fallow ? 1 : 0.7
        let crustOnBare = Float.step(crustDrive, from: 8, to: 30) * tilled * (1 - 0.7 * bank) * (1 - 0.5 * moist)
        let furrow = cursor.brightness * (1 + 0.16 * speckle)
        var soil = Self.mix(Spectra.drySoil, Spectra.moistSoil, moist)
        soil = Self.scaleReflectance(soil, furrow)
        let ground = Self.mix(soil, Self.scaleReflectance(Spectra.saltCrust, 1 + 0.20 * speckle), crustOnBare)
        let plants = Self.mix(Spectra.vegetation, Spectra.stubble, ripe)
        var spectrum = Self.mix(ground, Self.scaleReflectance(plants, 0.90 + 0.2 * texture), cover)

        // Water.
        let pond = Float.step(0.250 - height + 0.035 * (texture - 0.5), from: 0, to: 0.006)
        let stream = Float((riverWidth - riverDistance) / pixelSize + 0.5).limited(0, 1)
        let running = max(stream, max(canal, drain * 0.9))
        let water = max(running, pond)
        if water > 0 {
            let kind = running > pond ? Spectra.turbidWater : Spectra.clearWater
            spectrum = Self.mix(spectrum, Self.scaleReflectance(kind, 1 + 0.1 * (texture - 0.5)), water)
        }
        let living = cover * (1 - water)
        return SyntheticSurface(
            spectrum: spectrum, water: water, cover: living, crust: crustOnBare * (1 - cover) * (1 - water),
            salinity: salinity)
    }

    // MARK: Salt

    private func salinity(_ x: Double, _ y: Double, height: Float, riverDistance: Double) -> Float {
        let low = ((0.605 - height) / 0.34).limited(0, 1)
        let patch = patches.fractal(x / 1100, y / 1100, octaves: 3)
        let levee = Float.step(Float(riverDistance), from: 150, to: 1800)
        let drive = ((low * 0.84 + (patch - 0.5) * 1.15 * (0.16 + low)) * (0.35 + 0.65 * levee)).limited(0, 1)
        return 0.5 + 2.6 * patch * patch * (0.4 + 0.6 * levee) + 38.5 * drive * drive
    }

    /// Height above the lowest ground, about 0...1; rivers run on levees of their own making.
    private func height(_ x: Double, _ y: Double, riverDistance: Double) -> Float {
        let levee = 1 - Float.step(Float(riverDistance), from: 250, to: 1700)
        let region = relief.value(x / 42_000 + 0.37, y / 42_000 - 71.2) - 0.5
        return relief.fractal(x / 6800, y / 6800, octaves: 3) + 0.16 * region + 0.11 * levee
    }

    // MARK: Water courses

    /// The distance to the nearest river's middle and half the river's width there, in metres.
    private func riverAt(_ x: Double, _ y: Double) -> (distance: Double, halfWidth: Double) {
        let index = ((y - riverOffset) / Self.riverSpacing).rounded()
        let row = Int(index)
        let wide = river.line(x / 9000, row: row &* 3)
        let middle = river.line(x / 3100, row: row &* 3 &+ 1)
        let fine = river.line(x / 1250, row: row &* 3 &+ 2)
        let course =
            index * Self.riverSpacing + riverOffset + 5200 * (wide.value - 0.5) + 2600 * (middle.value - 0.5)
            + 900 * (fine.value - 0.5)
        let slope = 5200.0 / 9000 * wide.slope + 2600.0 / 3100 * middle.slope + 900.0 / 1250 * fine.slope
        let distance = abs(y - course) / (1 + slope * slope).squareRoot()
        return (distance, 62 + 50 * fine.value)
    }

    /// The share of a pixel that a line of the given half width covers at a distance from its middle.
    @inline(__always)
    private func share(_ distance: Double, _ halfWidth: Double) -> Float {
        Float(min((halfWidth - distance) / pixelSize + 0.5, halfWidth / (pixelSize / 2))).limited(0, 1)
    }

    // MARK: Fields

    /// A position on the turned and slightly bent grid of the canals.
    @inline(__always)
    func turned(_ x: Double, _ y: Double) -> (u: Double, v: Double) {
        (
            cosine * x + sine * y + 420 * (Double(bend.value(x / 5200, y / 5200)) - 0.5),
            cosine * y - sine * x + 420 * (Double(bend.value(y / 4700 + 31.7, x / 4700 - 12.9)) - 0.5)
        )
    }

    /// The position that ``turned(_:_:)`` brings to a place of the grid, within a millimetre.
    func position(u: Double, v: Double) -> SIMD2<Double> {
        var place = SIMD2(cosine * u - sine * v, cosine * v + sine * u)
        // The bend changes by less than a quarter of the way, so each round leaves less than a quarter of the error.
        for _ in 0..<12 {
            let there = turned(place.x, place.y)
            let (du, dv) = (u - there.u, v - there.v)
            place += SIMD2(cosine * du - sine * dv, cosine * dv + sine * du)
        }
        return place
    }

    private func lineU(_ i: Int) -> Double {
        (Double(i) + 0.35 * (Double(ValueNoise.unit(canals.bits(i, 1 << 20), group: 0)) - 0.5)) * Self.blockLength
    }

    private func lineV(_ i: Int, _ j: Int) -> Double {
        let shift = Double(ValueNoise.unit(canals.bits(i, 1 << 21), group: 1))
        let jitter = 0.4 * (Double(ValueNoise.unit(canals.bits(i, j), group: 2)) - 0.5)
        return (Double(j) + shift + jitter) * Self.blockDepth
    }

    /// Cuts a length into about equal parts of `target` and finds the part that holds a position.
    private func cut(
        _ position: Double, from start: Double, to end: Double, target: Double, key: UInt64
    ) -> (index: Int, start: Double, end: Double) {
        let count = max(1, Int(((end - start) / target).rounded()))
        let width = (end - start) / Double(count)
        func line(_ k: Int) -> Double {
            if k <= 0 { return start }
            if k >= count { return end }
            let random = ValueNoise.mix(key &+ UInt64(k))
            return start + (Double(k) + 0.36 * (Double(ValueNoise.unit(random, group: 0)) - 0.5)) * width
        }
        var k = min(max(Int(((position - start) / width).rounded(.down)), 0), count - 1)
        if position < line(k) { k -= 1 } else if position >= line(k + 1) { k += 1 }
        k = min(max(k, 0), count - 1)
        return (k, line(k), line(k + 1))
    }

    /// Finds the block and the field at a position of the turned grid and remembers what grows there.
    func enter(_ u: Double, _ v: Double, _ cursor: inout Cursor) {
        var i = Int((u / Self.blockLength).rounded(.down))
        if u < lineU(i) { i -= 1 } else if u >= lineU(i + 1) { i += 1 }
        let shift = Double(ValueNoise.unit(canals.bits(i, 1 << 21), group: 1))
        var j = Int((v / Self.blockDepth - shift).rounded(.down))
        if v < lineV(i, j) { j -= 1 } else if v >= lineV(i, j + 1) { j += 1 }
        cursor.blockMinU = lineU(i)
        cursor.blockMaxU = lineU(i + 1)
        cursor.blockMinV = lineV(i, j)
        cursor.blockMaxV = lineV(i, j + 1)
        func canal(_ i: Int) -> Double {
            let random = ValueNoise.unit(canals.bits(i, 1 << 22), group: 0)
            return random < 0.65 ? 17 + 16 * Double(random) : 5
        }
        func drain(_ j: Int) -> Double { ValueNoise.unit(canals.bits(i, j), group: 3) < 0.5 ? 9 : 0 }
        cursor.canalBefore = canal(i)
        cursor.canalAfter = canal(i + 1)
        cursor.drainBefore = drain(j)
        cursor.drainAfter = drain(j + 1)

        let block = plots.bits(i, j)
        let first = cut(
            u, from: cursor.blockMinU, to: cursor.blockMaxU,
            target: 430 + 330 * Double(ValueNoise.unit(block, group: 0)), key: block)
        let strip = ValueNoise.mix(block ^ UInt64(first.index + 1) &* 0x9E37_79B9)
        let second = cut(
            v, from: cursor.blockMinV, to: cursor.blockMaxV,
            target: 420 + 480 * Double(ValueNoise.unit(strip, group: 1)), key: strip)
        cursor.minU = first.start
        cursor.maxU = first.end
        cursor.minV = second.start
        cursor.maxV = second.end
        describe(ValueNoise.mix(strip ^ UInt64(second.index + 1) &* 0x85EB_CA6B), block: block, &cursor)
    }

    /// Decides what a field is from its random bits and from the salt and the height at its middle.
    private func describe(_ bits: UInt64, block: UInt64, _ cursor: inout Cursor) {
        let u = (cursor.minU + cursor.maxU) / 2
        let v = (cursor.minV + cursor.maxV) / 2
        let x = cosine * u - sine * v
        let y = cosine * v + sine * u
        let riverDistance = riverAt(x, y).distance
        let height = height(x, y, riverDistance: riverDistance)
        let salt = salinity(x, y, height: height, riverDistance: riverDistance)
        let more = ValueNoise.mix(bits)
        let choice = ValueNoise.unit(bits, group: 0)
        let crop = Self.crops[min(Int(ValueNoise.unit(bits, group: 1) * 5), 4)]
        cursor.brightness = 0.80 + 0.42 * ValueNoise.unit(more, group: 0)
        cursor.moisture = 0
        let isWild = ValueNoise.unit(block, group: 3) < 0.05 || height > 0.74
        // Fields are given up the saltier they are.
        let givenUp = Float.step(salt, from: 13, to: 27)
        if isWild || choice < givenUp {
            cursor.kind = .wild
            cursor.use = "uncultivated"
            cursor.brightness = 0.95 + 0.1 * ValueNoise.unit(more, group: 0)
        } else if ValueNoise.unit(bits, group: 2) < 0.24 {
            cursor.kind = .fallow
            cursor.use = "fallow"
            // Some fallow fields are being leached or have just been watered.
            cursor.moisture = ValueNoise.unit(more, group: 1) < 0.3 ? 0.9 : 0.1
        } else {
            cursor.kind = crop.isRipe ? .ripe : .crop
            cursor.use = crop.name
            cursor.cover = (crop.cover + crop.spread * (ValueNoise.unit(bits, group: 3) - 0.5)).limited(0, 0.97)
            cursor.threshold = crop.threshold
            cursor.slope = crop.slope
            cursor.moisture = ValueNoise.unit(more, group: 1) < 0.35 ? 0.75 : 0.15
        }
    }

    // MARK: Mixing

    @inline(__always)
    private static func mix(_ a: Spectrum, _ b: Spectrum, _ share: Float) -> Spectrum { a + (b - a) * share }

    /// Scales the reflectances and leaves the temperature.
    @inline(__always)
    private static func scaleReflectance(_ spectrum: Spectrum, _ factor: Float) -> Spectrum {
        var result = spectrum * factor
        result[SpectralLane.temperature] = spectrum[SpectralLane.temperature]
        return result
    }
}
