/// Roles and bindings as the API takes them.
///
/// Source: rbac.authorization.k8s.io/v1.
private let rbac = "rbac.authorization.k8s.io"

extension Role {
    /// As an object that can be applied.
    package var document: Document {
        .manifest(
            reference.kind.rawValue,
            reference.name,
            namespace,
            labels: labels,
            [Document.Member("rules", .list(rules.map(\.document)))]
        )
    }
}

extension RoleBinding {
    /// As an object that can be applied.
    package var document: Document {
        .manifest(
            namespace == nil ? "ClusterRoleBinding" : "RoleBinding",
            name,
            namespace,
            [
                Document.Member(
                    "roleRef",
                    ["apiGroup": .text(rbac), "kind": .text(role.kind.rawValue), "name": .text(role.name)]
                ),
                Document.Member("subjects", .list(subjects.map(\.document))),
            ]
        )
    }

    /// The change that takes it away.
    var deletion: Fix.Change {
        .deletion(kind: namespace == nil ? "ClusterRoleBinding" : "RoleBinding", namespace: namespace, name: name)
    }
}

extension Subject {
    package var document: Document {
        guard kind == .serviceAccount else {
            return ["kind": .text(kind.rawValue), "apiGroup": .text(rbac), "name": .text(name)]
        }
        var members = [Document.Member("kind", .text(kind.rawValue)), Document.Member("name", .text(name))]
        if let namespace { members.append(Document.Member("namespace", .text(namespace))) }
        return .object(members)
    }
}

extension PolicyRule {
    package var document: Document {
        var members: [Document.Member] = []
        func add(_ name: String, _ values: [String]) {
            if !values.isEmpty { members.append(Document.Member(name, .list(values.map { .text($0) }))) }
        }
        add("apiGroups", apiGroups)
        add("resources", resources)
        add("resourceNames", resourceNames)
        add("nonResourceURLs", nonResourceURLs)
        add("verbs", verbs)
        return .object(members)
    }
}

extension Document {
    fileprivate static func manifest(
        _ kind: String,
        _ name: String,
        _ namespace: String?,
        labels: [String: String] = [:],
        _ members: [Member]
    ) -> Document {
        var metadata = [Member("name", .text(name))]
        if let namespace { metadata.append(Member("namespace", .text(namespace))) }
        if !labels.isEmpty {
            let ordered = labels.sorted { $0.key < $1.key }
            metadata.append(Member("labels", .object(ordered.map { Member($0.key, .text($0.value)) })))
        }
        return .object(
            [
                Member("apiVersion", .text("\(rbac)/v1")), Member("kind", .text(kind)),
                Member("metadata", .object(metadata)),
            ]
                + members
        )
    }
}
