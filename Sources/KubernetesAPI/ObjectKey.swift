package import JSON

/// What an object is found by among those of its resource.
package struct ObjectKey: Sendable, Hashable {
    /// Nil for what stands in no namespace.
    package let namespace: String?
    package let name: String

    package init(namespace: String? = nil, _ name: String) {
        self.namespace = namespace
        self.name = name
    }

    /// - Returns: nil for what has no name.
    package init?(of object: JSONValue) {
        let metadata = object["metadata"]
        guard let name = metadata?["name"]?.string, !name.isEmpty else { return nil }
        self.init(namespace: metadata?["namespace"]?.string, name)
    }
}
