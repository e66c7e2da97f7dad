package import Posture

/// Tells who may do what as a table: a line for each row below a head, columns apart by two spaces.
package enum WhoCanTable {
    package static func lines(_ table: WhoCan) -> [String] {
        let head = ["SUBJECT", "NAMESPACE", "MAY", "BY", "ROLE"]
        // Names of a cluster's objects are their makers' to choose.
        let rows = [head] + table.rows.map { cells(of: $0).map { VisibleText.escape($0) } }
        let widths = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        var lines = rows.map { row in
            let padded = zip(row.dropLast(), widths).map { cell, width in
                cell + String(repeating: " ", count: max(0, width - cell.count))
            }
            return (padded + row.suffix(1)).joined(separator: "  ")
        }
        if table.leftOut > 0 { lines.append("… and \(table.leftOut) more") }
        return lines
    }

    private static func cells(of row: WhoCan.Row) -> [String] {
        let subject = row.subject
        let name = "\(subject.kind.rawValue) \(subject.namespace.map { "\($0)/" } ?? "")\(subject.name)"
        let binding = row.binding.map { "\($0.namespace == nil ? "ClusterRoleBinding" : "RoleBinding") \($0.name)" }
        return [
            name + (row.pods.map { " (\($0) pods)" } ?? ""), row.namespace ?? "*",
            row.powers.keys.sorted().map(\.words).joined(separator: ", "), binding ?? "-",
            row.binding.map { "\($0.role.kind.rawValue) \($0.role.name)" } ?? "-",
        ]
    }
}
