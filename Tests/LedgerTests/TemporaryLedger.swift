import Deployments
import Foundation
import Ledger

/// A folder of a test's own, which goes away with it.
final class TemporaryFolder: Sendable {
    let path: String

    init() {
        path = NSTemporaryDirectory() + "/ledger-\(UUID().uuidString)"
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Where the test's ledger is.
    var ledger: String { "\(path)/state/ledger.sqlite" }
}

extension Timestamp {
    /// That many seconds after some moment.
    static func after(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: (1_795_000_000 + seconds) * 1_000_000) }
}

extension FindingEntry {
    static func sample(
        _ id: String,
        deployment: String? = nil,
        rule: String = "rule-1",
        level: String = "high",
        at seconds: Int64 = 0,
        fields: [String: String] = [:],
        ecs: String = "{}"
    ) -> FindingEntry {
        FindingEntry(
            id: id,
            deploymentID: deployment,
            ruleID: rule,
            ruleTitle: "Title of \(rule)",
            level: level,
            time: .after(seconds),
            receivedAt: .after(seconds + 1),
            fields: fields,
            group: "group",
            sentence: "alice runs a privileged container",
            ecs: Array(ecs.utf8)
        )
    }
}

extension DeploymentEntry {
    static func sample(
        _ id: String,
        at seconds: Int64? = 0,
        receivedAt: Int64 = 1,
        fields: [String: String] = [:],
        keys: [String] = [],
        ecs: String = "{}",
        record: String = "record",
        trail: [TrailEntry] = []
    ) -> DeploymentEntry {
        DeploymentEntry(
            id: id,
            time: seconds.map { .after($0) },
            receivedAt: .after(receivedAt),
            fields: fields,
            joinKeys: keys,
            ecs: Array(ecs.utf8),
            record: Array(record.utf8),
            trail: trail
        )
    }
}

extension LedgerBatch {
    init(
        deployments: [DeploymentEntry] = [],
        findings: [FindingEntry] = [],
        streams: [StreamEntry] = [],
        correlationEvents: [CorrelationEntry] = [],
        sightings: [Sighting] = []
    ) {
        self.init()
        self.deployments = deployments
        self.findings = findings
        self.streams = streams
        self.correlationEvents = correlationEvents
        self.sightings = sightings
    }
}
