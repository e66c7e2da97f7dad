/// What is asked for, and which of its fields have columns of their own.
enum LedgerTable {
    case findings
    case deployments

    var name: String {
        switch self {
        case .findings: "findings"
        case .deployments: "deployments"
        }
    }

    /// The column that numbers the rows.
    var number: String {
        switch self {
        case .findings: "sequence"
        case .deployments: "number"
        }
    }

    /// What is read of a row.
    var columns: String {
        switch self {
        case .deployments: "*"
        case .findings:
            // A merge patch (RFC 7396) leaves every other text just as it was written.
            """
            *, CASE WHEN json_valid(CAST(ecs AS TEXT)) THEN CAST(json_patch(CAST(ecs AS TEXT),
            '{"tidewaiter":{"finding":{"state":"' || \(FindingState.nameSQL) || '"}}}') AS BLOB) ELSE ecs END AS stated
            """
        }
    }

    /// The column that holds a field as text.
    func column(of field: String) -> String? {
        if let field = IndexedField(rawValue: field) { return field.column }
        return switch (self, field) {
        case (.findings, "rule.id"): "rule_id"
        case (.findings, "rule.name"): "rule_title"
        case (.findings, "tidewaiter.finding.id"): "id"
        case (.deployments, "deployment.route"): "route"
        case (.deployments, "event.action"): "action"
        case (.deployments, "event.outcome"): "outcome"
        default: nil
        }
    }
}
