import Foundation

/// Small PNG pictures of maps, with a colour ramp and its limits, to look at.
enum Quicklook {
    /// The pictures of a file, one per band, beside it.
    static func paths(for file: PlannedFile) -> [String] {
        let stem = URL(fileURLWithPath: file.path).deletingPathExtension().path
        if file.planes.count == 1 { return [stem + ".png"] }
        return file.planes.indices.map { "\(stem)_\($0 + 1).png" }
    }

    /// Draws the bands of a finished file.
    ///
    /// Values are stretched between their 2nd and 98th percentile, classes have their own colours; no-data is
    /// transparent.
    ///
    /// - Returns: the pictures.
    static func make(
        of path: String, file: PlannedFile, plan: Plan, longerSide: Int, folder: String
    ) throws(RunError) -> [MadeFile] {
        var made: [MadeFile] = []
        do {
            let dataset = try Dataset(reading: path)
            let factor = min(1, Double(longerSide) / Double(max(plan.grid.width, plan.grid.height)))
            let width = max(1, Int((Double(plan.grid.width) * factor).rounded()))
            let height = max(1, Int((Double(plan.grid.height) * factor).rounded()))
            for (band, target) in paths(for: file).enumerated() {
                let isClasses = !file.categories.isEmpty
                var values = try dataset.reduced(band: band + 1, width: width, height: height, nearest: isClasses)
                let missing = file.storage.noData.number.map { Float($0) }
                for i in values.indices where values[i] == missing { values[i] = .nan }
                let name = plan.planes[file.planes[band]].name
                let ramp = ColourRamp.fitting(index: name)
                let temporary = folder + "/" + URL(fileURLWithPath: target).lastPathComponent
                if isClasses {
                    try writePicture(values, width: width, height: height, of: file.categories, to: temporary)
                    made.append(MadeFile(temporary, target: target))
                    continue
                }
                let scale = file.storage.scale ?? LinearScale(gain: 1, offset: 0)
                try writePicture(values, width: width, height: height, ramp: ramp, scale: scale, to: temporary)
                made.append(MadeFile(temporary, target: target))
            }
        } catch {
            throw RunError(.output, "\(file.path): the picture cannot be made: \(error); is the disk full?")
        }
        return made
    }

    private static let barHeight = 18

    /// A map of classes above a bar of their colours and numbers.
    private static func writePicture(
        _ values: [Float], width: Int, height: Int, of categories: [RasterCategory], to path: String
    ) throws(GDALError) {
        let colours = Dictionary(
            categories.map { (Float($0.value), ($0.colour.x, $0.colour.y, $0.colour.z)) },
            uniquingKeysWith: { first, _ in first })
        var canvas = Canvas(width: max(width, 24 * categories.count), height: height + barHeight)
        for (place, value) in values.enumerated() {
            if let colour = colours[value] { canvas.set(place % width, place / width, colour) }
        }
        for column in 0..<canvas.width {
            let category = categories[column * categories.count / canvas.width]
            let colour = (category.colour.x, category.colour.y, category.colour.z)
            for row in height..<(height + barHeight) { canvas.set(column, row, colour) }
        }
        for (place, category) in categories.enumerated() {
            // Numbers are drawn in black, on white.
            let left = place * canvas.width / categories.count + 4
            let text = String(category.value)
            for column in left - 2..<left + text.count * Canvas.glyphAdvance + 1 {
                for row in (height + 3)..<(height + barHeight - 3) { canvas.set(column, row, (255, 255, 255)) }
            }
            canvas.text(text, column: left, row: height + 5)
        }
        try canvas.writePNG(to: path)
    }

    private static func writePicture(
        _ values: [Float], width: Int, height: Int, ramp: ColourRamp, scale: LinearScale, to path: String
    ) throws(GDALError) {
        let sorted = values.filter { !$0.isNaN }.sorted()
        let low = sorted.isEmpty ? 0 : sorted[sorted.count * 2 / 100]
        let high = sorted.isEmpty ? 1 : sorted[min(sorted.count - 1, sorted.count * 98 / 100)]
        var canvas = Canvas(width: max(width, 128), height: height + barHeight)
        for row in 0..<height {
            for column in 0..<width {
                let value = values[row * width + column]
                if value.isNaN { continue }
                let position = high > low ? Double((value - low) / (high - low)) : 0.5
                canvas.set(column, row, ramp.colour(at: position))
            }
        }
        for row in height..<(height + barHeight) {
            for column in 0..<canvas.width { canvas.set(column, row, (255, 255, 255)) }
        }
        let left = String(format: "%.3g", Double(low) * scale.gain + scale.offset)
        let right = String(format: "%.3g", Double(high) * scale.gain + scale.offset)
        let start = 6 + left.count * Canvas.glyphAdvance
        let end = canvas.width - 8 - right.count * Canvas.glyphAdvance
        canvas.text(left, column: 4, row: height + 5)
        canvas.text(right, column: end + 4, row: height + 5)
        if end > start {
            for column in start..<end {
                for row in (height + 4)..<(height + barHeight - 4) {
                    canvas.set(column, row, ramp.colour(at: Double(column - start) / Double(end - start)))
                }
            }
        }
        try canvas.writePNG(to: path)
    }
}

/// Colours along 0...1.
struct ColourRamp: Sendable {
    private let stops: [(Double, Double, Double)]

    /// Dark blue through green to yellow: for indices that say nothing of salt.
    static let neutral = ColourRamp(stops: [
        (68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37),
    ])
    /// Brown through yellow to green: vegetation.
    static let vegetation = ColourRamp(stops: [
        (140, 81, 10), (216, 179, 101), (246, 232, 195), (166, 217, 106), (26, 152, 80), (0, 90, 50),
    ])
    /// Green through yellow to dark red: indices that rise with salt.
    static let salt = ColourRamp(stops: [
        (26, 120, 60), (145, 190, 96), (255, 240, 170), (253, 160, 70), (220, 50, 40), (120, 0, 38),
    ])

    /// The ramp for a plane of a name in the catalogue.
    static func fitting(index name: String) -> ColourRamp {
        if ["ndvi", "savi", "msavi2", "evi", "evi2", "gdvi"].contains(name.lowercased()) { return vegetation }
        switch IndexCatalogue.builtin.index(id: name)?.direction {
        case .rises?: return salt
        case .falls?: return vegetation
        default: return neutral
        }
    }

    /// The colour at a position; positions outside 0...1 take the end's.
    func colour(at position: Double) -> (UInt8, UInt8, UInt8) {
        let place = min(max(position, 0), 1) * Double(stops.count - 1)
        let index = min(Int(place), stops.count - 2)
        let part = place - Double(index)
        func mix(_ a: Double, _ b: Double) -> UInt8 { UInt8((a + (b - a) * part).rounded()) }
        let a = stops[index]
        let b = stops[index + 1]
        return (mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
    }
}

/// A picture being drawn.
struct Canvas {
    let width: Int
    let height: Int
    private var samples: [UInt8]

    /// Makes a transparent picture.
    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        samples = [UInt8](repeating: 0, count: width * height * 4)
    }

    mutating func set(_ column: Int, _ row: Int, _ colour: (UInt8, UInt8, UInt8)) {
        guard column >= 0, column < width, row >= 0, row < height else { return }
        let pixel = row * width + column
        samples[pixel] = colour.0
        samples[pixel + width * height] = colour.1
        samples[pixel + 2 * width * height] = colour.2
        samples[pixel + 3 * width * height] = 255
    }

    static let glyphAdvance = 6

    /// Digits and signs of five by seven dots, one row of dots per number.
    private static let glyphs: [Character: [UInt8]] = [
        "0": [14, 17, 19, 21, 25, 17, 14], "1": [4, 12, 4, 4, 4, 4, 14], "2": [14, 17, 1, 2, 4, 8, 31],
        "3": [31, 2, 4, 2, 1, 17, 14], "4": [2, 6, 10, 18, 31, 2, 2], "5": [31, 16, 30, 1, 1, 17, 14],
        "6": [6, 8, 16, 30, 17, 17, 14], "7": [31, 1, 2, 4, 8, 8, 8], "8": [14, 17, 17, 14, 17, 17, 14],
        "9": [14, 17, 17, 15, 1, 2, 12], "-": [0, 0, 0, 31, 0, 0, 0], ".": [0, 0, 0, 0, 0, 12, 12],
        "e": [0, 0, 14, 17, 31, 16, 14], "+": [0, 4, 4, 31, 4, 4, 0],
    ]

    /// Writes a number in black.
    mutating func text(_ text: String, column: Int, row: Int) {
        for (index, character) in text.enumerated() {
            guard let glyph = Self.glyphs[character] else { continue }
            for (line, bits) in glyph.enumerated() {
                for dot in 0..<5 where bits & (16 >> UInt8(dot)) != 0 {
                    set(column + index * Self.glyphAdvance + dot, row + line, (0, 0, 0))
                }
            }
        }
    }

    /// Writes the picture.
    ///
    /// - Throws: ``GDALError`` with code `writeFailed`.
    func writePNG(to path: String) throws(GDALError) {
        let grid = Grid(width: width, height: height, transform: .identity, crs: nil)
        let raw = path + ".raw.tif"
        let writer = try DatasetWriter(
            creating: raw, grid: grid, sampleType: .uint8, bandCount: 4, options: ["PHOTOMETRIC=RGB", "ALPHA=YES"])
        for band in 0..<4 {
            let part = Array(samples[(band * width * height)..<((band + 1) * width * height)])
            var failure: GDALError?
            unsafe part.withUnsafeBytes { bytes in
                do throws(GDALError) {
                    try unsafe writer.write(band: band + 1, window: grid.window, from: bytes, as: .uint8)
                } catch { failure = error }
            }
            if let failure { throw failure }
        }
        try writer.close()
        try DatasetCopy.copy(raw, to: path, driver: "PNG", options: [])
        try? FileManager.default.removeItem(atPath: raw)
    }
}
