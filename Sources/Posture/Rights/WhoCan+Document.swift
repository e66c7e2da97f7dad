extension WhoCan {
    /// As JSON: a list of rows, with the rights behind each power.
    package var document: Document {
        .object([
            Document.Member("rows", .list(rows.map(\.document))),
            Document.Member("leftOut", .integer(Int64(leftOut))),
        ])
    }
}

extension WhoCan.Row {
    fileprivate var document: Document {
        var members = [
            Document.Member("subject", subject.document),
            Document.Member("namespace", namespace.map { .text($0) } ?? .null),
            Document.Member(
                "may",
                .object(
                    powers.keys.sorted().map { power in
                        Document.Member(power.rawValue, .list((powers[power] ?? []).map { .text($0) }))
                    }
                )
            ),
            Document.Member("isOfCluster", .bool(isOfCluster)),
        ]
        if let binding {
            members.append(
                Document.Member(
                    "binding",
                    [
                        "kind": .text(binding.namespace == nil ? "ClusterRoleBinding" : "RoleBinding"),
                        "name": .text(binding.name),
                    ]
                )
            )
            members.append(
                Document.Member("role", ["kind": .text(binding.role.kind.rawValue), "name": .text(binding.role.name)])
            )
        }
        if let pods { members.append(Document.Member("pods", .integer(Int64(pods)))) }
        return .object(members)
    }
}
