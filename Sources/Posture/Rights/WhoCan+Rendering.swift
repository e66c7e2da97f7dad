extension WhoCan {
    /// As a table: a line for each row below a head, columns apart by two spaces.
    package var lines: [String] {
        let head = ["SUBJECT", "NAMESPACE", "MAY", "BY", "ROLE"]
        let cells = [head] + rows.map(\.cells)
        let widths = head.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        var lines = cells.map { row in
            let padded = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: max(0, width - cell.count))
            }
            return padded.joined(separator: "  ").trimmingSpacesAtEnd
        }
        if leftOut > 0 { lines.append("… and \(leftOut) more") }
        return lines
    }

    /// As JSON: a list of rows, with the rights behind each power.
    package var document: Document {
        .object([
            Document.Member("rows", .list(rows.map(\.document))),
            Document.Member("leftOut", .integer(Int64(leftOut))),
        ])
    }
}

extension WhoCan.Row {
    fileprivate var cells: [String] {
        [
            subject.plainWords + (pods.map { " (\($0) pods)" } ?? ""), namespace ?? "*",
            powers.keys.sorted().map(\.words).joined(separator: ", "),
            binding.map { $0.namespace == nil ? "ClusterRoleBinding \($0.name)" : "RoleBinding \($0.name)" } ?? "-",
            binding.map { "\($0.role.kind.rawValue) \($0.role.name)" } ?? "-",
        ].map(\.printable)
    }

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

extension Subject {
    /// Without quotes: `ServiceAccount team/web`.
    fileprivate var plainWords: String { "\(kind.rawValue) \(namespace.map { "\($0)/" } ?? "")\(name)" }
}

extension String {
    /// What may be printed in a line of a table: names of a cluster's objects are their makers' to choose.
    fileprivate var printable: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { $0.properties.generalCategory.isForControl ? "\u{FFFD}" : $0 }
            )
        )
    }

    fileprivate var trimmingSpacesAtEnd: String { String(reversed().drop { $0 == " " }.reversed()) }
}

extension Unicode.GeneralCategory {
    fileprivate var isForControl: Bool {
        self == .control || self == .format || self == .lineSeparator || self == .paragraphSeparator
    }
}
