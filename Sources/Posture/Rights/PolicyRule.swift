/// A rule of a role: what it allows.
///
/// Source of the semantics: kubernetes, plugin/pkg/auth/authorizer/rbac/rbac.go (`RuleAllows`) and
/// pkg/apis/rbac/v1/evaluation_helpers.go.
package struct PolicyRule: Sendable, Hashable {
    package var verbs: [String]
    package var apiGroups: [String]
    package var resources: [String]
    /// Empty where it allows objects of every name.
    package var resourceNames: [String]
    package var nonResourceURLs: [String]

    package init(
        verbs: [String],
        apiGroups: [String] = [],
        resources: [String] = [],
        resourceNames: [String] = [],
        nonResourceURLs: [String] = []
    ) {
        self.verbs = verbs
        self.apiGroups = apiGroups
        self.resources = resources
        self.resourceNames = resourceNames
        self.nonResourceURLs = nonResourceURLs
    }

    /// Whether it allows a request.
    package func allows(_ request: AccessRequest) -> Bool {
        switch request {
        case .resource(let attributes):
            covers(attributes) && (resourceNames.isEmpty || resourceNames.contains(attributes.name))
        case .nonResource(let attributes): isAny(verbs, attributes.verb) && covers(path: attributes.path)
        }
    }

    /// Whether it allows a request for objects of some name.
    func covers(_ attributes: ResourceAttributes) -> Bool {
        isAny(verbs, attributes.verb) && isAny(apiGroups, attributes.group) && covers(resource: attributes)
    }

    private func covers(resource attributes: ResourceAttributes) -> Bool {
        let wanted = attributes.combinedResource
        return resources.contains { resource in
            // `*` has every subresource in it, and `*/scale` that of every resource.
            resource == "*" || resource == wanted
                || (!attributes.subresource.isEmpty && resource == "*/\(attributes.subresource)")
        }
    }

    private func covers(path: String) -> Bool {
        nonResourceURLs.contains { url in
            if url == "*" || url == path { return true }
            guard url.hasSuffix("*") else { return false }
            // As the server does, which takes off every star at the end.
            return path.hasPrefix(String(url.reversed().drop { $0 == "*" }.reversed()))
        }
    }

    private func isAny(_ allowed: [String], _ wanted: String) -> Bool { allowed.contains { $0 == "*" || $0 == wanted } }

    /// As people read it: `get, list on pods of the core`.
    var words: String {
        let verbs = verbs.joined(separator: ", ")
        guard nonResourceURLs.isEmpty else { return "\(verbs) on \(nonResourceURLs.joined(separator: ", "))" }
        let groups = apiGroups.map { $0.isEmpty ? "the core" : $0 }.joined(separator: ", ")
        let names = resourceNames.isEmpty ? "" : " named \(resourceNames.joined(separator: ", "))"
        return "\(verbs) on \(resources.joined(separator: ", "))\(names) of \(groups)"
    }
}
