extension AuditSettings {
    /// What a check finds of some acts in the policy.
    func results(of acts: [AuditedAct], in evidence: Evidence) -> [CheckResult] {
        guard isOn, let policyPath else {
            let reason = "nothing of it is told, as there is no audit log"
            return [CheckResult(.fail, subject: program.subject, reason, evidence: words)]
        }
        switch policy(in: evidence) {
        case .absent:
            let reason = "\(policyPath) is not there, and without it the server does not start"
            return [CheckResult(.unknown, subject: program.subject, reason)]
        case .unreadable(let reason):
            return [CheckResult(.unknown, subject: program.subject, "its policy could not be read: \(reason)")]
        case .known(let policy):
            let gaps = policy.gaps(in: acts)
            guard !gaps.isEmpty else {
                return [CheckResult(.pass, subject: policyPath, "all of it is told, whoever does it")]
            }
            return gaps.map { gap in
                let quoted = gap.rule.map(\.words) ?? "no rule is meant"
                return CheckResult(.fail, subject: policyPath, gap.reason, evidence: [quoted] + gap.stages(of: policy))
            }
        }
    }
}

extension AuditPolicy.Gap {
    /// "create pods and 26 more of everybody are told at level None".
    fileprivate var reason: String {
        let first = acts[0] + (acts.count > 1 ? " and \(acts.count - 1) more" : "")
        let place = within.isEmpty ? "" : " in \(within.map { "'\($0)'" }.joined(separator: ", "))"
        let told = isStageOmitted ? "not told once they are answered" : "told at level \(level.rawValue)"
        return "\(first)\(place) of \(by.joined(separator: ", ")) are \(told)"
    }

    fileprivate func stages(of policy: AuditPolicy) -> [String] {
        guard isStageOmitted, !policy.omittedStages.isEmpty else { return [] }
        return ["omitStages: \(policy.omittedStages.sorted().joined(separator: ", "))"]
    }
}

extension Evidence {
    /// What has the policies tell of some acts.
    func policyFixes(for acts: [AuditedAct]) -> [Fix] {
        auditFixes(failing: { $0.results(of: acts, in: self) }) { settings in
            guard settings.isOn, let path = settings.policyPath, let document = settings.document(in: self).value else {
                return settings.isOn ? nil : settings.switchingOn(in: self)
            }
            return Fix(
                "Have the audit policy tell what deploys, and who enters what runs",
                [.file(path: path, text: AuditPolicy.telling(before: document).yaml)],
                commands: ["# an API server reads its policy at its start"] + settings.program.commands,
                caution: "the audit log grows by the bodies of what is deployed"
            )
        }
    }
}
