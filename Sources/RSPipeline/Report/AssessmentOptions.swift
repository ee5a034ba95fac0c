/// What an assessment is asked to be: the choices of `rsproc assess`.
public struct AssessmentOptions: Sendable {
    /// What the classes are classes of.
    public enum Subject: Sendable {
        /// A property of the soil by a model file, in the classes of a scheme (`usda`, `fao2006`, or a file).
        case model(path: String, scheme: String)
        /// An index between thresholds; names for the classes, or none.
        case index(String, thresholds: [String], names: [String])
    }

    /// The words after `read`: the scene and options of that step.
    public var scene: [String]
    /// Further dates of the season, each as `read` takes a scene, and which number of all dates a pixel gets: `max`, `min`,
    /// `median` or `mean`; nil for the scene alone.
    public var season: (scenes: [String], take: String)?
    /// What is mapped.
    public var subject: Subject
    /// Where everything goes.
    public var folder: String
    /// How reflectance is made: `none`, `toa`, a method of the step `surface`; nil for what the model was made of, else the
    /// product's own surface reflectance or that by dark object.
    public var surface: String?
    /// The flags of pixels that are taken out; empty for none.
    public var flags = ["cloud", "shadow"]
    /// Whether only bare soil is mapped.
    public var isGated = true
    /// The plots; their group, where there is one, is the district.
    public var plots: ZoneSelection?
    /// The districts; without them they are sums of plots, where the plots say their district.
    public var districts: ZoneSelection?
    /// A table or layer of places that were checked in the field.
    public var validation: String?
    /// The column with the class or the value that was found there; nil for the usual ones, see ``CheckedPlaces``.
    public var reference: String?
    /// The residuals of the model (`rsproc calibrate --residuals`).
    public var residuals: String?
    /// The title; nil for the standard one.
    public var title: String?
    /// The area; nil for the id of the scene.
    public var place: String?
    /// The language of the report.
    public var texts: ReportTexts

    /// Makes options with the usual choices.
    public init(scene: [String], subject: Subject, folder: String, texts: ReportTexts) {
        self.scene = scene
        self.subject = subject
        self.folder = folder
        self.texts = texts
    }
}

extension AssessmentOptions {
    /// What is classified: the name of its plane, and what the report needs to know of it.
    struct Mapped {
        let plane: String
        let subject: Assessment.Subject
        /// The smallest value of each class; nil for one without an end.
        let lowers: [Double?]
        let scheme: ClassScheme?
        let model: SalinityModel?
        var classPlane: String { plane + "_class" }
    }

    /// Reads the model and the scheme, or the index and its thresholds.
    func mapped() throws -> Mapped {
        switch subject {
        case .model(let path, let word):
            let model = try SalinityModel(path: path)
            let known = ClassScheme.builtin.first { $0.id == word.lowercased() }
            let isFile = word.contains(".") || word.contains("/")
            if known == nil && !isFile {
                throw ChainError(
                    "--scheme \(word): there are \(ClassScheme.builtin.map(\.id).joined(separator: ", ")); a file is written "
                        + "with its ending")
            }
            let scheme = try known ?? ClassScheme(path: word)
            let depth = model.target.label.split(separator: " ").dropFirst(2).first.map(String.init)
            return Mapped(
                plane: ModelStep.planeName(of: model),
                subject: Assessment.Subject(
                    kind: .salinity, name: model.target.name, unit: model.target.unit.rawValue, depth: depth),
                lowers: scheme.classes.map(\.lower), scheme: scheme, model: model)
        case .index(let name, let thresholds, _):
            let invocation = try IndexCatalogue.builtin.resolve(name)
            var lowers: [Double?] = [nil]
            for text in thresholds {
                guard let number = DecimalNumber.read(text) else {
                    throw ChainError("--thresholds: '\(text)' is no number")
                }
                lowers.append(number)
            }
            if thresholds.isEmpty {
                throw ChainError("--thresholds: bounds between classes are needed, such as 0.1,0.2")
            }
            return Mapped(
                plane: invocation.planeName,
                subject: Assessment.Subject(kind: .index, name: name, unit: "", depth: nil), lowers: lowers,
                scheme: nil,
                model: nil)
        }
    }

    /// The chain that makes the maps and tables: one pass over the scene, to be repeated with `rsproc run`.
    func chain(_ mapped: Mapped) throws(ChainError) -> Chain {
        var calls = try Chain(words: ["read"] + scene).calls
        if calls.count != 1 { throw ChainError("a scene is needed, not a chain; write the chain with rsproc run") }
        if let step = reflectance(for: mapped.model) { calls.append(step) }
        if !flags.isEmpty { calls.append(StepCall("mask", [flags.joined(separator: ",")])) }
        if isGated { calls.append(StepCall("gate", ["bare"])) }
        switch subject {
        case .model(let path, let scheme):
            calls += [StepCall("model", [path])] + composite
            calls.append(StepCall("classify", options: [("scheme", scheme)]))
        case .index(let name, let thresholds, let names):
            calls += [StepCall("index", [name])] + composite
            calls.append(
                StepCall(
                    "classify",
                    options: [("thresholds", thresholds.joined(separator: ","))]
                        + (names.isEmpty ? [] : [("names", names.joined(separator: ","))])))
        }
        let both = "\(mapped.plane),\(mapped.classPlane)"
        calls.append(StepCall("select", ["\(both),validity"]))
        calls.append(StepCall("write", [target("")]))
        if plots != nil || districts != nil { calls.append(StepCall("select", [both])) }
        if let plots { calls.append(zonal(plots, ["plots.csv", "plots.gpkg"], groups: "plots-by-district.csv")) }
        if let districts { calls.append(zonal(districts, ["districts.csv"], groups: nil)) }
        return Chain(calls)
    }

    /// What is mapped is composited, date by date calibrated, masked and gated; not the bands.
    private var composite: [StepCall] {
        season.map { [StepCall("composite", $0.scenes, options: [("take", $0.take)])] } ?? []
    }

    /// A file of the folder.
    func target(_ name: String) -> String { (folder.hasSuffix("/") ? folder : folder + "/") + name }

    private func reflectance(for model: SalinityModel?) -> StepCall? {
        func made(_ method: String) -> StepCall? {
            switch method {
            case "none": nil
            case "toa": StepCall("toa")
            case "product": StepCall("surface")
            default: StepCall("surface", options: [("method", method)])
            }
        }
        if let surface, surface != "auto" { return made(surface) }
        switch model?.quantity {
        case .toaReflectance: return made("toa")
        case .surfaceReflectance(let method):
            // What a product delivers has a name of its own (LaSRC, Sen2Cor).
            return made(DarkObjectSubtraction.Method(rawValue: method) == nil ? "product" : method)
        default: return made("auto")
        }
    }

    private func zonal(_ zones: ZoneSelection, _ tables: [String], groups: String?) -> StepCall {
        var options = [
            ("zones", zones.path), ("id", zones.id), ("stats", "mean,median,std,p10,p90,count,area_by_class"),
        ]
        if let layer = zones.layer { options.append(("layer", layer)) }
        if let filter = zones.filter { options.append(("where", filter)) }
        if let group = zones.group, let groups { options += [("group", group), ("groups", target(groups))] }
        return StepCall("zonal", tables.map(target), options: options)
    }
}
