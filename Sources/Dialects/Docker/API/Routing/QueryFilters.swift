/// The `filters` of a list, in either of the JSON shapes that engines take.
///
/// Docker Engine API: a map of lists, `{"label":["team=ci"]}`, or, as its own client writes them, a map of maps,
/// `{"label":{"team=ci":true}}` (moby `api/types/filters`). Of a mixture of both engines read nothing.
package struct QueryFilters: Sendable, Equatable {
    /// The values of each filter, sorted; a filter without values is none.
    package private(set) var values: [String: Set<String>] = [:]

    /// The filters that a request brings.
    ///
    /// - Throws: what two engines would read as two things, or as nothing.
    package init(of request: DockerAPIRequest) throws(ReadingRefusal) {
        guard let text = request.value("filters"), !text.isEmpty else { return }
        let json: CanonicalValue
        do throws(ReadingRefusal) {
            json = try CanonicalBody.read(Array(text.utf8), as: BodyType.any).value
        } catch {
            throw Self.refusal(error.message)
        }
        guard case .object(let members) = json else { throw Self.refusal("it is no JSON object") }
        for member in members {
            guard member.name == member.name.lowercased() else {
                throw Self.refusal(
                    "'\(member.name)' is a filter for one engine and none for another: write it in lower case"
                )
            }
            values[member.name] = try Self.values(of: member)
        }
        let isList = members.contains { $0.value.isList }
        guard !isList || members.allSatisfy(\.value.isList) else {
            throw Self.refusal("lists and maps are mixed, which no engine reads")
        }
    }

    private static func values(of member: CanonicalMember) throws(ReadingRefusal) -> Set<String> {
        switch member.value {
        case .array(let elements):
            let texts = elements.compactMap(\.string)
            guard texts.count == elements.count else { throw refusal("'\(member.name)' has a value that is no text") }
            return Set(texts)
        case .object(let members):
            guard members.allSatisfy({ $0.value == .boolean(true) }) else {
                throw refusal("'\(member.name)' has a value that is not true: leave out what is not to be filtered by")
            }
            return Set(members.map(\.name))
        default: throw refusal("'\(member.name)' is neither a list nor a map")
        }
    }

    private static func refusal(_ message: String) -> ReadingRefusal {
        ReadingRefusal(place: "query filters", message)
    }

    /// The values of one filter; nil where it is not set.
    package subscript(name: String) -> Set<String>? {
        get { values[name].flatMap { $0.isEmpty ? nil : $0 } }
        set { values[name] = newValue }
    }

    /// The filters as maps, sorted: what every engine since API 1.12 reads in one way.
    package var text: String {
        let members = values.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map { name, values in
            CanonicalMember(name, .object(values.sorted().map { CanonicalMember($0, .boolean(true)) }))
        }
        return String(decoding: CanonicalValue.object(members).jsonBytes, as: UTF8.self)
    }
}

extension DockerAPIRequest {
    /// The same request with other filters.
    package func filtered(by filters: QueryFilters) -> DockerAPIRequest {
        var request = self
        request.query.removeAll { $0.name == "filters" }
        if !filters.values.isEmpty { request.query.append(QueryItem("filters", filters.text)) }
        return request
    }
}

extension CanonicalValue {
    fileprivate var isList: Bool { if case .array = self { true } else { false } }
}
