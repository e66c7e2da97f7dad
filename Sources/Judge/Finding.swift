package import Deployments
package import Sigma

/// One rule that matched one record, or one control that it violates: what is told, with its reasons.
package struct Finding: Sendable {
    /// Stable: the same rule on the same record has the same id in every run.
    package let id: String
    /// The rule that matched, or the control that is violated.
    package let rule: FindingRule
    /// Which parts of the rule matched which values.
    package let reasons: [Reason]
    /// What a control holds against the deployment; nil for a rule, whose title says it.
    package let violation: ControlViolation?
    /// The record that it speaks of.
    package let subject: Subject
    /// What correlations are told; nil where none looks at the rule.
    package let correlated: CorrelatedMatch?

    /// What a finding speaks of.
    package enum Subject: Sendable {
        /// A container deployment.
        case deployment(DeploymentEvent)
        /// A raw record, for rules on raw log sources.
        case rawRecord(RawRecordSummary)
        /// Several records, for correlations.
        case correlation(CorrelationSummary)

        /// Where the record stands, of several the last.
        package var log: ContainerDeployment.LogPosition? {
            switch self {
            case .deployment(let event): event.deployment.log
            case .rawRecord(let record): record.log
            case .correlation(let summary): summary.events.last?.log
            }
        }
    }

    package init(
        id: String,
        rule: FindingRule,
        reasons: [Reason],
        violation: ControlViolation? = nil,
        subject: Subject,
        correlated: CorrelatedMatch? = nil
    ) {
        self.id = id
        self.rule = rule
        self.reasons = reasons
        self.violation = violation
        self.subject = subject
        self.correlated = correlated
    }
}

/// What is kept of a raw record once its parser has moved on.
package struct RawRecordSummary: Sendable, Equatable {
    /// The log source, as `product/service`.
    package var dataset: String
    /// Where it stands.
    package var log: ContainerDeployment.LogPosition
    /// The record's text, cut at ``maximumOriginal`` bytes.
    package var original: String
    /// When it happened.
    package var time: Timestamp?
    /// The name that the server knew the requester by.
    package var userName: String?
    /// The client program, in its own words.
    package var userAgent: String?
    /// The address that the request came from.
    package var sourceAddress: String?
    /// What was done: the verb, or the daemon's message.
    package var action: String?
    /// The resource, with its part behind a slash: `pods/exec`.
    package var resource: String?
    /// The namespace of the resource.
    package var namespace: String?
    /// The name of the resource.
    package var name: String?

    /// The longest text that is kept of a record, in bytes.
    package static let maximumOriginal = 65_536

    package init(dataset: String, log: ContainerDeployment.LogPosition, original: String) {
        self.dataset = dataset
        self.log = log
        self.original = original
    }
}
