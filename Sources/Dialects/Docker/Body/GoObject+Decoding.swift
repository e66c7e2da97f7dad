internal import JSON

extension GoObject {
    /// The object as Go decodes it into a struct of that type; what has another type than its field is left out, since a
    /// log is read as far as it can be.
    func value(as type: BodyObject) -> CanonicalValue {
        .object(
            type.fields.compactMap { field in
                value(of: field.name, as: field.type).map { CanonicalMember(field.text, $0) }
            }
        )
    }

    /// What counts of a field; nil where nothing does.
    private func value(of name: StaticString, as type: BodyType) -> CanonicalValue? {
        switch type {
        case .object(let inner): object(name)?.value(as: inner)
        case .map(let element): has(name) ? Self.map(map(name), of: element) : nil
        case .list(let element):
            list(name).map { .array($0.compactMap { Self.value($0, as: element) }) }
        case .stringOrStrings: has(name) ? .array(strings(name).map { .string($0) }) : nil
        case .string, .bool, .int64, .uint16, .uint32, .uint64, .float, .any:
            scalar(name).flatMap { Self.value($0, as: type) }
        }
    }

    private static func value(_ value: JSONValue, as type: BodyType) -> CanonicalValue? {
        switch type {
        case .object(let inner): value.isObject ? GoObject(value).value(as: inner) : nil
        case .map(let element): value.isObject ? map(value.members.map { (String($0), $1) }, of: element) : nil
        case .list(let element):
            value.isArray ? .array(value.elements.compactMap { Self.value($0, as: element) }) : nil
        case .stringOrStrings: value.strings.isEmpty ? nil : .array(value.strings.map { .string($0) })
        case .string: value.string.map { .string($0) }
        case .bool: value.bool.map { .boolean($0) }
        case .int64, .uint16, .uint32, .uint64: value.integer.map { .integer($0) }
        // No reader of a log minds what is not known, nor fractions.
        case .float, .any: nil
        }
    }

    private static func map(_ entries: [(key: String, value: JSONValue)], of element: BodyType) -> CanonicalValue {
        .object(
            entries.compactMap { key, value in
                Self.value(value, as: element).map { CanonicalMember(key, $0) }
            }
        )
    }
}
