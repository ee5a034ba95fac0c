import ArgumentParser
import Foundation
import RSPipeline

/// `rsproc hectares`: areas of the quantile classes of maps.
struct HectaresCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hectares", abstract: "Hectares per quantile class of maps.",
        discussion: """
            The classes are equal shares of the pixels with a value. They say where an index is high or low in this \
            scene; they are not salinity classes, which need calibration with field samples.
            """)

    @Option(help: "The number of classes.") var classes = 5
    @Argument(help: "Maps.") var files: [String]

    func run() throws {
        if !(1...100).contains(classes) { throw ChainError("--classes \(classes): a number from 1 to 100") }
        for file in files {
            let areas = try QuantileAreas(path: file, band: 1, classes: classes)
            print("\(areas.name)  (\(file))")
            if areas.classes.isEmpty {
                print("  no pixel has a value")
            } else if areas.classes.count < classes {
                print("  \(areas.classes.count) classes instead of \(classes): many pixels share one value")
            }
            for (index, entry) in areas.classes.enumerated() {
                let area = entry.hectares.map { String(format: "%12.1f ha", $0) } ?? "\(entry.pixels) pixels"
                print(
                    String(format: "  class %d  %10.4f ... %-10.4f", index + 1, entry.lower, entry.upper) + " \(area)")
            }
        }
    }
}
