internal import Deployments
package import Dialects
package import PodSecurity
internal import Sigma

/// Judges pods by one policy of the Pod Security Standards, and by nothing else.
package struct PodSecurityJudge: Sendable {
    package let policy: PodSecurityPolicy

    package init(_ policy: PodSecurityPolicy) {
        self.policy = policy
    }

    /// A finding for each control that the pod violates, in the order in which the API server tells them.
    package func findings(on deployed: DeployedPod) -> [Finding] {
        let parts = RecordIdentity.parts(of: deployed.deployment)
        let event = DeploymentEvent(deployed.deployment)
        return PodSecurityVerdict(of: deployed.pod, by: policy).violations.map { violation in
            let rule = FindingRule(violation.control)
            return Finding(
                id: RecordIdentity.findingID(rule: rule.key, parts: parts),
                rule: rule,
                reasons: violation.fields.map { field in
                    // The value itself is what is wrong, so there is no pattern beside it.
                    Reason(
                        selection: violation.control.id,
                        field: field.path,
                        value: field.value,
                        pattern: field.value ?? ""
                    )
                },
                violation: ControlViolation(
                    message: violation.message,
                    places: violation.fields.map(\.path),
                    remedy: violation.control.remedy
                ),
                subject: .deployment(event)
            )
        }
    }
}

extension FindingRule {
    /// A control, under a name that stays the same in every version and policy.
    convenience init(_ control: PodSecurityControl) {
        let isBaseline = control.level == .baseline
        self.init(
            id: "pod-security/\(control.level.rawValue)/\(control.id)",
            title: "Pod Security \(control.level.rawValue): \(control.id)",
            // What the baseline forbids leads to the host; what only restricted does makes that easier.
            level: isBaseline ? .high : .medium,
            description: control.demand,
            references: ["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
            tags: isBaseline ? ["attack.t1610", "attack.t1611"] : ["attack.t1610"]
        )
    }
}
