public import Sigma

/// An event made of fields and values, for tests and small uses.
///
/// ```swift
/// let event = FieldMap(["process.args": ["nsenter", "-t", "1"], "user.name": "mallory"])
/// ```
/// Objects may be nested; `user.name` finds a member of that very name first, then `name` in `user`. Lists match a
/// rule when any of their members does.
public struct FieldMap: SigmaEvent, Sendable, Hashable {
    /// A value of a field.
    public indirect enum Value: Sendable, Hashable {
        case text(String)
        case integer(Int64)
        case number(Double)
        case boolean(Bool)
        case null
        case list([Value])
        case object([String: Value])
    }

    /// The fields and their values.
    public var fields: [String: Value]

    /// An event with these fields.
    public init(_ fields: [String: Value]) {
        self.fields = fields
    }

    /// A field's name as a way into nested objects.
    public static func key(for field: String) -> FieldPath { FieldPath(field) }

    /// Visits the values that the path leads to.
    public func visitValues(of key: FieldPath, _ visit: (FieldValue) -> Void) {
        Value.object(fields).resolve(key) { $0.visitScalars(visit) }
    }

    /// Visits every value as text.
    public func visitTexts(_ visit: (String) -> Void) {
        Value.object(fields).visitScalars { value in
            if let text = value.text { visit(text) }
        }
    }

    /// Visits each member of the list that the path leads to.
    public func visitElements(of key: FieldPath, _ visit: (FieldMap) -> Void) {
        Value.object(fields).resolve(key) { value in
            guard case .list(let list) = value else { return }
            for element in list {
                if case .object(let fields) = element {
                    visit(FieldMap(fields))
                } else {
                    visit(FieldMap([".": element]))
                }
            }
        }
    }
}

extension FieldMap.Value {
    /// Visits the values at the end of a path; lists on the way are gone through, unless the path says which element.
    fileprivate func resolve(_ path: FieldPath, _ visit: (FieldMap.Value) -> Void) {
        if case .object(let members) = self, let value = members[path.name] { return visit(value) }
        resolve(path.steps[...], visit)
    }

    private func resolve(_ steps: ArraySlice<FieldPath.Step>, _ visit: (FieldMap.Value) -> Void) {
        guard let step = steps.first else { return visit(self) }
        switch (self, step) {
        case (.object(let members), .member):
            var name = ""
            var candidates: [(value: FieldMap.Value, rest: ArraySlice<FieldPath.Step>)] = []
            for (index, step) in zip(steps.indices, steps) {
                guard case .member(let part) = step else { break }
                name += (index == steps.startIndex ? "" : ".") + part
                if let value = members[name] { candidates.append((value, steps[(index + 1)...])) }
            }
            // The longest name goes first: a member "a.b" wins over "b" in "a".
            if let candidate = candidates.last { candidate.value.resolve(candidate.rest, visit) }
        case (.list(let list), .member):
            for element in list { element.resolve(steps, visit) }
        case (.list(let list), .index(let index)):
            let position = index < 0 ? list.count + index : index
            if list.indices.contains(position) { list[position].resolve(steps.dropFirst(), visit) }
        default: break
        }
    }

    /// Visits the plain values in it; a list or an object with nothing in it is there, like null.
    fileprivate func visitScalars(_ visit: (FieldValue) -> Void) {
        switch self {
        case .text(let text): visit(.text(text))
        case .integer(let integer): visit(.integer(integer))
        case .number(let number): visit(.number(number))
        case .boolean(let boolean): visit(.boolean(boolean))
        case .null: visit(.null)
        case .list(let list) where list.isEmpty: visit(.null)
        case .list(let list): for element in list { element.visitScalars(visit) }
        case .object(let members) where members.isEmpty: visit(.null)
        case .object(let members): for value in members.values { value.visitScalars(visit) }
        }
    }
}

extension FieldMap.Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A text.
    public init(stringLiteral value: String) { self = .text(value) }
    /// A whole number.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// A number.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// A boolean.
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    /// Null.
    public init(nilLiteral: ()) { self = .null }
    /// A list.
    public init(arrayLiteral elements: FieldMap.Value...) { self = .list(elements) }
    /// An object; of two values for one key the last one counts.
    public init(dictionaryLiteral elements: (String, FieldMap.Value)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
}

extension FieldMap.Value {
    /// A value as a rule document has it.
    public init(_ attribute: Attribute) {
        switch attribute.content {
        case .text(let text): self = .text(text)
        case .integer(let integer): self = .integer(integer)
        case .number(let number): self = .number(number)
        case .boolean(let boolean): self = .boolean(boolean)
        case .null: self = .null
        case .list(let list): self = .list(list.map(FieldMap.Value.init))
        case .map(let members):
            self = .object(Dictionary(members.map { ($0.key, FieldMap.Value($0.value)) }) { _, last in last })
        }
    }
}
