package import JSON

/// A namespace that is to be made or changed, as far as its labels go.
package struct AskedNamespace: Sendable, Equatable {
    /// Empty where the API server is still to make one up.
    package var name: String
    package var labels: [String: String]
    /// What they are before the change; nil for a namespace that is new.
    package var oldLabels: [String: String]?
}

extension AdmissionReview {
    /// The namespace that is to be made or changed; nil when the review is of something else, or of a part of one.
    package var askedNamespace: AskedNamespace? {
        guard let object, request.resource.name == "namespaces", request.resource.group.isEmpty,
            request.subresource == nil, request.operation == .create || request.operation == .update
        else { return nil }
        return AskedNamespace(
            name: request.name ?? object["metadata"]?["name"]?.string ?? "",
            labels: AskedNamespace.labels(of: object),
            oldLabels: old.map(AskedNamespace.labels)
        )
    }
}

extension AskedNamespace {
    /// The labels of a namespace, whether it is asked for or stands there.
    package static func labels(of object: JSONValue) -> [String: String] {
        guard let labels = object["metadata"]?["labels"] else { return [:] }
        // The API server lets texts alone through; anything else is told as it stands, and is no level.
        let pairs = labels.members.map { (String($0.key), $0.value.string ?? $0.value.jsonText) }
        return Dictionary(pairs) { $1 }
    }
}
