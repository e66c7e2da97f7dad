package import Deployments

/// Which findings or deployments are asked for; the newest come first.
package struct LedgerQuery: Sendable {
    /// A row's place in the order of what is listed.
    package struct Place: Sendable, Equatable {
        /// When it happened, or else was remembered first.
        package var time: Timestamp
        package var number: Int64

        package init(time: Timestamp, number: Int64) {
            self.time = time
            self.number = number
        }
    }

    /// Not before.
    package var since: Timestamp?
    /// Before this instant.
    package var until: Timestamp?
    /// Only findings at this level or above.
    package var level: FindingLevel?
    /// Only findings of these rules: an id, its first six characters or more, or a part of a title; empty for all.
    package var rules: [String] = []
    /// Only findings in these states; empty for all.
    package var states: Set<FindingState> = []
    /// Only deployments by these routes; empty for all.
    package var routes: [String] = []
    /// What else their fields have to be.
    package var expression: FieldExpression?
    /// At most so many.
    package var limit = 100
    /// Only what comes behind it: the last of the rows that were told before.
    package var after: Place?

    package init() {}
}

/// A finding as the ledger has it.
package struct StoredFinding: Sendable, Equatable {
    package var place: LedgerQuery.Place
    package var state: FindingState
    package var finding: FindingEntry
    /// The ECS record with what became of the finding, as `tidewaiter.finding.state`.
    package var ecs: [UInt8]
}

/// A deployment as the ledger has it, without its trail.
package struct StoredDeployment: Sendable, Equatable {
    package var place: LedgerQuery.Place
    package var deployment: DeploymentEntry
}

extension LedgerQuery {
    /// The statement's condition, order and limit.
    func condition(on table: LedgerTable) -> SQLCondition {
        var conditions: [SQLCondition] = []
        if let since { conditions.append(SQLCondition("at >= ?", [since.microseconds])) }
        if let until { conditions.append(SQLCondition("at < ?", [until.microseconds])) }
        if let after {
            conditions.append(
                SQLCondition("(at, \(table.number)) < (?, ?)", [after.time.microseconds, after.number])
            )
        }
        switch table {
        case .findings:
            if let level { conditions.append(SQLCondition("level >= ?", [level.rawValue])) }
            if !rules.isEmpty { conditions.append(.any(rules.map(Self.condition(onRule:)))) }
            if !states.isEmpty {
                conditions.append(.any(states.map { SQLCondition("state = ?", [$0.rawValue]) }))
            }
        case .deployments:
            if !routes.isEmpty { conditions.append(.any(routes.map { SQLCondition("route = ?", [StoredText($0)]) })) }
        }
        if let expression { conditions.append(expression.condition(on: table)) }
        let condition = SQLCondition.all(conditions)
        return SQLCondition(
            "\(condition.sql) ORDER BY at DESC, \(table.number) DESC LIMIT ?",
            condition.arguments + [max(0, limit)]
        )
    }

    private static func condition(onRule rule: String) -> SQLCondition {
        var conditions = [
            SQLCondition("rule_id = ?", [StoredText(rule)]),
            SQLCondition("instr(lower(rule_title), lower(?)) > 0", [StoredText(rule)]),
        ]
        if rule.utf8.count >= 6 {
            conditions.append(SQLCondition("rule_id GLOB ?", [FieldPattern(pieces: [rule, ""]).glob]))
        }
        return .any(conditions)
    }
}
