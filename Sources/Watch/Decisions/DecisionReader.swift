internal import Deployments
internal import JSON
internal import Ledger
internal import LiveIntake

/// Why a line is no decision of a guard.
struct DecisionError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong.
    var description: String

    init(_ description: String) { self.description = description }
}

/// Reads the decisions that a guard wrote, one ECS object a line, into what the ledger remembers: each a deployment with
/// its outcome, and what the guard's rules found.
///
/// They are judged already, by the same rules.
struct DecisionReader {
    private let parser = JSONParser(maximumBytes: 16 << 20)

    /// The fields that the ledger can be asked for by themselves.
    private static let fields = [
        "event.action", "event.outcome", "event.dataset", "user.name", "user.effective.name", "source.ip",
        "user_agent.original", "host.name", "orchestrator.cluster.name", "orchestrator.namespace",
        "orchestrator.resource.type", "orchestrator.resource.name", "deployment.resource.group", "container.id",
        "container.name", "container.image.name", "container.image.tag", "deployment.image.reference",
        "deployment.image.registry", "deployment.route", "tidewaiter.decision.id", "tidewaiter.decision.outcome",
    ]

    /// Reads one line and adds what it says to `batch`.
    ///
    /// - Throws: ``DecisionError`` for a line that is none; nothing is added then.
    func read(_ record: LiveRecord, of source: String, now: Timestamp, _ batch: inout LedgerBatch) throws(DecisionError)
    {
        guard !record.defects.contains(.oversized) else {
            throw DecisionError("a decision longer than any that is written")
        }
        let outcome = unsafe record.bytes.withUnsafeBytes { bytes in
            Result { () throws(JSONError) in
                try unsafe parser.withDocument(bytes) { Self.entries($0, record, source, now) }
            }
        }
        let read: (DeploymentEntry, [FindingEntry])?
        switch outcome {
        case .success(let entries): read = entries
        case .failure(let error):
            throw DecisionError("no decision: \(error.reason.rawValue) (byte \(error.offset))")
        }
        guard let (deployment, findings) = read else {
            throw DecisionError("no decision: 'tidewaiter.decision.id' is missing; is this what 'guard --log' wrote?")
        }
        batch.deployments.append(deployment)
        batch.findings += findings
    }

    private static func entries(
        _ root: JSONValue,
        _ record: LiveRecord,
        _ source: String,
        _ now: Timestamp
    ) -> (DeploymentEntry, [FindingEntry])? {
        guard let decision = texts(root, "tidewaiter.decision.id").first else { return nil }
        var fields: [String: String] = [:]
        for field in Self.fields { fields[field] = texts(root, field).first }
        let time = texts(root, "@timestamp").first.flatMap { Timestamp(rfc3339: $0.utf8) }
        let container = texts(root, "container.name").first ?? ""
        let role = texts(root, "deployment.container_role").first ?? ""
        let id = "\(decision)/\(role)/\(container)"
        let deployment = DeploymentEntry(
            id: id,
            time: time,
            receivedAt: now,
            fields: fields,
            joinKeys: [],
            ecs: record.bytes,
            record: [],
            trail: [
                TrailEntry(
                    source: source,
                    dataset: fields["event.dataset"] ?? "",
                    time: time,
                    path: record.position.path,
                    offset: record.position.offset
                )
            ]
        )
        let message = texts(root, "message").first ?? ""
        let rules = zip(texts(root, "rule.id"), zip(texts(root, "rule.name"), texts(root, "rule.level")))
        let findings = zip(texts(root, "tidewaiter.finding.id"), rules).map { finding, rule in
            FindingEntry(
                id: finding,
                deploymentID: id,
                ruleID: rule.0,
                ruleTitle: rule.1.0,
                level: rule.1.1,
                time: time,
                receivedAt: now,
                fields: fields,
                group: group(fields),
                sentence: message,
                ecs: record.bytes
            )
        }
        return (deployment, findings)
    }

    private static func group(_ fields: [String: String]) -> String {
        let object = [
            "host.name", "orchestrator.namespace", "orchestrator.resource.type", "orchestrator.resource.name",
        ]
        let names = object.compactMap { fields[$0] }
        guard fields["orchestrator.resource.name"] == nil else { return names.joined(separator: "/") }
        return [fields["host.name"], fields["container.id"] ?? fields["container.name"] ?? fields["user.name"]]
            .compactMap(\.self).joined(separator: "/")
    }

    /// The texts at a dotted path; one text alone counts as a list of one.
    private static func texts(_ root: JSONValue, _ path: String) -> [String] {
        var value = root
        for key in path.split(separator: ".") {
            guard let next = value.member(named: String(key)) else { return [] }
            value = next
        }
        if let text = value.string { return [text] }
        return value.elements.compactMap(\.string)
    }
}
