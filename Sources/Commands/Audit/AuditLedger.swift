#if Watch
    internal import Deployments
    internal import Foundation
    internal import Ledger
    internal import Posture
    internal import Sigma
    internal import Signals
    internal import Watch

    /// Remembers what an audit found in the ledger that watching keeps, beside the process that watches.
    struct AuditLedger {
        private let path: String

        /// - Parameter configuration: that of watching, which says where its ledger is.
        init(ofConfigurationAt configuration: String, environment: [String: String]) throws(CommandError) {
            guard let data = FileManager.default.contents(atPath: configuration),
                let text = String(data: data, encoding: .utf8)
            else { throw CommandError("\(configuration): the configuration cannot be read") }
            let (read, diagnostics) = WatchConfiguration.read(text, file: configuration, environment: environment)
            guard let read else {
                let errors = diagnostics.filter { $0.severity == .error }.map(\.description)
                throw CommandError(errors.joined(separator: "\n"))
            }
            path = read.ledger.path ?? LedgerLocation.usual(environment: environment, isRoot: geteuid() == 0)
        }

        /// Remembers what fails; what was remembered before stays one finding.
        ///
        /// - Returns: how many findings were not there before.
        func remember(_ report: AuditReport) async throws -> Int {
            let ledger = try Ledger(path: path, options: LedgerOptions(.editing))
            let now = Timestamp(seconds: report.time) ?? Timestamp(microseconds: 0)
            var batch = LedgerBatch()
            batch.findings = AuditFinding.all(in: report).map { finding in
                FindingEntry(
                    id: finding.id,
                    ruleID: finding.check.id,
                    ruleTitle: finding.check.title,
                    level: finding.check.level.rawValue,
                    time: now,
                    receivedAt: now,
                    group: finding.check.id,
                    sentence: finding.sentence,
                    ecs: finding.ecs
                )
            }
            let committed = try await ledger.commit(batch)
            try ledger.close()
            return committed.newFindings.count
        }
    }
#endif
