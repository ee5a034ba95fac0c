/// Takes the members of an object one by one, and refuses what is left over.
struct ModelObject {
    private var members: [String: JSONValue]
    private let file: String
    private let place: String

    init(_ value: JSONValue, file: String, place: String) {
        members = value.members ?? [:]
        self.file = file
        self.place = place
    }

    func bad(_ what: String) -> SceneError {
        SceneError(code: .badMetadata, message: "\(file): \(place): \(what)")
    }

    func finish() throws(SceneError) {
        if let name = members.keys.min() { throw bad("'\(name.prefix(60))' is no member that is known here") }
    }

    private mutating func take(_ name: String) throws(SceneError) -> JSONValue {
        guard let value = members.removeValue(forKey: name) else { throw bad("'\(name)' is missing") }
        return value
    }

    private func finite(_ value: JSONValue, _ name: String) throws(SceneError) -> Double {
        switch value {
        case .integer(let number): return Double(number)
        case .number(let number) where number.isFinite: return number
        default: throw bad("'\(name)' must be a number")
        }
    }

    mutating func number(_ name: String) throws(SceneError) -> Double { try finite(try take(name), name) }

    mutating func optionalNumber(_ name: String) throws(SceneError) -> Double? {
        members[name] == nil ? nil : try number(name)
    }

    mutating func text(_ name: String) throws(SceneError) -> String {
        guard let text = try take(name).text, text.utf8.count <= 10_000 else {
            throw bad("'\(name)' must be a text of reasonable length")
        }
        return text
    }

    mutating func optionalText(_ name: String) throws(SceneError) -> String? {
        members[name] == nil ? nil : try text(name)
    }

    private mutating func array(_ name: String) throws(SceneError) -> [JSONValue] {
        guard members[name] != nil else { return [] }
        guard case .array(let values) = try take(name) else { throw bad("'\(name)' must be a list") }
        return values
    }

    mutating func texts(_ name: String) throws(SceneError) -> [String] {
        var texts: [String] = []
        for value in try array(name) {
            guard let text = value.text else { throw bad("'\(name)' must be a list of texts") }
            texts.append(text)
        }
        return texts
    }

    mutating func list(_ name: String) throws(SceneError) -> [Double] {
        var numbers: [Double] = []
        for value in try array(name) { numbers.append(try finite(value, name)) }
        return numbers
    }

    mutating func places(_ name: String) throws(SceneError) -> [Int] {
        var places: [Int] = []
        for value in try array(name) {
            guard case .integer(let number) = value else { throw bad("'\(name)' must be a list of whole numbers") }
            places.append(number)
        }
        return places
    }

    mutating func range(_ name: String) throws(SceneError) -> ClosedRange<Double>? {
        guard members[name] != nil else { return nil }
        let ends = try list(name)
        guard ends.count == 2, ends[0] <= ends[1] else {
            throw bad("'\(name)' must be a list of two numbers, the smaller one first")
        }
        return ends[0]...ends[1]
    }

    mutating func object(_ name: String) throws(SceneError) -> ModelObject? {
        guard members[name] != nil else { return nil }
        let value = try take(name)
        guard value.members != nil else { throw bad("'\(name)' must be an object") }
        return ModelObject(value, file: file, place: "'\(name)'")
    }

    mutating func objects(_ name: String) throws(SceneError) -> [ModelObject] {
        var objects: [ModelObject] = []
        for (index, value) in try array(name).enumerated() {
            guard value.members != nil else { throw bad("'\(name)' must be a list of objects") }
            objects.append(ModelObject(value, file: file, place: "'\(name)', entry \(index + 1)"))
        }
        return objects
    }

    mutating func numbers(_ name: String) throws(SceneError) -> [String: Double] {
        guard var entry = try object(name) else { return [:] }
        var numbers: [String: Double] = [:]
        for name in entry.members.keys.sorted() { numbers[name] = try entry.number(name) }
        return numbers
    }
}
