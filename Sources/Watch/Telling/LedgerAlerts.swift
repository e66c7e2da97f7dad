package import Delivery
internal import Deployments
package import Ledger
internal import Sigma

/// The ledger's findings as the alerts that outputs tell.
package struct LedgerAlerts: AlertStore {
    private let ledger: Ledger

    package init(_ ledger: Ledger) { self.ledger = ledger }

    package func alerts(after sequence: Int64, limit: Int) async throws -> [Alert] {
        try await ledger.findings(afterSequence: sequence, limit: limit).map { Alert($0) }
    }

    package func position(of output: String) async throws -> Int64? { try await ledger.outputPosition(output) }

    package func setPosition(_ sequence: Int64, of output: String) async throws {
        try await ledger.setOutputPosition(output, sequence)
    }

    package func newest() async throws -> Int64 { try await ledger.newestSequence() }
}

extension Alert {
    fileprivate init(_ stored: SequencedFinding) { self.init(stored.finding, sequence: stored.sequence) }

    /// A finding as it is remembered.
    init(_ finding: FindingEntry, sequence: Int64) {
        self.init(
            sequence: sequence,
            id: finding.id,
            time: finding.time,
            level: Level(rawValue: finding.level) ?? .medium,
            ruleID: finding.ruleID,
            title: finding.ruleTitle,
            sentence: finding.sentence,
            group: finding.group,
            fields: finding.fields,
            ecs: finding.ecs
        )
    }
}
