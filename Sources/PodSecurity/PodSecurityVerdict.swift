package import Dialects

/// What a policy says of a pod.
package struct PodSecurityVerdict: Sendable, Equatable {
    package var policy: PodSecurityPolicy
    /// In the order in which the API server tells them; empty for a pod that it allows.
    package var violations: [PodSecurityViolation]

    /// Judges a pod, or the template of one, by a policy.
    package init(of pod: Pod, by policy: PodSecurityPolicy) {
        self.policy = policy
        violations = CheckTable.shared.checks(of: policy).compactMap { control, check in
            check(pod).map { objection in
                PodSecurityViolation(
                    control: control,
                    reason: objection.reason,
                    detail: objection.detail,
                    fields: objection.fields
                )
            }
        }
    }

    package var isAllowed: Bool { violations.isEmpty }

    /// The violations as the API server joins them; empty for none.
    package var detail: String { violations.map(\.message).joined(separator: ", ") }

    /// What the API server refuses the pod with: `violates PodSecurity "restricted:latest": …`; nil where it does not.
    package var refusal: String? { isAllowed ? nil : "violates \(subject)" }

    /// What the API server warns of, and writes into its audit log, where it does not refuse; nil likewise.
    package var warning: String? { isAllowed ? nil : "would violate \(subject)" }

    private var subject: String { "PodSecurity \"\(policy)\": \(detail)" }
}

/// Which checks a policy consists of, worked out once for each level and version.
struct CheckTable: Sendable {
    typealias Check = (control: PodSecurityControl, check: @Sendable (Pod) -> Objection?)

    static let shared = CheckTable()

    private let baseline: [[Check]]
    private let restricted: [[Check]]

    private init() {
        let versions = 0...PodSecurityVersion.newest
        baseline = versions.map { Self.checks(in: $0) { $0.level == .baseline } }
        restricted = versions.map { minor in
            let overridden = Set(
                PodSecurityControl.all.filter { $0.revision(in: minor) != nil }.flatMap(\.overrides)
            )
            return Self.checks(in: minor) { !overridden.contains($0.id) }
        }
    }

    func checks(of policy: PodSecurityPolicy) -> [Check] {
        switch policy.level {
        case .privileged: []
        case .baseline: baseline[policy.version.appliedMinor]
        case .restricted: restricted[policy.version.appliedMinor]
        }
    }

    private static func checks(in minor: Int, _ isIncluded: (PodSecurityControl) -> Bool) -> [Check] {
        PodSecurityControl.all.filter(isIncluded).compactMap { control in
            control.revision(in: minor).map { (control, $0.check) }
        }
    }
}
