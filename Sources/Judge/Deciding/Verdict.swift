package import Deployments

/// What a guard decided about one request, and why: the record of a decision, either way.
package struct Verdict: Sendable {
    /// Names the decision: told to the client and written in the record, so that one leads to the other.
    package var id: String
    /// When it was decided.
    package var time: Timestamp
    package var outcome: Outcome
    /// What the request would deploy or change, one for each container, as it was judged.
    ///
    /// A judged request has at least one; findings speak of these very ones.
    package var events: [DeploymentEvent]
    /// The rules that matched, at any level.
    package var findings: [Finding]
    /// What the profile, the policy or the reading holds against it, in order.
    package var violations: [Violation]
    /// The parts of the body that were left out of what is forwarded, since the server does not know them.
    package var leftOut: [String]
    /// How long judging took, in nanoseconds.
    package var duration: Int64

    /// What became of the request.
    package enum Outcome: String, Sendable {
        case allowed
        case refused
        /// It passed only because the guard observes.
        case wouldRefuse = "would-refuse"
    }

    package init(
        id: String,
        time: Timestamp,
        outcome: Outcome,
        events: [DeploymentEvent] = [],
        findings: [Finding] = [],
        violations: [Violation] = [],
        leftOut: [String] = [],
        duration: Int64 = 0
    ) {
        self.id = id
        self.time = time
        self.outcome = outcome
        self.events = events
        self.findings = findings
        self.violations = violations
        self.leftOut = leftOut
        self.duration = duration
    }
}

extension Verdict {
    /// What the request would deploy or change.
    package var deployments: [ContainerDeployment] { events.map(\.deployment) }
}

/// One thing that a request must not ask for.
package struct Violation: Sendable, Equatable {
    /// The part of the profile or policy, by the name that opens it: `privileged`, `binds`, `images`…; `reading` for what
    /// could not be read for certain.
    package var part: String
    /// Where in the request: `HostConfig.Binds[0]`, `query networkmode`, `target`.
    package var place: String
    /// What is there, and why it is refused.
    package var message: String
    /// What to change.
    package var remedy: String

    package init(part: String, place: String, message: String, remedy: String) {
        self.part = part
        self.place = place
        self.message = message
        self.remedy = remedy
    }
}
