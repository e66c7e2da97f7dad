extension BodySchema {
    /// The keys of a body that its type does not have and that were kept, by their places; those of an open type.
    package func unknownKeys(in body: CanonicalValue) -> [String] {
        guard let type else { return [] }
        var search = UnknownKeys()
        search.look(at: body, type, place: "")
        return search.places
    }
}

/// Walks a decoded body beside its type.
private struct UnknownKeys {
    private(set) var places: [String] = []
    /// More than anybody reads.
    private static let limit = 16

    mutating func look(at value: CanonicalValue, _ type: BodyType, place: String) {
        guard places.count < Self.limit else { return }
        switch type {
        case .list(let element):
            for (index, value) in value.elements.enumerated() { look(at: value, element, place: "\(place)[\(index)]") }
        case .map(let element):
            for member in value.members { look(at: member.value, element, place: "\(place).\(member.name)") }
        case .object(let object):
            for member in value.members {
                let place = place.isEmpty ? member.name : "\(place).\(member.name)"
                guard let field = object.fields.first(where: { $0.text == member.name }) else {
                    places.append(String(place.prefix(256)))
                    continue
                }
                look(at: member.value, field.type, place: place)
            }
        case .string, .bool, .int64, .uint16, .uint32, .uint64, .float, .stringOrStrings, .any: break
        }
    }
}
