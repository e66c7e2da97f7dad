internal import Deployments
internal import Judge
internal import Sigma

/// The fields that the ledger can be asked for by themselves, of what it remembers.
enum LedgerFields {
    private static let fields: [Field] = [
        .eventAction, .eventOutcome, .eventDataset, .userName, .userEffectiveName, .sourceIP, .userAgent, .hostName,
        .clusterName, .namespace, .resourceType, .resourceName, .resourceGroup, .containerID, .containerName,
        .imageName,
        .imageTag, .imageReference, .imageRegistry, .route,
    ]

    /// Of a deployment; a field with several values has the first.
    static func of(_ event: DeploymentEvent) -> [String: String] {
        var found: [String: String] = [:]
        for field in fields {
            event.values(of: field) { value in
                guard found[field.rawValue] == nil else { return }
                switch value {
                case .text(let text): found[field.rawValue] = text
                case .integer(let integer): found[field.rawValue] = String(integer)
                case .boolean(let boolean): found[field.rawValue] = String(boolean)
                }
            }
        }
        return found
    }

    /// Of what a guard decided.
    static func of(_ decision: GuardDecision?) -> [String: String] {
        guard let decision else { return [:] }
        return ["tidewaiter.decision.id": decision.id, "tidewaiter.decision.outcome": decision.outcome]
    }

    /// What findings on a deployment of such fields are grouped by when they are told.
    static func group(_ fields: [String: String]) -> String {
        let object: [Field] = [.hostName, .namespace, .resourceType, .resourceName]
        if fields[Field.resourceName.rawValue] != nil {
            return object.compactMap { fields[$0.rawValue] }.joined(separator: "/")
        }
        let container = [Field.containerID, .containerName, .userName].compactMap { fields[$0.rawValue] }.first
        return [fields[Field.hostName.rawValue], container].compactMap(\.self).joined(separator: "/")
    }

    /// Of what a finding speaks of.
    static func of(_ finding: Finding) -> [String: String] {
        switch finding.subject {
        case .deployment(let event): return of(event)
        case .rawRecord(let record):
            let pairs: [(Field, String?)] = [
                (.eventAction, record.action), (.eventDataset, record.dataset), (.userName, record.userName),
                (.userAgent, record.userAgent), (.sourceIP, record.sourceAddress), (.namespace, record.namespace),
                (.resourceType, record.resource), (.resourceName, record.name),
            ]
            return Dictionary(pairs.compactMap { field, value in value.map { (field.rawValue, $0) } }) { first, _ in
                first
            }
        case .correlation:
            // What the events have in common, under the names that the correlation groups by.
            let pairs = finding.reasons.compactMap { reason in
                reason.field.flatMap { field in reason.value.map { (field, $0) } }
            }
            return Dictionary(pairs) { first, _ in first }
        }
    }
}
